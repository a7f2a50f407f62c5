"""How a party is reached, and helpers who read and write beside the applicant."""

from dataclasses import dataclass

from django.db import transaction

from shizheng.kernel.text import normalise
from shizheng.services.actions.opening import hidden
from shizheng.services.models import Case, CaseParty
from shizheng.services.parties.actions.rights import Mover, applicant_locked, new_code, note
from shizheng.services.parties.errors import (
    NotYoursToChange,
    PartEnded,
    PartyKnown,
    TooManyHelpers,
    WayHasNoAddress,
)

MOST_HELPERS = 10
NoticeBy = CaseParty.NoticeBy


@dataclass(frozen=True, slots=True)
class Reach:
    """How somebody is reached (聯絡方式); all of it personal."""

    name: str = ""
    email: str = ""
    phone: str = ""
    line_id: str = ""
    notice_by: str = NoticeBy.NONE
    language: str = ""

    def cleaned(self) -> "Reach":
        """Return it as it is kept.

        Raises:
            WayHasNoAddress: notices would go nowhere.
        """
        address = {"email": self.email, "sms": self.phone, "line": self.line_id, "none": "-"}
        if not address[self.notice_by].strip():
            raise WayHasNoAddress
        return Reach(
            name=normalise(self.name).strip()[:80],
            email=self.email.strip()[:254],
            phone=normalise(self.phone).strip()[:30],
            line_id=self.line_id.strip()[:60],
            notice_by=self.notice_by,
            language=self.language,
        )


PERSONAL = ("name", "email", "phone", "line_id")


@transaction.atomic
def contact_change(*, party: CaseParty, given: Reach, mover: Mover) -> CaseParty:
    """Change how a party is reached and told (變更聯絡方式); only they themselves can.

    Raises:
        NotYoursToChange: another party.
        PartEnded: the part ended meanwhile.
        WayHasNoAddress: notices would go nowhere.
    """
    if mover.party is None or mover.party.pk != party.pk:
        raise NotYoursToChange(number=party.case.number)
    given = given.cleaned()
    row = CaseParty.objects.select_for_update().filter(pk=party.pk, ended_at=None).first()
    if row is None:
        raise PartEnded
    names = (*PERSONAL, "notice_by", "language")
    changed = [name for name in names if getattr(row, name) != getattr(given, name)]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, getattr(given, name))
    row.save(update_fields=changed)
    personal = {name: getattr(row, name) for name in changed if name in PERSONAL}
    note("contact_changed", row, mover, personal=personal, fields=changed)
    return row


@dataclass(frozen=True, slots=True)
class Added:
    """Somebody who now belongs to a case, and their follow code, which is shown once."""

    party: CaseParty
    code: str


@transaction.atomic
def helper_add(*, case: Case, given: Reach, mover: Mover) -> Added:
    """Let somebody read the case and write messages, not act (加入協助人).

    They come in by a follow code of their own, which the applicant hands to them.

    Raises:
        NotYoursToChange: neither the applicant nor at work on the case.
        TooManyHelpers, PartyKnown: why not.
        WayHasNoAddress: notices would go nowhere.
    """
    locked, applicant = applicant_locked(case, mover)
    given = given.cleaned()
    helpers = CaseParty.objects.filter(case=locked, role="helper", ended_at=None)
    if helpers.count() >= MOST_HELPERS:
        raise TooManyHelpers(limit=MOST_HELPERS)
    if given.email and helpers.filter(email__iexact=given.email).exists():
        raise PartyKnown
    code = new_code()
    party = CaseParty.objects.create(
        case=locked, role=CaseParty.Role.HELPER, acts_for=applicant, name=given.name,
        email=given.email, phone=given.phone, line_id=given.line_id, language=given.language,
        notice_by=given.notice_by, secret=hidden(code), added_at=mover.at, added_by=mover.person,
    )  # fmt: skip
    personal = {name: getattr(party, name) for name in PERSONAL}
    note("helper_added", party, mover, personal=personal)
    return Added(party, code)


@transaction.atomic
def helper_end(*, party: CaseParty, mover: Mover) -> None:
    """End a helper's part (終止協助): by the applicant, the office, or the helper.

    Raises:
        NotYoursToChange: somebody else.
        PartEnded: it has ended, or is no helper.
    """
    if mover.party is None or mover.party.pk != party.pk:
        applicant_locked(party.case, mover)
    ended = CaseParty.objects.filter(pk=party.pk, role="helper", ended_at=None)
    if not ended.update(ended_at=mover.at):
        raise PartEnded
    note("helper_ended", party, mover, personal={})
