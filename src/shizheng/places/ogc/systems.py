"""Coordinate systems as OGC API names them, with the order of their axes (Part 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from shizheng.kernel.errors import N_
from shizheng.places.domain.errors import QuestionUnfit
from shizheng.places.domain.grids import WGS84, reprojected

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@dataclass(frozen=True, slots=True)
class System:
    """A system: its address, its EPSG code, and whether latitude comes first."""

    uri: str
    epsg: int
    is_swapped: bool = False


SYSTEMS = {
    each.uri: each
    for each in (
        System(CRS84, WGS84), System(f"{EPSG}4326", WGS84, is_swapped=True),
        System(f"{EPSG}3826", 3826), System(f"{EPSG}3828", 3828),
    )
}  # fmt: skip


def system_of(name: str, uri: str) -> System:
    """Return the system that a parameter names; CRS84 where it names none.

    Raises:
        QuestionUnfit: it is none of ``SYSTEMS``.
    """
    found = SYSTEMS.get(uri.strip("[]<>") or CRS84)
    if found is None:
        raise QuestionUnfit(
            part=name, value=uri[:80], expected=N_("it is none of the systems of the collection")
        )
    return found


def in_system(shapes: Sequence[BaseGeometry | None], system: System) -> list[Any]:
    """Return geometries in a system, with its order of axes."""
    found = np.array([*shapes, None], dtype=object)[:-1]
    if not len(found):
        return []
    moved = reprojected(found, source=WGS84, target=system.epsg)
    if system.is_swapped:
        moved = shapely.transform(
            moved, lambda xyz: xyz[:, [1, 0, *range(2, xyz.shape[1])]], include_z=False
        )
    return list(moved)


def area_of(text: str, system: System) -> BaseGeometry:
    """Return the rectangle of a ``bbox`` in longitude and latitude.

    Raises:
        QuestionUnfit: it is no rectangle.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
        if len(numbers) == 6:
            numbers = [*numbers[:2], *numbers[3:5]]
        west, south, east, north = numbers
    except ValueError:
        raise QuestionUnfit(
            part="bbox", value=text[:60], expected=N_("four or six numbers")
        ) from None
    if not np.isfinite(numbers).all() or east < west or north < south:
        raise QuestionUnfit(part="bbox", value=text[:60], expected=N_("west, south, east, north"))
    return in_degrees(shapely.box(west, south, east, north), system=system)


def in_degrees(shape: BaseGeometry, *, system: System) -> BaseGeometry:
    """Return a shape of a system, with its order of axes, in longitude and latitude."""
    if system.is_swapped:
        shape = shapely.transform(shape, lambda xy: xy[:, ::-1])
    if system.epsg == WGS84:
        return shape
    west, south, east, north = shapely.bounds(shape).tolist()
    fine = shapely.segmentize(shape, max(east - west, north - south, 8) / 8)
    return reprojected(np.array([fine], dtype=object), source=system.epsg)[0]  # type: ignore[no-any-return]  # one of them


def bounds_of(area: BaseGeometry) -> Any:
    """Return west, south, east, north of an area."""
    return tuple(shapely.bounds(area).tolist())
