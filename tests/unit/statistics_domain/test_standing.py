from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from shizheng.statistics.domain.periods import Frequency, Period
from shizheng.statistics.domain.standing import (
    Direction,
    Mark,
    Target,
    expected_period,
    marks_of,
    reaches,
    target_of,
)
from shizheng.statistics.domain.vintages import ReleaseRule

TAIPEI = ZoneInfo("Asia/Taipei")
RULE = ReleaseRule(20, time(16), TAIPEI)
FEBRUARY, MARCH = Period.parse("2020-02"), Period.parse("2020-03")
TARGETS = [
    Target(Decimal(90), date(2020, 1, 1), "first"), Target(Decimal(95), date(2020, 3, 1), "second"),
]  # fmt: skip


def at(day: int, hour: int = 12, month: int = 3) -> datetime:
    return datetime(2020, month, day, hour, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("now", "rule", "expected"),
    [
        (at(1), None, "2020-01"),
        (at(2), None, "2020-02"),
        (at(20, 15), RULE, "2020-01"),
        (at(20, 16), RULE, "2020-02"),
    ],
    ids=["the-night-has-not-been", "after-the-night", "before-the-release", "at-the-release"],
)
def test_a_figure_is_expected_once_it_could_be_there(now, rule, expected):
    found = expected_period(Frequency.MONTH, now, rule=rule, valid_from=date(2019, 1, 1))
    assert found == Period.parse(expected)


def test_nothing_is_expected_before_the_first_period_or_after_the_last():
    assert expected_period(Frequency.MONTH, at(9), rule=None, valid_from=date(2020, 3, 1)) is None
    ended = expected_period(
        Frequency.MONTH, at(9), rule=None, valid_from=date(2019, 1, 1), valid_to=date(2019, 6, 30)
    )
    assert ended == Period.parse("2019-06")


def test_the_target_of_a_period_is_the_last_one_in_force_in_it():
    assert target_of(TARGETS, FEBRUARY).source == "first"
    assert target_of(TARGETS, MARCH).source == "second"
    assert target_of(TARGETS, Period.parse("2019-12")) is None


@pytest.mark.parametrize(
    ("value", "direction", "reached"),
    [
        ("95", Direction.HIGHER, True),
        ("94.9", Direction.HIGHER, False),
        ("95", Direction.LOWER, True),
        ("95.1", Direction.LOWER, False),
        ("95", Direction.NEITHER, None),
    ],
)
def test_a_target_is_reached_on_its_own_value(value, direction, reached):
    assert reaches(Decimal(value), Decimal(95), direction) is reached


@pytest.mark.parametrize(
    ("expected", "latest", "is_there", "marks"),
    [
        (None, None, False, (Mark.NOT_BEGUN,)),
        (FEBRUARY, None, False, (Mark.LATE,)),
        (FEBRUARY, None, True, (Mark.MISSING,)),
        (MARCH, (FEBRUARY, Decimal(89)), False, (Mark.LATE, Mark.OFF_TARGET)),
        (FEBRUARY, (FEBRUARY, Decimal(90)), True, (Mark.ON_TARGET,)),
        (FEBRUARY, (MARCH, Decimal(90)), True, (Mark.OFF_TARGET,)),
    ],
    ids=["not-begun", "late", "missing", "late-and-off", "reached", "the-newer-target"],
)
def test_what_is_to_be_said_of_an_indicator(expected, latest, is_there, marks):
    found = marks_of(
        expected, latest, is_there=is_there, targets=TARGETS, direction=Direction.HIGHER
    )
    assert found == marks
