"""The planned progress of a work (預定進度): dated percentages that never fall."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from shizheng.kernel.errors import N_, DomainError

Points = tuple[tuple[date, Decimal], ...]
WHOLE = Decimal(100)
FEWEST, MOST = 2, 120
PLACES = 2


class CurveTooShort(DomainError):
    """No curve without a beginning and an end (預定進度點數不足)."""

    code = "plan.work.curve_too_short"
    message = N_("A planned curve has {fewest} to {most} points; this one has {count}.")
    hint = N_("Give at least the first day with 0 and the last day with 100.")


class CurveDaysWrong(DomainError):
    """The days of the points do not rise (預定進度日期未遞增)."""

    code = "plan.work.curve_days_wrong"
    message = N_("The point of {day} does not come after the point of {before}.")
    hint = N_("Put the points in the order of their days, each day once.")


class CurveFalls(DomainError):
    """Less is planned later than earlier (預定進度倒退)."""

    code = "plan.work.curve_falls"
    message = N_("{percent} % on {day} is less than the {before} % planned before it.")
    hint = N_("Planned progress may stand still, but it does not fall.")


class CurveEndsWrong(DomainError):
    """A curve goes from nothing to all of the work (預定進度起訖有誤)."""

    code = "plan.work.curve_ends_wrong"
    message = N_("The curve goes from {first} % to {last} % and not from 0 to 100.")
    hint = N_("The first point is 0, the last one 100.")


class PercentUnfit(DomainError):
    """No share of the work (進度百分比無效)."""

    code = "plan.work.percent_unfit"
    message = N_("{percent} is not a percentage of the work done.")
    hint = N_("Give a number from 0 to 100 with at most two decimals.")


def check_percent(percent: Decimal) -> Decimal:
    """Return a percentage as it is kept.

    Raises:
        PercentUnfit: below 0, above 100, not a number, or finer than a hundredth.
    """
    if not percent.is_finite() or not 0 <= percent <= WHOLE:
        raise PercentUnfit(percent=percent)
    kept = round(percent, PLACES)
    if kept != percent:
        raise PercentUnfit(percent=percent)
    return kept


def checked(points: Sequence[tuple[date, Decimal]]) -> Points:
    """Return the points of a curve that keeps every rule.

    Raises:
        CurveTooShort, CurveDaysWrong, CurveFalls, CurveEndsWrong, PercentUnfit: which it breaks.
    """
    if not FEWEST <= len(points) <= MOST:
        raise CurveTooShort(fewest=FEWEST, most=MOST, count=len(points))
    kept = tuple((day, check_percent(percent)) for day, percent in points)
    for (before, low), (day, high) in pairwise(kept):
        if day <= before:
            raise CurveDaysWrong(day=day, before=before)
        if high < low:
            raise CurveFalls(percent=high, day=day, before=low)
    if kept[0][1] != 0 or kept[-1][1] != WHOLE:
        raise CurveEndsWrong(first=kept[0][1], last=kept[-1][1])
    return kept


def planned_on(points: Points, day: date) -> Decimal:
    """Return what is planned for a day: straight lines between points, flat outside them."""
    if day <= points[0][0]:
        return points[0][1]
    for (start, low), (end, high) in pairwise(points):
        if day < end:
            share = Decimal((day - start).days) / Decimal((end - start).days)
            return round(low + (high - low) * share, PLACES)
    return points[-1][1]


def as_json(points: Points) -> list[list[str]]:
    """Return what a JSON column keeps of a curve."""
    return [[day.isoformat(), str(percent)] for day, percent in points]


def from_json(kept: Sequence[Sequence[str]]) -> Points:
    """Return the curve that ``as_json`` wrote."""
    return tuple((date.fromisoformat(day), Decimal(percent)) for day, percent in kept)
