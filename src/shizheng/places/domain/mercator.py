"""Tiles of the world as web maps cut it: the tile matrix set WebMercatorQuad (圖磚切割).

Source: OGC 17-083r4, Two Dimensional Tile Matrix Set and Tile Set Metadata, annex D.1.
"""

from dataclasses import dataclass
from math import atan, degrees, pi, sinh
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shizheng.kernel.errors import N_
from shizheng.places.domain.errors import MatrixSetUnknown, TileOutside

QUAD = "WebMercatorQuad"
QUAD_URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
QUAD_CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"
DEEPEST = 22
"""The nearest zoom that is answered: a unit of a tile is two millimetres there."""
EXTENT, BUFFER = 4096, 64
"""Units along the side of a tile, and how far over it what is drawn is cut."""
HALF_M = 20_037_508.342789244
"""Half the side of the whole world in metres of the projection."""
_SCALE_0 = 559_082_264.0287178


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile (圖磚): ``column`` from the west, ``row`` from the north."""

    zoom: int
    row: int
    column: int

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        return self._box(0.0)

    @property
    def around(self) -> tuple[float, float, float, float]:
        """The same with the strip around the tile that is drawn, too."""
        return self._box(BUFFER / EXTENT)

    def _box(self, more: float) -> tuple[float, float, float, float]:
        side = 2**self.zoom
        west, east = ((x / side * 360 - 180) for x in (self.column - more, self.column + 1 + more))
        north, south = (_latitude(y / side) for y in (self.row - more, self.row + 1 + more))
        return west, south, east, north

    def units(self, longitude: Any, latitude: Any) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return positions in units of the tile, from its north-west corner to the south-east.

        Args:
            longitude, latitude: float64 (n,), degrees.
        """
        size = 2**self.zoom * EXTENT
        x = (np.asarray(longitude) / 360 + 0.5) * size - self.column * EXTENT
        phi = np.radians(np.clip(latitude, -85.0511287798066, 85.0511287798066))
        y = (0.5 - np.arcsinh(np.tan(phi)) / (2 * pi)) * size - self.row * EXTENT
        return x, y


def _latitude(down: float) -> float:
    return degrees(atan(sinh(pi * (1 - 2 * down))))


def tile_of(matrix_set: str, zoom: str, row: str, column: str) -> Tile:
    """Return the tile that an address names.

    Raises:
        MatrixSetUnknown: another tile matrix set than ``QUAD``.
        TileOutside: no whole numbers, deeper than ``DEEPEST``, or beside the matrix.
    """
    checked_set(matrix_set)
    for name, text in (("zoom", zoom), ("row", row), ("column", column)):
        if not (text.isascii() and text.isdecimal() and len(text) <= 9):
            raise TileOutside(part=name, value=text[:20], expected=N_("a whole number from 0 on"))
    found = Tile(int(zoom), int(row), int(column))
    if found.zoom > DEEPEST:
        raise TileOutside(part="zoom", value=zoom, expected=N_("0 to 22"))
    for name, value in (("row", found.row), ("column", found.column)):
        if value >= 2**found.zoom:
            raise TileOutside(
                part=name, value=str(value), expected=N_("a zoom of n has 2ⁿ rows and columns")
            )
    return found


def checked_set(matrix_set: str) -> None:
    """Refuse what is not ``QUAD``.

    Raises:
        MatrixSetUnknown: it is another.
    """
    if matrix_set != QUAD:
        raise MatrixSetUnknown(name=matrix_set[:60], known=QUAD)


def matrix_set() -> dict[str, Any]:
    """Return the definition of the tile matrix set, as the standard writes it."""
    return {
        "id": QUAD,
        "title": "Google Maps Compatible for the World",
        "uri": QUAD_URI,
        "crs": QUAD_CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [
            {
                "id": str(zoom),
                "scaleDenominator": _SCALE_0 / 2**zoom,
                "cellSize": 2 * HALF_M / 256 / 2**zoom,
                "pointOfOrigin": [-HALF_M, HALF_M],
                "tileWidth": 256,
                "tileHeight": 256,
                "matrixWidth": 2**zoom,
                "matrixHeight": 2**zoom,
            }
            for zoom in range(DEEPEST + 1)
        ],
    }


def limits(bounds: tuple[float, float, float, float], first: int = 0) -> list[dict[str, Any]]:
    """Return for each zoom which tiles a rectangle of degrees touches."""
    west, south, east, north = bounds
    found = []
    for zoom in range(first, DEEPEST + 1):
        whole = Tile(zoom, 0, 0)
        x, y = whole.units(np.array([west, east]), np.array([north, south]))
        most = 2**zoom - 1
        columns = [int(min(max(value // EXTENT, 0), most)) for value in x]
        rows = [int(min(max(value // EXTENT, 0), most)) for value in y]
        found.append(
            {
                "tileMatrix": str(zoom), "minTileRow": rows[0], "maxTileRow": rows[1],
                "minTileCol": columns[0], "maxTileCol": columns[1],
            }
        )  # fmt: skip
    return found
