"""Notices of no case: what other rooms tell people on the site, and by e-mail if wanted."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from shizheng.core.doors import Telling
from shizheng.core.people.selectors import confirmed_addresses
from shizheng.services.models import Notice
from shizheng.services.notices.quiet import send_at
from shizheng.services.notices.waiting import notices_put

__all__ = ["Telling", "people_tell"]
KEY_LENGTH = 120
SUBJECT_LENGTH = 200


@transaction.atomic
def people_tell(*, tellings: Iterable[Telling], at: datetime) -> int:
    """Write notices on the site; returns how many were new.

    Who wants them by e-mail too, and has confirmed the address, is sent each new one once.

    Raises:
        ValueError: a key is longer than 120 characters.
    """
    given = {each.key: each for each in tellings}
    if any(len(key) > KEY_LENGTH for key in given):
        raise ValueError(f"a key has at most {KEY_LENGTH} characters, got {max(given, key=len)}")
    known = set(Notice.objects.filter(key__in=given).values_list("key", flat=True))
    fresh = [each for key, each in given.items() if key not in known]
    Notice.objects.bulk_create(_notice(each, at) for each in fresh)
    wanted = [each for each in fresh if each.by_email and each.person.notices_by_email]
    reached = confirmed_addresses(each.person for each in wanted)
    notices_put([_mail(each, at) for each in wanted if each.person.pk in reached])
    return len(fresh)


def _notice(told: Telling, at: datetime) -> Notice:
    return Notice(
        key=told.key, person=told.person, channel=Notice.Channel.IN_APP,
        template=told.template, template_version=1, language=told.language,
        subject=told.subject[:SUBJECT_LENGTH], text=told.text, status=Notice.Status.SENT,
        send_at=at, made_at=at, sent_at=at,
    )  # fmt: skip


def _mail(told: Telling, at: datetime) -> Notice:
    """Return the same as a letter by e-mail, which waits for the queue."""
    row = _notice(told, at)
    row.key = f"mail:{sha256(told.key.encode()).hexdigest()}"
    row.channel, row.status, row.sent_at = Notice.Channel.EMAIL, Notice.Status.WAITING, None
    row.send_at = send_at(row.channel, at, is_urgent=False)
    return row
