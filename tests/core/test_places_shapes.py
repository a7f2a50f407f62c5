import json

import pytest

from shizheng.core.locations.shapes import (
    Kind,
    ShapeCrossesItself,
    ShapeTooLong,
    ShapeTooShort,
    ShapeUnreadable,
    as_geojson,
    as_text,
    measured_area_m2,
    measured_length_m,
    read_shape,
)

LINE = ((120.30, 22.60), (120.31, 22.60), (120.31, 22.61))
AS_GEOJSON = json.dumps({"type": "LineString", "coordinates": LINE})
WAYS_OF_WRITING = {
    "comma": "120.30, 22.60\n120.31, 22.60\n120.31, 22.61",
    "semicolons": "120.30 22.60; 120.31 22.60; 120.31 22.61;",
    "brackets": "(120.30, 22.60),\n(120.31, 22.60),\n(120.31, 22.61)",
    "wide-signs": "１２０．３０，２２．６０\r\n120.31、22.60\r\n120.31,22.61\r\n",
    "repeated": "120.3,22.6\n120.3,22.6\n120.31,22.6\n120.31,22.61",
    "geojson": AS_GEOJSON,
    "feature": f'{{"type": "Feature", "properties": {{}}, "geometry": {AS_GEOJSON}}}',
}


@pytest.mark.parametrize("text", WAYS_OF_WRITING.values(), ids=WAYS_OF_WRITING)
def test_a_line_is_read_however_it_is_written(text):
    assert read_shape(text, Kind.LINE) == LINE


UNREADABLE = {
    "words": "at the corner",
    "one-number": "120.3\n22.6",
    "not-finite": "nan, inf\n1, 2",
    "broken-geojson": '{"type": "LineString", "coordinates": [[120.3',
    "another-kind": json.dumps({"type": "Polygon", "coordinates": [[*LINE, LINE[0]]]}),
    "texts-for-numbers": '{"type": "LineString", "coordinates": [["1", "2"], ["3", "4"]]}',
    "nothing-in-it": '{"type": "LineString"}',
    "nested": '{"type":"LineString","coordinates":' + "[" * 3000,
    "not-an-object": '{"type": "Feature", "geometry": null}',
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_line_is_refused(text):
    with pytest.raises(ShapeUnreadable):
        read_shape(text, Kind.LINE)


def test_a_polygon_with_a_hole_is_refused():
    ring = [[0, 0], [4, 0], [4, 4], [0, 0]]
    with pytest.raises(ShapeUnreadable):
        read_shape(json.dumps({"type": "Polygon", "coordinates": [ring, ring]}), Kind.POLYGON)


@pytest.mark.parametrize(
    ("kind", "count"), [(Kind.LINE, 1), (Kind.POLYGON, 2)], ids=["line", "polygon"]
)
def test_too_few_points_are_refused(kind, count):
    text = "\n".join(f"120.3{n}, 22.6" for n in range(count))
    with pytest.raises(ShapeTooShort):
        read_shape(text, kind)


def test_five_hundred_points_are_taken_and_one_more_is_not():
    points = [f"{120 + n / 1000}, 22.6" for n in range(501)]

    assert len(read_shape("\n".join(points[:500]), Kind.LINE)) == 500
    with pytest.raises(ShapeTooLong):
        read_shape("\n".join(points), Kind.LINE)
    with pytest.raises(ShapeTooLong):
        read_shape("1, 2\n" * 20_000, Kind.LINE)


CROSSING = {
    "bow-tie": (Kind.POLYGON, "0,0\n2,2\n2,0\n0,2", "1.00000, 1.00000"),
    "line": (Kind.LINE, "0,0\n2,2\n2,0\n0,2", "1.00000, 1.00000"),
    "touching-corner": (Kind.POLYGON, "0,0\n2,0\n1,1\n2,2\n0,2\n1,1", "1.00000, 1.00000"),
    "there-and-back": (Kind.POLYGON, "0,0\n1,0\n2,0", "1.00000, 0.00000"),
}


@pytest.mark.parametrize(("kind", "text", "place"), CROSSING.values(), ids=CROSSING)
def test_a_shape_that_crosses_itself_is_refused_and_the_place_named(kind, text, place):
    with pytest.raises(ShapeCrossesItself, match=place):
        read_shape(text, kind)


def test_a_ring_may_end_where_it_began():
    assert len(read_shape("0,0\n2,0\n2,2\n0,0", Kind.LINE)) == 4
    assert len(read_shape("0,0\n2,0\n2,2\n0,0", Kind.POLYGON)) == 3


def test_a_polygon_is_kept_turning_left_and_written_as_it_is_read():
    clockwise = read_shape("120.30,22.60\n120.30,22.61\n120.31,22.61", Kind.POLYGON)
    kept = as_geojson(clockwise, Kind.POLYGON)

    assert kept["coordinates"] == [
        [[120.31, 22.61], [120.3, 22.61], [120.3, 22.6], [120.31, 22.61]]
    ]
    assert set(read_shape(as_text(kept), Kind.POLYGON)) == set(clockwise)
    assert measured_area_m2(kept) == pytest.approx(1028.4 * 1107.3 / 2, rel=1e-3)
    assert measured_length_m(kept) == pytest.approx(1028 + 1107 + 1511, abs=1)
