"""Addresses of links between cases."""

from django.urls import URLPattern, URLResolver, path

from shizheng.services.duplicates import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/cases/<str:number>/links/", views.case_links, name="case_links"),
    path("desk/cases/<str:number>/links/<uuid:key>/", views.case_unlink, name="case_unlink"),
]
