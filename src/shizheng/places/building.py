"""From what somebody gives to what a register keeps: values read, shapes put right, places found.

One thing and a hundred thousand go the same way, so that a file is held to the same rules as a
form. Nothing here writes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from shizheng.core.models import Area, User
from shizheng.core.rows import Json
from shizheng.kernel.errors import DomainError
from shizheng.places.definitions import RegisterBody
from shizheng.places.domain.errors import OutsideCity
from shizheng.places.domain.grids import WGS84, Shapes, reprojected
from shizheng.places.domain.lookups import NOWHERE, Lookup, lookup_of
from shizheng.places.domain.plausible import slip
from shizheng.places.domain.rules import broken
from shizheng.places.domain.shaping import Kind, Note, are_sound, put_right
from shizheng.places.domain.values import (
    Reader,
    Value,
    checked_key,
    checked_state,
    given_to_rules,
)
from shizheng.places.frame import Frame
from shizheng.places.models import Feature, Register


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


_said = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class Kept:
    """A place as it is written: WKB in degrees and in metres; west, south, east, north."""

    shape: bytes | None
    metres: bytes | None
    bounds: tuple[float | None, ...]


NOTHING_KEPT = Kept(None, None, (None,) * 4)


@dataclass(slots=True)
class Built:
    """A thing as it may be kept, or why it may not; notes are for whoever answers for it."""

    key: str
    state: str = ""
    values: dict[str, Value] = field(default_factory=dict)
    geometry: BaseGeometry | None = None
    metres: BaseGeometry | None = None
    kept: Kept = NOTHING_KEPT
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
    text: str = ""

    @property
    def said(self) -> Json:
        """The values as JSON, by name."""
        return Json(self.text or _said(self.values))

    @property
    def digest(self) -> str:
        """SHA-256 of state, values and shape."""
        shape = "" if self.kept.shape is None else self.kept.shape.hex().upper()
        said = f'[{_said(self.state)}, {self.said}, "{shape}"]'
        return hashlib.sha256(said.encode()).hexdigest()


def built_all(
    body: RegisterBody, given: Sequence[Given], *, frame: Frame, epsg: int = WGS84
) -> list[Built]:
    """Return each thing as it may be kept, in the order in which they came.

    Args:
        frame: the city on the day from which it holds; the areas of that day count.
        epsg: system of the geometries.

    Raises:
        GridUnknown: no such system.
    """
    reader = Reader(body)
    found = [_read(body, reader, each) for each in given]
    raw = np.array([each.geometry for each in given], dtype=object)
    finish(body, found, raw, frame=frame, epsg=epsg)
    return found


def finish(body: RegisterBody, found: list[Built], raw: Shapes, *, frame: Frame, epsg: int) -> None:
    """Give things whose values are read their places, in the system ``epsg``; ask the rules."""
    if found:
        _place(body, found, raw, frame=frame, epsg=epsg)
    if body.rules:
        for each in found:
            _judge(body, each)


def _read(body: RegisterBody, reader: Reader, given: Given) -> Built:
    values, problems = reader.all(given.values)
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


def _place(body: RegisterBody, found: list[Built], raw: Shapes, *, frame: Frame, epsg: int) -> None:
    kind = Kind(body.geometry.kind)
    degrees = reprojected(raw, source=epsg)
    slips = _slips(degrees, raw, frame, epsg) if kind is not Kind.NONE else {}
    sound = are_sound(degrees, kind).tolist()
    for place, (each, shape, is_sound) in enumerate(zip(found, degrees, sound, strict=True)):
        if is_sound and place not in slips:
            each.geometry = shape
        else:
            _put_right(body, each, shape, slips.get(place))
    _measure(body, [each for each in found if each.geometry is not None], frame)


def _put_right(
    body: RegisterBody, each: Built, given: BaseGeometry | None, slipped: DomainError | None
) -> None:
    wish = body.geometry
    shape = put_right(given, Kind(wish.kind), is_required=wish.required)
    problem = shape.problem
    if slipped is not None and problem is None:
        if not _is_let(slipped, wish.outside_city):
            problem = slipped
        elif wish.outside_city == "note":
            each.notes.append({"code": Note.OUTSIDE.value})
    if problem is not None:
        each.problems.append(problem)
        return
    each.geometry = shape.geometry
    each.notes += [{"code": str(note)} for note in shape.notes]


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


def _measure(body: RegisterBody, found: list[Built], frame: Frame) -> None:
    """Give each its place in metres, its measures, its cell, its district and village."""
    if not found:
        return
    shapes = np.array([each.geometry for each in found], dtype=object)
    metres = frame.metres.of(shapes)
    kind = Kind(body.geometry.kind)
    nothing = [None] * len(found)
    is_line, is_polygon = kind in (Kind.LINE, Kind.LINE_3D), kind is Kind.POLYGON
    lengths = shapely.length(metres).tolist() if is_line else nothing
    surfaces = shapely.area(metres).tolist() if is_polygon else nothing
    inside = shapely.point_on_surface(shapes)
    spots = np.column_stack([shapely.get_x(inside), shapely.get_y(inside)])
    rows = zip(
        found, metres, shapely.to_wkb(shapes).tolist(), shapely.to_wkb(metres).tolist(),
        shapely.bounds(shapes).tolist(), _cells(body, metres, frame), lengths, surfaces,
        _areas(spots, frame, Area.Kind.DISTRICT), _areas(spots, frame, Area.Kind.VILLAGE),
        strict=True,
    )  # fmt: skip
    for at, (each, in_metres, wkb, metres_wkb, bounds, *said) in enumerate(rows):
        each.metres, each.kept = in_metres, Kept(wkb, metres_wkb, tuple(bounds))
        each.cell, each.length_m, each.area_m2, district, village = said
        each.district = frame.areas.get(district or "")
        each.village = frame.areas.get(village or "")
        if district is None and village is None and frame.boxes:
            _outside(body, each, float(spots[at][0]), float(spots[at][1]))


def _areas(spots: NDArray[np.float64], frame: Frame, kind: Area.Kind) -> list[str | None]:
    fit = (np.abs(spots[:, 0]) <= 180) & (np.abs(spots[:, 1]) <= 90)
    asked = iter(frame.areas_of(spots[fit], kind))
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
    return [*zip(shapely.get_x(middles).tolist(), shapely.get_y(middles).tolist(), strict=True)]


def _judge(body: RegisterBody, each: Built) -> None:
    """Ask the rules of the register, once the values can be read."""
    if each.problems:
        return
    given = given_to_rules(body, each.values, each.state, each.length_m, each.area_m2)
    for rule, problem in broken(body, given):
        if rule.severity == "refuse":
            each.problems.append(problem)
        else:
            each.notes.append({"code": Note.RULE.value, "rule": rule.id})


class Named(Protocol):
    """A thing, or one that comes to be."""

    @property
    def pk(self) -> Any:
        """Its number."""

    @property
    def key(self) -> str:
        """What it is called."""


FIELDS = (
    "thing_id", "register_id", "key", "valid_from", "valid_to", "recorded_from", "recorded_to",
    "state", "properties", "shape", "metres", "min_x", "min_y", "max_x", "max_y", "cell_x",
    "cell_y", "length_m", "area_m2", "district_id", "village_id", "notes", "lookup", "lookup_en",
    "lookup_number", "is_synthetic", "source", "digest", "definition", "recorded_by_id",
)  # fmt: skip
"""Of a state of a thing, all but the number that the database gives it."""


@dataclass(frozen=True, slots=True)
class Act:
    """Into which register, under which version of its declaration, when and by whom is written."""

    register: Any
    definition: int
    at: datetime
    by: Any

    @classmethod
    def of(cls, register: Register, *, at: datetime, by: User | None) -> "Act":
        """Return what stands in every row that one act writes."""
        return cls(register.pk, register.current.version, at, by.pk if by else None)


def values_of(
    built: Built, *, act: Act, thing: Named, valid_from: date, valid_to: date | None
) -> tuple[Any, ...]:
    """Return the ``FIELDS`` that say what was built of a thing over a span of days."""
    lookup, kept = built.lookup, built.kept
    return (
        thing.pk, act.register, thing.key, valid_from, valid_to, act.at, None, built.state,
        built.said, kept.shape, kept.metres, *kept.bounds, *(built.cell or (None, None)),
        built.length_m, built.area_m2, built.district, built.village, built.notes, lookup.words,
        lookup.english, lookup.number, built.is_synthetic, built.source, built.digest,
        act.definition, act.by,
    )  # fmt: skip


def copied(
    row: Feature, *, valid_from: date, valid_to: date | None, at: datetime
) -> tuple[Any, ...]:  # fmt: skip
    """Return the ``FIELDS`` that say of another span what ``row`` says of its own."""
    new = {
        "valid_from": valid_from, "valid_to": valid_to, "recorded_from": at, "recorded_to": None
    }  # fmt: skip
    return tuple(new[name] if name in new else getattr(row, name) for name in FIELDS)
