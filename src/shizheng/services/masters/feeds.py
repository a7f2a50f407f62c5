"""Calendars to subscribe to (RFC 5545): promised days of steps, days on which places are taken.

The address of a case's calendar is signed: it names who asked for it, and works as long as they
may see the case. A calendar of places says that they are taken, never by whom.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _
from icalendar import Event

from shizheng.core.access import Viewer
from shizheng.core.icalendars import calendar
from shizheng.core.models import User
from shizheng.core.words import in_language
from shizheng.services.access import own_cases, staff_cases
from shizheng.services.models import Booking, Case, CaseParty, CaseStep

SALT = "services.steps.calendar"
PARTIES = ("applicant", "proxy", "helper")


def secret_for(case: Case, whose: User | CaseParty) -> str:
    """Return the last part of the address of a case's calendar for somebody."""
    kind = "person" if isinstance(whose, User) else "party"
    return signing.dumps([case.number, kind, str(whose.pk)], salt=SALT)


def case_behind(secret: str, at: datetime) -> Case | None:
    """Return the case of an address, if who asked for it may still see it."""
    try:
        number, kind, key = signing.loads(secret, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    cases = Case.objects.select_related("service", "agency").filter(number=number)
    if kind == "party":
        mine = CaseParty.objects.filter(pk=UUID(key), ended_at=None, role__in=PARTIES)
        return cases.filter(pk__in=mine.values("case")).first()
    person = User.objects.filter(pk=UUID(key), is_active=True).first()
    if person is None:
        return None
    viewer = Viewer(person, at)
    return cases.filter(staff_cases(viewer) | own_cases(viewer)).first()


def steps_ics(case: Case, *, address: str, at: datetime) -> bytes:
    """Return the promised days of the steps that are still to be done (承諾日行事曆)."""
    events, name = [], _("{number}: promised days").format(number=case.number)
    steps = CaseStep.objects.filter(case=case).exclude(promised_on=None)
    for step in steps.exclude(status__in=("done", "dropped")).select_related("agency"):
        assert step.promised_on is not None  # noqa: S101 - asked for above
        event = _day(f"{case.number}-{step.key}", step.promised_on, step.promised_on, at)
        label, agency = in_language(step.label), in_language(step.agency.short_name)
        event.add("summary", _("{step} ({agency})").format(step=label, agency=agency))
        event.add("url", address)
        event.add("class", "CONFIDENTIAL")
        event.add("transp", "TRANSPARENT")
        events.append(event)
    return calendar("Cases", events, name=name)


def bookings_ics(
    bookings: Iterable[Booking], *, names: "dict[str, str]", name: str, at: datetime
) -> bytes:
    """Return the days on which places are taken (場地行事曆)."""
    events = []
    for row in bookings:
        event = _day(str(row.pk), row.first, row.last, at)
        place = names.get(row.resource, row.resource)
        event.add("summary", _("Taken: {place}").format(place=place))
        event.add("transp", "OPAQUE")
        events.append(event)
    return calendar("Cases", events, name=name)


def _day(key: str, first: date, last: date, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{key}@{settings.SITE_URL.partition('://')[2]}")
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", first)
    event.add("dtend", last + timedelta(days=1))
    return event
