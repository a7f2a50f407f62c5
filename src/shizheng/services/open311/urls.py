"""Addresses of Open311 GeoReport v2; without an ending the format follows ``Accept``."""

from django.urls import URLPattern, URLResolver, path, re_path

from shizheng.services.open311 import views

FORMAT = r"(?:\.(?:json|xml))?$"
ONE = r"(?P<{name}>[^/]+?)"

urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", views.description, name="open311_description"),
    re_path("^discovery" + FORMAT, views.discovery, name="open311_discovery"),
    re_path("^services" + FORMAT, views.services, name="open311_services"),
    re_path("^services/" + ONE.format(name="code") + FORMAT, views.service),
    re_path("^requests" + FORMAT, views.requests, name="open311_requests"),
    re_path("^requests/" + ONE.format(name="number") + FORMAT, views.one_request),
    re_path("^tokens/" + ONE.format(name="token") + FORMAT, views.token),
    re_path("^servicerequestupdates" + FORMAT, views.updates, name="open311_updates"),
]
