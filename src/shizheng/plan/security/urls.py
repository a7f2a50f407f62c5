"""Addresses of information security; for whoever may not, none of them is there."""

from django.urls import path

from shizheng.plan.security import exporting, incident_pages, room_pages, views

app_name = "security"
urlpatterns = [
    path("security/", views.home, name="home"),
    path("security/systems/", views.system_list, name="systems"),
    path("security/systems/new/", views.system_new, name="system_new"),
    path("security/systems/<str:number>/", views.system_page, name="system"),
    path("security/systems/<str:number>/change/", views.system_change, name="system_change"),
    path("security/systems/<str:number>/software/", views.software_send, name="software_send"),
    path("security/systems/<str:number>.cdx.json", exporting.software_json, name="software_json"),
    path("security/software/", views.software, name="software"),
    path("security/findings/", views.finding_list, name="findings"),
    path("security/findings/new/", views.finding_new, name="finding_new"),
    path("security/findings/<str:number>/fix/", views.finding_act, {"name": "fix"}, name="fix"),
    path(
        "security/findings/<str:number>/extend/", views.finding_act, {"name": "extend"},
        name="extend",
    ),
    path("security/findings.csv", exporting.findings_csv, name="findings_csv"),
    path("security/drills/", views.drill_list, name="drills"),
    path("security/drills/new/", views.drill_new, name="drill_new"),
    path("security/incidents/", incident_pages.incident_list, name="incidents"),
    path("security/incidents/new/", incident_pages.incident_new, name="incident_new"),
    path("security/incidents/<str:number>/", incident_pages.incident_page, name="incident"),
    path(
        "security/incidents/<str:incident>/shared/<int:number>.json", exporting.bundle_json,
        name="bundle",
    ),
    path("security/incidents/<str:number>/<slug:name>/", incident_pages.incident_act, name="act"),
    path("security/room/", room_pages.room, name="room"),
    path("security/room/hosts/new/", room_pages.host_new, name="host_new"),
    path("security/room/months/", room_pages.months_send, name="months_send"),
    path("security/room.csv", exporting.room_csv, name="room_csv"),
]  # fmt: skip
