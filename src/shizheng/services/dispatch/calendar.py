"""The rota as an iCalendar feed (RFC 5545): one VEVENT for each shift."""

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo

from icalendar import Event

from shizheng.core.icalendars import calendar
from shizheng.core.words import in_language
from shizheng.services.dispatch.domain.duty import Shift


def feed(shifts: Iterable[Shift], *, site: str, at: datetime, name: str, tz: tzinfo) -> bytes:
    """Return shifts as a calendar (輪值行事曆), times in UTC.

    Args:
        site: address of the site without a slash at its end.
        at: the moment of the feed, aware.
        name: what a calendar client calls it.
        tz: zone in which the shifts' local times are meant.
    """
    host = site.partition("://")[2] or site
    events = (_event(shift, host=host, at=at, tz=tz) for shift in shifts)
    return calendar("Duty rota", events, name=name)


def _event(shift: Shift, *, host: str, at: datetime, tz: tzinfo) -> Event:
    event = Event()
    event.add("uid", f"{shift.crew.roster}-{shift.crew.code}-{shift.starts_at:%Y%m%d}@{host}")
    event.add("dtstamp", at)
    event.add("dtstart", shift.starts_at.replace(tzinfo=tz).astimezone(UTC))
    event.add("dtend", shift.ends_at.replace(tzinfo=tz).astimezone(UTC))
    event.add("summary", in_language(shift.crew.name))
    if shift.crew.telephone:
        event.add("description", shift.crew.telephone)
    event.add("class", "CONFIDENTIAL")
    event.add("transp", "TRANSPARENT")
    return event
