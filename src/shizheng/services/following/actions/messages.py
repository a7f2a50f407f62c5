"""Messages about a case between its parties and the office (訊息), and notes of the office."""

from datetime import datetime

from django.db import transaction

from shizheng.core import journal
from shizheng.core.access import Viewer
from shizheng.core.models import User
from shizheng.kernel.text import cleaned
from shizheng.services.access import actor_on, staff_cases
from shizheng.services.actions.acting import case_locked
from shizheng.services.actions.run import Run
from shizheng.services.following.errors import MessageEmpty, MessageNotYours, MessageTooLong
from shizheng.services.models import Case, CaseMessage, CaseParty
from shizheng.services.notices.writing import notice_write
from shizheng.services.schema.common import APPLICANT, PUBLIC

LONGEST = 4_000
TO_PARTY, TO_OFFICE = "message_to_party", "message_to_office"
"""Notice templates of the pack; one that it lacks is not written."""
WRITERS = ("applicant", "proxy", "helper")
PARTY, INTERNAL = "party", "internal"


@transaction.atomic
def message_send(
    *,
    case: Case,
    text: str,
    at: datetime,
    by: User | None = None,
    as_party: CaseParty | None = None,
    visibility: str = PARTY,
) -> CaseMessage:
    """Send a message about a case; the other side is told.

    Args:
        by: who writes; None for a party without an account.
        as_party: the party as which they write; None for the office.
        visibility: ``party``, ``internal`` (a note of the office) or ``public``.

    Raises:
        MessageEmpty, MessageTooLong: what is wrong with the text.
        MessageNotYours: neither a party nor at work on the case.
    """
    text = checked(text)
    locked = case_locked(case, None)
    _require_writer(locked, by, as_party, visibility, at)
    message = CaseMessage.objects.create(
        case=locked, visibility=visibility, text=text, by=by, as_party=as_party, sent_at=at,
        agency=None if as_party or by is None else by.agency,
    )  # fmt: skip
    journal.record(
        "services.message.sent", message, by=by, at=at,
        now={"number": locked.number, "visibility": visibility, "length": len(text)},
    )  # fmt: skip
    if visibility != INTERNAL:
        _tell(locked, message, at)
    return message


def checked(text: str) -> str:
    """Return a text as it is kept.

    Raises:
        MessageEmpty, MessageTooLong: why it is not.
    """
    text = cleaned(text).strip()
    if not text:
        raise MessageEmpty
    if len(text) > LONGEST:
        raise MessageTooLong(length=len(text), limit=LONGEST)
    return text


def _require_writer(
    case: Case, by: User | None, as_party: CaseParty | None, visibility: str, at: datetime
) -> None:
    if as_party is not None:
        is_theirs = as_party.case_id == case.pk and as_party.ended_at is None
        is_right = is_theirs and as_party.role in WRITERS and visibility == PARTY
    else:
        is_right = by is not None and _is_at_work(case, by, visibility, at)
    if not is_right:
        raise MessageNotYours(number=case.number)


def _is_at_work(case: Case, by: User, visibility: str, at: datetime) -> bool:
    """Whether somebody may write for the office; a note, whoever sees the case as staff."""
    viewer = Viewer(by, at)
    if visibility == INTERNAL:
        return Case.objects.filter(staff_cases(viewer), pk=case.pk).exists()
    return bool(actor_on(case, viewer, None).parts - {PUBLIC, APPLICANT})


def _tell(case: Case, message: CaseMessage, at: datetime) -> None:
    run = Run(case, at=at, by=message.by, as_party=message.as_party)
    count = CaseMessage.objects.filter(case=case).count()
    is_of_party = message.as_party_id is not None
    notice_write(
        run, to="assignee" if is_of_party else "applicant", occasion=f"m{count}",
        template=TO_OFFICE if is_of_party else TO_PARTY, given={},
    )  # fmt: skip
    run.tell()
