"""Reads of what people say beside computed lights."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from shizheng.plan.models import Edition, Item, LightOverride


def overrides_in_force(*, edition: Edition, at: datetime | None = None) -> QuerySet[LightOverride]:
    """Return the notes that count at a moment: confirmed where needed, neither over nor taken back.

    In order of item.
    """
    moment = at or timezone.now()
    confirmed = Q(needs_second=False) | Q(confirmed_at__lte=moment)
    standing = Q(withdrawn_at=None) | Q(withdrawn_at__gt=moment)
    return LightOverride.objects.filter(
        confirmed,
        standing,
        item__edition=edition,
        made_at__lte=moment,
        expires_on__gte=timezone.localdate(moment),
    ).order_by("item", "-made_at", "-id")


def overrides_of(item: Item, at: datetime | None = None) -> QuerySet[LightOverride]:
    """Return every note that was ever set beside an item's light up to a moment, newest first."""
    rows = LightOverride.objects.filter(item=item)
    if at is not None:
        rows = rows.filter(made_at__lte=at)
    return rows.select_related("made_by", "confirmed_by", "withdrawn_by").order_by(
        "-made_at", "-id"
    )


def counts(override: LightOverride, at: datetime) -> bool:
    """Whether a note counts at a moment."""
    return (
        (not override.needs_second or bool(override.confirmed_at and override.confirmed_at <= at))
        and (override.withdrawn_at is None or override.withdrawn_at > at)
        and override.expires_on >= timezone.localdate(at)
    )


def waits(override: LightOverride, at: datetime) -> bool:
    """Whether a note still waits for a second person."""
    return (
        override.needs_second
        and override.confirmed_at is None
        and override.withdrawn_at is None
        and override.expires_on >= timezone.localdate(at)
    )
