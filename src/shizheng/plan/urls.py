"""Addresses of the plan."""

from django.urls import URLPattern, URLResolver, include, path

from shizheng.plan.register import coverage_page

app_name = "plan"
urlpatterns: list[URLPattern | URLResolver] = [
    path("plan/", include("shizheng.plan.register.urls")),
    path("coverage/", coverage_page.coverage, name="coverage"),
    path("coverage.json", coverage_page.coverage_json, name="coverage_json"),
]
