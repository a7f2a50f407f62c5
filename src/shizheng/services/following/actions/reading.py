"""Marking notices of the inbox as read (已讀)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from shizheng.core.models import User
from shizheng.services.models import Notice


@transaction.atomic
def notices_mark_read(*, by: User, at: datetime, keys: Iterable[UUID] | None = None) -> int:
    """Mark one's notices as read, all of them without ``keys``; return how many were not.

    Nothing of the city changes by it, so the journal has no entry.
    """
    rows = Notice.objects.filter(person=by, channel=Notice.Channel.IN_APP, read_at=None)
    if keys is not None:
        rows = rows.filter(pk__in=list(keys))
    return rows.update(read_at=at)
