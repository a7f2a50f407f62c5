"""Vector tiles: shapes and what is told of them, as Mapbox Vector Tile 2.1 (向量圖磚編碼).

Whole arrays go through each step, so that a tile of thousands of things costs few calls. What
would vanish by rounding to the grid of the tile is drawn as its smallest shape: nothing is lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from struct import pack
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from shizheng.places.domain.mercator import BUFFER, EXTENT, Tile

Shapes = NDArray[Any]
Longs = NDArray[np.int64]
_POINT, _LINE, _POLYGON = 1, 2, 3
_LEAST = {_LINE: 2, _POLYGON: 3}
"""Points of a part that can be drawn; the last of a ring is not counted."""


def encoded(name: str, tile: Tile, shapes: Shapes, columns: Mapping[str, Sequence[Any]]) -> bytes:
    """Return one layer of a tile; empty where nothing of it lies in the tile.

    Args:
        shapes: longitude and latitude; all points, all lines or all polygons; none is None.
        columns: name of a property to its value for each shape; None where there is none.
    """
    drawn = _cut(shapes, tile)
    sizes = np.where(shapely.is_empty(drawn), -1, shapely.get_dimensions(drawn))
    some = np.flatnonzero((sizes >= 0) & (sizes == sizes.max(initial=-1)))
    if not len(some):
        return b""
    kind, geometry, ends = _commands(drawn[some])
    (told, told_ends), keys, values = _tags(columns, some)
    features = _features(told, told_ends, geometry, ends, kind)
    layer = b"".join(
        [b"\x78\x02", _field(0x0A, name.encode()), *features,
         *(_field(0x1A, each.encode()) for each in keys), *values, b"\x28", _varint(EXTENT)]
    )  # fmt: skip
    return _field(0x1A, layer)


def _features(
    told: bytes, told_ends: list[int], geometry: bytes, ends: list[int], kind: int
) -> list[bytes]:
    """Return each thing as it is written, from what is told of it and the commands that draw it."""
    head = bytes((0x18, kind, 0x22))
    features: list[bytes] = []
    tag_from = from_ = 0
    for to, tag_to in zip(ends, told_ends, strict=True):
        size, tag_size = to - from_, tag_to - tag_from
        length, tag_length = _varint(size), _varint(tag_size)
        whole = size + tag_size + len(length) + len(tag_length) + 4
        features += (
            b"\x12", _varint(whole), b"\x12", tag_length, told[tag_from:tag_to], head, length,
            geometry[from_:to],
        )  # fmt: skip
        from_, tag_from = to, tag_to
    return features


def _tags(
    columns: Mapping[str, Sequence[Any]], some: Longs
) -> tuple[tuple[bytes, list[int]], list[str], list[bytes]]:
    """Return pairs of numbers of key and value for each shape, the keys, the values as written."""
    known: dict[tuple[type, Any], int] = {}
    pairs = np.full((len(some), len(columns), 2), -1, dtype=np.int64)
    at = some.tolist()
    for place, column in enumerate(columns.values()):
        told = column if len(at) == len(column) else [column[one] for one in at]
        number = {
            value: -1 if value is None else known.setdefault((type(value), value), len(known))
            for value in dict.fromkeys(told)
        }
        pairs[:, place, 0] = place
        if len(number) == 1:
            pairs[:, place, 1] = next(iter(number.values()))
        else:
            pairs[:, place, 1] = [*map(number.__getitem__, told)]
    has = pairs[:, :, 1] >= 0
    ends = np.cumsum(2 * has.sum(axis=1))
    return _varints(pairs[has].ravel(), ends), list(columns), [_value(value) for _, value in known]


def _value(value: Any) -> bytes:
    if isinstance(value, str):
        told = value.encode()
        if len(told) < 126:
            return b"".join((b"\x22", _SHORT[len(told) + 2], b"\x0a", _SHORT[len(told)], told))
        return _field(0x22, _field(0x0A, told))
    if isinstance(value, bool):
        return _field(0x22, bytes((0x38, value)))
    if isinstance(value, int):
        content = b"\x28" + _varint(value) if value >= 0 else b"\x30" + _varint(-2 * value - 1)
        return _field(0x22, content)
    if isinstance(value, float):
        return _field(0x22, b"\x19" + pack("<d", value))
    return _value(str(value))


def _cut(shapes: Shapes, tile: Tile) -> Shapes:
    """Return shapes in whole units of the tile, cut at its edge, valid; what is outside, empty."""
    points, owners = shapely.get_coordinates(shapes, return_index=True)  # heights are left out
    units = np.stack(tile.units(*points.T.copy()))
    low, high = -BUFFER, EXTENT + BUFFER
    is_over = ((units < low) | (units > high)).any(axis=0)
    over = np.unique(owners[is_over]) if is_over.any() else owners[:0]
    rounded = shapely.set_coordinates(shapes.copy(), np.rint(units).T)
    exact = _Exact(shapes, tile)
    if len(over):
        rounded[over] = shapely.transform(exact.at(over), np.rint)
    return _mended(exact, rounded)


@dataclass(frozen=True, slots=True)
class _Exact:
    """Shapes in units of a tile, not yet whole, cut at its edge: made of those that are needed."""

    shapes: Shapes
    tile: Tile

    def at(self, places: Longs) -> Shapes:
        way: Any = self.tile.units
        units: Shapes = shapely.transform(self.shapes[places], way, interleaved=False)
        low, high = -BUFFER, EXTENT + BUFFER
        bounds = shapely.bounds(units)
        over = (bounds[:, :2] < low).any(axis=1) | (bounds[:, 2:] > high).any(axis=1)
        if over.any():
            units[over] = shapely.clip_by_rect(units[over], low, low, high, high)
        return units


def _mended(exact: _Exact, rounded: Shapes) -> Shapes:
    """Mend polygons that rounding made invalid; draw what it made vanish as small as can be."""
    sizes = shapely.get_dimensions(rounded)
    areas = np.flatnonzero(sizes == 2)
    doubtful = areas[~goes_round_once(rounded[areas])]
    broken = doubtful[~shapely.is_valid(rounded[doubtful])]
    if len(broken):
        whole = shapely.make_valid(exact.at(broken))
        rounded[broken] = _polygons(shapely.set_precision(whole, 1.0))
    lines = np.flatnonzero(sizes == 1)
    gone = np.concatenate(
        [broken[_area(rounded[broken]) == 0.0], lines[_length(rounded[lines]) == 0]]
    ).astype(np.int64)
    units = exact.at(gone)
    is_there = ~shapely.is_empty(units)
    gone, units = gone[is_there], units[is_there]
    if len(gone):
        x, y = np.rint(shapely.get_coordinates(shapely.point_on_surface(units))).T
        is_line = shapely.get_dimensions(units) == 1
        corners = np.stack([np.stack([x, y], 1), np.stack([x + 1, y], 1)], 1)
        least: Any = shapely.box(x, y, x + 1, y + 1)
        least[is_line] = shapely.linestrings(corners[is_line])
        rounded[gone] = least
    return rounded


def goes_round_once(polygons: Shapes) -> NDArray[np.bool_]:
    """Return which polygons are surely valid, in a third of the time that asking GEOS of all takes.

    Seen from the middle of its points, the one border of such a polygon goes round once and never
    back; of others nothing is said.
    """
    points, owners = shapely.get_coordinates(polygons, return_index=True)
    count = len(polygons)
    sizes = np.maximum(np.bincount(owners, minlength=count), 1)
    axes = points.T.copy()
    x, y = (axis - (np.bincount(owners, axis, count) / sizes)[owners] for axis in axes)
    is_edge = owners[:-1] == owners[1:]
    is_edge &= (x[:-1] != x[1:]) | (y[:-1] != y[1:])
    of, turn = owners[:-1][is_edge], (x[:-1] * y[1:] - x[1:] * y[:-1])[is_edge]
    rises = ((y[:-1] < 0) & (y[1:] >= 0))[is_edge]

    def tally(which: NDArray[np.bool_]) -> Longs:
        return np.bincount(of[which], minlength=count)

    edges = np.bincount(of, minlength=count)
    is_one_way = (tally(turn > _SURE) == edges) | (tally(turn < -_SURE) == edges)
    is_once = tally(rises) == 1
    is_plain = (shapely.get_type_id(polygons) == 3) & (
        shapely.get_num_interior_rings(polygons) == 0
    )
    return np.asarray(is_plain & is_one_way & is_once & (edges >= 3))


_SURE = 1e-3
"""Squares of units: more than the reckoning can be wrong by."""


def _area(shapes: Shapes) -> NDArray[np.float64]:
    return np.asarray(shapely.area(shapes))


def _length(shapes: Shapes) -> NDArray[np.float64]:
    return np.asarray(shapely.length(shapes))


def _polygons(shapes: Shapes) -> Shapes:
    """Keep the polygons of shapes whose parts fell to lines and points."""
    parts, owners = shapely.get_parts(shapes, return_index=True)
    nested, of_part = shapely.get_parts(parts, return_index=True)
    is_polygon = shapely.get_type_id(nested) == 3
    kept, at = nested[is_polygon], owners[of_part[is_polygon]]
    found = np.full(len(shapes), shapely.Polygon(), dtype=object)
    if len(kept):
        shapely.multipolygons(kept, indices=at, out=found)
    return found


def _commands(shapes: Shapes) -> tuple[int, bytes, list[int]]:
    """Return the kind, the commands that draw all shapes, and where those of each end."""
    kind = int(shapely.get_dimensions(shapes).max()) + 1
    parts, owners = shapely.get_parts(shapes, return_index=True)
    if kind == _POLYGON:
        wanted = shapely.get_type_id(parts) == 3
        turned = shapely.orient_polygons(parts[wanted], exterior_cw=False)
        rings, of_part = shapely.get_rings(turned, return_index=True)
        parts, owners = rings, owners[wanted][of_part]
    points, of_part = shapely.get_coordinates(parts, return_index=True)
    at = points.T.astype(np.int64, order="C")
    if kind == _POINT:
        return _POINT, *_points(at, owners, len(shapes))
    x, y = at
    goes_on = of_part[1:] == of_part[:-1]
    moves = (x[1:] != x[:-1]) | (y[1:] != y[:-1])
    # the last point of a ring is its first: the ring is closed by a command
    is_closed = kind == _POLYGON
    keep = np.append(moves & goes_on, False) if is_closed else np.append(moves | ~goes_on, True)
    fit = np.bincount(of_part[keep], minlength=len(parts)) >= _LEAST[kind]
    if not fit.all():
        keep &= fit[of_part]
    at, of_part = at[:, keep], of_part[keep]
    starts = np.flatnonzero(np.append(True, of_part[1:] != of_part[:-1]))
    return kind, *_drawn(at, owners[of_part], starts, len(shapes), is_closed=is_closed)


def _zigzag(at: Longs, owners: Longs) -> tuple[Longs, NDArray[np.bool_]]:
    """Return the steps from point to point as they are written, and which point is a shape's first.

    Args:
        at: int64 (2, n).
    """
    steps = np.diff(at, axis=1, prepend=0)
    fresh = np.append(True, owners[1:] != owners[:-1])
    steps[:, fresh] = at[:, fresh]
    return (steps << 1) ^ (steps >> 63), fresh


def _drawn(
    at: Longs, owners: Longs, starts: Longs, count: int, *, is_closed: bool
) -> tuple[bytes, list[int]]:  # fmt: skip
    """Return the commands: moves to the first points of parts, lines to the rest, closing."""
    zigzag, _fresh = _zigzag(at, owners)
    sizes = np.diff(np.append(starts, len(owners)))
    width = np.full(len(owners), 2, dtype=np.int64)  # numbers of each point, with commands about it
    width[starts] = 3
    width[starts + 1] = 3
    if is_closed:
        width[starts + sizes - 1] += 1
    end = np.cumsum(width)
    begin = end - width
    place = begin.copy()
    place[starts] += 1
    place[starts + 1] += 1
    out = np.full(int(end[-1]), 15, dtype=np.int64)
    out[place], out[place + 1] = zigzag
    out[begin[starts]] = 9
    out[begin[starts + 1]] = ((sizes - 1) << 3) | 2
    return _varints(out, end[_lasts(owners, count)])


def _points(at: Longs, owners: Longs, count: int) -> tuple[bytes, list[int]]:
    zigzag, fresh = _zigzag(at, owners)
    numbers = np.bincount(owners, minlength=count)
    end = np.cumsum(2 * numbers + 1)
    out = np.zeros(int(end[-1]), dtype=np.int64)
    place = 2 * np.arange(len(owners)) + np.cumsum(fresh)
    out[place], out[place + 1] = zigzag
    out[end - 2 * numbers - 1] = (numbers << 3) | 1
    return _varints(out, end)


def _lasts(owners: Longs, count: int) -> Longs:
    return np.cumsum(np.bincount(owners, minlength=count)) - 1


def _varints(numbers: Longs, ends: Longs) -> tuple[bytes, list[int]]:
    """Return numbers as varints, and where in the bytes the first ``ends[i]`` numbers end."""
    most = int(numbers.max(initial=0))
    rest: NDArray[Any] = numbers.astype(np.uint32 if most < 1 << 32 else np.uint64)
    width = np.ones(len(numbers), dtype=np.uint8)
    for bits in range(7, most.bit_length(), 7):
        width += rest >= 1 << bits
    end = np.cumsum(width, dtype=np.int64)
    out = np.zeros(int(end[-1]) if len(end) else 0, dtype=np.uint8)
    place = end - width
    while len(rest):
        goes_on = np.flatnonzero(rest >= 0x80)
        out[place] = rest & 0x7F
        out[place[goes_on]] |= 0x80
        rest, place = rest[goes_on] >> 7, place[goes_on] + 1
    return out.tobytes(), np.append(0, end)[ends].tolist()


def _varint(number: int) -> bytes:
    return _SHORT[number] if number < len(_SHORT) else _long_varint(number)


def _long_varint(number: int) -> bytes:
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _field(tag: int, content: bytes) -> bytes:
    return b"".join((bytes((tag,)), _varint(len(content)), content))


_SHORT = tuple(map(_long_varint, range(2048)))
