"""Vintages of figures (資料版次): what was public when, what was revised, what comes out next.

A revision never changes a figure; it adds one with a later vintage. So every earlier publication
can be shown again as it was.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Generic, TypeVar

from shizheng.statistics.domain.periods import Frequency, Period
from shizheng.statistics.domain.quality import ObservationStatus

Cell = TypeVar("Cell", bound=Hashable)
MOST_DAYS = 3_660


@dataclass(frozen=True, slots=True)
class Released(Generic[Cell]):
    """A figure as it was released once (發布值).

    Args:
        cell: area and breakdown, in any form that can be a key.
        value: None says that there is no figure, and ``status`` why.
        vintage: 1 for the first; a revision has a higher one.
        released_at: when it became, or becomes, public.
        why: the reason of the revision; empty for the first.
    """

    period: Period
    cell: Cell
    value: Decimal | None
    vintage: int
    released_at: datetime
    status: ObservationStatus = ObservationStatus.NORMAL
    why: str = ""


@dataclass(frozen=True, slots=True)
class Revision(Generic[Cell]):
    """A figure that was replaced (修正): what stood there, what now does, since when and why."""

    period: Period
    cell: Cell
    old: Decimal | None
    new: Decimal | None
    vintage: int
    released_at: datetime
    why: str


Edition = Mapping[tuple[Period, Cell], Released[Cell]]


def as_published(rows: Iterable[Released[Cell]], at: datetime) -> Edition[Cell]:
    """Return what was public at a moment: of each figure the latest vintage released by then.

    Args:
        at: an aware datetime; what is released at this very moment is public.

    Raises:
        ValueError: ``at`` has no zone, or two rows give the same vintage of one figure.
    """
    if at.utcoffset() is None:
        raise ValueError(f"a moment needs a time zone, got {at}")
    return _latest(row for row in rows if row.released_at <= at)


def as_of_vintage(rows: Iterable[Released[Cell]], vintage: int) -> Edition[Cell]:
    """Return the figures of a vintage; what it left alone stands as in the vintage before.

    Raises:
        ValueError: two rows give the same vintage of one figure.
    """
    return _latest(row for row in rows if row.vintage <= vintage)


def revisions(before: Edition[Cell], after: Edition[Cell]) -> list[Revision[Cell]]:
    """Return what was revised between two editions, in order of time.

    A figure that only appears in the second was released, not revised; one whose number stayed
    was not revised either, whatever its vintage.
    """
    found = [
        Revision(
            new.period,
            new.cell,
            before[place].value,
            new.value,
            new.vintage,
            new.released_at,
            new.why,
        )
        for place, new in after.items()
        if place in before and before[place].value != new.value
    ]
    return sorted(found, key=lambda each: (each.period.start, each.period.code, str(each.cell)))


@dataclass(frozen=True, slots=True)
class ReleaseRule:
    """When figures come out (預告發布時間): days after the end of the period, at a local time.

    Args:
        days: from the last day of the period; 0 is that day itself.
        at: local time of release, without zone.
        zone: zone of the office.

    Raises:
        ValueError: ``days`` is negative or above ten years, or ``at`` has a zone.
    """

    days: int
    at: time
    zone: tzinfo

    def __post_init__(self) -> None:
        if not 0 <= self.days <= MOST_DAYS or self.at.tzinfo is not None:
            raise ValueError(f"a release rule needs 0 to {MOST_DAYS} days and a bare time: {self}")


def same_day(day: date) -> date:
    """Return ``day``: the rule for offices that also release on days off."""
    return day


def release_at(
    rule: ReleaseRule, period: Period, working_day: Callable[[date], date] = same_day
) -> datetime:
    """Return when the figures of ``period`` come out.

    Args:
        working_day: returns the day itself if the office works on it, else the next on which it
            does, such as the working calendar gives it.
    """
    day = working_day(period.last_day + timedelta(days=rule.days))
    return datetime.combine(day, rule.at, rule.zone)


def next_release(
    rule: ReleaseRule,
    frequency: Frequency,
    now: datetime,
    working_day: Callable[[date], date] = same_day,
) -> tuple[Period, datetime]:
    """Return the first period whose figures come out after ``now``, and when.

    Raises:
        ValueError: ``now`` has no zone.
    """
    if now.utcoffset() is None:
        raise ValueError(f"a moment needs a time zone, got {now}")
    today = now.astimezone(rule.zone).date()
    period = Period.of(frequency, today - timedelta(days=rule.days))
    while release_at(rule, period.previous(), working_day) > now:
        period = period.previous()
    while release_at(rule, period, working_day) <= now:
        period = period.next()
    return period, release_at(rule, period, working_day)


def is_embargoed(released_at: datetime, now: datetime) -> bool:
    """Return whether figures are still under embargo (限時發布); public from the moment itself."""
    return now < released_at


def _latest(rows: Iterable[Released[Cell]]) -> Edition[Cell]:
    found: dict[tuple[Period, Cell], Released[Cell]] = {}
    seen: set[tuple[Period, Cell, int]] = set()
    for row in rows:
        if (row.period, row.cell, row.vintage) in seen:
            raise ValueError(f"vintage {row.vintage} of {row.period} {row.cell} is there twice")
        seen.add((row.period, row.cell, row.vintage))
        other = found.get((row.period, row.cell))
        if other is None or other.vintage < row.vintage:
            found[row.period, row.cell] = row
    return found
