"""Following a public case instead of reporting it again (我也遇到), and stopping."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shizheng.core import journal
from shizheng.core.models import User
from shizheng.services.actions.acting import case_locked
from shizheng.services.actions.opening import CODE_LENGTH, CODE_SIGNS, hidden
from shizheng.services.following.errors import NotToFollow
from shizheng.services.following.selectors.shown import is_followable
from shizheng.services.models import Case, CaseParty

FOLLOWER = CaseParty.Role.FOLLOWER


@dataclass(frozen=True, slots=True)
class Following:
    """A party that follows a case, and the code by which one without an account comes back."""

    party: CaseParty
    code: str = ""


@transaction.atomic
def case_follow(
    *, case: Case, at: datetime, by: User | None = None, email: str = "", language: str = ""
) -> Following:
    """Follow a case (追蹤): its followers are counted and told what its reporter is told.

    Raises:
        NotToFollow: it is closed, or not everybody may see it.
    """
    locked = case_locked(case, None)
    if not is_followable(locked):
        raise NotToFollow(number=locked.number)
    known = CaseParty.objects.filter(case=locked, ended_at=None)
    mine = known.filter(person=by).first() if by else None
    if mine is not None:
        return Following(mine)
    if email and known.filter(email__iexact=email).exists():
        email = ""  # told once is enough, and nobody learns whose address is known here
    code = "" if by else "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
    address = email or (by.email if by else "")
    party = CaseParty.objects.create(
        case=locked, role=FOLLOWER, person=by, name=str(by) if by else "", email=address,
        language=language, secret=hidden(code) if code else "", added_at=at, added_by=by,
        notice_by=CaseParty.NoticeBy.EMAIL if address else CaseParty.NoticeBy.NONE,
    )  # fmt: skip
    _note("followed", locked, party, by, at)
    return Following(party, code)


@transaction.atomic
def case_unfollow(*, party: CaseParty, at: datetime, by: User | None = None) -> None:
    """Follow a case no longer; the address given for it is forgotten."""
    ended = CaseParty.objects.filter(pk=party.pk, role=FOLLOWER, ended_at=None)
    if ended.update(ended_at=at, email="", phone="", line_id="", name="", secret=""):
        _note("unfollowed", party.case, party, by, at)


def _note(what: str, case: Case, party: CaseParty, by: User | None, at: datetime) -> None:
    now = {"number": case.number, "party": str(party.pk)}
    journal.record(f"services.case.{what}", case, by=by, at=at, now=now)
