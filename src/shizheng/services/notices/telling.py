"""Notices of no case, on the site: what other rooms tell a member of staff (站內通知)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from shizheng.core.doors import Telling
from shizheng.services.models import Notice

__all__ = ["Telling", "people_tell"]
KEY_LENGTH = 120
SUBJECT_LENGTH = 200


@transaction.atomic
def people_tell(*, tellings: Iterable[Telling], at: datetime) -> int:
    """Write notices on the site; returns how many were new.

    Raises:
        ValueError: a key is longer than 120 characters.
    """
    given = {each.key: each for each in tellings}
    if any(len(key) > KEY_LENGTH for key in given):
        raise ValueError(f"a key has at most {KEY_LENGTH} characters, got {max(given, key=len)}")
    known = set(Notice.objects.filter(key__in=given).values_list("key", flat=True))
    fresh = [
        Notice(
            key=each.key, person=each.person, channel=Notice.Channel.IN_APP,
            template=each.template, template_version=1, language=each.language,
            subject=each.subject[:SUBJECT_LENGTH], text=each.text, status=Notice.Status.SENT,
            send_at=at, made_at=at, sent_at=at,
        )
        for key, each in given.items() if key not in known
    ]  # fmt: skip
    Notice.objects.bulk_create(fresh)
    return len(fresh)
