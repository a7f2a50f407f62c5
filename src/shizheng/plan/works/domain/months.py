"""The months for which works are reported (月報期別), and when a report is late."""

from datetime import date, timedelta

from shizheng.kernel.errors import N_, DomainError


class MonthNotBegun(DomainError):
    """A report about the future (月份尚未開始)."""

    code = "plan.work.month_not_begun"
    message = N_("{month} has not begun, so there is nothing to report yet.")
    hint = N_("Choose the present month or an earlier one.")


class MonthBeforeStart(DomainError):
    """The month was over before the work began (月份早於開工)."""

    code = "plan.work.month_before_start"
    message = N_("{month} was over before the work began on {starts_on}.")
    hint = N_("Choose the month in which the work began, or a later one.")


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """Return the first day of the month after."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def last_day(month: date) -> date:
    """Return the last day of a month."""
    return month_after(month) - timedelta(days=1)


def months_between(first: date, last: date) -> tuple[date, ...]:
    """Return the months from that of ``first`` to that of ``last``."""
    found, month = [], month_of(first)
    while month <= last:
        found.append(month)
        month = month_after(month)
    return tuple(found)


def is_late(month: date, filed_on: date, *, by_day: int) -> bool:
    """Say whether a month's report came after day ``by_day`` of the month after it."""
    return filed_on > month_after(month) + timedelta(days=by_day - 1)


def check_month(month: date, *, starts_on: date, today: date) -> date:
    """Return the month of a day that can be reported.

    Raises:
        MonthNotBegun, MonthBeforeStart: why it cannot.
    """
    month = month_of(month)
    if month > today:
        raise MonthNotBegun(month=month)
    if last_day(month) < starts_on:
        raise MonthBeforeStart(month=month, starts_on=starts_on)
    return month
