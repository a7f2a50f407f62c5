"""Where the invented city lies: blocks inside real districts, and the network of roads around them.

A turned grid of blocks. Places on it are counted in half blocks, (a, b): even numbers are the
crossings of the roads around blocks, an odd ``b`` is where the lane through a block leaves. All
measures are metres of the city's grid.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]
WIDE, DEEP = 130.0, 112.0
"""From the middle of a road to that of the next, along and across."""
SIDE = 10.0
"""From the middle of a road to the parcels beside it."""
MARGIN = 15.0
"""So far a block stays from the district's border."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The turned grid (街廓網格): where its zero lies, and how far it is turned."""

    east: float
    north: float
    turned: float

    def metres(self, along: Any, across: Any) -> Floats:
        """Return easting and northing, (n, 2), of places on the turned grid in metres."""
        u, v = np.asarray(along, dtype=np.float64), np.asarray(across, dtype=np.float64)
        sin, cos = np.sin(self.turned), np.cos(self.turned)
        return np.stack([self.east + u * cos - v * sin, self.north + u * sin + v * cos], axis=-1)

    def of_metres(self, points: Floats) -> Floats:
        """Return places on the turned grid, (n, 2), of easting and northing."""
        sin, cos = np.sin(self.turned), np.cos(self.turned)
        x, y = points[..., 0] - self.east, points[..., 1] - self.north
        return np.stack([x * cos + y * sin, y * cos - x * sin], axis=-1)

    def rings(self, west: Any, south: Any, east: Any, north: Any) -> Any:
        """Return polygons, turned against the clock, of rectangles on the grid."""
        corners = [
            self.metres(west, south), self.metres(east, south), self.metres(east, north),
            self.metres(west, north), self.metres(west, south),
        ]  # fmt: skip
        return shapely.polygons(np.stack(corners, axis=1))


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks (街廓): column and row of each, and the place of its district in the list."""

    column: Whole
    row: Whole
    district: Whole

    def __len__(self) -> int:
        return len(self.column)


def blocks_in(
    districts: Mapping[str, BaseGeometry], *, count: int, turned: float
) -> tuple[Ground, Blocks]:
    """Return ``count`` blocks that lie wholly inside the districts, the first district first.

    Those nearest to the middle of a district come first, so that few blocks make one small town.

    Args:
        districts: by code, in metres.
        turned: by how much the grid is turned, radians.

    Raises:
        ValueError: no districts, or not room for a single block.
    """
    if not districts:
        raise ValueError("a city needs a district")
    first = next(iter(districts.values())).representative_point()
    ground = Ground(float(first.x), float(first.y), turned)
    found: list[Blocks] = []
    left = count
    for place, outline in enumerate(districts.values()):
        some = _blocks(ground, outline, place, left)
        found.append(some)
        left -= len(some)
        if left <= 0:
            break
    whole = Blocks(
        np.concatenate([each.column for each in found]),
        np.concatenate([each.row for each in found]),
        np.concatenate([each.district for each in found]),
    )
    if not len(whole):
        raise ValueError("the districts have no room for a block")
    return ground, whole


def _blocks(ground: Ground, outline: BaseGeometry, place: int, most: int) -> Blocks:
    corners = ground.of_metres(shapely.get_coordinates(outline))
    lowest = np.floor(corners.min(axis=0) / (WIDE, DEEP)).astype(int)
    highest = np.ceil(corners.max(axis=0) / (WIDE, DEEP)).astype(int)
    columns, rows = np.meshgrid(
        np.arange(lowest[0], highest[0] + 1), np.arange(lowest[1], highest[1] + 1)
    )
    column, row = columns.ravel(), rows.ravel()
    boxes = ground.rings(
        column * WIDE - MARGIN, row * DEEP - MARGIN,
        (column + 1) * WIDE + MARGIN, (row + 1) * DEEP + MARGIN,
    )  # fmt: skip
    shapely.prepare(outline)
    inside = shapely.contains(outline, boxes)
    column, row = column[inside], row[inside]
    middle = ground.of_metres(shapely.get_coordinates(outline.representative_point()))[0]
    away = np.hypot((column + 0.5) * WIDE - middle[0], (row + 0.5) * DEEP - middle[1])
    nearest = np.lexsort((column, row, np.round(away, 3)))[:most]
    return Blocks(column[nearest], row[nearest], np.full(len(nearest), place))


ROAD, STREET, LANE = 0, 1, 2
"""Kinds of lines: a road (路) along, a street (街) across, a lane (巷) through a block."""


@dataclass(frozen=True, slots=True)
class Sections:
    """Sections of roads (路段) between two places (a, b) of the grid of half blocks."""

    kind: Whole
    a: Whole
    b: Whole
    a2: Whole
    b2: Whole
    district: Whole

    def __len__(self) -> int:
        return len(self.kind)

    def take(self, which: Any) -> "Sections":
        """Return some of them."""
        return Sections(
            self.kind[which], self.a[which], self.b[which], self.a2[which], self.b2[which],
            self.district[which],
        )  # fmt: skip

    @property
    def ends(self) -> tuple[Any, Any, Any, Any]:
        """Both ends on the turned grid in metres: along, across, along, across."""
        half = WIDE / 2, DEEP / 2
        return self.a * half[0], self.b * half[1], self.a2 * half[0], self.b2 * half[1]


_AROUND = (
    (ROAD, 0, 0, 2, 0), (ROAD, 0, 2, 2, 2), (STREET, 0, 0, 0, 1), (STREET, 0, 1, 0, 2),
    (STREET, 2, 0, 2, 1), (STREET, 2, 1, 2, 2), (LANE, 0, 1, 2, 1),
)  # fmt: skip
"""Kind, and both ends in half blocks from the block's corner."""


def sections_around(blocks: Blocks) -> Sections:
    """Return each section of road around and through the blocks once, in a fixed order."""
    a, b = blocks.column * 2, blocks.row * 2
    rows = np.concatenate(
        [
            np.stack(
                [np.full(len(a), kind), a + da, b + db, a + da2, b + db2, blocks.district], axis=1
            )
            for kind, da, db, da2, db2 in _AROUND
        ]
    )
    _, first = np.unique(rows[:, :5], axis=0, return_index=True)
    kept = rows[np.sort(first)]
    return Sections(*(kept[:, at] for at in range(6)))
