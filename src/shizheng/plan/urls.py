"""Addresses of the plan."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "plan"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("shizheng.plan.register.urls")),
]
