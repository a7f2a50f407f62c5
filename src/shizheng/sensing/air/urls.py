"""Addresses of the pages of air."""

from django.urls import path

from shizheng.sensing.air import views

urlpatterns = [
    path("air/", views.overview, name="air"),
    path("air/forecasts/new/", views.forecast_new, name="air_forecast"),
    path("air/measures/<uuid:key>/", views.measure_report, name="air_measure"),
    path("air/calibrations/new/", views.calibration_new, name="air_calibration"),
]
