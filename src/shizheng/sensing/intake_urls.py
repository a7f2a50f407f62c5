"""Addresses for gateways that push."""

from django.urls import path

from shizheng.sensing import pushing

app_name = "intake"
urlpatterns = [path("observations/", pushing.push, name="push")]
