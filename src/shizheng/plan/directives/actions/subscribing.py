"""Private calendar addresses: made, renewed and ended by their owner; only a digest is kept."""

import secrets
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.plan.models import CalendarFeed


@transaction.atomic
def calendar_feed_make(*, person: User, at: datetime, filters: str = "") -> str:
    """Make a person's private calendar secret and end the one before; return it, this once.

    Raises:
        NotPermitted: ``person`` sees no internal directives.
    """
    require(person, "plan.view_internal", at=at)
    CalendarFeed.objects.filter(person=person, ended_at=None).update(ended_at=at)
    secret = secrets.token_urlsafe(32)
    made = CalendarFeed.objects.create(
        person=person, secret_digest=digest(secret), filters=filters[:500], created_at=at
    )
    journal.record("plan.calendar_feed.made", made, by=person, at=at)
    return secret


@transaction.atomic
def calendar_feed_end(*, person: User, at: datetime) -> None:
    """End a person's private calendar address; nothing happens if there is none."""
    for ended in CalendarFeed.objects.filter(person=person, ended_at=None):
        CalendarFeed.objects.filter(pk=ended.pk).update(ended_at=at)
        journal.record("plan.calendar_feed.ended", ended, by=person, at=at)


def digest(secret: str) -> str:
    """Return what is kept of a secret."""
    return sha256(secret.encode()).hexdigest()
