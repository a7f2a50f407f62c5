from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.statistics.domain.errors import UnitsUnlike, UnitUnknown, UnitUnreadable
from shizheng.statistics.domain.units import ONE, STANDARD, converted, factor_between

NAMES = st.sampled_from(sorted(STANDARD.known))


def _product(factors):
    unit = ONE
    for name, sign in factors:
        other = STANDARD.known[name]
        unit = unit * other if sign > 0 else unit / other
    return unit


UNITS = st.lists(st.tuples(NAMES, st.sampled_from([1, -1])), max_size=4).map(_product)


@pytest.mark.parametrize(
    "text",
    [
        *("case", "TWD/person", "m3/day", "case/100000 person", "kWh/m^2", "1/day", "1000 TWD"),
        *("kWh/m2/year", "case*day", "percent", "ratio"),
    ],
)
def test_a_unit_is_written_as_it_was_read(text):
    assert str(STANDARD.parse(text)) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("case*day/case", "day"),
        ("kWh/kWh", "ratio"),
        ("m3", "m*m2"),
        ("m^2", "m2"),
        ("1000 TWD", "thousand_TWD"),
        ("MWh", "1000 kWh"),
        ("case/1000 case", "per_mille"),
        ("24 hour", "day"),
    ],
)
def test_equal_units_are_equal_however_written(one, other):
    assert STANDARD.parse(one) == STANDARD.parse(other)


@pytest.mark.parametrize(
    ("number", "one", "other", "result"),
    [
        ("36", "hour", "day", Fraction(3, 2)),
        ("12.5", "percent", "ratio", Fraction(1, 8)),
        ("0.3", "ratio", "per_mille", 300),
        ("7", "TWD/day", "TWD/week", 49),
        ("25", "mm", "m", Fraction(1, 40)),
        ("3", "case/person", "case/100000 person", 300_000),
    ],
)
def test_a_number_is_converted_exactly(number, one, other, result):
    assert converted(Decimal(number), STANDARD.parse(one), STANDARD.parse(other)) == result


@pytest.mark.parametrize(
    ("one", "other"),
    [("case", "person"), ("hour", "TWD"), ("m2", "m3"), ("day", "working_day"), ("month", "day")],
)
def test_unlike_units_are_not_converted(one, other):
    with pytest.raises(UnitsUnlike, match=f"{one} cannot be turned into {other}"):
        factor_between(STANDARD.parse(one), STANDARD.parse(other))


def test_an_unknown_unit_names_the_nearest():
    with pytest.raises(UnitUnknown, match=r"no unit “persons” .*“person”"):
        STANDARD.parse("case/1000 persons")


@pytest.mark.parametrize(
    "text",
    [
        *("", "/", "case/", "case person", "case//day", "case/day*person", "m^0", "m^-1"),
        *("0 person", "2.5 TWD", "case" * 30, "案件", "case;drop", "m^", "1e3 TWD"),
    ],
)
def test_what_is_no_unit_is_refused(text):
    with pytest.raises(UnitUnreadable, match="cannot be read as a unit"):
        STANDARD.parse(text)


def test_a_city_adds_what_it_counts():
    units = STANDARD.with_things(["streetlight", "case"])
    assert str(units.parse("streetlight/km")) == "streetlight/km"
    with pytest.raises(UnitUnknown):
        STANDARD.parse("streetlight")
    with pytest.raises(ValueError, match="a unit already"):
        STANDARD.with_things(["day"])
    with pytest.raises(UnitUnreadable):
        STANDARD.with_things(["Street light"])


@given(UNITS, UNITS)
def test_units_multiply_and_divide_like_numbers(one, other):
    assert one * other == other * one
    assert one * other / other == one
    assert one / one == ONE
    assert (one / other) * (other / one) == ONE


@given(UNITS)
def test_every_unit_can_be_read_again(unit):
    above, *below = str(unit).split("/")
    assert STANDARD.parse("/".join([above, *below])) == unit


@given(UNITS, st.decimals(-1000, 1000, places=3))
def test_there_and_back_is_the_same_number(unit, number):
    other = unit.times(7)
    there = converted(number, unit, other)
    assert there * factor_between(other, unit) == Fraction(number)
