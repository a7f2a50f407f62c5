"""Which district or village a point lies in, for one point or a million."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import shapely
from django.db import connection
from django.db.models import Q
from numpy.typing import NDArray
from shapely import STRtree

from shizheng.core.models import Area
from shizheng.kernel.errors import N_, DomainError

Points: TypeAlias = "Sequence[tuple[float, float]] | NDArray[np.float64]"
Version: TypeAlias = "tuple[Hashable, ...]"
_VERSION = (
    "SELECT (SELECT max(loaded_at) FROM core_city), "
    "(SELECT id FROM core_area ORDER BY id DESC LIMIT 1), (SELECT count(*) FROM core_area)"
)
_CHUNK = 100_000
_KEPT = 8


class CoordinatesUnfit(DomainError):
    """A point is not on the earth, or not a number (座標無效)."""

    code = "core.coordinates_unfit"
    message = N_("Point {number} ({x}, {y}) is not a longitude and a latitude.")
    hint = N_("Longitude goes from -180 to 180, latitude from -90 to 90; give both as numbers.")


class CoordinatesSwapped(DomainError):
    """A point has its latitude first (經緯度顛倒)."""

    code = "core.coordinates_swapped"
    message = N_("Point {number} ({x}, {y}) seems to have its latitude first.")
    hint = N_("Give the longitude first, then the latitude.")


@dataclass(frozen=True, slots=True)
class AreaMap:
    """The shapes of one kind of area on one day, in order of their codes, ready to be asked."""

    codes: tuple[str, ...]
    tree: STRtree

    def find(self, points: NDArray[np.float64]) -> list[str | None]:
        """Return the code of the area of each point; the lowest code on a shared border."""
        found = np.full(len(points), len(self.codes), dtype=np.int64)
        places, areas = self.tree.query(shapely.points(points), predicate="intersects")
        np.minimum.at(found, places, areas)
        named: list[str | None] = [*self.codes, None]
        return [named[place] for place in found.tolist()]


def areas_of(
    points: Points,
    *,
    on: date,
    kind: Area.Kind | str = Area.Kind.VILLAGE,
    known: "Version | None" = None,
) -> list[str | None]:
    """Return for each point the code of the area that it lies in (點位所屬行政區), or None.

    A point on the border of several areas belongs to the one with the lowest code.

    Args:
        points: float64 (n, 2), longitude then latitude in degrees (EPSG:4326).
        on: the day whose areas are meant.
        kind: districts or villages.
        known: what ``version`` gave, by a caller who asks for many points one by one.

    Raises:
        CoordinatesSwapped: latitude first.
        CoordinatesUnfit: not a number, or not on the earth.
    """
    asked = _checked(points)
    if not len(asked):
        return []
    area_map = map_of(str(kind), on, known or version())
    return [
        code
        for start in range(0, len(asked), _CHUNK)
        for code in area_map.find(asked[start : start + _CHUNK])
    ]


def area_of(
    longitude: float, latitude: float, *, on: date, kind: Area.Kind | str = Area.Kind.VILLAGE
) -> str | None:
    """Return the code of the area that one point lies in, or None; see ``areas_of``."""
    return areas_of([(longitude, latitude)], on=on, kind=kind)[0]


def _checked(points: Points) -> NDArray[np.float64]:
    asked = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    x, y = asked[:, 0], asked[:, 1]
    is_fit = (np.abs(x) <= 180) & (np.abs(y) <= 90)
    if is_fit.all():
        return asked
    at = int(np.argmin(is_fit))
    is_swapped = abs(x[at]) <= 90 and 90 < abs(y[at]) <= 180
    refusal = CoordinatesSwapped if is_swapped else CoordinatesUnfit
    raise refusal(number=at + 1, x=float(x[at]), y=float(y[at]))


def version() -> Version:
    """Return what changes when a pack is loaded or an area is entered or taken out."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        return tuple(cursor.fetchone())


@lru_cache(maxsize=_KEPT)
def map_of(kind: str, on: date, version: Version) -> AreaMap:
    """Return the areas of a kind on a day, for a caller who asks of many points without waiting.

    Args:
        version: as ``version`` gave it.
    """
    rows = (
        Area.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), kind=kind, valid_from__lte=on)
        .exclude(shape=None)
        .order_by("code")
        .values_list("code", "shape")
    )
    known = [(code, shapely.from_wkb(bytes(shape))) for code, shape in rows if shape is not None]
    return AreaMap(tuple(code for code, _ in known), STRtree([shape for _, shape in known]))
