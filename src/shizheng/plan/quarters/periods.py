"""Which quarters there are, which one comes next, and what they are called."""

from datetime import date

from shizheng.kernel.errors import DomainError
from shizheng.plan.evidence.periods import period_name
from shizheng.plan.models import Edition, QuarterClosing
from shizheng.plan.quarters.errors import QuarterWithoutPlan
from shizheng.plan.register.selectors import edition_in_force
from shizheng.statistics.domain.periods import Frequency, Period

SHOWN = 4
"""Quarters that were never closed and are offered before the first one is."""


def quarter_read(code: str) -> Period | None:
    """Return the quarter of an address such as ``2020-Q1``; None if it is none."""
    try:
        period = Period.parse(code)
    except DomainError:
        return None
    return period if period.frequency == Frequency.QUARTER and period.code == code else None


def quarter_of(day: date) -> Period:
    """Return the quarter (季) that holds a day."""
    return Period.of(Frequency.QUARTER, day)


def quarter_name(period: Period) -> str:
    """Return ``109年第1季`` or the like, in the language of the reader."""
    return period_name(period.code)


def is_over(period: Period, today: date) -> bool:
    """Whether its last day has passed."""
    return period.last_day < today


def edition_of(period: Period, today: date) -> Edition:
    """Return the edition in force on the last day of a quarter, or today while it runs.

    Raises:
        QuarterWithoutPlan: there was none.
    """
    edition = edition_in_force(on=min(period.last_day, today))
    if edition is None:
        raise QuarterWithoutPlan(quarter=quarter_name(period))
    return edition


def next_to_close(today: date) -> Period | None:
    """Return the quarter that follows the last closed one; before the first, the last ended one.

    None while that quarter still runs.
    """
    last = QuarterClosing.objects.order_by("-last_on").values_list("period", flat=True).first()
    period = Period.parse(last) + 1 if last else quarter_of(today) - 1
    return period if is_over(period, today) else None


def quarters_waiting(today: date) -> list[Period]:
    """Return the quarters that are not closed, the running one first.

    Before the first closing the city may begin with any of the last ended ones.
    """
    running = quarter_of(today)
    last = QuarterClosing.objects.order_by("-last_on").values_list("period", flat=True).first()
    first = Period.parse(last) + 1 if last else running - SHOWN
    found = [running - back for back in range(running.ordinal - first.ordinal + 1)]
    return [period for period in found if edition_in_force(on=min(period.last_day, today))]
