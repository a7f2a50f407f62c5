"""Districts and villages as vector tiles: outlines as fine as a zoom shows, points for names."""

from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.http import HttpRequest
from django.urls import reverse

from shizheng.core import areas
from shizheng.core.locations.outlines import areas_on, largest, view_of
from shizheng.core.models import Area
from shizheng.core.words import in_language
from shizheng.places.domain.mercator import Tile
from shizheng.places.domain.vector_tiles import encoded

VILLAGES_FROM = 10
"""The zoom from which tiles hold villages."""
DEEPEST = 14
"""The nearest zoom that is made; a map stretches these tiles when it comes nearer."""
PX_DEGREES = 360 / 512
KINDS = {"districts": Area.Kind.DISTRICT, "villages": Area.Kind.VILLAGE}


def area_tile(tile: Tile, on: date, language: str) -> bytes:
    """Return outlines and names of the areas of a day in a tile; empty where there are none."""
    version = areas.version()
    found = b""
    for name, kind in KINDS.items():
        if kind == Area.Kind.VILLAGE and tile.zoom < VILLAGES_FROM:
            continue
        rows, shapes, inside = _outlined(kind, on, language, tile.zoom, version)
        if not rows:
            continue
        near = np.flatnonzero(shapely.intersects(shapes, shapely.box(*tile.around)))
        if len(near):
            found += encoded(name, tile, shapes[near], _columns(rows, near))
        west, south, east, north = tile.bounds
        x, y = shapely.get_x(inside), shapely.get_y(inside)
        here = np.flatnonzero((x >= west) & (x < east) & (y > south) & (y <= north))
        if len(here):
            found += encoded(f"{name}_names", tile, inside[here], _columns(rows, here))
    return found


def _columns(rows: list[tuple[str, str]], some: Any) -> dict[str, list[str]]:
    return {"code": [rows[at][0] for at in some], "name": [rows[at][1] for at in some]}


@lru_cache(maxsize=2 * 2 * (DEEPEST + 1))
def _outlined(
    kind: Area.Kind, on: date, language: str, zoom: int, version: areas.Version
) -> tuple[list[tuple[str, str]], Any, Any]:
    """Return code and name, outlines and points inside; neighbours keep one border."""
    found = [row for row in areas_on(on, kind).exclude(shape=None) if row.shape is not None]
    if not found:
        return [], None, None
    whole = np.array([shapely.from_wkb(bytes(row.shape or b"")) for row in found], dtype=object)
    inside = np.array([largest(shape).representative_point() for shape in whole], dtype=object)
    drawn = shapely.coverage_simplify(whole, PX_DEGREES / 2**zoom / 2)
    rows = [(row.code, in_language(row.name, language)) for row in found]
    return rows, drawn, inside


def area_tilejson(request: HttpRequest, on: date) -> dict[str, Any]:
    """Return what the tiles of areas are, as TileJSON 3.0.0; ``bounds`` holds every label."""
    path = reverse("places:area_tile", args=["0", "1", "2"]).removesuffix("0/1/2")
    rows = list(areas_on(on, Area.Kind.DISTRICT).exclude(shape=None))
    view = view_of([shapely.from_wkb(bytes(row.shape or b"")) for row in rows])
    told = {"code": "string", "name": "string"}
    layers = [
        {"id": f"{name}{part}", "fields": told, "maxzoom": DEEPEST,
         "minzoom": VILLAGES_FROM if kind == Area.Kind.VILLAGE else 0}
        for name, kind in KINDS.items() for part in ("", "_names")
    ]  # fmt: skip
    found: dict[str, Any] = {
        "tilejson": "3.0.0", "scheme": "xyz", "minzoom": 0, "maxzoom": DEEPEST,
        "tiles": [request.build_absolute_uri(path) + "{z}/{y}/{x}"],
        "attribution": rows[0].source_in() if rows else "", "vector_layers": layers,
    }  # fmt: skip
    return {**found, "bounds": view} if view else found
