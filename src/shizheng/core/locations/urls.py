"""Addresses that maps ask; under the prefix of the language in which they answer."""

from django.urls import path

from shizheng.core.locations import views

urlpatterns = [
    path("map/areas.geojson", views.area_outlines, name="map_areas"),
    path("map/place", views.place, name="map_place"),
]
