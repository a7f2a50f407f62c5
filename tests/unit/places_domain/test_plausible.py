"""Coordinates with a slip, each told by what it would be without."""

import pytest

from shizheng.places.domain.errors import AxesSwapped, GeometryNotANumber, GridWrong, OutsideCity
from shizheng.places.domain.grids import positions
from shizheng.places.domain.plausible import Box, slip

CITY = (Box(120.2, 22.4, 121.05, 23.5),)
LONGITUDE, LATITUDE = 120.3017, 22.6312


def as_epsg(code: int) -> tuple[float, float]:
    east, north = positions([LONGITUDE], [LATITUDE], source=4326, target=code)
    return float(east[0]), float(north[0])


@pytest.mark.parametrize("stated", [4326, 3826, 3828], ids=["degrees", "twd97", "twd67"])
def test_a_point_in_the_city_is_no_slip(stated):
    assert slip(*as_epsg(stated), stated=stated, city=CITY) is None


@pytest.mark.parametrize("stated", [4326, 3826], ids=["degrees", "metres"])
def test_swapped_axes_are_told(stated):
    x, y = as_epsg(stated)
    assert isinstance(slip(y, x, stated=stated, city=CITY), AxesSwapped)


@pytest.mark.parametrize(
    ("stated", "really"),
    [(4326, 3826), (3826, 4326), (3826, 3825), (3828, 4326)],
    ids=["metres-as-degrees", "degrees-as-metres", "zone-of-penghu", "degrees-as-twd67"],
)
def test_another_grid_is_told_with_the_one_that_fits(stated, really):
    found = slip(*as_epsg(really), stated=stated, city=CITY)
    assert isinstance(found, GridWrong)
    assert found.parameters["fitting"] in (really, {3826: 3828}.get(really))


def test_a_point_in_the_sea_is_told_with_its_distance():
    found = slip(119.5, 22.6, stated=4326, city=CITY)
    assert isinstance(found, OutsideCity)
    assert 60 < found.parameters["distance"] < 80


def test_what_is_no_number_is_no_place():
    assert isinstance(slip(float("nan"), 22.0, stated=4326, city=CITY), GeometryNotANumber)
    assert isinstance(slip(500.0, 300.0, stated=4326, city=CITY), OutsideCity)
