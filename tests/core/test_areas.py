import json
import math
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
import shapely
from tests.core.town import SINCE

from shizheng.core.areas import CoordinatesSwapped, CoordinatesUnfit, area_of, areas_of
from shizheng.core.models import Area, City

ON = date(2020, 3, 2)
BOUNDARIES = Path(__file__).parents[2] / "../shared/data/boundaries"
pytestmark = pytest.mark.django_db


def village(code, shape, **more):
    return Area.objects.create(
        code=code, kind="village", name={"en": code}, shape=shapely.to_wkb(shape),
        **{"valid_from": SINCE} | more,
    )  # fmt: skip


@pytest.fixture
def squares():
    """Return two villages side by side: E02 to the west of E01."""
    return village("E02", shapely.box(120.0, 22.0, 120.1, 22.1)), village(
        "E01", shapely.box(120.1, 22.0, 120.2, 22.1)
    )


def test_a_point_lies_in_the_village_around_it_or_in_none(squares):
    points = [(120.05, 22.05), (120.15, 22.05), (121.0, 22.05)]
    assert areas_of(points, on=ON) == ["E02", "E01", None]
    assert area_of(120.05, 22.05, on=ON) == "E02"
    assert areas_of([], on=ON) == []


def test_a_point_on_a_shared_border_belongs_to_the_lowest_code(squares):
    border = [(120.1, y) for y in np.linspace(22.0, 22.1, 11)]
    assert areas_of(border, on=ON) == ["E01"] * 11


def test_kinds_are_kept_apart(squares):
    assert area_of(120.05, 22.05, on=ON, kind=Area.Kind.DISTRICT) is None


def test_the_areas_of_the_day_count():
    shape = shapely.box(120.0, 22.0, 120.1, 22.1)
    village("E03", shape, valid_to=date(2020, 3, 1))
    village("E04", shape, valid_from=date(2020, 3, 1))

    assert area_of(120.05, 22.05, on=date(2020, 2, 29)) == "E03"
    assert area_of(120.05, 22.05, on=date(2020, 3, 1)) == "E04"


def test_a_new_area_and_a_newly_loaded_pack_are_seen_at_once(squares):
    assert area_of(121.0, 22.05, on=ON) is None
    added = village("E05", shapely.box(120.9, 22.0, 121.1, 22.1))
    assert area_of(121.0, 22.05, on=ON) == "E05"

    Area.objects.filter(pk=added.pk).update(shape=shapely.to_wkb(shapely.box(0, 0, 1, 1)))
    City.objects.create(code="e", name={}, manifest={}, loaded_at=datetime(2020, 3, 2, tzinfo=UTC))
    assert area_of(121.0, 22.05, on=ON) is None


@pytest.mark.parametrize(
    ("point", "refusal"),
    [
        ((22.05, 120.05), CoordinatesSwapped),
        ((math.nan, 22.05), CoordinatesUnfit),
        ((120.05, math.nan), CoordinatesUnfit),
        ((math.inf, 22.05), CoordinatesUnfit),
        ((181.0, 22.05), CoordinatesUnfit),
        ((250_000.0, 2_500_000.0), CoordinatesUnfit),
    ],
    ids=["swapped", "nan-x", "nan-y", "infinite", "past-180", "metres"],
)
def test_a_point_that_cannot_be_is_refused_by_its_number(squares, point, refusal):
    with pytest.raises(refusal, match="Point 2 "):
        areas_of([(120.05, 22.05), point], on=ON)


@pytest.mark.skipif(not BOUNDARIES.is_dir(), reason="needs the shared boundaries")
def test_every_village_holds_its_own_inner_point_and_agrees_with_looking_through_all():
    features = json.loads((BOUNDARIES / "villages.geojson").read_text(encoding="utf-8"))["features"]
    shapes = {
        f["properties"]["village_code"]: shapely.geometry.shape(f["geometry"]) for f in features
    }
    Area.objects.bulk_create(
        Area(code=code, kind="village", name={}, shape=shapely.to_wkb(shape), valid_from=SINCE)
        for code, shape in shapes.items()
    )
    inner = [(f["properties"]["lon"], f["properties"]["lat"]) for f in features]
    assert areas_of(inner, on=ON) == list(shapes)

    chance = np.random.default_rng(109)
    points = chance.uniform((120.1, 22.4), (121.1, 23.5), (400, 2))
    corners = [
        shape.exterior.coords[0] for shape in shapes.values() if shape.geom_type == "Polygon"
    ]
    for point in [*points, *corners[:100]]:
        around = [code for code, shape in shapes.items() if shape.covers(shapely.Point(point))]
        assert area_of(*point, on=ON) == min(around, default=None)
