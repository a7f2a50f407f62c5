"""Pipes along a line in the ground: how far along, how high or how deep (管線剖面).

Only what a viewer sees as it is takes part: lines with heights, and lines whose declaration names
the field of their depth if that field is theirs to see.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from shizheng.core.access import Person
from shizheng.places.maps.layers import Entry, entries_of
from shizheng.places.pages import showing
from shizheng.places.selectors.layers import Layer, Question
from shizheng.places.selectors.showing import Shown

STEP_M = 2.0
"""Lines are looked at every so many metres."""
MOST = 400
Measure = Literal["height", "depth"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A pipe along the line.

    Args:
        measure: ``height`` in metres above sea level, ``depth`` in metres below the surface.
        runs: (metres along the line, height or depth), in order.
        courses: the same runs as (metres east, metres north, height or depth).
        away_m: how far it comes to the line.
    """

    entry: Entry
    shown: Shown
    measure: Measure
    runs: tuple[tuple[tuple[float, float], ...], ...]
    courses: tuple[tuple[tuple[float, float, float], ...], ...]
    away_m: float

    @property
    def levels(self) -> tuple[float, float]:
        """The lowest and highest number."""
        found = [level for run in self.runs for _along, level in run]
        return min(found), max(found)

    @property
    def colour(self) -> str:
        """As on the map."""
        style = self.entry.layer.sight.body.style
        return style.colours.get(str(self.shown.values.get(style.by or "")), style.colour)

    @property
    def size(self) -> str:
        """How wide it is, in words; nothing where that is not told."""
        body = self.entry.layer.sight.body
        for field in self.entry.layer.sight.fields:
            if field.id == body.geometry.size_field:
                return showing.value_in_words(field, body, self.shown.values.get(field.id))
        return ""


def measure_of(layer: Layer) -> Measure | None:
    """Return what a viewer is told of the third axis of a layer; None for nothing."""
    wish, sight = layer.sight.body.geometry, layer.sight
    if not sight.is_exact:
        return None
    if wish.kind == "line_3d":
        return "height"
    is_told = wish.kind == "line" and wish.depth_field in {each.id for each in sight.fields}
    return "depth" if is_told else None


def layers_with_depth(viewer: Person) -> list[Entry]:
    """Return the layers of which ``viewer`` may see how deep things lie."""
    return [each for each in entries_of(viewer, ()) if measure_of(each.layer)]


def pieces_along(
    entries: Iterable[Entry], line: BaseGeometry, *, reach_m: float, on: date
) -> list[Piece]:
    """Return the pipes within so many metres of a line, those nearest its beginning first.

    Args:
        line: longitude and latitude.
        reach_m: on the ground, to either side.
    """
    found = [piece for each in entries for piece in _pieces(each, line, reach_m, on)]
    return sorted(found, key=lambda piece: (piece.runs[0][0][0], piece.shown.key))[:MOST]


def _pieces(entry: Entry, line: BaseGeometry, reach_m: float, on: date) -> Iterator[Piece]:
    layer, measure = entry.layer, measure_of(entry.layer)
    if measure is None:
        return
    (measured,) = layer.metres.of(np.array([line], dtype=object))
    for away, shown in layer.within_m(line, reach_m, Question(on=on)):
        if shown.geometry is None:
            continue
        (metres,) = layer.metres.of(np.array([shown.geometry], dtype=object))
        depth = shown.values.get(layer.sight.body.geometry.depth_field or "")
        if measure == "depth" and depth is None:
            continue
        fixed = float(depth) if measure == "depth" and depth is not None else None
        found = [*_runs(metres, measured, reach_m, fixed)]
        if found:
            runs, courses = zip(*found, strict=True)
            yield Piece(entry, shown, measure, runs, courses, away)


def _runs(
    pipe: Any, line: Any, reach_m: float, depth: float | None
) -> Iterator[tuple[tuple[tuple[float, float], ...], tuple[tuple[float, float, float], ...]]]:
    """Yield the parts of a pipe that run within reach of the line, along it and in space."""
    for part in shapely.get_parts(shapely.segmentize(pipe, STEP_M)):
        points = shapely.get_coordinates(part, include_z=depth is None)
        spots = shapely.points(points[:, :2])
        near = shapely.distance(line, spots) <= reach_m
        along = shapely.line_locate_point(line, spots)
        levels = points[:, 2] if depth is None else np.full(len(points), depth)
        cuts = np.flatnonzero(np.diff(near.astype(int))) + 1
        for some in np.split(np.arange(len(points)), cuts):
            if near[some[0]] and np.isfinite(levels[some]).all():
                beside = np.column_stack([along[some], levels[some]])
                in_space = np.column_stack([points[some, :2], levels[some]])
                yield tuple(map(tuple, beside.tolist())), tuple(map(tuple, in_space.tolist()))
