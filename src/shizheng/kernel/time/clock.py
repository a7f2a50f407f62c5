"""A clock: one period with its pauses and extensions, recomputable on any calendar."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Self, TypeVar

from shizheng.kernel.time.amounts import Amount, Unit
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.clock_errors import (
    ExtensionUnit,
    PauseOpen,
    PauseOutOfOrder,
    PauseOverlap,
    ResumeWithoutPause,
)
from shizheng.kernel.time.counting import NEVER, Course, Span, counted, course
from shizheng.kernel.time.period import (
    Due,
    adverse_readings,
    better,
    due,
    due_of,
    local_day,
    moment,
)
from shizheng.kernel.time.rules import TW_APA48, Rule

Key = TypeVar("Key", bound=Hashable)


class SpanKind(StrEnum):
    """What a clock does in a span of days."""

    RUN = "run"  # 計算
    PAUSE = "pause"  # 停止計算


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still (停止計算) from ``stops`` until ``again``, the day it runs again.

    Half open: the day ``stops`` is not counted, the day ``again`` is. ``again`` None: still open.
    Dates, or aware datetimes for a clock that counts hours.
    """

    stops: date
    again: date | None = None
    reason_zh: str = ""
    reason_en: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """More time (展延): ``added`` to what there is, or the whole ``limit`` from receipt anew.

    Raises:
        ValueError: not exactly one of the two is given.
    """

    added: Amount | None = None
    limit: Amount | None = None
    reason_zh: str = ""
    reason_en: str = ""

    def __post_init__(self) -> None:
        if (self.added is None) == (self.limit is None):
            raise ValueError("an extension either adds an amount or sets a new limit")


@dataclass(frozen=True, slots=True)
class ClockSpan:
    """One span of a clock's life, ``first`` to ``last`` included; ``last`` None while open."""

    kind: SpanKind
    first: date
    last: date | None
    counted: int


