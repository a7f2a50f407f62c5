"""Addresses of ``notices``."""

from django.urls import URLPattern, URLResolver, path

from shizheng.services.notices import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "desk/cases/<str:number>/notices/<uuid:key>/again/", views.again, name="notice_again"
    ),
]  # fmt: skip
