"""Addresses of evaluations and findings."""

from django.urls import path

from shizheng.plan.evaluation import exporting, findings, views

app_name = "evaluations"
urlpatterns = [
    path("evaluations/", views.round_list, name="list"),
    path("evaluations/new/<slug:type_>/", views.round_new, name="new"),
    path("evaluations/<int:number>/", views.round_page, name="round"),
    path("evaluations/<int:number>/close/", views.round_close, name="close"),
    path("evaluations/<int:number>/<slug:agency>/self/", views.self_assess, name="self"),
    path("evaluations/<int:number>/<slug:agency>/score/", views.review, name="score"),
    path("evaluations/<int:number>/results.csv", exporting.results_csv, name="csv"),
    path("evaluations/<int:number>/results.json", exporting.results_json, name="json"),
    path("findings/", findings.finding_list, name="findings"),
    path("findings/new/", findings.finding_new, name="finding_new"),
    path("findings/<int:number>/correction/", findings.correction, name="correction"),
    path("findings/<int:number>/check/", findings.check, name="check"),
]
