"""Addresses of solar sites."""

from django.urls import path

from shizheng.sensing.energy import views

urlpatterns = [
    path("solar/", views.overview, name="solar"),
    path("solar/sites/<str:key>/", views.site, name="solar_site"),
    path("solar/sites/<str:key>/green-button.csv", views.site_csv, name="solar_csv"),
]
