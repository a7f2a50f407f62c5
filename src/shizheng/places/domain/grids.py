"""Between longitude and latitude and the metres of the national grids, and what shapes measure.

Everything is kept as longitude and latitude (EPSG:4326) and, beside it, in the metres of one grid
of the city: TWD97 zone 121 (EPSG:3826) where the city lies near its meridian.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from shizheng.kernel.geodesy import TWD97, TWD97_WIDTH
from shizheng.places.domain.errors import GridUnknown

if TYPE_CHECKING:
    from pyproj import Transformer

Shapes: TypeAlias = NDArray[Any]
"""Shapely geometries or None, in one dimension."""
WGS84, TWD97_121, TWD97_119, TWD67_121 = 4326, 3826, 3825, 3828
NAMES = {
    WGS84: "WGS 84",
    TWD97_121: "TWD97 / TM2 121",
    TWD67_121: "TWD67 / TM2 121",
    TWD97_119: "TWD97 / TM2 119",
}
_THROUGH = {TWD67_121: (TWD97_121,)}
"""TWD67 is reached through TWD97: the direct way of the EPSG tables shifts nothing and is 850 m
off. Source: EPSG operation "TWD67 / TM2 zone 121 to TWD97 / TM2 zone 121 (1)", 7 m."""
Pair: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]


@lru_cache(maxsize=32)
def _step(source: str, target: str) -> "Transformer":
    from pyproj import Transformer  # late: most processes of a city reproject nothing

    return Transformer.from_crs(source, target, always_xy=True)


def _code(epsg: int) -> str:
    if epsg not in NAMES:
        raise GridUnknown(epsg=epsg, known=", ".join(map(str, NAMES)))
    return f"EPSG:{epsg}"


def positions(x: Any, y: Any, *, source: int, target: int = WGS84) -> Pair:
    """Return easting or longitude, and northing or latitude, in another system.

    Args:
        x, y: float64 (n,), in the system ``source``; longitude or easting is always ``x``.

    Raises:
        GridUnknown: not one of ``NAMES``.
    """
    east, north = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if source == target:
        return east, north
    way = [source, *_THROUGH.get(source, ()), *reversed(_THROUGH.get(target, ())), target]
    for one, other in pairwise(way):
        if one != other:
            east, north = _step(_code(one), _code(other)).transform(east, north)
    return east, north


def moved(shapes: Shapes, way: Callable[[Any, Any], Pair]) -> Shapes:
    """Return shapes whose positions went through ``way``; heights stay as they are."""
    found = np.asarray(shapes, dtype=object).copy()
    deep = np.asarray(shapely.has_z(found))
    for is_deep in (False, True):
        if (some := deep == is_deep).any():
            found[some] = shapely.transform(
                found[some], _keeping(way), include_z=is_deep, interleaved=False
            )
    return found


def _keeping(way: Callable[[Any, Any], Pair]) -> Any:
    def apply(x: Any, y: Any, *z: Any) -> tuple[Any, ...]:
        return (*way(x, y), *z)

    return apply


def reprojected(shapes: Shapes, *, source: int, target: int = WGS84) -> Shapes:
    """Return shapes of one system in another; the same objects where it is the same.

    Raises:
        GridUnknown: not one of ``NAMES``.
    """
    _code(source), _code(target)
    if source == target:
        return shapes
    return moved(shapes, lambda x, y: positions(x, y, source=source, target=target))


@dataclass(frozen=True, slots=True)
class Metres:
    """The grid in which a city is measured (量測坐標): metres east and north.

    ``meridian`` is that of the national grid, or a city's own far from it.
    """

    meridian: float = TWD97.central_meridian

    @classmethod
    def around(cls, longitude: float) -> "Metres":
        """Return the national grid, or one like it around a meridian far off."""
        if abs(longitude - TWD97.central_meridian) <= TWD97_WIDTH:
            return cls()
        return cls(float(round(longitude)))

    @property
    def system(self) -> str:
        """What PROJ calls it."""
        if self.meridian == TWD97.central_meridian:
            return f"EPSG:{TWD97_121}"
        return (
            f"+proj=tmerc +lat_0=0 +lon_0={self.meridian} +k={TWD97.scale} "
            f"+x_0={TWD97.false_easting_m} +y_0=0 +ellps=GRS80 +units=m +no_defs"
        )

    def of(self, shapes: Shapes) -> Shapes:
        """Return shapes in longitude and latitude as shapes in metres."""
        return moved(shapes, _step("EPSG:4326", self.system).transform)

    def degrees(self, shapes: Shapes) -> Shapes:
        """Return shapes in metres as shapes in longitude and latitude."""
        return moved(shapes, _step(self.system, "EPSG:4326").transform)

    def grid_cells(self, shapes: Shapes, size_m: float) -> Shapes:
        """Return for each shape the middle of the cell of a square grid in which it lies.

        Args:
            shapes: in metres of this grid.
            size_m: length of a cell's side; cells begin at whole multiples of it.

        Returns:
            Points in longitude and latitude, None for None: all that a reader learns who may
            see no more than the cell.
        """
        inside = shapely.point_on_surface(shapes)
        x, y = shapely.get_x(inside), shapely.get_y(inside)
        middles: Any = shapely.points(
            (np.floor(x / size_m) + 0.5) * size_m, (np.floor(y / size_m) + 0.5) * size_m
        )
        middles[np.isnan(x)] = None
        return np.asarray(self.degrees(middles), dtype=object)
