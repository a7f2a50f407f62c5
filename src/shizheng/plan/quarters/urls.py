"""Addresses of the quarters; those with a version stay as they are for good."""

from django.urls import path

from shizheng.plan.quarters import closing_pages, files, views

urlpatterns = [
    path("", views.quarters, name="quarters"),
    path("<str:quarter>/", views.quarter, name="quarter"),
    path("<str:quarter>/close/", closing_pages.close, name="quarter_close"),
    path("<str:quarter>/correct/", closing_pages.correct, name="quarter_correct"),
    path(
        "<str:quarter>/departments/<int:number>/",
        views.department_preview,
        name="quarter_department_preview",
    ),
    path("<str:quarter>/v<int:version>/", views.quarter, name="quarter_version"),
    path("<str:quarter>/v<int:version>/brief/", views.brief, name="quarter_brief"),
    path(
        "<str:quarter>/v<int:version>/departments/<int:number>/",
        views.department,
        name="quarter_department",
    ),
    path("<str:quarter>/v<int:version>/report.pdf", files.report, name="quarter_pdf"),
    path("<str:quarter>/v<int:version>/brief.pdf", files.brief, name="quarter_brief_pdf"),
    path(
        "<str:quarter>/v<int:version>/departments/<int:number>/report.pdf",
        files.report,
        name="quarter_department_pdf",
    ),
    path("<str:quarter>/v<int:version>/data.csv", files.data_csv, name="quarter_csv"),
    path("<str:quarter>/v<int:version>/record.json", files.record, name="quarter_json"),
    path(
        "<str:quarter>/v<int:version>/departments/<int:number>/data.csv",
        files.data_csv,
        name="quarter_department_csv",
    ),
]
