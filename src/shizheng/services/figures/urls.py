"""Addresses of the figures: for everybody, and the load for those who look after it."""

from django.urls import URLPattern, URLResolver, path

from shizheng.services.figures import exporting, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("services/figures/", views.figures_page, name="ontime"),
    path("services/figures.csv", exporting.figures_csv, name="ontime_csv"),
    path("services/figures.json", exporting.figures_json, name="ontime_json"),
    path("desk/load/", views.load_page, name="load"),
]
