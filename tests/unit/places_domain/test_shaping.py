"""What is put right in a geometry, and what is refused."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from shizheng.places.domain.errors import (
    DepthMissing,
    GeometryCollapsed,
    GeometryKindWrong,
    GeometryMissing,
    GeometryNotANumber,
    GeometryUnwanted,
)
from shizheng.places.domain.shaping import Kind, Note, shaped, shaped_many

BOW_TIE = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
points = st.tuples(st.integers(-5, 5), st.integers(-5, 5))


def of(wkt: str):
    return shapely.from_wkt(wkt)


@pytest.mark.parametrize(
    ("kind", "given_", "kept", "notes"),
    [
        (Kind.POINT, "POINT (1 2)", "POINT (1 2)", []),
        (Kind.POINT, "POINT Z (1 2 3)", "POINT (1 2)", [Note.FLATTENED]),
        (Kind.POINT, "MULTIPOINT ((1 2))", "POINT (1 2)", [Note.SINGLE_PART]),
        (Kind.LINE, "LINESTRING (0 0, 0 0, 1 1)", "LINESTRING (0 0, 1 1)", [Note.REPEATED]),
        (Kind.POLYGON, "POLYGON ((0 0, 0 1, 1 1, 1 0, 0 0))",
         "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))", [Note.TURNED]),
        (Kind.LINE_3D, "LINESTRING Z (0 0 1, 1 1 2)", "LINESTRING Z (0 0 1, 1 1 2)", []),
    ],
    ids=["sound", "height", "single", "repeated", "turned", "deep"],
)  # fmt: skip
def test_what_can_be_put_right_is_and_noted(kind, given_, kept, notes):
    found = shaped(of(given_), kind, is_required=True)
    assert found.notes == notes
    assert found.geometry.has_z == of(kept).has_z
    assert shapely.equals(found.geometry, of(kept))
    if kind is Kind.POLYGON:
        assert shapely.is_ccw(found.geometry.exterior)


def test_a_polygon_that_crosses_itself_is_repaired():
    found = shaped(BOW_TIE, Kind.POLYGON, is_required=True)
    assert Note.REPAIRED in found.notes
    assert found.geometry.is_valid
    assert found.geometry.area == pytest.approx(2)


@pytest.mark.parametrize(
    "border",
    [
        "POLYGON ((0 1, 2 -1, 2 2, 1 1, -1 1, 0 2, 1 1, 0 1))",
        "POLYGON ((0 2, 1 -1, 0 -2, 0 2, 1 -1, 2 -2, 0 2))",
        "POLYGON ((-1 0, -2 -1, 2 0, 1 2, -2 -1, -2 2, 1 0, -1 0))",
    ],
    ids=["run-over-twice", "shared-edge", "crossed-twice"],
)
def test_parts_that_share_an_edge_after_a_repair_are_joined(border):
    found = shaped(of(border), Kind.POLYGON, is_required=True)
    assert found.geometry.is_valid
    assert Note.REPAIRED in found.notes


@pytest.mark.parametrize(
    ("kind", "given_", "refusal"),
    [
        (Kind.POINT, None, GeometryMissing),
        (Kind.POINT, "POINT EMPTY", GeometryMissing),
        (Kind.NONE, "POINT (1 2)", GeometryUnwanted),
        (Kind.POINT, "LINESTRING (0 0, 1 1)", GeometryKindWrong),
        (Kind.POINT, "MULTIPOINT ((0 0), (1 1))", GeometryKindWrong),
        (Kind.POLYGON, "POLYGON ((0 0, 1 1, 2 2, 0 0))", GeometryCollapsed),
        (Kind.LINE, "LINESTRING (1 1, 1 1)", GeometryCollapsed),
        (Kind.LINE_3D, "LINESTRING (0 0, 1 1)", DepthMissing),
    ],
    ids=["none", "empty", "unwanted", "line", "two-points", "flat", "no-length", "no-depth"],
)
def test_what_cannot_be_put_right_is_refused(kind, given_, refusal):
    with pytest.raises(refusal):
        shaped(of(given_) if given_ else None, kind, is_required=True)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")], ids=["nan", "infinite"])
def test_a_coordinate_that_is_no_number_is_refused(bad):
    with np.errstate(invalid="ignore"):
        line = shapely.LineString([(0, 0), (bad, 1)])
    with pytest.raises(GeometryNotANumber):
        shaped(line, Kind.LINE, is_required=True)


@given(st.lists(st.lists(points, min_size=3, max_size=9), min_size=1, max_size=6))
def test_whatever_comes_what_is_kept_is_valid_and_turned_left(rings):
    shapes = np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
    for given_, found in zip(
        shapes, shaped_many(shapes, Kind.POLYGON, is_required=True), strict=True
    ):
        if found.problem is not None:
            assert not given_.is_valid or not given_.area
            continue
        assert found.geometry.is_valid
        assert found.geometry.area > 0
        for part in shapely.get_parts(found.geometry):
            assert part.exterior.is_ccw
        if given_.is_valid:
            assert found.geometry.equals(given_)
