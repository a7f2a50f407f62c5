"""The periods for which progress is reported (回報期別), and when they can still be reported."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shizheng.kernel.errors import N_, DomainError

FORTNIGHTS_COUNT_FROM = date(2001, 1, 1)  # a Monday
FORTNIGHT = timedelta(days=14)
EARLIEST = date(1912, 1, 1)
LATEST = date(2911, 1, 1)


class Cadence(StrEnum):
    """How often progress is reported (回報週期)."""

    BIWEEKLY = "biweekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


@dataclass(frozen=True, slots=True, order=True)
class ReportPeriod:
    """One span for which a report is due, ``first <= day < end``."""

    first: date
    end: date

    @property
    def last(self) -> date:
        """The last day in it."""
        return self.end - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.first}/{self.last}"


class PeriodLocked(DomainError):
    """The control unit closed the period (期別已鎖定)."""

    code = "plan.directive.period_locked"
    message = N_("The period {period} is locked: no report for it can be filed or changed.")
    hint = N_("Report in the next period, or ask the control unit for time to correct a return.")


class PeriodNotBegun(DomainError):
    """A report about the future (期別尚未開始)."""

    code = "plan.directive.period_not_begun"
    message = N_("The period {period} has not begun, so there is nothing to report yet.")
    hint = N_("Choose the present period or an earlier one.")


class PeriodBeforeDirective(DomainError):
    """The period was over before the directive existed (期別早於列管)."""

    code = "plan.directive.period_before_directive"
    message = N_("The period {period} was over before the directive was issued on {issued_on}.")
    hint = N_("Choose the period in which it was issued, or a later one.")


class PeriodNotOver(DomainError):
    """A period is locked only after its end (期別尚未結束)."""

    code = "plan.directive.period_not_over"
    message = N_("The period {period} is not over, so it cannot be locked.")
    hint = N_("Lock it after {last}.")


class PeriodUnknown(DomainError):
    """A date that begins no period of this cadence (非期別起日)."""

    code = "plan.directive.period_unknown"
    message = N_("No period of this directive begins on {day}.")
    hint = N_("The period around that day begins on {first}.")


class GraceTooEarly(DomainError):
    """Time to correct returned reports that is over before it begins (補正期限過早)."""

    code = "plan.directive.grace_too_early"
    message = N_("Returned reports cannot be corrected until {grace_until}: that day has passed.")
    hint = N_("Give today or a later day, or leave it empty to give no time.")


def period_of(day: date, cadence: Cadence) -> ReportPeriod:
    """Return the period that holds ``day``; fortnights count from Monday 2001-01-01.

    Raises:
        ValueError: ``day`` is outside the thousand years that a city may plan for.
    """
    if not EARLIEST <= day < LATEST:
        raise ValueError(f"day must be from {EARLIEST} to {LATEST}, got {day}")
    if cadence is Cadence.BIWEEKLY:
        first = day - (day - FORTNIGHTS_COUNT_FROM) % FORTNIGHT
        return ReportPeriod(first, first + FORTNIGHT)
    months = 1 if cadence is Cadence.MONTHLY else 3
    month = (day.month - 1) // months * months + 1
    first = day.replace(month=month, day=1)
    year, following = divmod(first.year * 12 + month - 1 + months, 12)
    return ReportPeriod(first, date(year, following + 1, 1))


def period_beginning(day: date, cadence: Cadence) -> ReportPeriod:
    """Return the period whose first day is ``day``.

    Raises:
        PeriodUnknown: none begins then.
    """
    period = period_of(min(max(day, EARLIEST), LATEST - timedelta(days=1)), cadence)
    if period.first != day:
        raise PeriodUnknown(day=day, first=period.first)
    return period


def periods_between(first: date, last: date, cadence: Cadence) -> Iterator[ReportPeriod]:
    """Yield the periods that hold ``first``, ``last`` and every day between, in order."""
    period = period_of(first, cadence)
    while period.first <= last:
        yield period
        period = period_of(period.end, cadence)


@dataclass(frozen=True, slots=True)
class Lock:
    """A locked period; reports returned for it may be filed again through ``grace_until``."""

    grace_until: date | None = None


def is_open(lock: Lock | None, today: date, *, was_returned: bool) -> bool:
    """Say whether a lock leaves room: there is none, or a returned report is in its grace."""
    if lock is None:
        return True
    return was_returned and lock.grace_until is not None and today <= lock.grace_until


def check_may_file(
    period: ReportPeriod, *, issued_on: date, today: date, lock: Lock | None, was_returned: bool
) -> None:
    """Refuse a report for a period that is locked, in the future or before the directive.

    Args:
        issued_on: local date on which the directive was issued.
        lock: the lock on the period, if there is one.
        was_returned: the latest version for this period was returned to the lead agency.

    Raises:
        PeriodNotBegun, PeriodBeforeDirective, PeriodLocked: why not.
    """
    if period.first > today:
        raise PeriodNotBegun(period=period)
    if period.end <= issued_on:
        raise PeriodBeforeDirective(period=period, issued_on=issued_on)
    if not is_open(lock, today, was_returned=was_returned):
        raise PeriodLocked(period=period)


def check_may_lock(period: ReportPeriod, *, today: date, grace_until: date | None) -> None:
    """Refuse to lock a period that is not over, or with time that has run out already.

    Raises:
        PeriodNotOver, GraceTooEarly: why not.
    """
    if today < period.end:
        raise PeriodNotOver(period=period, last=period.last)
    if grace_until is not None and grace_until < today:
        raise GraceTooEarly(grace_until=grace_until)
