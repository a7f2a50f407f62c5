"""Addresses that exist only in the demonstration."""

from django.urls import path

from shizheng.core.people import demo_views

urlpatterns = [path("demo/step-in/", demo_views.step_in, name="demo_step_in")]
