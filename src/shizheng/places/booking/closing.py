"""Closing a place for a time: whoever has booked is moved or cancelled, and told."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.kernel.text import cleaned
from shizheng.places.booking.access import MANAGE
from shizheng.places.booking.actions import (
    LEAST,
    booking_make,
    end,
    end_waiting,
    locked,
    tell,
)
from shizheng.places.booking.domain.errors import ClosureUnfit, WhyMissing
from shizheng.places.booking.domain.slots import Slot, replacement
from shizheng.places.booking.selectors import held, offered
from shizheng.places.models import Bookable, Booking, Closure, Waiting

MOST_DAYS = 366
SEARCHED = timedelta(days=28)
"""So long after the closure a booking is moved; then it is cancelled."""


@transaction.atomic
def closure_make(
    *, bookable: Bookable, starts: datetime, ends: datetime, by: User, at: datetime, why: str,
    moves: bool,
) -> Closure:  # fmt: skip
    """Close a place for a time (停用); bookings in it move to a free slot or are cancelled.

    Args:
        moves: whether bookings move to the next free slot at the same time of day within four
            weeks after the closure, or to any; without one, or without ``moves``, they end.

    Raises:
        NotPermitted: ``by`` does not manage the place.
        ClosureUnfit: it has no length, is over, or is very long.
        WhyMissing: it does not say why.
    """
    require(by, MANAGE, bookable)
    said = cleaned(why).strip()[:200]
    if len(said) < LEAST:
        raise WhyMissing(least=LEAST)
    if not (starts < ends and at < ends and ends - starts <= timedelta(days=MOST_DAYS)):
        raise ClosureUnfit(most=MOST_DAYS)
    bookable = locked(bookable)
    made = Closure.objects.create(
        bookable=bookable, starts_at=starts, ends_at=ends, why=said, made_by=by, made_at=at
    )
    facts = {
        "bookable": bookable.code, "starts_at": starts.isoformat(), "ends_at": ends.isoformat()
    }  # fmt: skip
    journal.record("places.booking.closed", made, by=by, at=at, why=said, now=facts)
    outbox.publish("places.booking.closed", made, at=at, payload=facts)
    rows = Booking.objects.filter(
        bookable=bookable, state=Booking.State.BOOKED, starts_at__lt=ends, ends_at__gt=starts,
        starts_at__gt=at,
    ).select_related("person")  # fmt: skip
    for each in rows:
        _displace(made, each, moves, by, at)
    length = max((each.ends_at - each.starts_at for each in rows), default=timedelta())
    for waiting in Waiting.objects.filter(
        bookable=bookable, state=Waiting.State.WAITING, starts_at__gt=starts - length,
        starts_at__lt=ends,
    ):  # fmt: skip
        end_waiting(waiting, Waiting.State.LAPSED, at)
    return made


def _displace(closure: Closure, booking: Booking, moves: bool, by: User, at: datetime) -> None:
    """Move one booking out of a closure, or cancel it."""
    target = _target(closure, booking, at) if moves else None
    state = Booking.State.CANCELLED if target is None else Booking.State.MOVED
    end(booking, state, by, at, closure.why)
    if target is not None:
        made = booking_make(
            booking.bookable, target, booking.person, at, purpose=booking.purpose,
            reduction=booking.reduction, was_given=True, moved_from=booking, fee=booking.fee_twd,
        )  # fmt: skip
        tell("moved_to", made, by, at, why=closure.why)


def _target(closure: Closure, booking: Booking, at: datetime) -> Slot | None:
    first = timezone.localdate(max(closure.ends_at, at))
    last = first + SEARCHED
    taken = held(booking.bookable, first, last)
    free = [
        slot
        for slot in offered(booking.bookable, first, last)
        if slot.starts >= closure.ends_at
        and slot.starts > at
        and not any(slot.meets(each) for each in taken)
    ]
    return replacement(Slot(timezone.localtime(booking.starts_at), booking.ends_at), free)
