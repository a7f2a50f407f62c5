"""Addresses of SensorThings: version 1.1, and 1.0 beside it for clients in use."""

from django.urls import re_path

from shizheng.sensing.sensorthings import views

app_name = "sensorthings"
urlpatterns = [
    re_path(r"^(?P<version>v1\.[01])/?$", views.entry, name="root"),
    re_path(r"^(?P<version>v1\.[01])/(?P<path>.+)$", views.entry, name="entry"),
]
