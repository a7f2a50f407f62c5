"""What people are told of bookings: confirmed, moved up, moved, cancelled, waiting, lapsed."""

from collections.abc import Mapping
from datetime import datetime

from shizheng.kernel.errors import N_
from shizheng.places.models import Booking, Waiting
from shizheng.places.telling import tell

WORDS: Mapping[str, tuple[str, str]] = {
    "made": (
        N_("Booked: {name}, {when}"),
        N_(
            "The slot is yours: {name}, {when}. Fee: NT$ {fee}. You can cancel under “My bookings”."
        ),
    ),
    "moved_up": (
        N_("Yours now: {name}, {when}"),
        N_(
            "A slot you waited for has become free and is yours: {name}, {when}. Fee: NT$ {fee}. "
            "You can give it back until it begins."
        ),
    ),
    "moved_to": (
        N_("Moved: {name}, now {when}"),
        N_(
            "Your booking of {name} was moved to {when}. {why} "
            "You can give it back until it begins."
        ),
    ),
    "cancelled": (
        N_("Cancelled: {name}, {when}"),
        N_("The booking of {name}, {when}, is cancelled. {why}"),
    ),
    "waiting.made": (
        N_("You wait for {name}, {when}"),
        N_("You are told if the slot becomes yours: {name}, {when}."),
    ),
    "waiting.lapsed": (
        N_("No longer waiting: {name}, {when}"),
        N_(
            "You wait for {name}, {when}, no longer: it is closed then, "
            "or the rules keep you from it."
        ),
    ),
}
"""By event: subject and text (通知用語); of other events nobody is told."""


def letter_send(
    event: str, thing: Booking | Waiting, *, starts: datetime, at: datetime, why: str = ""
) -> None:
    """Tell the person of a booking or wait what happened, once; nothing of other events.

    Args:
        event: as in ``places.booking.made``, without the first two words.
    """
    if event not in WORDS:
        return
    subject, text = WORDS[event]
    tell(
        [thing.person], key=f"booking:{event}:{thing.pk}", template=f"places.booking_{event}",
        subject=subject, text=text, at=at, name=dict(thing.bookable.name), when=starts,
        fee=f"{getattr(thing, 'fee_twd', 0):,}", why=why,
    )  # fmt: skip
