"""Addresses of ``retention``."""

from django.urls import URLPattern, URLResolver, path

from shizheng.services.retention import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/retention/", views.ending_soon, name="retention"),
    path("desk/cases/<str:number>/hold/", views.hold, name="case_hold"),
]
