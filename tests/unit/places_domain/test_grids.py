"""Coordinates between the systems that are in use in Taiwan, with figures from their tables."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from shizheng.kernel.geodesy import TWD97, area_m2, length_m
from shizheng.places.domain.errors import GridUnknown
from shizheng.places.domain.grids import Metres, positions, reprojected

CITY = (st.floats(120.2, 120.9), st.floats(22.5, 23.4))


def test_twd67_is_shifted_as_the_epsg_table_says():
    # EPSG operation "TWD67 / TM2 zone 121 to TWD97 / TM2 zone 121 (1)": +828.589, -206.915 m
    east, north = positions([177_000], [2_503_000], source=3828, target=3826)
    assert (east[0] - 177_000, north[0] - 2_503_000) == pytest.approx((828.589, -206.915), abs=0.01)


def test_twd67_reaches_degrees_through_twd97_and_not_850_metres_beside():
    by_grid = positions([177_828.589], [2_502_793.085], source=3826)
    by_datum = positions([177_000], [2_503_000], source=3828)
    assert np.allclose(by_grid, by_datum, atol=1e-9)


@given(*CITY)
def test_the_grid_of_the_tables_is_the_grid_of_the_product(longitude, latitude):
    east, north = positions([longitude], [latitude], source=4326, target=3826)
    assert (east[0], north[0]) == pytest.approx(TWD97.project(longitude, latitude), abs=0.001)


@pytest.mark.parametrize("epsg", [3826, 3828, 3825], ids=["twd97", "twd67", "penghu"])
@given(*CITY)
def test_there_and_back_is_where_it_was(epsg, longitude, latitude):
    east, north = positions([longitude], [latitude], source=4326, target=epsg)
    back = positions(east, north, source=epsg)
    assert np.allclose(back, [[longitude], [latitude]], atol=1e-8)


def test_heights_stay_as_they_are():
    pipe = np.array([shapely.LineString([(120.3, 22.6, -1.5), (120.31, 22.6, -1.7)])])
    (moved,) = reprojected(pipe, source=4326, target=3826)
    assert moved.has_z
    assert [z for *_, z in moved.coords] == [-1.5, -1.7]


def test_lengths_and_areas_are_those_of_the_kernel():
    square = [(120.3, 22.6), (120.31, 22.6), (120.31, 22.61), (120.3, 22.61)]
    line, polygon = Metres().of(np.array([shapely.LineString(square), shapely.Polygon(square)]))
    assert line.length == pytest.approx(length_m(square), abs=0.001)
    assert polygon.area == pytest.approx(area_m2(square), rel=1e-7)


def test_far_from_the_national_grid_a_city_has_one_of_its_own():
    metres = Metres.around(0.02)
    (line,) = metres.of(np.array([shapely.LineString([(0.0, 0.0), (0.01, 0.0)])]))
    assert line.length == pytest.approx(length_m([(0.0, 0.0), (0.01, 0.0)]), abs=0.001)


@given(*CITY, st.integers(50, 2000))
def test_a_cell_tells_nothing_but_the_cell(longitude, latitude, size):
    metres = Metres()
    (spot,) = metres.of(np.array([shapely.Point(longitude, latitude)]))
    (middle,) = metres.grid_cells(np.array([spot]), size)
    (again,) = metres.of(np.array([middle]))
    corner = (np.floor(spot.x / size) * size, np.floor(spot.y / size) * size)
    assert (again.x - corner[0], again.y - corner[1]) == pytest.approx((size / 2,) * 2, abs=0.01)


def test_an_unknown_system_is_refused():
    with pytest.raises(GridUnknown, match="3857"):
        reprojected(np.array([shapely.Point(0, 0)]), source=3857)
