"""Addresses of ``outputs``: checking a document, downloading it, making and revoking it."""

from django.urls import path

from shizheng.services.outputs.views import checking, desk

urlpatterns = [
    path("verify/", checking.verify, name="verify"),
    path("verify/file/", checking.verify_file, name="verify_file"),
    path("verify/<str:code>/", checking.verify_code, name="verify_code"),
    path("desk/cases/<str:number>/documents/<uuid:key>/again/", desk.again, name="output_again"),
    path("desk/cases/<str:number>/documents/<uuid:key>/revoke/", desk.revoke, name="output_revoke"),
]
