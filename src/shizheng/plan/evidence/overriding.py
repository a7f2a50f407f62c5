"""Writes beside a computed light: set, confirm and withdraw what a person says of it."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.kernel.errors import N_, ChangedMeanwhile, DomainError
from shizheng.plan.models import Item, LightOverride
from shizheng.plan.register.rules import override_rule

PERMISSION = "plan.override_light"


class OverrideTooLong(DomainError):
    """The last day is not within what the rule allows."""

    code = "plan.override_too_long"
    message = N_("A note beside a light counts from today until {latest} at most, got {given}.")
    hint = N_("Choose a day up to then; it can be set anew when it has ended.")


class OverrideStanding(DomainError):
    """There is one already."""

    code = "plan.override_standing"
    message = N_("There is a note beside the light of {item} already.")
    hint = N_("Withdraw it first.")
    status = 409


class SecondPersonNeeded(DomainError):
    """The one who set it cannot be the second person."""

    code = "plan.override_second_person"
    message = N_("You set this note yourself; the rule asks for a second person to confirm it.")
    hint = N_("Ask somebody else who may set notes.")
    status = 403


@transaction.atomic
def light_override(
    *, item: Item, colour: str, reason: str, expires_on: date, by: User, at: datetime
) -> LightOverride:
    """Set a note beside an item's light; the computed light stays and both are shown.

    Where the rule asks for two people it counts only once another confirmed it.

    Raises:
        NotPermitted: ``by`` may not set notes for this department.
        OverrideTooLong: it would count too long, or its last day is over.
        OverrideStanding: one stands already.
        LightRuleMissing: the city has no rule.
    """
    require(by, PERMISSION, item)
    rule = override_rule()
    today = timezone.localdate(at)
    latest = today + timedelta(days=rule.longest_days)
    if not today <= expires_on <= latest:
        raise OverrideTooLong(latest=latest, given=expires_on)
    _end_expired(item, at)
    try:
        with transaction.atomic():
            made = LightOverride.objects.create(
                item=item,
                colour=colour,
                reason=reason,
                expires_on=expires_on,
                needs_second=rule.two_people,
                made_at=at,
                made_by=by,
            )
    except IntegrityError:
        raise OverrideStanding(item=item.code) from None
    journal.record(
        "plan.light.overridden",
        item,
        by=by,
        at=at,
        why=reason,
        now={"colour": colour, "expires_on": expires_on.isoformat()},
    )
    return made


@transaction.atomic
def override_confirm(*, override: LightOverride, by: User, at: datetime) -> LightOverride:
    """Confirm, as a second person, what another set beside a light.

    Raises:
        NotPermitted: ``by`` may not set notes for this department.
        SecondPersonNeeded: it is their own.
        ChangedMeanwhile: it was confirmed or withdrawn after it was read.
    """
    require(by, PERMISSION, override.item)
    if override.made_by_id == by.pk:
        raise SecondPersonNeeded
    waiting = LightOverride.objects.filter(
        pk=override.pk, needs_second=True, confirmed_at=None, withdrawn_at=None
    )
    if not waiting.update(confirmed_at=at, confirmed_by=by):
        raise ChangedMeanwhile(thing=N_("The note"))
    override.refresh_from_db()
    journal.record(
        "plan.light.override_confirmed", override.item, by=by, at=at,
        now={"colour": override.colour, "expires_on": override.expires_on.isoformat()},
    )  # fmt: skip
    return override


@transaction.atomic
def override_withdraw(
    *, override: LightOverride, by: User, at: datetime, why: str
) -> LightOverride:
    """Take a note back before its last day; it stays on record.

    Raises:
        NotPermitted: ``by`` may not set notes for this department.
        ChangedMeanwhile: it was withdrawn after it was read.
    """
    require(by, PERMISSION, override.item)
    standing = LightOverride.objects.filter(pk=override.pk, withdrawn_at=None)
    if not standing.update(withdrawn_at=at, withdrawn_by=by, withdrawn_why=why):
        raise ChangedMeanwhile(thing=N_("The note"))
    override.refresh_from_db()
    journal.record(
        "plan.light.override_withdrawn", override.item, by=by, at=at, why=why,
        was={"colour": override.colour, "expires_on": override.expires_on.isoformat()},
    )  # fmt: skip
    return override


def _end_expired(item: Item, at: datetime) -> None:
    """Make room for a new note where the last day of the standing one is over."""
    over = LightOverride.objects.filter(
        item=item, withdrawn_at=None, expires_on__lt=timezone.localdate(at)
    )
    over.update(withdrawn_at=at)
