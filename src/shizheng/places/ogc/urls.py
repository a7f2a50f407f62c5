"""Addresses of OGC API Features and Tiles; the same in every language."""

from django.urls import path

from shizheng.places.ogc import views
from shizheng.places.tiles import views as tiles

app_name = "ogc"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("conformance", views.conformance, name="conformance"),
    path("api", views.api, name="api"),
    path("collections", views.collections, name="collections"),
    path("collections/<slug:code>", views.collection, name="collection"),
    path("collections/<slug:code>/queryables", views.queryables, name="queryables"),
    path("collections/<slug:code>/items", views.register_items, name="items"),
    path("collections/<slug:code>/items/<str:key>", views.item, name="item"),
    path("tileMatrixSets", tiles.matrix_sets, name="matrix_sets"),
    path("tileMatrixSets/<str:matrix>", tiles.matrix_set_, name="matrix_set"),
    path("collections/<slug:code>/style", tiles.tile_style, name="tile_style"),
    path("collections/<slug:code>/tiles", tiles.tilesets, name="tilesets"),
    path("collections/<slug:code>/tiles/<str:matrix>", tiles.tileset, name="tileset"),
    path(
        "collections/<slug:code>/tiles/<str:matrix>/<str:zoom>/<str:row>/<str:column>",
        tiles.tile,
        name="tile",
    ),
]
