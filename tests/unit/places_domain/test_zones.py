"""The zone at risk around a leak: circle and downwind square of the guidebook's Table 1."""

from math import pi

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from shizheng.places.pipelines.domain.zones import zone_m


@pytest.mark.parametrize(
    ("wind_from", "downwind"),
    [
        pytest.param(0, (0, -700), id="north-wind-goes-south"),
        pytest.param(90, (-700, 0), id="east-wind-goes-west"),
        pytest.param(180, (0, 700), id="south-wind-goes-north"),
        pytest.param(270, (700, 0), id="west-wind-goes-east"),
    ],
)
def test_people_are_protected_downwind(wind_from, downwind):
    zone = zone_m(0, 0, isolate_m=100, protect_m=800, wind_from_deg=wind_from)
    assert zone.contains(shapely.Point(downwind))
    assert not zone.contains(shapely.Point(-downwind[0], -downwind[1]))


@given(st.floats(0, 360), st.floats(10, 500), st.floats(1, 10))
def test_the_zone_is_the_square_and_half_the_circle(wind, isolate, times):
    protect = isolate * times * 2
    zone = zone_m(5, 7, isolate_m=isolate, protect_m=protect, wind_from_deg=wind)
    assert zone.is_valid
    assert zone.area == pytest.approx(protect**2 + pi * isolate**2 / 2, rel=0.01)


def test_without_a_wind_it_is_a_circle():
    zone = zone_m(0, 0, isolate_m=100, protect_m=800, wind_from_deg=None)
    assert zone.area == pytest.approx(pi * 800**2, rel=0.01)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"isolate_m": 0, "protect_m": 10, "wind_from_deg": 1}, id="no-distance"),
        pytest.param({"isolate_m": 20, "protect_m": 10, "wind_from_deg": 1}, id="falling"),
        pytest.param({"isolate_m": 1, "protect_m": 10, "wind_from_deg": 361}, id="no-wind"),
    ],
)
def test_what_is_no_zone_is_refused(wrong):
    with pytest.raises(ValueError, match="must"):
        zone_m(0, 0, **wrong)
