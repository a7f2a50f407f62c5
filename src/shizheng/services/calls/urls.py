"""Addresses of the call centre."""

from django.urls import URLPattern, URLResolver, path

from shizheng.services.calls import reporting, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("calls/", views.calls, name="calls"),
    path("calls/figures/", reporting.calls_report, name="calls_report"),
    path("calls/<uuid:key>/", views.call_page, name="call"),
    path("calls/<uuid:key>/found/", views.call_found, name="call_found"),
    path("calls/<uuid:key>/fields/", views.call_fields, name="call_fields"),
    path("calls/<uuid:key>/answer/", views.call_answer, name="call_answer"),
    path("calls/<uuid:key>/case/", views.call_case, name="call_case"),
    path("calls/<uuid:key>/join/", views.call_join, name="call_join"),
    path("calls/<uuid:key>/hand-on/", views.call_hand_on, name="call_hand_on"),
    path("calls/<uuid:key>/end/", views.call_end, name="call_end"),
]
