"""The working calendar: which days count, as known on a date, for an area; built for speed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, Self

from shizheng.kernel.time import reading
from shizheng.kernel.time.days import (
    ALWAYS,
    CalendarNotYetKnown,
    CalendarOutOfRange,
    Day,
    DayKind,
    DayRecord,
    effective,
)

SATURDAY_AND_SUNDAY = frozenset({5, 6})


class Tables:
    """A calendar as arrays over its days; days are proleptic ordinals, ``low`` to ``high``.

    ``before[i]`` is the number of working days ahead of day ``low + i`` and ``working`` lists
    them, so that counting n working days is two look-ups. ``next_end`` and ``last_end`` give the
    nearest day, forwards and backwards, on which a period may end; 0 where there is none.
    """

    def __init__(
        self, low: int, high: int, weekend: frozenset[int], special: Mapping[int, DayRecord]
    ) -> None:
        self.low, self.high, self.special = low, high, special
        self.endings: dict[tuple[int, int], Any] = {}  # kept and filled by period.py
        is_open = [(day - 1) % 7 not in weekend for day in range(low, high + 1)]
        self.weekend_days = frozenset(i for i, weekday in enumerate(is_open) if not weekday)
        for day, record in special.items():
            if low <= day <= high:
                is_open[day - low] = record.kind is DayKind.WORKDAY
        self.working = [low + i for i, open_ in enumerate(is_open) if open_]
        self.before = [0]
        for open_ in is_open:
            self.before.append(self.before[-1] + open_)
        self.is_open = is_open
        self.ends = {True: _ends(low, is_open), False: _ends(low, self._without_make_up())}

    def _without_make_up(self) -> list[bool]:
        return [open_ and i not in self.weekend_days for i, open_ in enumerate(self.is_open)]


def _ends(low: int, may_end: list[bool]) -> tuple[list[int], list[int]]:
    following, nearest = [0] * len(may_end), 0
    for i in range(len(may_end) - 1, -1, -1):
        nearest = low + i if may_end[i] else nearest
        following[i] = nearest
    preceding, nearest = [0] * len(may_end), 0
    for i, may in enumerate(may_end):
        nearest = low + i if may else nearest
        preceding[i] = nearest
    return following, preceding


@dataclass(frozen=True)
class WorkCalendar:
    """Working days of a city (政府機關辦公日曆), immutable.

    Args:
        id: name of the calendar, shown in its version.
        first, last: the span it covers, both included; a count beyond it is refused.
        records: the days that differ, in any order; kept in order of knowledge.
        weekend: weekdays off, Monday 0 to Sunday 6.
        known_on: what was known on this date; None for all that is known.
        areas: closures of these areas hold; those of other areas do not.
        spans: since when which days are known: (known_from, first, last); empty for always.
    """

    id: str
    first: date
    last: date
    records: tuple[DayRecord, ...]
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY
    known_on: date | None = None
    areas: frozenset[str] = field(default_factory=frozenset)
    spans: tuple[tuple[date, date, date], ...] = ()

    def __post_init__(self) -> None:
        ordered = sorted(
            self.records, key=lambda record: (record.known_from, record.kind != DayKind.WITHDRAWN)
        )
        object.__setattr__(self, "records", tuple(ordered))

    @classmethod
    def from_definition(cls, definition: Mapping[str, Any]) -> Self:
        """Build from the mapping of a pack's ``calendar.yaml`` (``schema: calendar/1``).

        Raises:
            CalendarMalformed: names the place and the problem.
        """
        return cls(**reading.read_definition(definition))

    @classmethod
    def from_csv(
        cls, lines: Iterable[str], *, name: str = "csv", known_from: date = ALWAYS
    ) -> Self:
        """Build from lines ``date,weekday_zh,is_holiday,description_zh,...``, one per day.

        Raises:
            CalendarMalformed: names the line and the problem; a missing day is one.
        """
        return cls(**reading.read_csv(lines, name=name, known_from=known_from))

    def as_known_on(self, day: date) -> Self:
        """Return the calendar as it was known on ``day``: later records are not in it.

        Where versions state what they cover, years that came out later are not covered either.

        Raises:
            CalendarNotYetKnown: nothing of it was known by then.
        """
        known = tuple(record for record in self.records if record.known_from <= day)
        spans = tuple(span for span in self.spans if span[0] <= day)
        if (self.records and not known) or (self.spans and not spans):
            earliest = min(self.spans)[0] if self.spans else self.records[0].known_from
            raise CalendarNotYetKnown(calendar=self.id, earliest=earliest, day=day)
        first = max(self.first, min((first for _, first, _ in spans), default=self.first))
        last = min(self.last, max((last for _, _, last in spans), default=self.last))
        return replace(self, records=known, known_on=day, first=first, last=last, spans=spans)

    def for_area(self, *codes: str) -> Self:
        """Return the calendar of an area: general days, and closures of any of ``codes``.

        Give the codes of the area and of every area it lies in (village, district, city).
        """
        return replace(self, areas=frozenset(codes))

    @cached_property
    def tables(self) -> Tables:
        """The calendar as arrays, built once."""
        special = effective(self.records, self.areas)
        return Tables(self.first.toordinal(), self.last.toordinal(), self.weekend, special)

    @cached_property
    def version(self) -> str:
        """Name and fingerprint of what is known: equal versions give equal due dates."""
        parts = [self.id, str(self.first), str(self.last), str(sorted(self.weekend))]
        parts += [repr(record) for record in self.records] + sorted(self.areas)
        latest = max((record.known_from for record in self.records), default=ALWAYS)
        known = "" if latest == ALWAYS else f"@{latest}"
        return f"{self.id}{known}#{sha256('|'.join(parts).encode()).hexdigest()[:8]}"

    def out_of_range(self, day: object) -> CalendarOutOfRange:
        """Return the refusal for ``day``."""
        return CalendarOutOfRange(calendar=self.id, first=self.first, last=self.last, day=day)

    def day(self, on: date) -> Day:
        """Say what ``on`` is.

        Raises:
            CalendarOutOfRange: the calendar does not cover it.
        """
        tables, ordinal = self.tables, on.toordinal()
        if not tables.low <= ordinal <= tables.high:
            raise self.out_of_range(on)
        is_working = tables.is_open[ordinal - tables.low]
        record = tables.special.get(ordinal)
        if record is None:
            return Day(on, is_working)
        return Day(on, is_working, record.kind, record.name_zh, record.name_en)

    def is_working(self, on: date) -> bool:
        """True if offices are open on ``on`` (上班日); make-up Saturdays are.

        Raises:
            CalendarOutOfRange: the calendar does not cover it.
        """
        return self.day(on).is_working

    def working_days(self, first: date, last: date) -> int:
        """Count working days from ``first`` to ``last``, both included.

        Raises:
            CalendarOutOfRange: the calendar does not cover both.
        """
        for end in (first, last):
            if not self.first <= end <= self.last:
                raise self.out_of_range(end)
        before, low = self.tables.before, self.tables.low
        return max(0, before[last.toordinal() + 1 - low] - before[first.toordinal() - low])
