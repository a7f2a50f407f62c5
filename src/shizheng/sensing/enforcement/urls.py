"""Addresses of enforcement: devices, violations, checkpoints, stops."""

from django.urls import path

from shizheng.sensing.enforcement import acting, views

urlpatterns = [
    path("enforcement/", views.enforcement, name="enforcement"),
    path("enforcement/devices/new/", views.device_new, name="device_new"),
    path("enforcement/devices/<uuid:key>/", views.device, name="device"),
    path(
        "enforcement/devices/<uuid:key>/certificates/new/", views.certificate_new,
        name="certificate_new",
    ),
    path(
        "enforcement/certificates/<uuid:key>/revoke/", views.certificate_revoke,
        name="certificate_revoke",
    ),
    path(
        "enforcement/certificates/<uuid:key>/file/", views.certificate_file,
        name="certificate_file",
    ),
    path("enforcement/violations/", views.violation_list, name="violations"),
    path("enforcement/violations/new/", views.violation_new, name="violation_new"),
    path("enforcement/violations/<uuid:key>/", views.violation, name="violation"),
    path(
        "enforcement/violations/<uuid:key>/export/", views.violation_export,
        name="violation_export",
    ),
    path("enforcement/images/<uuid:key>/", views.violation_image, name="violation_image"),
    path("enforcement/checkpoints/", acting.checkpoints, name="checkpoints"),
    path("enforcement/checkpoints/new/", acting.checkpoint_new, name="checkpoint_new"),
    path("enforcement/checkpoints/<uuid:key>/", acting.checkpoint, name="checkpoint"),
    path("enforcement/stops/new/", acting.stop_new, name="stop_new"),
    path("enforcement/stops/<uuid:key>/", acting.stop, name="stop"),
    path("enforcement/crashes/new/", acting.crashes_new, name="crashes_new"),
]  # fmt: skip
