"""Solar sites: what is expected, what is dead, capacity of a day, the value."""

from datetime import date

import pytest

from shizheng.sensing.domain.solar import (
    DeadRule,
    Hour,
    Installed,
    capacity_kw,
    dead_since,
    expected_kwh,
    value_of,
)

RULE = DeadRule(hours=3, sunny_w_m2=200, below=0.02)


def hours(*pairs):
    return [Hour(at, kwh, sun) for at, (kwh, sun) in enumerate(pairs)]


def test_a_kilowatt_under_full_sun_gives_its_ratio_of_a_kilowatt_hour():
    assert expected_kwh(100, 5.0, 0.8) == 400
    with pytest.raises(ValueError, match="0 or more"):
        expected_kwh(100, -1, 0.8)
    with pytest.raises(ValueError, match="0 or more"):
        expected_kwh(100, 1, 1.1)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([(0, 500), (0, 600), (0, 700)], 0, id="three-sunny-hours-of-nothing"),
        pytest.param([(0, 500), (0, 600)], None, id="two-are-not-enough"),
        pytest.param([(0, 0), (0, 0), (0, 0), (0, 100)], None, id="night-proves-nothing"),
        pytest.param([(0, 500), (30, 600), (0, 700), (0, 700)], None, id="it-gave-between"),
        pytest.param([(0, 500), (0, 0), (0, 600), (None, 700), (0, 700)], 0, id="over-a-night"),
        pytest.param([(0, 500), (0, 600), (0, 700), (40, 700)], None, id="it-came-back"),
        pytest.param([(0, None), (0, None), (0, None)], None, id="the-sun-is-not-known"),
        pytest.param([(40, 500), (0.5, 600), (0.5, 700), (0.1, 800)], 1, id="as-good-as-nothing"),
    ],
)
def test_an_inverter_is_dead_after_sunny_hours_of_nothing(rows, expected):
    assert dead_since(hours(*rows), 100, 0.8, RULE) == expected


def test_capacity_stands_from_its_day_until_it_ended():
    sites = [
        Installed(100, date(2020, 3, 1)), Installed(50, date(2019, 1, 1), date(2020, 3, 1)),
    ]  # fmt: skip
    assert capacity_kw(sites, date(2020, 2, 29)) == 50
    assert capacity_kw(sites, date(2020, 3, 1)) == 100


def test_the_value_is_building_and_energy():
    found = value_of(1_000, 2_000.4, {"twd_per_kw": 60_000, "twd_per_kwh": 4.5})
    assert (found.built_twd, found.sold_twd, found.total_twd) == (60_000_000, 9_002, 60_009_002)
