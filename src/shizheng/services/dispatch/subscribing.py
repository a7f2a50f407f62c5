"""Private addresses of the rota: made, renewed and ended by their owner; a digest is kept."""

import secrets
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from shizheng.core import journal
from shizheng.core.access import may, require
from shizheng.core.models import User
from shizheng.services.models import DutyFeed

VIEW = "services.view_case"


@transaction.atomic
def duty_feed_make(*, person: User, at: datetime) -> str:
    """Make a person's private address of the rota, end the one before; return its secret, once.

    Raises:
        NotPermitted: ``person`` sees no cases as staff.
    """
    require(person, VIEW, at=at)
    DutyFeed.objects.filter(person=person, ended_at=None).update(ended_at=at)
    secret = secrets.token_urlsafe(32)
    made = DutyFeed.objects.create(person=person, secret_digest=digest(secret), created_at=at)
    journal.record("services.duty_feed.made", made, by=person, at=at)
    return secret


@transaction.atomic
def duty_feed_end(*, person: User, at: datetime) -> None:
    """End a person's private address of the rota; nothing happens if there is none."""
    for ended in DutyFeed.objects.filter(person=person, ended_at=None):
        DutyFeed.objects.filter(pk=ended.pk).update(ended_at=at)
        journal.record("services.duty_feed.ended", ended, by=person, at=at)


def feed_owner(secret: str, *, at: datetime) -> User | None:
    """Return whose address it is, if they may still see the rota."""
    feed = DutyFeed.objects.select_related("person").filter(
        secret_digest=digest(secret), ended_at=None, person__is_active=True
    )
    kept = feed.first()
    return kept.person if kept and may(kept.person, VIEW, at=at) else None


def digest(secret: str) -> str:
    """Return what is kept of a secret."""
    return sha256(secret.encode()).hexdigest()
