"""Running clocks read as plain values, many at a time, and counted: equal ones once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from shizheng.kernel.time.amounts import Amount, Unit
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.services import city
from shizheng.services.clocks.keeping import value_of
from shizheng.services.domain import clocks as timing
from shizheng.services.models import CaseClock
from shizheng.services.versions import definition_by

MOST_KEPT = 50_000
FIELDS = (
    "pk", "case_id", "key", "amount", "rule", "started_at", "round", "pauses", "extensions",
    "calendar", "is_provisional", "due_at", "done", "satisfied_at", "breached_at", "is_running",
    "case__number", "case__version_id", "case__service__code", "case__district__code",
    "case__village__code",
)  # fmt: skip


@dataclass(slots=True)
class RunningClock:
    """A clock and what of its case counting it needs; the fields stand in the order of FIELDS."""

    pk: UUID
    case_id: UUID
    key: str
    amount: str
    rule: str
    started_at: datetime
    round: int
    pauses: list[Any]
    extensions: list[Any]
    calendar: str
    is_provisional: bool
    due_at: datetime | None
    done: list[str]
    satisfied_at: datetime | None
    breached_at: datetime | None
    is_running: bool
    number: str
    version_id: UUID
    service: str
    district: str | None
    village: str | None

    @property
    def is_main(self) -> bool:
        """Whether the case is due when it ends."""
        return self.key == definition_by(self.version_id).main_clock


def running(rows: QuerySet[CaseClock]) -> Iterator[RunningClock]:
    """Yield clocks as plain values."""
    for row in rows.values_list(*FIELDS).iterator(chunk_size=2_000):
        yield RunningClock(*row)


class Counter:
    """Counts clocks by the calendar in force; what is alike but for the hour is counted once."""

    def __init__(self) -> None:
        self._zone = city.zone()
        self._hours: dict[str, bool] = {}
        self._known: dict[tuple[object, ...], tuple[WorkCalendar, timing.Reckoning]] = {}

    def reckoned(self, row: RunningClock) -> timing.Reckoning:
        """Return what the calendar of its place makes of a clock."""
        areas = [code for code in (row.district, row.village) if code is not None]
        calendar = city.calendar_for(*areas)
        began = row.started_at if self._counts_hours(row.amount) else self._day(row.started_at)
        key = (
            id(calendar), row.version_id, row.key, row.amount, row.rule, began,
            *map(tuple, row.pauses), None, *map(tuple, row.extensions),
        )  # fmt: skip
        known = self._known.get(key)
        if known is not None:
            return known[1]
        definition = definition_by(row.version_id).clocks.get(row.key)
        found = timing.reckon(value_of(row), definition, calendar, self._zone)
        if len(self._known) < MOST_KEPT:
            self._known[key] = (calendar, found)  # kept, so that its id stays taken
        return found

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    def _counts_hours(self, amount: str) -> bool:
        known = self._hours.get(amount)
        if known is None:
            known = self._hours[amount] = Amount.parse(amount).unit is Unit.HOUR
        return known
