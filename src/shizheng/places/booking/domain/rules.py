"""Whether a person may book a slot, wait for it, give it back; and what it costs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shizheng.kernel.errors import DomainError
from shizheng.places.booking.domain.errors import (
    NotForYou,
    NotInGroup,
    SlotPast,
    TooFarAhead,
    TooLateToCancel,
    TooManyThisMonth,
)
from shizheng.places.booking.domain.slots import Slot


@dataclass(frozen=True, slots=True)
class Rules:
    """Bounds of booking (借用規則).

    Args:
        ahead_days: so many days from today can be booked.
        most_per_month: by one person, in one month of the office's calendar.
        cancel_hours: before the start; later only the owner cancels.
        most_waiting: so many wait for one slot.
    """

    for_staff_only: bool
    ahead_days: int
    most_per_month: int
    cancel_hours: int
    most_waiting: int
    for_groups_only: bool = False


def refusal(
    rules: Rules, slot: Slot, *, now: datetime, is_staff: bool, in_month: int,
    is_member: bool = False,
) -> DomainError | None:  # fmt: skip
    """Return why a person may not book a slot; None if they may.

    Args:
        now: in the office's zone, as are the times of ``slot``.
        is_member: of a group that the place is kept for.
        in_month: bookings that the person has in the month of the slot.
    """
    if slot.starts <= now:
        return SlotPast()
    if rules.for_staff_only and not is_staff:
        return NotForYou()
    if rules.for_groups_only and not is_member:
        return NotInGroup()
    last = now.date() + timedelta(days=rules.ahead_days)
    if slot.starts.date() > last:
        return TooFarAhead(days=rules.ahead_days, last=last)
    if in_month >= rules.most_per_month:
        return TooManyThisMonth(most=rules.most_per_month)
    return None


def cancel_refusal(
    rules: Rules, slot: Slot, *, now: datetime, was_given: bool
) -> DomainError | None:
    """Return why a person may not give a booking back; None if they may.

    Args:
        was_given: the person did not choose the time: they moved up or were moved. Such a
            booking can be given back until it begins.
    """
    if slot.starts <= now:
        return SlotPast()
    if not was_given and now > slot.starts - timedelta(hours=rules.cancel_hours):
        return TooLateToCancel(hours=rules.cancel_hours)
    return None


def fee_of(amount: int, percent_off: int) -> int:
    """Return whole dollars to pay; a half is rounded up, as money rooms do (四捨五入)."""
    return (amount * (100 - percent_off) * 2 + 100) // 200
