"""From what somebody gives to what a register keeps: values read, shapes put right, places found.

One thing and a hundred thousand go the same way, so that a file is held to the same rules as a
form. Nothing here writes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from shizheng.core.areas import areas_of
from shizheng.core.models import Area, User
from shizheng.kernel.errors import DomainError
from shizheng.places.definitions import RegisterBody
from shizheng.places.domain.errors import OutsideCity
from shizheng.places.domain.grids import WGS84, Shapes, reprojected
from shizheng.places.domain.lookups import NOWHERE, Lookup, lookup_of
from shizheng.places.domain.plausible import slip
from shizheng.places.domain.rules import broken
from shizheng.places.domain.shaping import Kind, Note, shaped_many
from shizheng.places.domain.values import (
    Value,
    checked_key,
    checked_state,
    given_to_rules,
    read_all,
)
from shizheng.places.frame import Frame
from shizheng.places.models import Feature, Register, Thing


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of a thing; the geometry in the system ``epsg`` of the whole batch."""

    key: str
    values: Mapping[str, object]
    state: str | None = None
    geometry: BaseGeometry | None = None
    source: str = ""
    problem: DomainError | None = None
    is_synthetic: bool = False


@dataclass(slots=True)
class Built:
    """A thing as it may be kept, or why it may not; notes are for whoever answers for it."""

    key: str
    state: str = ""
    values: dict[str, Value] = field(default_factory=dict)
    geometry: BaseGeometry | None = None
    metres: BaseGeometry | None = None
    cell: tuple[float, float] | None = None
    length_m: float | None = None
    area_m2: float | None = None
    district: Any = None
    village: Any = None
    source: str = ""
    lookup: Lookup = NOWHERE
    is_synthetic: bool = False
    notes: list[dict[str, Any]] = field(default_factory=list)
    problems: list[DomainError] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """SHA-256 of state, values and shape."""
        shape = "" if self.geometry is None else shapely.to_wkb(self.geometry, hex=True)
        said = json.dumps([self.state, self.values, shape], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


def built_all(
    body: RegisterBody, given: Sequence[Given], *, frame: Frame, on: date, epsg: int = WGS84
) -> list[Built]:
    """Return each thing as it may be kept, in the order in which they came.

    Args:
        frame: the city on that day.
        on: the day from which it holds; the areas of that day count.
        epsg: system of the geometries.

    Raises:
        GridUnknown: no such system.
    """
    found = [_read(body, each) for each in given]
    raw = np.array([each.geometry for each in given], dtype=object)
    if len(raw):
        _place(body, found, raw, frame=frame, on=on, epsg=epsg)
    for each in found:
        _judge(body, each)
    return found


def _read(body: RegisterBody, given: Given) -> Built:
    values, problems = read_all(body, given.values)
    found = Built(
        key=given.key, values=values, problems=problems, source=given.source[:200],
        lookup=lookup_of(body, values), is_synthetic=given.is_synthetic,
    )  # fmt: skip
    if given.problem is not None:
        problems.append(given.problem)
    try:
        found.key = checked_key(body, given.key)
        found.state = checked_state(body, given.state)
    except DomainError as problem:
        problems.append(problem)
    return found


def _place(
    body: RegisterBody, found: list[Built], raw: Shapes, *, frame: Frame, on: date, epsg: int
) -> None:
    kind, wish = Kind(body.geometry.kind), body.geometry
    degrees = reprojected(raw, source=epsg)
    slips = _slips(degrees, raw, frame, epsg) if kind is not Kind.NONE else {}
    shapes = shaped_many(degrees, kind, is_required=wish.required)
    for place, (each, shape) in enumerate(zip(found, shapes, strict=True)):
        problem = shape.problem
        if place in slips and problem is None:
            if not _is_let(slips[place], wish.outside_city):
                problem = slips[place]
            elif wish.outside_city == "note":
                each.notes.append({"code": Note.OUTSIDE.value})
        if problem is not None:
            each.problems.append(problem)
            continue
        each.geometry = shape.geometry
        each.notes += [{"code": str(note)} for note in shape.notes]
    _measure(body, [each for each in found if each.geometry is not None], frame, on)


def _is_let(problem: DomainError, outside_city: str) -> bool:
    """Whether a place outside the city may be kept; slips of axes and grids never are."""
    return isinstance(problem, OutsideCity) and outside_city != "refuse"


def _slips(degrees: Shapes, raw: Shapes, frame: Frame, epsg: int) -> dict[int, DomainError]:
    """Return for each shape with a point far outside the city what seems to be wrong."""
    if not frame.boxes:
        return {}
    points, owners = shapely.get_coordinates(degrees, return_index=True)
    inside = np.zeros(len(points), dtype=bool)
    for box in frame.boxes:
        inside |= _in_box(points, box.west, box.south, box.east, box.north)
    outside = np.flatnonzero(~inside)
    if not len(outside):
        return {}
    given = shapely.get_coordinates(raw)
    first = {int(owners[at]): int(at) for at in outside[::-1]}
    judged = {
        owner: slip(float(given[at, 0]), float(given[at, 1]), stated=epsg, city=frame.boxes)
        for owner, at in first.items()
    }
    return {owner: problem for owner, problem in judged.items() if problem is not None}


def _in_box(
    points: NDArray[np.float64], west: float, south: float, east: float, north: float
) -> NDArray[np.bool_]:
    x, y = points[:, 0], points[:, 1]
    return (x >= west) & (x <= east) & (y >= south) & (y <= north)


def _measure(body: RegisterBody, found: list[Built], frame: Frame, on: date) -> None:
    """Give each its place in metres, its measures, its cell, its district and village."""
    if not found:
        return
    shapes = np.array([each.geometry for each in found], dtype=object)
    metres = frame.metres.of(shapes)
    lengths, surfaces = shapely.length(metres), shapely.area(metres)
    inside = shapely.point_on_surface(shapes)
    spots = np.column_stack([shapely.get_x(inside), shapely.get_y(inside)])
    codes = {kind: _areas(spots, on, kind) for kind in Area.Kind}
    cells = _cells(body, metres, frame)
    kind = Kind(body.geometry.kind)
    for at, each in enumerate(found):
        each.metres, each.cell = metres[at], cells[at]
        each.length_m = float(lengths[at]) if kind in (Kind.LINE, Kind.LINE_3D) else None
        each.area_m2 = float(surfaces[at]) if kind is Kind.POLYGON else None
        district = codes[Area.Kind.DISTRICT][at]
        village = codes[Area.Kind.VILLAGE][at]
        each.district, each.village = (
            frame.areas.get(district or ""),
            frame.areas.get(village or ""),
        )
        if district is None and village is None and frame.boxes:
            _outside(body, each, float(spots[at][0]), float(spots[at][1]))


def _areas(spots: NDArray[np.float64], on: date, kind: Area.Kind) -> list[str | None]:
    fit = (np.abs(spots[:, 0]) <= 180) & (np.abs(spots[:, 1]) <= 90)
    asked = iter(areas_of(spots[fit], on=on, kind=kind))
    return [next(asked) if is_fit else None for is_fit in fit.tolist()]


def _outside(body: RegisterBody, each: Built, x: float, y: float) -> None:
    if body.geometry.outside_city == "refuse":
        if not any(isinstance(problem, OutsideCity) for problem in each.problems):
            each.problems.append(OutsideCity(x=f"{x:.6f}", y=f"{y:.6f}", distance="< 1"))
    elif body.geometry.outside_city == "note" and {"code": Note.OUTSIDE.value} not in each.notes:
        each.notes.append({"code": Note.OUTSIDE.value})


def _cells(body: RegisterBody, metres: Shapes, frame: Frame) -> list[tuple[float, float] | None]:
    wish = body.geometry
    if wish.others != "grid" or wish.exact_for == body.seen_by:
        return [None] * len(metres)
    middles = frame.metres.grid_cells(metres, wish.grid_m)
    return [(float(middle.x), float(middle.y)) for middle in middles]


def _judge(body: RegisterBody, each: Built) -> None:
    """Ask the rules of the register, once the values can be read."""
    if each.problems or not body.rules:
        return
    given = given_to_rules(body, each.values, each.state, each.length_m, each.area_m2)
    for rule, problem in broken(body, given):
        if rule.severity == "refuse":
            each.problems.append(problem)
        else:
            each.notes.append({"code": Note.RULE.value, "rule": rule.id})


def feature_of(
    built: Built, *, register: Register, thing: Thing, valid_from: date, valid_to: date | None,
    at: datetime, by: User | None,
) -> Feature:  # fmt: skip
    """Return the row that says what was built of a thing over a span of days."""
    has = built.geometry is not None
    bounds = shapely.bounds(built.geometry).tolist() if has else [None] * 4
    cell = built.cell or (None, None)
    return Feature(
        thing_id=thing.pk, register_id=register.pk, key=thing.key, valid_from=valid_from,
        valid_to=valid_to, recorded_from=at, recorded_to=None, state=built.state,
        properties=built.values, shape=shapely.to_wkb(built.geometry) if has else None,
        metres=shapely.to_wkb(built.metres) if has else None,
        min_x=bounds[0], min_y=bounds[1], max_x=bounds[2], max_y=bounds[3],
        cell_x=cell[0], cell_y=cell[1], length_m=built.length_m, area_m2=built.area_m2,
        district_id=built.district, village_id=built.village, notes=built.notes,
        lookup=built.lookup.words, lookup_en=built.lookup.english,
        lookup_number=built.lookup.number, is_synthetic=built.is_synthetic,
        source=built.source, digest=built.digest, definition=register.current.version,
        recorded_by_id=by.pk if by else None,
    )  # fmt: skip


def copied(row: Feature, *, valid_from: date, valid_to: date | None, at: datetime) -> Feature:
    """Return a new row that says of another span what ``row`` says of its own."""
    kept = {
        each.attname: getattr(row, each.attname)
        for each in Feature._meta.concrete_fields
        if each.attname not in ("id", "valid_from", "valid_to", "recorded_from", "recorded_to")
    }
    return Feature(
        **kept, valid_from=valid_from, valid_to=valid_to, recorded_from=at, recorded_to=None
    )
