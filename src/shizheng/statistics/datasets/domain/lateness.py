"""When the next version is due, by what the owner promises (更新頻率)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shizheng.kernel.errors import N_


class Frequency(StrEnum):
    """How often a dataset is brought up to date; codes of the EU's frequency vocabulary."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    HALF_YEARLY = "ANNUAL_2"
    YEARLY = "ANNUAL"
    IRREGULAR = "IRREG"
    NEVER = "NEVER"


FREQUENCIES = {
    Frequency.DAILY: N_("Every day"),
    Frequency.WEEKLY: N_("Every week"),
    Frequency.MONTHLY: N_("Every month"),
    Frequency.QUARTERLY: N_("Every quarter"),
    Frequency.HALF_YEARLY: N_("Every half year"),
    Frequency.YEARLY: N_("Every year"),
    Frequency.IRREGULAR: N_("When there is something new"),
    Frequency.NEVER: N_("Never: the data are closed"),
}
DAYS = {
    Frequency.DAILY: 1,
    Frequency.WEEKLY: 7,
    Frequency.MONTHLY: 31,
    Frequency.QUARTERLY: 92,
    Frequency.HALF_YEARLY: 184,
    Frequency.YEARLY: 366,
}
"""The longest that a period can be."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """Since when a version is due, and for how many days (逾期)."""

    due_on: date
    days: int


def due_on(frequency: Frequency, last_on: date) -> date | None:
    """Return the last day on which the next version is in time; None if none is promised."""
    days = DAYS.get(frequency)
    return last_on + timedelta(days=days) if days else None


def lateness(frequency: Frequency, last_on: date, today: date) -> Lateness | None:
    """Return how late the next version is on ``today``; None if it is not."""
    due = due_on(frequency, last_on)
    if due is None or today <= due:
        return None
    return Lateness(due, (today - due).days)
