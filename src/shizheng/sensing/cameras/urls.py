"""Addresses of cameras and footage."""

from django.urls import path

from shizheng.sensing.cameras import acting, views

urlpatterns = [
    path("cameras/", views.cameras, name="cameras"),
    path("cameras/health/", views.camera_health, name="camera_health"),
    path("cameras/list/", views.camera_list, name="camera_list"),
    path("cameras/stills/<str:key>/", views.camera_still, name="camera_still"),
    path("near/water/stills/<str:key>/", views.public_still, name="public_still"),
    path("footage/", acting.footage_list, name="footage"),
    path("footage/new/", acting.footage_new, name="footage_new"),
    path("footage/<uuid:key>/", acting.footage_request, name="footage_request"),
    path("footage/<uuid:key>/release/", acting.footage_release, name="footage_release"),
    path("footage/copies/<uuid:key>/", acting.footage_file, name="footage_file"),
]
