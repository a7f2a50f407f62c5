"""Calendars that other people's programs subscribe to (RFC 5545, RFC 7986)."""

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Component

REFRESH = timedelta(hours=6)


def calendar(subject: str, entries: Iterable[Component], *, name: str = "") -> bytes:
    """Return entries as one calendar (行事曆).

    Args:
        subject: what it is about, in English, for ``PRODID``.
        entries: events and tasks.
        name: what a calendar client calls a feed, which it then asks for anew every six hours;
            empty for a calendar that is taken along once.
    """
    found = Calendar()
    found.add("prodid", f"-//Shizheng//{subject}//ZH")
    found.add("version", "2.0")
    if name:
        found.add("x-wr-calname", name)
        found.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for entry in entries:
        found.add_component(entry)
    return bytes(found.to_ical())
