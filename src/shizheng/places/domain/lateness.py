"""When a thing is overdue by a day that its register keeps (逾期): done too long ago, or due."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Protocol


class Late(Protocol):
    """What a register declares of it; see ``definitions.LateOf``."""

    @property
    def field(self) -> str:
        """The field that keeps the day."""

    @property
    def days(self) -> int:
        """How many days it may lie back, or before the season."""

    @property
    def season(self) -> str | None:
        """Month and day on which a season begins."""

    @property
    def states(self) -> tuple[str, ...]:
        """States that count; all if there are none."""


def late_before(rule: Late, on: date) -> date:
    """Return the day before which the kept day is overdue on a day.

    With a season it is the newest beginning of a season less ``days``: so that what is to be done
    before it begins turns overdue ``days`` earlier, and stays so until it is done.
    """
    away = timedelta(days=rule.days)
    if rule.season is None:
        return on - away
    month, day = (int(part) for part in rule.season.split("-"))
    begins = [date(year, month, day) - away for year in range(on.year - 1, on.year + 3)]
    return max(each for each in begins if each <= on)


def is_late(rule: Late, values: Mapping[str, object], state: str, on: date) -> bool:
    """Whether a thing with these values is overdue on a day; without the day it is not."""
    kept = values.get(rule.field)
    if not kept or (rule.states and state not in rule.states):
        return False
    return str(kept) < late_before(rule, on).isoformat()
