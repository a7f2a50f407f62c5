"""Which notices of a case went out: when, by what, to whom (masked)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from shizheng.services.desk.words import masked_contact, masked_name
from shizheng.services.models import Notice
from shizheng.services.notices.actions import REPEATABLE
from shizheng.services.notices.problems import problem_words
from shizheng.services.notices.sending import address_of
from shizheng.services.selectors.casework import WORK, Casework

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """A notice of a case as the desk shows it (通知紀錄)."""

    key: str
    at: datetime
    subject: str
    channel: str
    to: str
    status: str
    problem: str
    may_repeat: bool


def notices_of(work: Casework) -> tuple[NoticeShown, ...]:
    """Return the notices of a case, the newest first; whom they went to is masked."""
    return tuple(_shown(work))


def _shown(work: Casework) -> Iterator[NoticeShown]:
    rows = Notice.objects.filter(case=work.case).select_related("party__person", "person")
    for row in rows.order_by("-made_at", "-id")[:MOST_SHOWN]:
        yield NoticeShown(
            key=str(row.pk),
            at=row.sent_at or row.send_at,
            subject=row.subject if work.are_words_shown else row.template,
            channel=row.get_channel_display(),
            to=_to(row),
            status=row.get_status_display(),
            problem=problem_words(row.problem),
            may_repeat=row.status in REPEATABLE and WORK in work.allowed,
        )


def _to(row: Notice) -> str:
    """Return who was told: people of the office by name, others masked."""
    if row.party is None:
        return str(row.person or "")
    address = "" if row.channel == Notice.Channel.IN_APP else masked_contact(address_of(row))
    return " ".join(filter(None, (masked_name(row.party.name), address)))
