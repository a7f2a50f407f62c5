"""The clocks of an incident (通報應變時限): to report, to contain the damage, to file the findings.

The figures come from the city's rule, so that another country's law is another file.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Step(StrEnum):
    """What an incident's clocks measure."""

    REPORT = "report"
    CONTAIN = "contain"
    INVESTIGATE = "investigate"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each step may take.

    Args:
        report: from knowing of the incident, or from a change of its level.
        contain: by level, from knowing of it.
        investigate_months: calendar months from the end of damage control.
    """

    report: timedelta
    contain: Mapping[str, timedelta]
    investigate_months: int


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """The moments of an incident that its clocks need; None for what has not happened.

    Args:
        level_since: when the level was set that holds now; ``known_at`` for the first.
        reported_at: when the level that holds now was reported.
    """

    level: str
    known_at: datetime
    level_since: datetime
    reported_at: datetime | None = None
    contained_at: datetime | None = None
    investigated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock: from when, until when, and when it was stopped."""

    step: Step
    started_at: datetime
    due_at: datetime
    done_at: datetime | None = None

    @property
    def is_in_time(self) -> bool | None:
        """Whether it was stopped in time; None while it runs. The last moment is in time."""
        return None if self.done_at is None else self.done_at <= self.due_at

    def is_overdue(self, at: datetime) -> bool:
        """Whether it runs at ``at`` and should have been stopped before."""
        return self.done_at is None and at > self.due_at

    def left(self, at: datetime) -> timedelta:
        """Return the time left at a moment; below zero when it is over."""
        return self.due_at - at


def months_later(moment: datetime, months: int) -> datetime:
    """Return the same day so many months later; the last day of a month that has no such day.

    Source: 行政程序法 art. 48(3), 民法 art. 121(2).
    """
    count = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(count, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def clocks_of(facts: IncidentFacts, limits: Limits) -> tuple[Clock, Clock, Clock]:
    """Return the three clocks of an incident, running or stopped.

    Reporting begins anew when the level changes. The month of the investigation begins with the
    end of damage control; while that is late, with its limit, so that lateness gains no time.
    Moments are to be local times of the city, as months are.

    Raises:
        KeyError: the rule has no limit for the level.

    Source: 資通安全事件通報及應變辦法 (110.8.23) art. 4(1), 4(2), 6; 資通安全管理法 art. 14.
    """
    contain = Clock(
        Step.CONTAIN, facts.known_at, facts.known_at + limits.contain[facts.level],
        facts.contained_at,
    )  # fmt: skip
    begun = facts.contained_at or contain.due_at
    return (
        Clock(
            Step.REPORT, facts.level_since, facts.level_since + limits.report, facts.reported_at
        ),
        contain,
        Clock(
            Step.INVESTIGATE, begun, months_later(begun, limits.investigate_months),
            facts.investigated_at,
        ),
    )  # fmt: skip
