"""When the steps of a master case can be done, and which of them decide the end (要徑).

The critical path method (Kelley and Walker, 1959) on a working calendar: a step can begin when all
before it are done; it ends when its legal period does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from shizheng.kernel.time.amounts import Amount, Unit
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.days import CalendarOutOfRange
from shizheng.kernel.time.period import due
from shizheng.services.domain.clocks import extended_calendar


@dataclass(frozen=True, slots=True)
class StepValue:
    """One step: how long the law gives it, what must be done before, what has happened."""

    key: str
    amount: str
    after: tuple[str, ...] = ()
    started_on: date | None = None
    finished_on: date | None = None
    is_dropped: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """When a step is to begin and end; ``slack`` is how many days it may slip harmlessly."""

    begins: date
    ends: date
    slack: int
    is_critical: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """The steps in time: each by key, the last day, and the chain that decides it, in order."""

    steps: Mapping[str, Planned]
    ends: date
    path: tuple[str, ...]


def schedule(
    steps: Sequence[StepValue], *, begins: date, today: date, calendar: WorkCalendar, tz: tzinfo
) -> Schedule:
    """Return when the steps can be done at the earliest, and the critical path.

    A step that is open cannot end before today; one that waits cannot begin before today. Steps
    that are not needed take no time.

    Raises:
        ValueError: steps wait for each other, or for one that is not there.
    """
    known = {step.key: step for step in steps}
    order = in_order({key: step.after for key, step in known.items()})
    early: dict[str, tuple[date, date]] = {}
    for key in order:
        step = known[key]
        ready = max((early[before][1] for before in step.after), default=begins)
        early[key] = _early(step, ready, today, calendar, tz)
    ends = max((finish for _, finish in early.values()), default=begins)
    late = _late(order, known, early, ends)
    rows = {
        key: Planned(start, finish, (late[key] - finish).days, late[key] <= finish)
        for key, (start, finish) in early.items()
    }
    return Schedule(rows, ends, _path(known, early, ends))


def in_order(after: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the keys so that each comes after what it waits for.

    Raises:
        ValueError: steps wait for each other, or for one that is not there.
    """
    left = {key: set(before) for key, before in after.items()}
    if missing := {key for after in left.values() for key in after} - left.keys():
        raise ValueError(f"no step is called {min(missing)!r}")
    order: list[str] = []
    while ready := [key for key, before in left.items() if not before]:
        order += ready
        for key in ready:
            del left[key]
        for before in left.values():
            before.difference_update(ready)
    if left:
        raise ValueError(f"steps wait for each other: {', '.join(sorted(left))}")
    return order


def _early(
    step: StepValue, ready: date, today: date, calendar: WorkCalendar, tz: tzinfo
) -> tuple[date, date]:
    if step.is_dropped:
        return ready, ready
    if step.finished_on is not None:
        return step.started_on or min(ready, step.finished_on), step.finished_on
    if step.started_on is not None:
        return step.started_on, max(_finish(step, step.started_on, calendar, tz), today)
    start = max(ready, today)
    return start, _finish(step, start, calendar, tz)


def _finish(step: StepValue, start: date, calendar: WorkCalendar, tz: tzinfo) -> date:
    amount = Amount.parse(step.amount)
    if amount.unit is Unit.HOUR:
        return start + timedelta(days=-(-amount.count // 24))
    try:
        return due(start, amount, calendar, tz=tz).due_on
    except CalendarOutOfRange:
        return due(start, amount, extended_calendar(calendar), tz=tz).due_on


def _late(
    order: Sequence[str],
    known: Mapping[str, StepValue],
    early: Mapping[str, tuple[date, date]],
    ends: date,
) -> dict[str, date]:
    """Return the latest day on which each step may end without moving the end of all."""
    late = dict.fromkeys(order, ends)
    for key in reversed(order):
        start, finish = early[key]
        latest_start = late[key] - (finish - start)
        for before in known[key].after:
            late[before] = min(late[before], latest_start)
    return late


def _path(
    known: Mapping[str, StepValue], early: Mapping[str, tuple[date, date]], ends: date
) -> tuple[str, ...]:
    """Return the chain of steps that decides the end, first to last."""
    last = [key for key, (_, finish) in early.items() if finish == ends]
    path: list[str] = []
    here = last[0] if last else None
    while here is not None:
        path.append(here)
        befores = [key for key in known[here].after if not known[key].is_dropped]
        here = max(befores, key=lambda key: early[key][1], default=None)
    return tuple(reversed(path))
