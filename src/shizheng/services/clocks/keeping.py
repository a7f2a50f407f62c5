"""The clocks of one case while it is acted on: read once, changed in memory, written together."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from shizheng.core.rows import put
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.services import city
from shizheng.services.definitions import Service as Definition
from shizheng.services.domain import clocks as timing
from shizheng.services.domain.facts import ClockFacts
from shizheng.services.models import Case, CaseClock
from shizheng.services.versions import definition_by


class ClockRow(Protocol):
    """What is kept of a clock, as a row of the table or read without it."""

    key: str
    amount: str
    rule: str
    started_at: datetime
    round: int
    pauses: list[Any]
    extensions: list[Any]
    done: list[str]
    satisfied_at: datetime | None
    is_running: bool


def value_of(row: CaseClock | ClockRow) -> timing.ClockValue:
    """Return a row as the value that the rules work on."""
    return timing.ClockValue(
        key=row.key,
        amount=row.amount,
        rule=row.rule,
        started_at=row.started_at,
        round=row.round,
        pauses=tuple((_moment(a), b and _moment(b), why) for a, b, why in row.pauses),
        extensions=tuple((amount, why) for amount, why in row.extensions),
        done=tuple(row.done),
        satisfied_at=row.satisfied_at,
        is_running=row.is_running,
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def put_value(row: CaseClock, value: timing.ClockValue) -> None:
    """Set a row to what the rules made of it."""
    row.amount, row.rule, row.started_at = value.amount, value.rule, value.started_at
    row.pauses = [[a.isoformat(), b and b.isoformat(), why] for a, b, why in value.pauses]
    row.extensions = [[amount, why] for amount, why in value.extensions]
    row.done, row.satisfied_at, row.is_running = (
        list(value.done), value.satisfied_at, value.is_running,
    )  # fmt: skip


def put_reckoning(row: CaseClock, found: timing.Reckoning) -> None:
    """Set a row to what a calendar makes of it; the first end is never overwritten."""
    row.due_at = found.due_at
    row.first_due_at = row.first_due_at or found.due_at
    row.calendar, row.is_provisional = found.calendar[:120], found.is_provisional
    row.next_at = found.next_at(row.done) if row.is_running else None


def reckoned(row: CaseClock) -> timing.Reckoning:
    """Return what the calendar of its place makes of a clock as it is kept."""
    case, definition = row.case, definition_by(row.case.version_id)
    areas = [area.code for area in (case.district, case.village) if area is not None]
    calendar = city.calendar_for(*areas)
    return timing.reckon(value_of(row), definition.clocks.get(row.key), calendar, city.zone())


WRITTEN = (
    "pauses", "extensions", "done", "satisfied_at", "is_running", "due_at", "first_due_at",
    "calendar", "is_provisional", "next_at", "breached_at",
)  # fmt: skip


class ClockKeeper:
    """The newest round of each clock of a case (案件時鐘)."""

    def __init__(self, case: Case, service: Definition, *, at: datetime, is_new: bool) -> None:
        self.case, self.service, self.at, self.is_new = case, service, at, is_new
        self._rows: dict[str, CaseClock] | None = {} if is_new else None
        self.fresh: list[CaseClock] = []
        self.changed: dict[object, CaseClock] = {}
        self._calendar: WorkCalendar | None = None

    @property
    def calendar(self) -> WorkCalendar:
        """The calendar of the place where the case is."""
        if self._calendar is None:
            areas = [
                area.code for area in (self.case.district, self.case.village) if area is not None
            ]
            self._calendar = city.calendar_for(*areas)
        return self._calendar

    def know(self, rows: Iterable[CaseClock]) -> None:
        """Take over the newest rounds, which were read together with those of other cases."""
        self._rows = {row.key: row for row in rows}

    @property
    def rows(self) -> dict[str, CaseClock]:
        """The newest round of each clock by key."""
        if self._rows is None:
            found = CaseClock.objects.filter(case=self.case).order_by("round")
            self._rows = {row.key: row for row in found} if self.service.clocks else {}
        return self._rows

    def values(self) -> dict[str, timing.ClockValue]:
        """Return the newest rounds as values."""
        return {key: value_of(row) for key, row in self.rows.items()}

    def facts(self) -> dict[str, ClockFacts]:
        """Return what rules see of the clocks."""
        tz = city.zone()
        return {
            key: timing.facts_of(value_of(row), row.due_at, self.at, tz)
            for key, row in self.rows.items()
        }

    def enter(self, left: str | None, entered: str, scope: Mapping[str, Any]) -> None:
        """Let the clocks start, pause and stop as the state that is entered says."""
        if self.service.clocks:
            self.put(
                timing.on_entry(
                    self.service, self.values(), left=left, entered=entered, at=self.at, scope=scope
                )
            )

    def put(self, values: Iterable[timing.ClockValue]) -> None:
        """Take over changed values; one with another round is a new row."""
        for value in values:
            row = self.rows.get(value.key)
            if row is None or row.round != value.round:
                row = CaseClock(case=self.case, key=value.key, round=value.round)
                self.fresh.append(row)
                self.rows[value.key] = row
            elif row not in self.fresh:
                self.changed[row.pk] = row
            put_value(row, value)
            definition = self.service.clocks.get(value.key)
            found = timing.reckon(value_of(row), definition, self.calendar, city.zone())
            row.done = list(timing.pending(row.done, found, self.at))
            put_reckoning(row, found)
            if not row.is_running and row.due_at and value.satisfied_at:
                is_late = value.satisfied_at > row.due_at
                row.breached_at = row.breached_at or (row.due_at if is_late else None)

    def touch(self, row: CaseClock) -> None:
        """Note that a row was changed elsewhere."""
        if row not in self.fresh:
            self.changed[row.pk] = row

    def due_of_case(self) -> tuple[datetime | None, bool]:
        """Return when the case is due and whether its main clock ever ran out.

        Once the main clock has ended, an open case is due when the next of its others ends.
        """
        main = self.service.main_clock
        row = self.rows.get(main) if main else None
        if row is None:
            return self.case.due_at, self.case.is_late
        is_late = self.case.is_late or row.breached_at is not None
        if row.is_running or not self.case.is_open:
            return row.due_at, is_late
        others = [each.due_at for each in self.rows.values() if each.is_running and each.due_at]
        return min(others, default=None), is_late


def clocks_put(keepers: Sequence[ClockKeeper]) -> None:
    """Write the clocks that are new and those that changed."""
    CaseClock.objects.bulk_create(row for keeper in keepers for row in keeper.fresh)
    put([row for keeper in keepers for row in keeper.changed.values()], WRITTEN)
    for keeper in keepers:
        keeper.fresh, keeper.changed = [], {}
