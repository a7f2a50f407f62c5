"""When a backup, a test or a drill is due again (演練週期)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DrillState(StrEnum):
    """How an agency stands with one kind of drill."""

    NOT_ASKED = "not_asked"
    NEVER = "never"
    DUE = "due"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Drill:
    """The last drill of a kind, and when the next one is due; None where the rule asks for none."""

    months: int | None
    held_on: date | None = None
    is_passed: bool | None = None

    @property
    def due_on(self) -> date | None:
        """The last day on which the next one is in time."""
        if self.months is None or self.held_on is None:
            return None
        return month_day_later(self.held_on, self.months)

    def state(self, on: date) -> DrillState:
        """Return how it stands on a day; one that failed counts as held."""
        if self.months is None:
            return DrillState.NOT_ASKED
        if self.due_on is None:
            return DrillState.NEVER
        if self.due_on < on:
            return DrillState.DUE
        return DrillState.DONE if self.is_passed else DrillState.FAILED


def month_day_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
