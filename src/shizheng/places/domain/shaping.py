"""Geometry as a register keeps it: of its kind, valid, turned the right way; or refused.

What can be put right without guessing is put right and noted; what cannot is refused.
"""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import shapely
import shapely.errors
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from shizheng.kernel.errors import N_, DomainError
from shizheng.places.domain.errors import (
    DepthMissing,
    GeometryCollapsed,
    GeometryKindWrong,
    GeometryMissing,
    GeometryNotANumber,
    GeometryTooLong,
    GeometryUnwanted,
)
from shizheng.places.domain.grids import Shapes

MOST_POINTS = 100_000


class Kind(StrEnum):
    """What a register keeps of a thing's place (圖形種類)."""

    NONE = "none"
    POINT = "point"
    LINE = "line"
    POLYGON = "polygon"
    LINE_3D = "line_3d"


KIND_WORDS = {
    Kind.NONE: N_("no geometry"),
    Kind.POINT: N_("point"),
    Kind.LINE: N_("line"),
    Kind.POLYGON: N_("polygon"),
    Kind.LINE_3D: N_("line with depth"),
}
_SINGLE = {
    Kind.POINT: "Point",
    Kind.LINE: "LineString",
    Kind.LINE_3D: "LineString",
    Kind.POLYGON: "Polygon",
}
_AREAS = ("Polygon", "MultiPolygon")


class Note(StrEnum):
    """What was put right in a geometry (圖形修正)."""

    REPEATED = "repeated_points"
    REPAIRED = "repaired"
    TURNED = "turned"
    FLATTENED = "flattened"
    SINGLE_PART = "single_part"
    OUTSIDE = "outside_city"
    OVERLAPS = "overlaps"
    LOOSE_END = "loose_end"
    RULE = "rule"


NOTE_WORDS = {
    Note.REPEATED: N_("Points that stood twice were left out."),
    Note.REPAIRED: N_("The shape crossed itself and was repaired."),
    Note.TURNED: N_("The border was turned the right way round."),
    Note.FLATTENED: N_("Heights were left out."),
    Note.SINGLE_PART: N_("A collection with one part was taken as that part."),
    Note.OUTSIDE: N_("It lies outside the city."),
    Note.OVERLAPS: N_("It overlaps another."),
    Note.LOOSE_END: N_("An end is joined to nothing."),
    Note.RULE: N_("It does not keep a rule of the register."),
}


@dataclass(slots=True)
class Shaped:
    """A geometry that may be kept, with what was put right; or the reason why not."""

    geometry: BaseGeometry | None = None
    notes: list[str] = field(default_factory=list)
    problem: DomainError | None = None


def shaped(geometry: BaseGeometry | None, kind: Kind, *, is_required: bool) -> Shaped:
    """Return one geometry as ``shaped_many`` makes it.

    Raises:
        DomainError: it cannot be kept; which says why.
    """
    (found,) = shaped_many(np.array([geometry], dtype=object), kind, is_required=is_required)
    if found.problem is not None:
        raise found.problem
    return found


def shaped_many(shapes: Shapes, kind: Kind, *, is_required: bool) -> list[Shaped]:
    """Return each geometry as it can be kept, or why it cannot.

    Most geometries of a file are sound; those are told from the rest all at once.
    """
    sound = are_sound(shapes, kind).tolist()
    return [
        Shaped(shape) if is_sound else put_right(shape, kind, is_required=is_required)
        for shape, is_sound in zip(shapes, sound, strict=True)
    ]


def are_sound(shapes: Shapes, kind: Kind) -> NDArray[np.bool_]:
    """Return whether each geometry can be kept as it is."""
    with np.errstate(invalid="ignore"):  # what is no number is not sound
        return _sound(shapes, kind)


def _sound(shapes: Shapes, kind: Kind) -> NDArray[np.bool_]:
    if kind is Kind.NONE:
        return np.zeros(len(shapes), dtype=bool)
    types = shapely.get_type_id(shapes)
    wanted = {Kind.POINT: (0,), Kind.POLYGON: (3, 6)}.get(kind, (1, 5))
    fit = np.isin(types, wanted) & shapely.is_valid(shapes) & ~shapely.is_empty(shapes)
    fit &= shapely.has_z(shapes) == (kind is Kind.LINE_3D)
    fit &= shapely.get_num_coordinates(shapes) <= MOST_POINTS
    if fit.any():
        candidates = shapes[fit]
        bounds = np.isfinite(shapely.bounds(candidates)).all(axis=1)
        same = shapely.get_num_coordinates(
            shapely.remove_repeated_points(candidates)
        ) == shapely.get_num_coordinates(candidates)
        good = bounds & same
        if kind is Kind.POLYGON:
            good &= shapely.equals_exact(shapely.orient_polygons(candidates), candidates)
        elif kind is Kind.LINE_3D:
            good &= [_depth_is_whole(shape, kind) for shape in candidates]
        fit[fit] = good
    return np.asarray(fit, dtype=bool)


