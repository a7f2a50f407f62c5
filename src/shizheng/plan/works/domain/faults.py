"""Faults that audits find (查核缺失): grades, severities, and faults that come again."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from shizheng.kernel.errors import N_, DomainError


class Severity(StrEnum):
    """How grave a fault is (缺失程度)."""

    MINOR = "minor"  # 輕微
    MODERATE = "moderate"  # 中等
    SERIOUS = "serious"  # 嚴重


class FaultState(StrEnum):
    """Where a fault stands (缺失改善狀態)."""

    OPEN = "open"  # 待改善
    CORRECTED = "corrected"  # 已回報改善
    CLOSED = "closed"  # 複查合格


class WorkingDays(Protocol):
    """The city's calendar as far as it is needed here."""

    def is_working(self, on: date) -> bool:
        """Whether offices work on a day."""


class ScoreUnfit(DomainError):
    """No score of an audit (查核分數無效)."""

    code = "plan.work.score_unfit"
    message = N_("{score} is not a score of an audit.")
    hint = N_("Give a number from 0 to 100.")


@dataclass(frozen=True, slots=True)
class Found:
    """A fault as it was found once: by which audit, of whose work."""

    contractor: Hashable
    code: str
    audit: Hashable


@dataclass(frozen=True, slots=True)
class Repeat:
    """A kind of fault that one contractor had in more than one audit (重複缺失)."""

    contractor: Hashable
    code: str
    audits: int

    @property
    def again(self) -> int:
        """How often it came again after the first time."""
        return self.audits - 1


def grade_of(score: Decimal, grades: Sequence[tuple[str, Decimal]]) -> str:
    """Return the grade of a score (查核等第).

    Args:
        grades: name and lowest score of each, the best first, the last from 0.

    Raises:
        ScoreUnfit: the score is not from 0 to 100.
    """
    if not score.is_finite() or not 0 <= score <= 100:
        raise ScoreUnfit(score=score)
    return next(name for name, least in grades if score >= least)


def due_on(found_on: date, working_days: int, calendar: WorkingDays) -> date:
    """Return the last day for a correction; the day of the audit does not count.

    Raises:
        ValueError: there is no working day to count.
        CalendarOutOfRange: the span runs past the calendar.
    """
    if working_days < 1:
        raise ValueError(f"a correction takes 1 working day or more, got {working_days}")
    day, left = found_on, working_days
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working(day)
    return day


def repeats(faults: Iterable[Found]) -> tuple[Repeat, ...]:
    """Return the faults that came again, most often first; twice in one audit is once."""
    audits: Mapping[tuple[Hashable, str], set[Hashable]] = defaultdict(set)
    for fault in faults:
        audits[fault.contractor, fault.code].add(fault.audit)
    found = [
        Repeat(contractor, code, len(seen))
        for (contractor, code), seen in audits.items()
        if len(seen) > 1
    ]
    return tuple(sorted(found, key=lambda each: (-each.audits, str(each.contractor), each.code)))
