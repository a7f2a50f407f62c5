"""Reference coordinates from PROJ 9.5.1 (EPSG:3824 to EPSG:3826 and EPSG:3825)."""

import math

import pytest

from shizheng.kernel.geodesy import TWD97, Grid, area_m2, distance_m, grid_for, length_m

KNOWN = {
    "on-the-meridian": ((121.0, 23.5), (250_000.0, 2_599_651.3488)),
    "harbour": ((120.2820, 22.6135), (176_186.9231, 2_501_663.7256)),
    "town-hall": ((120.3014, 22.6273), (178_188.5533, 2_503_182.3669)),
    "mountains": ((120.9, 23.2), (239_763.9333, 2_566_433.5108)),
    "north-east-of-the-zone": ((122.5, 25.4), (400_927.0948, 2_810_931.0294)),
    "four-degrees-off": ((116.7, 20.7), (-198_232.9396, 2_295_586.5050)),
}


@pytest.mark.parametrize(("position", "metres"), KNOWN.values(), ids=KNOWN)
def test_positions_on_the_national_grid_agree_with_proj_to_a_millimetre(position, metres):
    assert TWD97.project(*position) == pytest.approx(metres, abs=0.001)


def test_the_zone_of_the_outer_islands_is_the_same_grid_around_another_meridian():
    metres = Grid(central_meridian=119.0).project(119.56, 23.57)

    assert metres == pytest.approx((307_163.6294, 2_607_514.8898), abs=0.001)


def test_the_poles_are_points_of_the_meridian():
    assert TWD97.project(0, 90)[0] == TWD97.project(121, 90)[0] == 250_000


def test_a_square_of_a_hundredth_of_a_degree_has_its_length_and_area():
    square = [(120.30, 22.60), (120.31, 22.60), (120.31, 22.61), (120.30, 22.61)]

    assert length_m(square[:2]) == pytest.approx(1028.4, abs=0.5)
    assert length_m(square[1:3]) == pytest.approx(1107.3, abs=0.5)
    assert area_m2(square) == pytest.approx(1028.4 * 1107.3, rel=1e-3)
    assert area_m2(square) == area_m2([*square, square[0]]) == pytest.approx(area_m2(square[::-1]))


def test_too_few_points_measure_nothing():
    assert length_m([]) == length_m([(120, 22)]) == area_m2([(120, 22), (120.1, 22)]) == 0


def test_far_from_the_national_grid_one_around_the_shape_measures():
    assert grid_for([(120.3, 22.6)]) is TWD97
    assert grid_for([(0.01, 0.01), (0.02, 0.02)]).central_meridian == 0
    assert length_m([(0.0, 0.0), (0.01, 0.0)]) == pytest.approx(1113.1, abs=0.2)


def test_distances_go_the_short_way_around_the_earth():
    assert distance_m((120.30, 22.60), (120.31, 22.61)) == pytest.approx(1513, abs=10)
    assert distance_m((179.9, 0), (-179.9, 0)) == pytest.approx(22_239, abs=10)
    assert distance_m((0, 90), (0, -90)) == pytest.approx(math.pi * 6_371_008.8)