@dataclass(frozen=True, slots=True)
class Clock:
    """A period that can be paused, resumed and extended (案件時鐘), immutable.

    Args:
        received: local date of receipt; for hours an aware datetime.
        amount: the allowance.
        tz: zone of the office.
        rule: how to count.
        pauses: in order of time, without overlap; only the last may be open.
        extensions: in order of decision.

    Raises:
        PauseOutOfOrder, PauseOverlap: pauses that cannot have happened.
        ExtensionUnit: hours added to days, or days to hours.
        HoursNeedMoment: hours from a date, or a pause of hours without time of day.
    """

    received: date
    amount: Amount
    tz: tzinfo
    rule: Rule = TW_APA48
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()

    def __post_init__(self) -> None:
        if self.counts_hours:
            moment(self.received, self.amount)
        for amount in self.amounts:
            if (amount.unit is Unit.HOUR) != self.counts_hours:
                raise ExtensionUnit(extension=amount, amount=self.amount)
        self._check_pauses()

    def _check_pauses(self) -> None:
        received = date.fromordinal(local_day(self.received, self.tz))
        runs_since, has_paused = self._at(received), False
        for number, pause in enumerate(self.pauses, start=1):
            stops = self._at(pause.stops)
            again = None if pause.again is None else self._at(pause.again)
            if again is not None and again < stops:
                raise PauseOutOfOrder(stops=pause.stops, again=pause.again)
            if stops < runs_since:
                refusal = PauseOverlap if has_paused else PauseOutOfOrder
                raise refusal(stops=pause.stops, again=pause.again or "…")
            if again is None and number < len(self.pauses):
                raise PauseOpen(stops=pause.stops)
            runs_since, has_paused = again or stops, True

    def _at(self, when: date) -> float:
        """Place on the clock's own line: ordinals, or seconds for a clock of hours."""
        return self._second(when) if self.counts_hours else local_day(when, self.tz)

    def _second(self, when: date) -> float:
        """Seconds since 1970; a date stands for its midnight."""
        if not isinstance(when, datetime):
            when = datetime.combine(when, time(), self.tz)
        return moment(when, self.amount).timestamp()

    @property
    def counts_hours(self) -> bool:
        """True if the allowance is in hours, which ignore the calendar."""
        return self.amount.unit is Unit.HOUR

    @property
    def moment_of_receipt(self) -> datetime:
        """When a clock of hours began, in its zone."""
        return moment(self.received, self.amount).astimezone(self.tz)

    @property
    def is_paused(self) -> bool:
        """True while the last pause is open."""
        return bool(self.pauses) and self.pauses[-1].again is None

    @property
    def amounts(self) -> tuple[Amount, ...]:
        """The allowance with its extensions; neighbours of one unit are added up."""
        if not self.extensions:
            return (self.amount,)
        amounts = [self.amount]
        for extension in self.extensions:
            if extension.limit is not None:
                amounts = [extension.limit]
            elif extension.added is not None and extension.added.unit is amounts[-1].unit:
                amounts[-1] = Amount(amounts[-1].count + extension.added.count, amounts[-1].unit)
            elif extension.added is not None:
                amounts.append(extension.added)
        return tuple(amounts)

    def paused(self, on: date, reason_zh: str = "", reason_en: str = "") -> Self:
        """Return the clock standing still from ``on``.

        Raises:
            PauseOpen: it stands still already.
        """
        if self.is_paused:
            raise PauseOpen(stops=self.pauses[-1].stops)
        return replace(self, pauses=(*self.pauses, Pause(on, None, reason_zh, reason_en)))

    def resumed(self, on: date) -> Self:
        """Return the clock running again from ``on``, which counts.

        Raises:
            ResumeWithoutPause: it is running.
            PauseOutOfOrder: ``on`` is before the day it stopped.
        """
        if not self.is_paused:
            raise ResumeWithoutPause(again=on)
        return replace(self, pauses=(*self.pauses[:-1], replace(self.pauses[-1], again=on)))

    def extended(self, extension: Extension) -> Self:
        """Return the clock with one more extension."""
        return replace(self, extensions=(*self.extensions, extension))

    def due(self, calendar: WorkCalendar) -> Due | None:
        """Return when it ends, or None while it stands still and nobody can know.

        Raises:
            CalendarOutOfRange: the calendar is too short.
        """
        if not self.pauses and not self.extensions:
            return due(self.received, self.amount, calendar, tz=self.tz, rule=self.rule)
        if self.counts_hours:
            return self._hours_due()
        if self.rule.adverse is None:
            return self.by_rule(self.rule, calendar)
        strict, ordinary = (self.by_rule(rule, calendar) for rule in adverse_readings(self.rule))
        if strict is None or ordinary is None:
            return None
        return better(strict, ordinary, self.rule)

    def by_rule(self, rule: Rule, calendar: WorkCalendar) -> Due | None:
        """Return when a clock of days ends by ``rule``, whatever its own; None if it stands."""
        found = self.course(calendar, rule)
        if found.counted_to is None or found.ends is None:
            return None
        return due_of(found.counted_to, found.ends, found.at_noon, self.tz)

    def reading(self, calendar: WorkCalendar) -> Rule:
        """Return the rule that decides: itself, or of an adverse rule the count that applies."""
        if self.rule.adverse is None:
            return self.rule
        strict, ordinary = adverse_readings(self.rule)
        return strict if self.by_rule(strict, calendar) == self.due(calendar) else ordinary

    def course(self, calendar: WorkCalendar, rule: Rule) -> Course:
        """Return runs, length and end of a clock that counts days, by ``rule``.

        Raises:
            CalendarOutOfRange: the calendar is too short.
        """
        received = local_day(self.received, self.tz)
        if received < calendar.tables.low:
            raise calendar.out_of_range(self.received)
        return course(received, self.amounts, self.pause_days(), calendar, rule)

    def pause_days(self) -> list[Span]:
        """Pauses as ordinals, those of no length left out."""
        days = [
            (
                local_day(pause.stops, self.tz),
                NEVER if pause.again is None else local_day(pause.again, self.tz),
            )
            for pause in self.pauses
        ]
        return [(stops, again) for stops, again in days if stops < again]

    def hours_course(self) -> tuple[list[tuple[datetime, datetime]], timedelta]:
        """Return the runs of a clock that counts hours, in its zone, and the time still left."""
        at = moment(self.received, self.amount).astimezone(UTC)
        left = timedelta(hours=sum(amount.count for amount in self.amounts))
        runs = []
        for pause in self.pauses:
            stops = datetime.fromtimestamp(self._second(pause.stops), UTC)
            if stops - at >= left and left:
                break
            if stops > at:
                runs.append((at.astimezone(self.tz), stops.astimezone(self.tz)))
                left -= stops - at
            if pause.again is None:
                return runs, left
            at = max(at, datetime.fromtimestamp(self._second(pause.again), UTC))
        runs.append((at.astimezone(self.tz), (at + left).astimezone(self.tz)))
        return runs, timedelta(0)

    def _hours_due(self) -> Due | None:
        runs, left = self.hours_course()
        if left:
            return None
        due_at = runs[-1][1]
        return Due(due_at.date(), due_at, due_at.date())

    def spans(self, calendar: WorkCalendar) -> list[ClockSpan]:
        """Return the runs and pauses of a clock that counts days, in order, with days counted.

        Raises:
            CalendarOutOfRange: the calendar is too short.
        """
        found = self.course(calendar, self.reading(calendar))
        spans = [
            ClockSpan(
                SpanKind.RUN,
                date.fromordinal(run.first),
                date.fromordinal(run.last),
                counted(run.first, run.last, run.unit, calendar.tables),
            )
            for run in found.runs
        ]
        last = found.ends if found.ends is not None else NEVER
        spans += [
            ClockSpan(
                SpanKind.PAUSE,
                date.fromordinal(stops),
                None if again == NEVER else date.fromordinal(again - 1),
                0,
            )
            for stops, again in self.pause_days()
            if stops <= last
        ]
        return sorted(spans, key=lambda span: span.first)


@dataclass(frozen=True, slots=True)
class Change:
    """What a new calendar did to one clock; None is a clock that stands still."""

    was: Due | None
    now: Due | None


def changes(
    clocks: Mapping[Key, Clock], *, old: WorkCalendar, new: WorkCalendar
) -> dict[Key, Change]:
    """Return the clocks whose end differs between two calendars (行事曆變更後重算).

    Raises:
        CalendarOutOfRange: one of the calendars is too short for one of the clocks.
    """
    found = {key: Change(clock.due(old), clock.due(new)) for key, clock in clocks.items()}
    return {key: change for key, change in found.items() if change.was != change.now}
