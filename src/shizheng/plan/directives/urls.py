"""Addresses of the directives."""

from django.urls import path

from shizheng.plan.directives import exporting, subscribing, views

app_name = "directives"
urlpatterns = [
    path("directives/", views.directive_list, name="list"),
    path("directives/overdue/", views.directive_list, {"due": "overdue"}, name="overdue"),
    path("directives/new/", views.directive_new, name="new"),
    path("directives/periods/", views.period_locks, name="periods"),
    path("directives/calendar/", subscribing.calendar_page, name="calendar"),
    path("directives/calendar/<str:secret>.ics", subscribing.private_ics, name="private_ics"),
    path("directives/<str:number>/", views.directive_page, name="detail"),
    path("directives/<str:number>/<slug:name>/", views.directive_act, name="act"),
    path("directives.ics", subscribing.directives_ics, name="ics"),
    path("directives.csv", exporting.directives_csv, name="csv"),
    path("directives.json", exporting.directives_json, name="json"),
]