def _depth_is_whole(shape: BaseGeometry, kind: Kind) -> bool:
    if kind is not Kind.LINE_3D:
        return True
    return bool(np.isfinite(shapely.get_coordinates(shape, include_z=True)).all())


def put_right(shape: BaseGeometry | None, kind: Kind, *, is_required: bool) -> Shaped:
    """Return a geometry that is not sound as it can be kept, or why it cannot."""
    found = Shaped()
    try:
        if shape is None or shape.is_empty:
            if is_required and kind is not Kind.NONE:
                raise GeometryMissing(kind=KIND_WORDS[kind])
            return found
        if kind is Kind.NONE:
            raise GeometryUnwanted
        with np.errstate(invalid="ignore"):  # what is no number is told
            found.geometry = _repaired(_of_kind(shape, kind, found.notes), kind, found.notes)
    except DomainError as problem:
        return Shaped(problem=problem)
    return found


def _of_kind(shape: BaseGeometry, kind: Kind, notes: list[str]) -> BaseGeometry:
    count = shapely.get_num_coordinates(shape)
    if count > MOST_POINTS:
        raise GeometryTooLong(count=count, most=MOST_POINTS)
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise GeometryNotANumber
    single = _SINGLE[kind]
    if shape.geom_type in ("GeometryCollection", "MultiPoint", f"Multi{single}"):
        parts = shapely.get_parts(shape)
        if len(parts) == 1:
            shape = parts[0]
            notes.append(Note.SINGLE_PART)
    if shape.geom_type == "LinearRing":
        shape = shapely.LineString(shape.coords)
    allowed = {single, f"Multi{single}"} if kind is not Kind.POINT else {single}
    if shape.geom_type not in allowed:
        raise GeometryKindWrong(found=shape.geom_type, kind=KIND_WORDS[kind])
    if kind is Kind.LINE_3D:
        if not (shape.has_z and _depth_is_whole(shape, kind)):
            raise DepthMissing
    elif shape.has_z:
        shape = shapely.force_2d(shape)
        notes.append(Note.FLATTENED)
    return shape


def _repaired(shape: BaseGeometry, kind: Kind, notes: list[str]) -> BaseGeometry:
    try:
        fewer = shapely.remove_repeated_points(shape)
    except shapely.errors.GEOSException:
        raise GeometryCollapsed(kind=KIND_WORDS[kind]) from None
    if shapely.get_num_coordinates(fewer) < shapely.get_num_coordinates(shape):
        notes.append(Note.REPEATED)
        shape = fewer
    if kind is Kind.POLYGON:
        shape = _as_polygon(shape, notes)
        turned = shapely.orient_polygons(shape)
        if not shapely.equals_exact(turned, shape):
            notes.append(Note.TURNED)
        return turned
    if kind in (Kind.LINE, Kind.LINE_3D) and (not shape.length or not shape.is_valid):
        raise GeometryCollapsed(kind=KIND_WORDS[kind])
    return shape


def _as_polygon(shape: BaseGeometry, notes: list[str]) -> BaseGeometry:
    if not shape.is_valid:
        shape = _mended(shape)
        notes.append(Note.REPAIRED)
    if not shape.area:
        raise GeometryCollapsed(kind=KIND_WORDS[Kind.POLYGON])
    return shape


def _mended(shape: BaseGeometry) -> BaseGeometry:
    """Return the area inside the borders, valid.

    The first way keeps what the borders mean; on some borders it fails, or leaves two parts that
    share an edge. Parts are therefore joined, and what comes out is looked at again.

    Raises:
        GeometryCollapsed: no way leads to a valid area.
    """
    for way in ({"method": "structure", "keep_collapsed": False}, {"method": "linework"}):
        try:
            whole = shapely.make_valid(shape, **way)
            parts = [p for p in shapely.get_parts(whole) if p.geom_type in _AREAS and p.area]
            joined = shapely.union_all(parts)
        except shapely.errors.GEOSException:
            continue
        if joined.geom_type in _AREAS and joined.area and joined.is_valid:
            return joined
    raise GeometryCollapsed(kind=KIND_WORDS[Kind.POLYGON])
