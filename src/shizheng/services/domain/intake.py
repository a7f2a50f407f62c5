"""Whether a service takes a case in at all: channel, time, place, words, eligibility."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from shizheng.services.domain.answers import Choosable
from shizheng.services.domain.errors import (
    ChannelClosed,
    ContactMissing,
    DescriptionMissing,
    NotEligible,
    OutsideWindow,
    PlaceMissing,
    SignInNeeded,
    TooManyOpen,
)
from shizheng.services.schema.service import Channel

if TYPE_CHECKING:
    from shizheng.services.definitions import Service

STAFF_CHANNELS = frozenset({Channel.COUNTER, Channel.PHONE, Channel.BATCH, Channel.SYSTEM})
"""Where somebody else types for the person: they need not sign in themselves."""


def check_intake(service: "Service", *, channel: str, on: date) -> None:
    """Refuse a channel or a day on which the service takes nothing in.

    Raises:
        ChannelClosed, OutsideWindow: why not.
    """
    name = Choosable(service.name)
    if channel not in service.intake.channels and channel != Channel.SYSTEM:
        listed = ", ".join(service.intake.channels)
        raise ChannelClosed(service=name, channel=channel, channels=listed)
    window = service.intake.window
    if window and ((window.opens and on < window.opens) or (window.closes and on > window.closes)):
        raise OutsideWindow(
            service=name, opens=window.opens or "…", closes=window.closes or "…", today=on
        )


def check_person(service: "Service", *, channel: str, is_signed_in: bool, open_count: int) -> None:
    """Refuse a person who must sign in first, or who has enough open cases.

    Raises:
        SignInNeeded, TooManyOpen: why not.
    """
    name = Choosable(service.name)
    wants_account = service.intake.sign_in == "required" and channel not in STAFF_CHANNELS
    if wants_account and not is_signed_in:
        raise SignInNeeded(service=name)
    window = service.intake.window
    if window and window.per_party and open_count >= window.per_party:
        raise TooManyOpen(service=name, count=open_count, limit=window.per_party)


def check_report(
    service: "Service", *, has_place: bool, description: str, has_contact: bool
) -> None:
    """Refuse a report without the place, words or contact that the service needs.

    Raises:
        PlaceMissing, DescriptionMissing, ContactMissing: what is missing.
    """
    intake, name = service.intake, Choosable(service.name)
    if intake.location and intake.location.required and not has_place:
        raise PlaceMissing(service=name)
    if intake.description == "required" and not description.strip():
        raise DescriptionMissing(service=name)
    if intake.contact == "required" and not has_contact:
        raise ContactMissing(service=name)


def check_eligible(service: "Service", scope: Mapping[str, Any]) -> None:
    """Refuse who does not meet a condition of the service (資格不符).

    Raises:
        NotEligible: with the definition's own reason.
    """
    for rule in service.eligibility:
        if not service.vocabulary.truth(rule.require, scope):
            raise NotEligible(reason=Choosable(rule.reason), advice=Choosable(rule.hint or {}))
