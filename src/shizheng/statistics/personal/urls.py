"""Addresses of one's own data, and of those who answer for an agency."""

from django.urls import path

from shizheng.statistics.personal import desk, views

app_name = "personal"
urlpatterns = [
    path("my/data/", views.mine, name="mine"),
    path("my/data/copy/", views.copy, name="copy"),
    path("my/data/copies/", views.copies, name="copies"),
    path("my/data/copies/<uuid:key>/", views.copy_file, name="copy_file"),
    path("my/data/consents/", views.consents, name="consents"),
    path("my/data/consents/<uuid:key>/revoke/", views.revoke, name="revoke"),
    path("my/data/<str:holding>/<str:key>/request/", views.ask, name="ask"),
    path("personal-data/", desk.desk, name="desk"),
    path("personal-data/requests/<uuid:key>/", desk.request_page, name="request"),
    path("personal-data/consents/<uuid:key>/", desk.use, name="use"),
]
