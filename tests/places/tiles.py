"""Tiles read with a program of others: GDAL, by pyogrio."""

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from django.test import Client

from shizheng.places.domain.mercator import EXTENT, Tile

TOWN = Tile(13, 4095, 4096)
"""All of Exampleton lies in it."""


def path_of(code: str, tile: Tile = TOWN, matrix: str = "WebMercatorQuad") -> str:
    return f"/ogc/collections/{code}/tiles/{matrix}/{tile.zoom}/{tile.row}/{tile.column}"


def read(content: bytes, layer: str, folder: Path) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Return shape, in units of the tile with y upwards, and properties of each thing by key."""
    file = folder / "tile.pbf"
    file.write_bytes(content)
    meta, _, shapes, columns = pyogrio.raw.read(file, layer=layer)
    found: dict[str, tuple[Any, dict[str, Any]]] = {}
    for at, shape in enumerate(shapely.from_wkb(shapes)):
        told = {
            str(name): _plain(column[at])
            for name, column in zip(meta["fields"], columns, strict=True)
        }
        told = {name: value for name, value in told.items() if value is not None}
        found[str(told.pop("key", at))] = (shape, told)
    return found


def _plain(value: Any) -> Any:
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def layers(content: bytes, folder: Path) -> list[str]:
    file = folder / "tile.pbf"
    file.write_bytes(content)
    return sorted(str(name) for name, _ in pyogrio.list_layers(file))


def in_units(shape: Any, tile: Tile = TOWN) -> Any:
    """Return a shape in longitude and latitude as ``read`` gives it."""

    def way(x: Any, y: Any) -> Any:
        right, down = tile.units(x, y)
        return right, EXTENT - down

    return shapely.transform(shape, way, interleaved=False)


def get(path: str, person: Any = None, status: int = 200, **query: str) -> Any:
    client = Client()
    if person is not None:
        client.force_login(person)
    response = client.get(path, query)
    assert response.status_code == status, response.content[:300]
    return response
