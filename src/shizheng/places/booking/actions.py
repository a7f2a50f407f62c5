"""Booking, waiting and giving back: each in one transaction that holds the place meanwhile."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from shizheng.core import journal, outbox
from shizheng.core.access import require, works_for_city
from shizheng.core.models import User
from shizheng.kernel.text import cleaned
from shizheng.places.booking.access import MANAGE
from shizheng.places.booking.domain.errors import (
    AlreadyYours,
    BookingEnded,
    NotBegun,
    ReductionUnknown,
    SlotFree,
    SlotTaken,
    SlotUnknown,
    WaitingFull,
    WhyMissing,
)
from shizheng.places.booking.domain.rules import cancel_refusal, fee_of, refusal
from shizheng.places.booking.domain.slots import Slot
from shizheng.places.booking.groups import is_member
from shizheng.places.booking.letters import letter_send
from shizheng.places.booking.selectors import body_of, held, slot_named
from shizheng.places.models import Bookable, Booking, Waiting

LEAST = 2


def locked(bookable: Bookable) -> Bookable:
    """Return the row, held until the transaction ends, so that acts on one place take turns."""
    return Bookable.objects.select_for_update().get(pk=bookable.pk)


@transaction.atomic
def slot_book(
    *, bookable: Bookable, slot: str, by: User, at: datetime, purpose: str = "", reduction: str = ""
) -> Booking:
    """Book a slot (借用), named as in its address.

    Raises:
        SlotUnknown, SlotPast, NotForYou, TooFarAhead, TooManyThisMonth: the rules of the place.
        AlreadyYours: ``by`` has it already.
        SlotTaken: somebody else has it.
        ReductionUnknown: there is no such reduction.
    """
    bookable = locked(bookable)
    wanted = _allowed(bookable, slot, by, at)
    if is_held(bookable, wanted):
        raise SlotTaken
    made = booking_make(bookable, wanted, by, at, purpose=purpose, reduction=reduction)
    Waiting.objects.filter(
        bookable=bookable, starts_at=wanted.starts, person=by, state=Waiting.State.WAITING
    ).update(state=Waiting.State.LEFT, ended_at=at)
    tell("made", made, by, at)
    return made


@transaction.atomic
def slot_wait(
    *, bookable: Bookable, slot: str, by: User, at: datetime, purpose: str = "", reduction: str = ""
) -> Waiting:
    """Wait for a slot that somebody else has (候補).

    Raises:
        SlotUnknown, SlotPast, NotForYou, TooFarAhead, TooManyThisMonth: as ``slot_book``.
        AlreadyYours: ``by`` has it or waits already.
        SlotFree: nobody has it.
        WaitingFull: too many wait.
    """
    bookable = locked(bookable)
    wanted = _allowed(bookable, slot, by, at)
    _percent(bookable, reduction)
    if not is_held(bookable, wanted):
        raise SlotFree
    rows = Waiting.objects.filter(
        bookable=bookable, starts_at=wanted.starts, state=Waiting.State.WAITING
    )
    if rows.filter(person=by).exists():
        raise AlreadyYours
    most = body_of(bookable).rules.most_waiting
    if rows.count() >= most:
        raise WaitingFull(most=most)
    made = Waiting.objects.create(
        bookable=bookable, starts_at=wanted.starts, person=by, asked_at=at,
        purpose=_said(purpose)[:200], reduction=reduction,
    )  # fmt: skip
    told(f"{WAITING}.made", made, by, at, starts=wanted.starts)
    return made


@transaction.atomic
def waiting_leave(*, waiting: Waiting, by: User, at: datetime) -> None:
    """Wait no longer; nothing happens if that is over.

    Raises:
        BookingEnded: somebody else waits there.
    """
    if waiting.person_id != by.pk:
        raise BookingEnded
    rows = Waiting.objects.filter(pk=waiting.pk, state=Waiting.State.WAITING)
    if rows.update(state=Waiting.State.LEFT, ended_at=at):
        told(f"{WAITING}.left", waiting, by, at, starts=waiting.starts_at)


@transaction.atomic
def booking_cancel(*, booking: Booking, by: User, at: datetime, why: str = "") -> Booking | None:
    """Cancel a booking; who waited longest gets the slot in the same transaction.

    The owner agency may cancel at any time and says why.

    Returns:
        The booking of who moved up, if anybody did.

    Raises:
        NotPermitted: it is neither ``by``'s own nor of their agency's place.
        BookingEnded: it stands no longer.
        SlotPast, TooLateToCancel: see ``cancel_refusal``.
        WhyMissing: the owner did not say why.
    """
    bookable = locked(booking.bookable)
    booking.refresh_from_db()
    _may_cancel(bookable, booking, by, at, why)
    end(booking, Booking.State.CANCELLED, by, at, why)
    return move_up(bookable, Slot(booking.starts_at, booking.ends_at), at)


def _may_cancel(bookable: Bookable, booking: Booking, by: User, at: datetime, why: str) -> None:
    if booking.person_id != by.pk:
        require(by, MANAGE, booking)
        if len(_said(why)) < LEAST:
            raise WhyMissing(least=LEAST)
        return
    if booking.state != Booking.State.BOOKED:
        raise BookingEnded
    problem = cancel_refusal(
        body_of(bookable).booking_rules(), Slot(booking.starts_at, booking.ends_at),
        now=at, was_given=booking.was_given,
    )  # fmt: skip
    if problem:
        raise problem


@transaction.atomic
def no_show_mark(*, booking: Booking, by: User, at: datetime) -> None:
    """Say that the person did not come (未到場).

    Raises:
        NotPermitted: ``by`` does not manage the place.
        NotBegun: the slot has not begun.
        BookingEnded: it stands no longer, or was marked before.
    """
    require(by, MANAGE, booking)
    if at < booking.starts_at:
        raise NotBegun
    end(booking, Booking.State.NO_SHOW, by, at, "")


def move_up(bookable: Bookable, slot: Slot, at: datetime) -> Booking | None:
    """Give a slot that became free to who waited longest and still may have it.

    Who may not have it by now is passed over and told.
    """
    name = slot_named(bookable, _name(slot))
    if name is None or is_held(bookable, slot) or slot.starts <= at:
        return None
    rows = Waiting.objects.filter(
        bookable=bookable, starts_at=slot.starts, state=Waiting.State.WAITING
    ).select_related("person")
    for each in rows:
        problem = _problem(bookable, name, each.person, at)
        end_waiting(each, Waiting.State.LAPSED if problem else Waiting.State.MOVED_UP, at)
        if problem is None:
            made = booking_make(
                bookable, name, each.person, at, purpose=each.purpose, reduction=each.reduction,
                was_given=True,
            )  # fmt: skip
            tell("moved_up", made, None, at)
            return made
    return None


def end_waiting(waiting: Waiting, state: str, at: datetime) -> None:
    """End a place on a waiting list and tell."""
    waiting.state, waiting.ended_at = state, at
    waiting.save(update_fields=["state", "ended_at"])
    told(f"{WAITING}.{state}", waiting, None, at, starts=waiting.starts_at)


def end(booking: Booking, state: str, by: User | None, at: datetime, why: str) -> None:
    """End a booking once, with journal and event.

    Raises:
        BookingEnded: it was ended before.
    """
    rows = Booking.objects.filter(pk=booking.pk, state=Booking.State.BOOKED)
    said = _said(why)[:500]
    if not rows.update(state=state, ended_by=by, ended_at=at, why=said):
        raise BookingEnded
    booking.refresh_from_db()
    tell(str(state), booking, by, at, why=said)


def booking_make(
    bookable: Bookable, slot: Slot, person: User, at: datetime, *, purpose: str, reduction: str,
    was_given: bool = False, moved_from: Booking | None = None, fee: int | None = None,
) -> Booking:  # fmt: skip
    """Write a booking; the database refuses a second one of a seat. A fee is announced.

    Args:
        fee: what was asked already of the booking that this one replaces; nothing is asked again.

    Raises:
        SlotTaken, ReductionUnknown.
    """
    body, percent = body_of(bookable), _percent(bookable, reduction) if fee is None else 0
    due = fee_of(body.fee.amount, percent) if body.fee and fee is None else 0
    try:
        with transaction.atomic():
            made = Booking.objects.create(
                bookable=bookable, starts_at=slot.starts, ends_at=slot.ends, person=person,
                purpose=_said(purpose)[:200], reduction=reduction, made_at=at,
                fee_twd=due if fee is None else fee, seat=_seat(bookable, slot, body.seats),
                was_given=was_given, moved_from=moved_from,
            )  # fmt: skip
    except IntegrityError as problem:
        raise SlotTaken from problem
    if due:
        payload = {"bookable": bookable.code, "amount_twd": due, "reduction": reduction}
        outbox.publish("places.booking.fee_due", made, at=at, payload=payload)
    return made


def _seat(bookable: Bookable, slot: Slot, seats: int) -> int:
    """Return the lowest seat of a slot that nobody has; the last one where there is none."""
    rows = Booking.objects.filter(
        bookable=bookable, starts_at=slot.starts, state__in=Booking.HOLDING
    )
    had = set(rows.values_list("seat", flat=True))
    return next((seat for seat in range(1, seats + 1) if seat not in had), seats)


def is_held(bookable: Bookable, slot: Slot) -> bool:
    """Whether no seat is left at a time that meets the slot."""
    day = timezone.localdate(slot.starts)
    return any(slot.meets(each) for each in held(bookable, day, day))


def _allowed(bookable: Bookable, name: str, by: User, at: datetime) -> Slot:
    slot = slot_named(bookable, name) if bookable.is_kept else None
    if slot is None:
        raise SlotUnknown
    mine = Booking.objects.filter(
        bookable=bookable, starts_at=slot.starts, person=by, state=Booking.State.BOOKED
    )
    if mine.exists():
        raise AlreadyYours
    if problem := _problem(bookable, slot, by, at):
        raise problem
    return slot


def _problem(bookable: Bookable, slot: Slot, person: User, at: datetime) -> Exception | None:
    """Return why the rules keep a person from a slot; None if they do not."""
    first = slot.starts.replace(day=1, hour=0, minute=0)
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    in_month = Booking.objects.filter(
        bookable=bookable, person=person, state__in=Booking.HOLDING,
        starts_at__gte=first, starts_at__lt=after,
    ).count()  # fmt: skip
    return refusal(
        body_of(bookable).booking_rules(), slot, now=timezone.localtime(at),
        is_staff=works_for_city(person, at=at), in_month=in_month,
        is_member=is_member(person, body_of(bookable).rules.groups, timezone.localdate(at)),
    )  # fmt: skip


def _percent(bookable: Bookable, reduction: str) -> int:
    if not reduction:
        return 0
    found = body_of(bookable).reduction(reduction)
    if found is None:
        raise ReductionUnknown
    return found.percent


def _name(slot: Slot) -> str:
    return timezone.localtime(slot.starts).strftime("%Y-%m-%dT%H%M")


def _said(text: str) -> str:
    return cleaned(text).strip()


WAITING = "places.booking.waiting"


def tell(what: str, booking: Booking, by: User | None, at: datetime, why: str = "") -> None:
    """Write an act on a booking to the journal and the outbox."""
    more: dict[str, object] = {"ends_at": booking.ends_at.isoformat(), "fee_twd": booking.fee_twd}
    if booking.moved_from_id:
        more["moved_from"] = str(booking.moved_from_id)
    told(f"places.booking.{what}", booking, by, at, starts=booking.starts_at, why=why, **more)


def told(
    type_: str, thing: Booking | Waiting, by: User | None, at: datetime, *, starts: datetime,
    why: str = "", **more: object,
) -> None:  # fmt: skip
    """Write an act to the journal and the outbox, without the person, and tell the person."""
    facts = {"bookable": thing.bookable.code, "starts_at": starts.isoformat(), **more}
    journal.record(type_, thing, by=by, at=at, why=why, now=facts)
    outbox.publish(type_, thing, at=at, payload=facts)
    event = type_.removeprefix("places.booking.")
    letter_send(event, thing, starts=starts, at=at, why=why)
