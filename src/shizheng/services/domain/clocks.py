"""Clocks of a case: how states start, pause and stop them, when they end, what is due when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from shizheng.kernel.time.amounts import Amount, Unit
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.clock import Clock, Extension, Pause
from shizheng.kernel.time.days import CalendarOutOfRange
from shizheng.kernel.time.period import due as period_due
from shizheng.kernel.time.progress import WarningPoint, warning_on
from shizheng.kernel.time.rules import rules
from shizheng.services.domain.errors import ExtensionSpent, ExtensionTooLate, ExtensionTooLong
from shizheng.services.domain.facts import ClockFacts
from shizheng.services.schema.timing import ClockOf

if TYPE_CHECKING:
    from shizheng.services.definitions import Service
    from shizheng.services.domain.names import Vocabulary

OPENS = time(8)
DUE = "due"
YEARS_BEYOND = 5


@dataclass(frozen=True, slots=True)
class ClockValue:
    """One clock as it is kept: moments, not days, so that any calendar can count it.

    ``pauses``: (stops, again or None, reason); ``extensions``: (amount, reason); ``done``: ids of
    warnings and breaches that were carried out.
    """

    key: str
    amount: str
    rule: str
    started_at: datetime
    round: int = 1
    pauses: tuple[tuple[datetime, datetime | None, str], ...] = ()
    extensions: tuple[tuple[str, str], ...] = ()
    done: tuple[str, ...] = ()
    satisfied_at: datetime | None = None
    is_running: bool = True

    @property
    def is_paused(self) -> bool:
        """Whether it stands still now."""
        return bool(self.pauses) and self.pauses[-1][1] is None

    def paused(self, at: datetime, reason: str) -> "ClockValue":
        """Return it standing still; one that does already stays as it is."""
        if self.is_paused or not self.is_running:
            return self
        return replace(self, pauses=(*self.pauses, (at, None, reason)))

    def resumed(self, at: datetime) -> "ClockValue":
        """Return it running again; one that runs stays as it is."""
        if not self.is_paused:
            return self
        stops, _, reason = self.pauses[-1]
        return replace(self, pauses=(*self.pauses[:-1], (stops, at, reason)))

    def stopped(self, at: datetime, *, is_satisfied: bool) -> "ClockValue":
        """Return it at its end; ``is_satisfied`` False for one that another round replaces."""
        if not self.is_running:
            return self
        return replace(
            self.resumed(at), is_running=False, satisfied_at=at if is_satisfied else None
        )

    def as_clock(self, tz: tzinfo) -> Clock:
        """Return the kernel's clock."""
        return Clock(
            received=self.started_at.astimezone(tz),
            amount=Amount.parse(self.amount),
            tz=tz,
            rule=rules[self.rule],
            pauses=tuple(
                Pause(stops.astimezone(tz), again and again.astimezone(tz), reason, reason)
                for stops, again, reason in self.pauses
            ),
            extensions=tuple(
                Extension(added=Amount.parse(amount), reason_zh=reason, reason_en=reason)
                for amount, reason in self.extensions
            ),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a clock makes happen (預警或逾期處置): its id and when."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What a calendar makes of a clock: its end and the steps on the way, in order of time."""

    due_at: datetime | None
    steps: tuple[Step, ...]
    calendar: str
    is_provisional: bool

    def next_at(self, done: Iterable[str]) -> datetime | None:
        """Return when the next step is due that is not done."""
        settled = frozenset(done)
        return min((step.at for step in self.steps if step.id not in settled), default=None)

    def reached(self, now: datetime, done: Iterable[str]) -> list[Step]:
        """Return the steps due by ``now`` that are not done, in order."""
        settled = frozenset(done)
        return [step for step in self.steps if step.at <= now and step.id not in settled]


def extended_calendar(calendar: WorkCalendar) -> WorkCalendar:
    """Return a calendar that goes on with plain weeks beyond its end, for provisional dates."""
    return replace(
        calendar,
        last=date(calendar.last.year + YEARS_BEYOND, 12, 31),
        first=date(calendar.first.year - 1, 1, 1),
        spans=(),
    )


def reckon(
    value: ClockValue, definition: ClockOf | None, calendar: WorkCalendar, tz: tzinfo
) -> Reckoning:
    """Return when a clock ends and what happens on the way.

    A count that runs past the calendar goes on with plain weeks and is marked provisional, so
    that nobody is refused because next year's calendar is not out yet; loading it counts anew.
    """
    clock = value.as_clock(tz)
    try:
        return _reckon(clock, definition, calendar, tz, is_provisional=False)
    except CalendarOutOfRange:
        beyond = _beyond(calendar)
        return _reckon(clock, definition, beyond, tz, is_provisional=True)


_BEYOND: dict[int, tuple[WorkCalendar, WorkCalendar]] = {}


def _beyond(calendar: WorkCalendar) -> WorkCalendar:
    """Return the extended calendar, made once; the original is kept so that its id stays taken."""
    found = _BEYOND.get(id(calendar))
    if found is None:
        if len(_BEYOND) > 2_000:
            _BEYOND.clear()
        found = _BEYOND[id(calendar)] = (calendar, extended_calendar(calendar))
    return found[1]


def _reckon(
    clock: Clock, definition: ClockOf | None, calendar: WorkCalendar, tz: tzinfo,
    *, is_provisional: bool,
) -> Reckoning:  # fmt: skip
    due = clock.due(calendar)
    due_at = due.due_at if due else None
    steps = tuple(sorted(_steps(clock, definition, calendar, tz, due_at), key=lambda step: step.at))
    return Reckoning(due_at, steps, calendar.version, is_provisional)


def _steps(
    clock: Clock, definition: ClockOf | None, calendar: WorkCalendar, tz: tzinfo,
    due_at: datetime | None,
) -> Iterator[Step]:  # fmt: skip
    if due_at is None:
        return
    for number, warning in enumerate(definition.warn if definition else ()):
        on = warning_on(clock, WarningPoint.parse(warning.at), calendar)
        if on is not None:
            at = on if isinstance(on, datetime) else datetime.combine(on, OPENS, tz)
            yield Step(f"warn:{number}", min(at, due_at))
    just_after = due_at + timedelta(seconds=1)
    yield Step(DUE, just_after)
    for number, breach in enumerate(definition.breach if definition else ()):
        at = just_after
        if breach.after:
            at = _after(due_at, Amount.parse(breach.after), calendar, tz, clock)
        yield Step(f"breach:{number}", at)


def _after(
    due_at: datetime, amount: Amount, calendar: WorkCalendar, tz: tzinfo, clock: Clock
) -> datetime:
    if amount.unit is Unit.HOUR:
        return due_at + timedelta(hours=amount.count)
    return period_due(due_at.astimezone(tz), amount, calendar, tz=tz, rule=clock.rule).due_at


def facts_of(value: ClockValue, due_at: datetime | None, now: datetime, tz: tzinfo) -> ClockFacts:
    """Return what rules see of a clock."""
    end = value.satisfied_at or now
    return ClockFacts(
        is_running=value.is_running and not value.is_paused,
        is_paused=value.is_paused,
        is_overdue=due_at is not None and end > due_at,
        due_on=due_at.astimezone(tz).date() if due_at else None,
        extension_count=len(value.extensions),
    )


def amount_of(definition: ClockOf, vocabulary: "Vocabulary", scope: Mapping[str, Any]) -> str:
    """Return the first allowance whose condition holds; the last one if none does."""
    for allowance in definition.amounts:
        if vocabulary.truth(allowance.when, scope):
            return allowance.amount
    return definition.amounts[-1].amount


def on_entry(
    service: "Service",
    clocks: Mapping[str, ClockValue],
    *,
    left: str | None,
    entered: str,
    at: datetime,
    scope: Mapping[str, Any],
) -> list[ClockValue]:
    """Return the clocks that entering a state starts, pauses, resumes, restarts or stops.

    Args:
        clocks: the newest round of each clock by key.
        left: the state before; None for a new case.
    """
    changed: list[ClockValue] = []
    for key, definition in service.clocks.items():
        clock = clocks.get(key)
        if clock is None or not clock.is_running:
            if entered in definition.start or (clock and entered in definition.restart_in):
                changed.append(_started(service, key, clock, at, scope))
        elif entered in definition.stop_in:
            changed.append(clock.stopped(at, is_satisfied=True))
        elif entered in definition.restart_in and left not in definition.restart_in:
            changed += [
                clock.stopped(at, is_satisfied=False),
                _started(service, key, clock, at, scope),
            ]
        elif entered in definition.pause_in:
            if not clock.is_paused:
                changed.append(clock.paused(at, entered))
        elif left in definition.pause_in and clock.is_paused:
            changed.append(clock.resumed(at))
    return changed


def _started(
    service: "Service", key: str, before: ClockValue | None, at: datetime, scope: Mapping[str, Any]
) -> ClockValue:
    definition = service.clocks[key]
    return ClockValue(
        key=key,
        amount=amount_of(definition, service.vocabulary, scope),
        rule=definition.rule,
        started_at=at,
        round=before.round + 1 if before else 1,
    )


def restarted(
    service: "Service", clock: ClockValue, at: datetime, scope: Mapping[str, Any]
) -> list[ClockValue]:
    """Return the old round at its end and the new one (重新起算)."""
    return [
        clock.stopped(at, is_satisfied=False),
        _started(service, clock.key, clock, at, scope),
    ]


def extended(
    clock: ClockValue, definition: ClockOf, *, amount: str, reason: str,
    due_at: datetime | None, at: datetime,
) -> ClockValue:  # fmt: skip
    """Return the clock with more time (展延).

    Raises:
        ExtensionSpent, ExtensionTooLong, ExtensionTooLate: why not.

    Source: 行政程序法 art. 51(2), (3).
    """
    rule = definition.extend
    if rule is None or len(clock.extensions) >= rule.times:
        raise ExtensionSpent(count=len(clock.extensions))
    most = Amount.parse(rule.max or clock.amount)
    asked = Amount.parse(amount)
    if asked.unit is not most.unit or asked.count > most.count:
        raise ExtensionTooLong(amount=amount, limit=str(most))
    if rule.before_due and due_at is not None and at > due_at:
        raise ExtensionTooLate(due=due_at.date())
    return replace(clock, extensions=(*clock.extensions, (amount, reason)))


def pending(done: Sequence[str], reckoning: Reckoning, now: datetime) -> tuple[str, ...]:
    """Return ``done`` without the steps that lie ahead again, after more time was given."""
    ahead = {step.id for step in reckoning.steps if step.at > now}
    return tuple(each for each in done if each not in ahead)
