"""What the loaded city says of property: its rules, and when an answer is due."""

from datetime import date, datetime

from django.utils import timezone

from shizheng.core.declared import body_of, newest
from shizheng.kernel.text import cleaned
from shizheng.kernel.time.amounts import Amount
from shizheng.kernel.time.period import due
from shizheng.places.tenure.definitions import IdleOf, IndustryOf, SaleOf, TenureBody
from shizheng.places.tenure.domain.errors import ReasonMissing, TenureUnset

LEAST = 2


def tenure() -> TenureBody:
    """Return the rules of property that are in force.

    Raises:
        TenureUnset: the pack has none.
    """
    row = newest("tenure")
    if row is None:
        raise TenureUnset
    return body_of(TenureBody, row.pk)


def idle_rules() -> IdleOf:
    """Return the rules of idle space.

    Raises:
        TenureUnset: the pack has none.
    """
    rules = tenure().idle
    if rules is None:
        raise TenureUnset
    return rules


def industry_rules() -> IndustryOf:
    """Return the rules of the land bank.

    Raises:
        TenureUnset: the pack has none.
    """
    rules = tenure().industry
    if rules is None:
        raise TenureUnset
    return rules


def sale_called(code: str) -> SaleOf:
    """Return a declared sale.

    Raises:
        TenureUnset: there is none of that id.
    """
    found = tenure().sale(code)
    if found is None:
        raise TenureUnset
    return found


def answer_due(amount: str, at: datetime) -> datetime:
    """Return by when what arrived ``at`` is answered, counted on the city's calendar.

    Raises:
        TenureUnset: the pack has no calendar.
        CalendarOutOfRange: it is too short.
    """
    row = newest("calendar")
    if row is None:
        raise TenureUnset
    from shizheng.packs.kinds.calendar import Calendar  # read when asked for

    calendar = Calendar.model_validate(row.body).work_calendar()
    zone = timezone.get_default_timezone()
    return due(today_at(at), Amount.parse(amount), calendar, tz=zone).due_at


def today_at(at: datetime) -> date:
    """Return the day in the office's zone."""
    return timezone.localdate(at)


def said(text: str, most: int) -> str:
    """Return a text as it is kept."""
    return cleaned(text).strip()[:most]


def reason_of(text: str, most: int = 500) -> str:
    """Return a reason as it is kept.

    Raises:
        ReasonMissing: it says nothing.
    """
    found = said(text, most)
    if len(found) < LEAST:
        raise ReasonMissing(least=LEAST)
    return found
