"""Addresses of surveys, and of the page that works without signal."""

from django.urls import URLPattern, path

from shizheng.statistics.surveys import field, leading, views

urlpatterns: list[URLPattern] = [
    path("surveys/", views.surveys, name="surveys"),
    path("surveys/field/", field.shell, name="survey_field"),
    *field.PAGE.urls("surveys/field/", "survey"),
    path("surveys/field/session", field.session, name="survey_session"),
    path("surveys/field/send", field.send, name="survey_send"),
    path("surveys/<slug:code>/", views.survey, name="survey"),
    path("surveys/<slug:code>/ddi.xml", views.survey_ddi, name="survey_ddi"),
    path("surveys/<slug:code>/masked.csv", views.masked, name="survey_masked"),
    path("surveys/<slug:code>/records/<uuid:key>/", views.record, name="survey_record"),
    path("surveys/<slug:code>/addresses/", leading.addresses, name="survey_addresses"),
    path("surveys/<slug:code>/totals/", leading.totals, name="survey_totals"),
    path("surveys/<slug:code>/open/", leading.start, name="survey_open"),
    path("surveys/<slug:code>/areas/<str:area>/", leading.assign, name="survey_assign"),
    path("surveys/<slug:code>/pairs/", leading.find, name="survey_find"),
    path("surveys/<slug:code>/pairs/<uuid:key>/", leading.duplicate, name="survey_pair"),
    path("surveys/<slug:code>/re-interviews/", leading.recheck, name="survey_recheck"),
    path("surveys/<slug:code>/close/", leading.close, name="survey_close"),
]
