"""Planned curves, floors and trends, at their borders."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.plan.domain.claims import Claim, Side, disagreements
from shizheng.plan.domain.progress import (
    Curve,
    Thresholds,
    Way,
    milestone_curve,
    share,
    shortfall,
    worsening,
)

NEW_YEAR = date(2020, 1, 1)
LIMITS = Thresholds(
    longest_fresh_days=120, gap_yellow=Decimal(5), gap_red=Decimal(20), trend_periods=2,
    trend_percent=Decimal(10), money_gap=Decimal(20), contradiction_gap=Decimal(40),
)  # fmt: skip


@pytest.mark.parametrize(
    ("days", "planned"),
    [
        pytest.param(-1, None, id="before-it-begins"),
        pytest.param(0, 0, id="the-first-day"),
        pytest.param(5, 50, id="half-way"),
        pytest.param(10, 100, id="a-point"),
        pytest.param(15, 80, id="a-curve-may-fall"),
        pytest.param(99, 60, id="after-its-end"),
    ],
)
def test_a_curve_is_straight_between_its_points(days, planned):
    curve = Curve(
        tuple((NEW_YEAR + timedelta(days=n), Decimal(v)) for n, v in [(0, 0), (10, 100), (20, 60)])
    )
    assert curve.at(NEW_YEAR + timedelta(days=days)) == planned


@pytest.mark.parametrize("days", [[], [3, 3], [4, 1]], ids=["none", "twice", "falling"])
def test_a_curve_without_rising_days_is_refused(days):
    with pytest.raises(ValueError, match="rising days"):
        Curve(tuple((NEW_YEAR + timedelta(days=day), Decimal(1)) for day in days))


def test_milestones_carry_equal_parts_of_the_whole():
    dues = [date(2020, 3, 1), date(2020, 6, 1), date(2020, 6, 1), date(2020, 12, 1)]
    curve = milestone_curve(NEW_YEAR, dues)
    assert [value for _, value in curve.points] == [0, 25, 75, 100]


def test_a_curve_of_no_milestones_is_refused():
    with pytest.raises(ValueError, match="milestone"):
        milestone_curve(NEW_YEAR, [])


@given(st.sampled_from(Way), st.decimals(-99, 99, places=1), st.decimals(-99, 99, places=1))
def test_only_what_misses_its_aim_falls_short(way, value, expected):
    missing = shortfall(way, value, expected)
    meets = {
        Way.AT_LEAST: value >= expected,
        Way.AT_MOST: value <= expected,
        Way.EXACTLY: value == expected,
    }[way]
    assert (missing == 0) == meets
    assert missing >= 0


def test_any_part_of_nothing_is_all_of_it():
    assert share(Decimal(0), Decimal(0)) == 0
    assert share(Decimal(3), Decimal(0)) == 100


@pytest.mark.parametrize(
    ("way", "trail", "worse"),
    [
        pytest.param(Way.AT_LEAST, [100, 90, 80], 20, id="fell-twice"),
        pytest.param(Way.AT_MOST, [100, 110, 120], 20, id="rose-twice"),
        pytest.param(Way.AT_LEAST, [100, 90, 90], None, id="held"),
        pytest.param(Way.AT_LEAST, [90, 80], None, id="too-short"),
        pytest.param(Way.EXACTLY, [3, 2, 1], None, id="no-worse-way"),
        pytest.param(Way.AT_LEAST, [1, 100, 90, 80], 20, id="only-the-last"),
    ],
)
def test_a_trend_is_worse_in_every_one_of_the_last_periods(way, trail, worse):
    assert worsening(way, [Decimal(value) for value in trail], 2) == worse


@pytest.mark.parametrize(
    "change",
    [
        {"gap_yellow": Decimal(30)},
        {"money_gap": Decimal(50)},
        {"trend_periods": 1},
        {"longest_fresh_days": 0},
    ],
    ids=["yellow-above-red", "money-above-contradiction", "one-period", "no-day"],
)
def test_thresholds_out_of_order_are_refused(change):
    with pytest.raises(ValueError, match=r"got|above"):
        replace(LIMITS, **change)


def said(side: Side, percent: int, on: int, commitment: int = 0) -> Claim:
    return Claim(side, Decimal(percent), NEW_YEAR + timedelta(days=on), side, "x", commitment)


def test_the_newest_statement_of_each_side_is_compared():
    claims = [said(Side.REPORTED, 20, 1), said(Side.REPORTED, 90, 5), said(Side.MONEY, 30, 3)]
    (pair,) = disagreements(claims)
    assert (pair.one.side, pair.other.side, pair.points) == (Side.REPORTED, Side.MONEY, 60)


def test_what_is_said_of_the_item_is_said_of_its_only_commitment():
    (pair,) = disagreements([said(Side.REPORTED, 90, 1), said(Side.ACTUAL, 10, 1, commitment=2)])
    assert pair.points == 80


def test_statements_about_different_commitments_are_not_compared():
    claims = [said(Side.REPORTED, 90, 1, commitment=1), said(Side.ACTUAL, 10, 1, commitment=2)]
    assert disagreements(claims) == []
