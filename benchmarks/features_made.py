"""An invented city of gutters for features.py, made from a seed: streets cut into pieces.

Streets wander through the districts of Kaohsiung as dense as gutters lie in a town (700 pieces on
a square kilometre, so that a tile of zoom 14 holds 3,500); a piece ends where the next begins.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

DENSITY = 700.0
"""Pieces on a square kilometre."""
PIECES = 20
"""So many pieces make a street; each has two to twelve points."""
DEGREE_KM = 111.3
KINDS = ("open", "covered", "box", "pipe")
COLUMNS = ("key", "road", "kind", "width_m", "height_m", "slope_permille", "cleared_on",
           "silt_share", "has_cables")  # fmt: skip


@dataclass(frozen=True)
class Made:
    """Columns by name, each of as many values as there are lines."""

    lines: NDArray[Any]
    columns: dict[str, NDArray[Any]]


def made(count: int, seed: int = 109) -> Made:
    """Return so many gutters."""
    chance = np.random.default_rng(seed)
    lines = np.concatenate([*_streets(count, chance)])[:count]
    number = np.arange(count)
    cleared = np.datetime64("2015-01-01") + chance.integers(0, 1_800, count)
    columns = {
        "key": np.char.add("G-", (number + 1).astype(str)),
        "road": np.char.add("Street ", (number // PIECES + 1).astype(str)),
        "kind": np.array(KINDS)[number % 4],
        "width_m": chance.uniform(0.2, 2, count).round(2),
        "height_m": chance.uniform(0.2, 2, count).round(2),
        "slope_permille": chance.uniform(-20, 20, count).round(2),
        "cleared_on": np.datetime_as_string(cleared.astype("datetime64[D]")),
        "silt_share": chance.uniform(0, 1, count).round(2),
        "has_cables": np.where(chance.random(count) < 0.2, "true", "false"),
    }
    return Made(lines, columns)


def _streets(count: int, chance: Any) -> Any:
    """Yield the pieces of streets within the city, some thousand streets at a time."""
    land = _land(count)
    west, south, east, north = land.bounds
    shapely.prepare(land)
    found = 0
    while found < count:
        starts = chance.uniform((west, south), (east, north), (4_000, 2))
        heading = chance.uniform(0, 2 * np.pi, 4_000)
        sizes = chance.integers(1, 12, (4_000, PIECES))  # steps of each piece
        steps = sizes.sum(axis=1)
        of = np.repeat(np.arange(4_000), steps)
        begin = np.concatenate([[0], np.cumsum(steps)])
        turn = np.cumsum(chance.normal(0, 0.12, len(of)))
        turn -= turn[begin[:-1]][of]
        along = 8 / 1000 / DEGREE_KM  # eight metres from point to point
        way = np.column_stack([np.cos(heading[of] + turn), np.sin(heading[of] + turn)]) * along
        path = np.cumsum(way, axis=0)
        path += (starts - path[begin[:-1]])[of]
        ends = np.cumsum(sizes.ravel())
        firsts = ends - sizes.ravel()  # a piece begins with the last point of the one before
        lengths = np.minimum(sizes.ravel() + 1, len(of) - firsts)
        at = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        points = path[np.repeat(firsts, lengths) + at].round(7)
        street = np.repeat(of[firsts], lengths)
        points_street = of[np.minimum(np.repeat(firsts, lengths) + at, len(of) - 1)]
        own = points_street == street
        piece = np.repeat(np.arange(len(firsts)), lengths)[own]
        there = np.bincount(piece, minlength=len(firsts)) >= 2
        kept = there[piece]
        renumbered = np.cumsum(there) - 1
        pieces = shapely.linestrings(points[own][kept], indices=renumbered[piece[kept]])
        pieces = pieces[shapely.covers(land, pieces)]
        found += len(pieces)
        yield pieces


def _land(count: int) -> Any:
    """Return the city around its middle, as large as so many gutters need."""
    file = Path(__file__).parents[1] / "packs" / "kaohsiung" / "areas" / "districts.geojson"
    shapes = [
        shapely.geometry.shape(each["geometry"])
        for each in json.loads(file.read_text(encoding="utf-8"))["features"]
    ]
    city = shapely.union_all(shapes)
    city = max(shapely.get_parts(city), key=lambda part: part.area).buffer(-0.0005)
    middle = shapely.Point(120.32, 22.63)
    wanted = count / DENSITY / DEGREE_KM**2 / np.cos(np.radians(22.6))
    near, far = 0.001, 1.5
    for _ in range(40):
        reach = (near + far) / 2
        if city.intersection(middle.buffer(reach)).area < wanted:
            near = reach
        else:
            far = reach
    return city.intersection(middle.buffer(far))
