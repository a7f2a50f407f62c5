"""Addresses of the public works."""

from django.urls import path

from shizheng.plan.works import auditing_pages, exporting, oc4ids, views

app_name = "works"
urlpatterns = [
    path("works/", views.work_list, name="list"),
    path("works/new/", views.work_new, name="new"),
    path("works/warnings/", views.warnings, name="warnings"),
    path("works/contractors/", auditing_pages.contractors, name="contractors"),
    path("works/audits/", auditing_pages.rounds, name="rounds"),
    path("works/audits/new/", auditing_pages.round_new, name="round_new"),
    path("works/audits/<int:number>/", auditing_pages.round_page, name="round"),
    path("works/audits/<int:number>/publish/", auditing_pages.round_open, name="round_publish"),
    path("works/faults/<uuid:key>/correction/", auditing_pages.correction, name="correction"),
    path("works/faults/<uuid:key>/check/", auditing_pages.check, name="check"),
    path("works/<str:number>/", views.work_page, name="detail"),
    path("works/<str:number>/<slug:name>/", views.work_act, name="act"),
    path("works.csv", exporting.works_csv, name="csv"),
    path("works.geojson", exporting.works_geojson, name="geojson"),
    path("works.oc4ids.json", oc4ids.works_oc4ids, name="oc4ids"),
]
