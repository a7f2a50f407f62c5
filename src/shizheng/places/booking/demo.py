"""Booking's chapter of the demonstration: slots of the sample places in the last three months."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from shizheng.core.demo_year import Chapter, Month, Say, chapters
from shizheng.core.models import User
from shizheng.kernel.errors import DomainError
from shizheng.packs.pack import Pack
from shizheng.places.booking.actions import slot_book, slot_wait
from shizheng.places.booking.selectors import body_of, name_of, offered
from shizheng.places.booking.tallying import slots_tally
from shizheng.places.models import Bookable, Booking

ORDER, WEIGHT = 17, 0.02
SHOWN = timedelta(days=92)
A_MONTH = 6
"""So many slots of a place are booked in a month."""
BEFORE = timedelta(days=6)


def play(_pack: Pack, month: Month, say: Say) -> None:
    """Let demonstration accounts book sample places; never the same month twice."""
    people = list(User.objects.filter(is_demo=True).order_by("username"))
    places = Bookable.objects.filter(is_kept=True).select_related("current")
    for at, place in enumerate(places):
        if month.until > month.now - SHOWN and people and body_of(place).is_sample:
            _book(place, month, people, at)
        if month.until >= month.now:
            slots_tally(bookable=place, at=month.now, days=SHOWN.days)
    say(1.0)


def _book(place: Bookable, month: Month, people: list[User], shift: int) -> None:
    first = timezone.localdate(month.since)
    last = timezone.localdate(month.until) - timedelta(days=1)
    held = Booking.objects.filter(
        bookable=place, starts_at__gte=month.since, starts_at__lt=month.until
    )
    if held.exists() or last < first:
        return
    slots = offered(place, first, last)
    step = max(len(slots) // A_MONTH, 1)
    for number, slot in enumerate(slots[shift % step :: step][:A_MONTH]):
        act = slot_wait if number == A_MONTH - 1 else slot_book
        person = people[(number + shift) % len(people)]
        wanted = slots[shift % step] if act is slot_wait else slot
        _try(act, place, name_of(wanted), person, wanted.starts - BEFORE)


def _try(act: object, place: Bookable, slot: str, person: User, at: object) -> None:
    """Book or wait; what a rule refuses, such as a place for groups, is left out."""
    try:
        with transaction.atomic():
            act(bookable=place, slot=slot, by=person, at=at)  # type: ignore[operator]  # either act
    except DomainError:
        return


chapters.register("bookings")(Chapter(ORDER, WEIGHT, play))
