"""What kind of works a permit is for, how early it is asked and when it is answered.

The shape is that of the English permit register (Street Manager, business rules 1.35): the
category follows from dates, traffic order and risk; silence grants. Every figure is data.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from shizheng.kernel.time.amounts import Amount
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.kernel.time.period import Due, due, due_before


class Risk(StrEnum):
    """What the applicant answers about danger."""

    NONE = "none"
    URGENT = "urgent"  # 緊急：不立即施工將影響供應
    EMERGENCY = "emergency"  # 搶修：危及生命財產


class Ask(StrEnum):
    """What is asked for, each with its own notice and time to answer."""

    ADVANCE = "advance"  # 預先核准 (PAA)
    PERMIT = "permit"  # 挖掘許可
    CHANGE = "change"  # 變更


@dataclass(frozen=True, slots=True)
class Terms:
    """Notice before the start and time to answer; None where none is asked."""

    notice: Amount | None
    answer: Amount


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of works (案件類別), in the order in which they are tried.

    Args:
        most_working_days: works of at most so many working days; None for any length.
        by_traffic_order: also any works that need a traffic order (交通管制).
        risks: the answers about danger that lead here; empty for works without danger.
        permit, advance: notice and answer; ``advance`` None where no advance approval is asked.
        validity_days: working days within which a permit may begin on a quiet road; 0 for none.
    """

    id: str
    permit: Terms
    most_working_days: int | None = None
    by_traffic_order: bool = False
    risks: frozenset[Risk] = frozenset()
    advance: Terms | None = None
    validity_days: int = 0


@dataclass(frozen=True, slots=True)
class CategoryRules:
    """The categories of a city and how its clocks run.

    Args:
        categories: tried in order; the first that fits is it.
        change_answer: time to answer a change request or a modified application.
        last_hour: what arrives later in the day counts from the next working day.
        silence_grants: whether no answer in time is consent (逾期視為同意).
    """

    categories: tuple[Category, ...]
    change_answer: Amount
    last_hour: time
    silence_grants: bool = True

    def __getitem__(self, category_id: str) -> Category:
        return next(category for category in self.categories if category.id == category_id)


@dataclass(frozen=True, slots=True)
class Works:
    """What the category follows from: ``first`` to ``last`` day, both days of work."""

    first: date
    last: date
    traffic_order: bool = False
    risk: Risk = Risk.NONE


class NoCategory(ValueError):
    """No category of the pack fits; the pack is checked so that this cannot be."""


def category_of(works: Works, rules: CategoryRules, calendar: WorkCalendar) -> Category:
    """Return the category of works.

    Danger decides first, then a traffic order, then the length in working days.

    Raises:
        CalendarOutOfRange: the calendar does not cover the works.
        NoCategory: none fits.
    """
    days = calendar.working_days(works.first, works.last)
    for category in rules.categories:
        if _fits(category, works, days):
            return category
    raise NoCategory(f"no category for {works}")


def _fits(category: Category, works: Works, days: int) -> bool:
    if works.risk is not Risk.NONE or category.risks:
        return works.risk in category.risks
    if works.traffic_order:
        return category.by_traffic_order
    return category.most_working_days is None or days <= category.most_working_days


def counts_from(at: datetime, rules: CategoryRules, calendar: WorkCalendar, tz: tzinfo) -> date:
    """Return the day on which what arrived ``at`` counts as received (收件日).

    Later than the last hour, or on a day off, it is the next working day.
    """
    local = at.astimezone(tz)
    day = local.date()
    if local.time() > rules.last_hour:
        day += timedelta(1)
    while not calendar.is_working(day):
        day += timedelta(1)
    return day


def terms_of(category: Category, ask: Ask, rules: CategoryRules) -> Terms:
    """Return notice and answer of what is asked.

    Raises:
        ValueError: this category has no advance approval.
    """
    if ask is Ask.CHANGE:
        return Terms(None, rules.change_answer)
    if ask is Ask.PERMIT:
        return category.permit
    if category.advance is None:
        raise ValueError(f"{category.id} has no advance approval")
    return category.advance


@dataclass(frozen=True, slots=True)
class AnswerClock:
    """When an answer is due and what silence means (審查時鐘)."""

    received_on: date
    due: Due
    silence_grants: bool

    def is_deemed_granted(self, at: datetime) -> bool:
        """Return whether nobody answered in time and that is consent."""
        return self.silence_grants and at > self.due.due_at


def answer_clock(
    at: datetime,
    category: Category,
    ask: Ask,
    *,
    rules: CategoryRules,
    calendar: WorkCalendar,
    tz: tzinfo,
) -> AnswerClock:
    """Return by when what arrived ``at`` must be answered.

    Raises:
        CalendarOutOfRange: the calendar is too short.
    """
    received = counts_from(at, rules, calendar, tz)
    ends = due(received, terms_of(category, ask, rules).answer, calendar, tz=tz)
    return AnswerClock(received, ends, rules.silence_grants)


def ask_by(
    first: date,
    category: Category,
    ask: Ask,
    *,
    rules: CategoryRules,
    calendar: WorkCalendar,
    tz: tzinfo,
) -> date | None:
    """Return the last day of receipt that is early enough for works beginning on ``first``."""
    notice = terms_of(category, ask, rules).notice
    return None if notice is None else due_before(first, notice, calendar, tz=tz).due_on


def validity(
    works: Works, category: Category, is_quiet: bool, calendar: WorkCalendar
) -> tuple[date, date]:
    """Return first and last day on which a granted permit may begin.

    On a busy road, or without a validity window, that is its first day alone.
    """
    if not is_quiet or category.validity_days < 2:
        return works.first, works.first
    last, left = works.first, category.validity_days - 1
    while left:
        last += timedelta(1)
        left -= calendar.is_working(last)
    return works.first, last


def last_day_after(works: Works, began: date, calendar: WorkCalendar) -> date:
    """Return the last day of works that began late: it moves by as many working days.

    Works that began on time end as permitted.
    """
    if began <= works.first:
        return works.last
    days = calendar.working_days(works.first, works.last)
    if days == 0:
        return works.last + (began - works.first)
    last = began
    left = days - calendar.is_working(began)
    while left > 0:
        last += timedelta(1)
        left -= calendar.is_working(last)
    return last
