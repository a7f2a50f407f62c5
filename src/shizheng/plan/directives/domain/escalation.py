"""When an overdue directive climbs, and to whom (逾期層報)."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol


class Side(StrEnum):
    """Whose officer is told: the agency that must act, or the one that watches."""

    LEAD = "lead"
    CONTROL = "control"


@dataclass(frozen=True, slots=True)
class Level:
    """One step of the climb (層級).

    Args:
        after_working_days: told when this many working days have passed since the due date.
        to: the post that is told, language to words.
    """

    code: str
    after_working_days: int
    to: Mapping[str, str]
    side: Side


@dataclass(frozen=True, slots=True)
class EscalationRule:
    """One version of a city's rule (層報規則); its levels rise."""

    id: str
    version: int
    levels: tuple[Level, ...]

    def __post_init__(self) -> None:
        days = [level.after_working_days for level in self.levels]
        if not days or days[0] < 1 or any(a >= b for a, b in itertools.pairwise(days)):
            raise ValueError(f"levels must rise from 1 working day or more, got {days}")


class WorkingDays(Protocol):
    """A calendar that counts working days."""

    def working_days(self, first: date, last: date, /) -> int:
        """Count working days from ``first`` to ``last``, both included."""
        ...


def working_days_overdue(due_on: date, today: date, calendar: WorkingDays) -> int:
    """Count the working days after ``due_on``, today included; 0 while it is not overdue.

    Due on a Friday: 1 on the Monday after, if that is a working day.
    """
    if today <= due_on:
        return 0
    return calendar.working_days(due_on + timedelta(days=1), today)


def levels_reached(rule: EscalationRule, overdue: int) -> tuple[Level, ...]:
    """Return every level that ``overdue`` working days have reached, lowest first."""
    return tuple(level for level in rule.levels if level.after_working_days <= overdue)
