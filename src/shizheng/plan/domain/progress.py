"""How far a promise is (進度): a figure against its planned curve, its floor and its own past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

HUNDRED = Decimal(100)
Points = tuple[tuple[date, Decimal], ...]


class Way(StrEnum):
    """Which way a figure should go: at least, at most, or exactly its target."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXACTLY = "exactly"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How much is too much, in one version of the rule (燈號門檻).

    Args:
        longest_fresh_days: no binding may call its figure fresh for longer.
        gap_yellow, gap_red: per cent of the planned value by which a figure may miss it.
        trend_periods: periods in a row that grew worse make a trend.
        trend_percent: by how many per cent they must have grown worse together.
        money_gap: points between money spent and work done that are worth attention.
        contradiction_gap: points between two statements that cannot both be right.

    Raises:
        ValueError: the thresholds are not in order.
    """

    longest_fresh_days: int
    gap_yellow: Decimal
    gap_red: Decimal
    trend_periods: int
    trend_percent: Decimal
    money_gap: Decimal
    contradiction_gap: Decimal

    def __post_init__(self) -> None:
        if not 0 <= self.gap_yellow <= self.gap_red:
            raise ValueError(f"the yellow gap is 0 or more and not above the red one, got {self}")
        if not 0 < self.money_gap <= self.contradiction_gap:
            raise ValueError(f"the money gap is above 0 and not above the contradiction: {self}")
        if self.longest_fresh_days < 1 or self.trend_periods < 2 or self.trend_percent < 0:
            raise ValueError(f"days are 1 or more, periods 2 or more, got {self}")


@dataclass(frozen=True, slots=True)
class Curve:
    """What is planned by when (計畫曲線): straight lines between dated points.

    Raises:
        ValueError: there is no point, or the days do not rise.
    """

    points: Points

    def __post_init__(self) -> None:
        days = [day for day, _ in self.points]
        if not days or days != sorted(set(days)):
            raise ValueError(f"a curve needs points on rising days, got {days}")

    def at(self, on: date) -> Decimal | None:
        """Return what is planned for a day: nothing before the first point, the last one after."""
        if on < self.points[0][0]:
            return None
        for (start, low), (end, high) in pairwise(self.points):
            if on < end:
                part = Decimal((on - start).days) / Decimal((end - start).days)
                return low + (high - low) * part
        return self.points[-1][1]


def milestone_curve(start: date, dues: Sequence[date]) -> Curve:
    """Return the planned per cent of a commitment whose milestones each carry an equal part.

    Raises:
        ValueError: there is no milestone, or one is due on or before ``start``.
    """
    days = sorted(set(dues))
    counts = [sum(due <= day for due in dues) for day in days]
    points = [(start, Decimal(0))]
    points += [(day, HUNDRED * count / len(dues)) for day, count in zip(days, counts, strict=True)]
    if len(points) < 2:
        raise ValueError("a curve of milestones needs a milestone")
    return Curve(tuple(points))


def shortfall(way: Way, value: Decimal, expected: Decimal) -> Decimal:
    """Return by how much a figure misses what is expected; 0 where it does not."""
    missing = {
        Way.AT_LEAST: expected - value,
        Way.AT_MOST: value - expected,
        Way.EXACTLY: abs(value - expected),
    }[way]
    return max(missing, Decimal(0))


def share(part: Decimal, whole: Decimal) -> Decimal:
    """Return a part in per cent of a whole; of nothing, any part is all of it."""
    if not part:
        return Decimal(0)
    return HUNDRED * part / abs(whole) if whole else HUNDRED


def worsening(way: Way, trail: Sequence[Decimal], periods: int) -> Decimal | None:
    """Return by how many per cent a figure grew worse if it did so in each of the last periods.

    None where it did not, where there are too few periods, or where no way is the worse one.
    """
    if way == Way.EXACTLY or len(trail) <= periods:
        return None
    last = trail[-periods - 1 :]
    steps = [after - before for before, after in pairwise(last)]
    sign = -1 if way == Way.AT_LEAST else 1
    if not all(sign * step > 0 for step in steps):
        return None
    return share(abs(last[-1] - last[0]), last[0])
