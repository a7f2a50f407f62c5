"""The moments that count in a danger report: arrival, danger removed, repaired (三個時間戳)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from statistics import median


@dataclass(frozen=True, slots=True)
class Entry:
    """A state that was entered at a moment."""

    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a case first reached a state that is stamped, and by when it should have."""

    state: str
    label: dict[str, str]
    at: datetime | None
    due_at: datetime | None = None

    @property
    def is_late(self) -> bool:
        """Whether it was reached after its limit; what is not reached yet is not judged here."""
        return self.at is not None and self.due_at is not None and self.at > self.due_at

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is not reached although its limit has passed."""
        return self.at is None and self.due_at is not None and now > self.due_at


def first_entries(entries: Iterable[Entry]) -> dict[str, datetime]:
    """Return for each state when it was first entered."""
    found: dict[str, datetime] = {}
    for entry in entries:
        found.setdefault(entry.state, entry.at)
    return found


def minutes_between(first: datetime, last: datetime) -> float:
    """Return whole and part minutes from one moment to the other."""
    return (last - first).total_seconds() / 60


@dataclass(frozen=True, slots=True)
class Summary:
    """Minutes from report to stamp of some cases: how many, the middle one, nine in ten."""

    count: int
    median: float | None
    p90: float | None
    in_time: int
    limited: int


def summary(minutes: Sequence[float], is_late: Sequence[bool | None]) -> Summary:
    """Return the summary of cases; None in ``is_late`` is a case without a limit.

    p90 is the nearest rank: the least number that nine of ten do not exceed.
    """
    ordered = sorted(minutes)
    judged = [late for late in is_late if late is not None]
    return Summary(
        count=len(ordered),
        median=median(ordered) if ordered else None,
        p90=ordered[ceil(0.9 * len(ordered)) - 1] if ordered else None,
        in_time=judged.count(False),
        limited=len(judged),
    )
