"""Addresses of the officer's desk."""

from django.urls import URLPattern, URLResolver, path

from shizheng.services.desk import acting, exporting, many, reviewing, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/", views.queue_page, name="desk"),
    path("desk/cases.csv", exporting.cases_csv, name="desk_csv"),
    path("desk/cases.json", exporting.cases_json, name="desk_json"),
    path("desk/views/", views.view_keep, name="view_keep"),
    path("desk/bulk/", many.bulk_page, name="bulk"),
    path("desk/bulk/<uuid:key>/", many.bulk_report, name="bulk_report"),
    path("desk/cases/<str:number>/", views.case_page, name="case"),
    path("desk/cases/<str:number>/print/", views.case_print, name="case_print"),
    path("desk/cases/<str:number>/presence/", views.presence, name="case_presence"),
    path("desk/cases/<str:number>/personal/", views.personal, name="case_personal"),
    path("desk/cases/<str:number>/take/", acting.take, name="case_take"),
    path("desk/cases/<str:number>/assign/", acting.assign_page, name="case_assign"),
    path(
        "desk/cases/<str:number>/message/", acting.message_page, {"visibility": "party"},
        name="case_message",
    ),
    path(
        "desk/cases/<str:number>/note/", acting.message_page, {"visibility": "internal"},
        name="case_note",
    ),
    path("desk/cases/<str:number>/confirm/", reviewing.confirm_page, name="case_confirm"),
    path("desk/cases/<str:number>/reviews/<uuid:key>/", reviewing.review_page, name="case_review"),
    path("desk/cases/<str:number>/act/<slug:key>/", acting.act_page, name="case_act"),
]  # fmt: skip
