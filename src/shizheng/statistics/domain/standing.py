"""How an indicator stands (指標現況): is its newest figure there, and does it reach its target."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from shizheng.statistics.domain.periods import Frequency, Period
from shizheng.statistics.domain.vintages import ReleaseRule, next_release


class Direction(StrEnum):
    """Which way is better (目標方向)."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Mark(StrEnum):
    """What is to be said of an indicator in words; the graver first.

    late 逾期未發布, missing 缺值, off_target 未達目標, on_target 達成目標, not_begun 尚未開始.
    """

    LATE = "late"
    MISSING = "missing"
    OFF_TARGET = "off_target"
    ON_TARGET = "on_target"
    NOT_BEGUN = "not_begun"


@dataclass(frozen=True, slots=True)
class Target:
    """A value to reach from a day on (目標值)."""

    value: Decimal
    since: date
    source: str


def target_of(targets: Sequence[Target], period: Period) -> Target | None:
    """Return the target of a period: the latest that is in force on its last day."""
    in_force = [each for each in targets if each.since <= period.last_day]
    return max(in_force, key=lambda each: each.since, default=None)


def reaches(value: Decimal, target: Decimal, direction: Direction) -> bool | None:
    """Return whether a value reaches a target; None where neither way is better."""
    if direction == Direction.NEITHER:
        return None
    return value >= target if direction == Direction.HIGHER else value <= target


def expected_period(
    frequency: Frequency,
    now: datetime,
    *,
    rule: ReleaseRule | None,
    valid_from: date,
    valid_to: date | None = None,
) -> Period | None:
    """Return the newest period whose figure should be public by now; None before the first.

    Args:
        now: aware, in the zone of the office.
        rule: when figures come out; without one on the second day after the end of the period,
            so that the nightly run has had its turn.
        valid_to: no period after the one that holds this day is expected.
    """
    if rule is not None:
        newest = next_release(rule, frequency, now)[0].previous()
    else:
        newest = Period.of(frequency, now.date() - timedelta(days=1)).previous()
    if valid_to is not None:
        newest = min(newest, Period.of(frequency, valid_to))
    first = Period.of(frequency, valid_from)
    return newest if newest >= first else None


def marks_of(
    expected: Period | None,
    latest: tuple[Period, Decimal] | None,
    *,
    is_there: bool,
    targets: Sequence[Target],
    direction: Direction,
) -> tuple[Mark, ...]:
    """Return what is to be said of an indicator, the graver first.

    Args:
        expected: as ``expected_period`` gives it.
        latest: the newest public figure that has a value.
        is_there: whether the expected period has a public figure, be it one without a value.
    """
    found = []
    if expected is None and latest is None:
        return (Mark.NOT_BEGUN,)
    if expected is not None and (latest is None or latest[0] < expected):
        found.append(Mark.MISSING if is_there else Mark.LATE)
    if latest is not None and (target := target_of(targets, latest[0])) is not None:
        is_reached = reaches(latest[1], target.value, direction)
        if is_reached is not None:
            found.append(Mark.ON_TARGET if is_reached else Mark.OFF_TARGET)
    return tuple(found)
