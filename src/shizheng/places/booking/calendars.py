"""Bookings as calendars take them (RFC 5545): what is taken and closed, and one's own."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Event

from shizheng.core.icalendars import calendar
from shizheng.core.words import in_language
from shizheng.places.booking.domain.slots import Slot
from shizheng.places.booking.selectors import name_of
from shizheng.places.models import Bookable, Booking, Closure


def public_ics(
    bookable: Bookable, free: Iterable[Slot], taken: Iterable[Slot], closures: Iterable[Closure],
    *, at: datetime,
) -> bytes:  # fmt: skip
    """Return what is free, taken and closed as a feed; nothing in it tells who has booked."""
    name = in_language(bookable.name)
    entries = []
    for what, slots, is_busy in ((_("Free"), free, False), (_("Taken"), taken, True)):
        for slot in slots:
            kind = "taken" if is_busy else "free"
            event = _event(f"{bookable.code}-{name_of(slot)}-{kind}", slot, f"{name}: {what}", at)
            event.add("transp", "OPAQUE" if is_busy else "TRANSPARENT")
            entries.append(event)
    for each in closures:
        slot = Slot(each.starts_at, each.ends_at)
        event = _event(str(each.pk), slot, _("{name}: closed").format(name=name), at)
        event.add("description", each.why)
        entries.append(event)
    return calendar("Bookables", entries, name=name)


def booking_ics(booking: Booking, *, at: datetime) -> bytes:
    """Return one's own booking as one event; a cancelled one says so."""
    slot = Slot(booking.starts_at, booking.ends_at)
    event = _event(str(booking.pk), slot, in_language(booking.bookable.name), at)
    event.add("url", settings.SITE_URL + reverse("places:booking", args=[booking.pk]))
    stands = booking.state in Booking.HOLDING
    event.add("status", "CONFIRMED" if stands else "CANCELLED")
    return calendar("Bookings", [event])


def _event(key: str, slot: Slot, summary: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{key}@{settings.SITE_URL.partition('://')[2]}")
    event.add("dtstamp", at)
    event.add("dtstart", slot.starts)
    event.add("dtend", slot.ends)
    event.add("summary", summary)
    return event
