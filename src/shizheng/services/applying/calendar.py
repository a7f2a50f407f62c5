"""The day on which a case is due, as a calendar takes it (RFC 5545)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Event

from shizheng.core.icalendars import calendar
from shizheng.core.words import in_language
from shizheng.services.models import Case
from shizheng.services.versions import definition_by


def due_ics(case: Case, *, address: str, at: datetime) -> bytes:
    """Return one all-day event on the day by which an answer is due (期限).

    Args:
        address: of the page where the case can be followed.
    """
    assert case.due_at is not None  # noqa: S101 - asked by the caller
    day = timezone.localdate(case.due_at)
    host = settings.SITE_URL.partition("://")[2]
    event = Event()
    event.add("uid", f"{case.number}@{host}")
    event.add("dtstamp", at)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    name = in_language(definition_by(case.version_id).name)
    event.add("summary", _("Answer due: {name} {number}").format(name=name, number=case.number))
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    return calendar("Cases", [event])
