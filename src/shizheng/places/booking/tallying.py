"""Counting how the slots of days that are over were used: share of use, slots that stayed empty."""

from collections import Counter
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from shizheng.places.booking.selectors import body_of, offered
from shizheng.places.models import Bookable, Booking, SlotTally, Waiting

DAYS = 31
"""So many days back are counted anew: that somebody did not come is noted later."""


@transaction.atomic
def slots_tally(*, bookable: Bookable, at: datetime, days: int = DAYS) -> int:
    """Count the slots of the last days (時段使用統計), today left out; returns how many days.

    Days before the place was there for the first time are left out, and those on which it was shut.
    """
    today = timezone.localdate(at)
    first = today - timedelta(days=days)
    told = bookable.current.published_at
    began = min(
        [timezone.localdate(told)]
        + [timezone.localdate(each) for each in bookable.bookings.order_by("starts_at")
           .values_list("starts_at", flat=True)[:1]]
    )  # fmt: skip
    first = max(first, began)
    held, missed, waited = _held(bookable, first, today)
    slots = Counter(slot.starts.date() for slot in offered(bookable, first, today))
    body, count = body_of(bookable), 0
    for number in range((today - first).days):
        day = first + timedelta(days=number)
        used, empty = held[day], missed[day]
        whole = max(
            slots[day] * body.seats, used + empty
        )  # a slot that was had, and closed afterwards
        if not whole:
            continue
        SlotTally.objects.update_or_create(
            bookable=bookable, on=day,
            defaults={
                "offered": whole, "used": used, "missed": empty, "waited": waited[day],
                "is_synthetic": body.is_sample,
            },
        )  # fmt: skip
        count += 1
    return count


def _held(bookable: Bookable, first: date, today: date) -> tuple[Counter[date], ...]:
    """Return by day what was used, what nobody came to, and how many waited in vain."""
    since = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    until = timezone.make_aware(datetime.combine(today, datetime.min.time()))
    found: tuple[Counter[date], ...] = (Counter(), Counter(), Counter())
    rows = Booking.objects.filter(
        bookable=bookable, state__in=Booking.HOLDING, starts_at__gte=since, starts_at__lt=until
    )
    for starts, state in rows.values_list("starts_at", "state"):
        found[state == Booking.State.NO_SHOW][timezone.localdate(starts)] += 1
    waits = Waiting.objects.filter(
        bookable=bookable, starts_at__gte=since, starts_at__lt=until,
        state__in=(Waiting.State.WAITING, Waiting.State.LAPSED),
    )  # fmt: skip
    for starts in waits.values_list("starts_at", flat=True):
        found[2][timezone.localdate(starts)] += 1
    return found
