"""Proxies (代理人): appointed by the applicant and confirmed, or entered at the counter by a paper.

Administrative Procedure Act (行政程序法), article 24: a proxy may do every act of the procedure, a
party has at most three, and a withdrawal counts from when the agency is told.
"""

from datetime import timedelta

from django.core import signing
from django.db import transaction

from shizheng.core.models import User
from shizheng.kernel.text import normalise
from shizheng.services.actions.opening import hidden
from shizheng.services.models import Case, CaseParty
from shizheng.services.notices.writing import notice_to_party
from shizheng.services.parties.actions.contact import PERSONAL, Added, Reach
from shizheng.services.parties.actions.rights import (
    Mover,
    applicant_locked,
    happened,
    new_code,
    note,
)
from shizheng.services.parties.errors import (
    InvitationOver,
    NotWhoIsMeant,
    NotYoursToChange,
    PaperMissing,
    PartEnded,
    PartyKnown,
    TooManyProxies,
)

MOST_PROXIES = 3
INVITED_FOR = timedelta(days=14)
SALT = "services.parties.proxy"
TEMPLATE = "proxy_appointed"
Role = CaseParty.Role


@transaction.atomic
def proxy_appoint(*, case: Case, name: str, email: str, language: str, mover: Mover) -> CaseParty:
    """Appoint a proxy (委任代理人), who is told by e-mail and must confirm with an account.

    Until then they have no part in the case.

    Raises:
        NotYoursToChange: only the applicant appoints.
        TooManyProxies, PartyKnown: why not.
    """
    if mover.is_officer:
        raise NotYoursToChange(number=case.number)
    locked, applicant = applicant_locked(case, mover)
    _require_room(locked, email)
    party = CaseParty.objects.create(
        case=locked, role=Role.INVITED, acts_for=applicant, name=normalise(name).strip()[:80],
        email=email.strip(), language=language, added_at=mover.at, added_by=mover.person,
    )  # fmt: skip
    note("proxy_appointed", party, mover, personal={"name": party.name, "email": party.email})
    run = happened(locked, "proxy_appointed", mover)
    notice_to_party(run, party, template=TEMPLATE, link=("services:proxy_confirm", token_of(party)))
    return party


def token_of(party: CaseParty) -> str:
    """Return what the link of an appointment carries: signed, and of this appointment alone."""
    return signing.dumps(str(party.pk), salt=SALT)


def invitation(token: str) -> CaseParty:
    """Return the appointment that a link is about.

    Raises:
        InvitationOver: forged, older than 14 days, confirmed or taken back.
    """
    try:
        key = signing.loads(token, salt=SALT, max_age=INVITED_FOR)
    except signing.BadSignature:
        raise InvitationOver from None
    rows = CaseParty.objects.select_related("case__service", "acts_for")
    party = rows.filter(pk=key, role=Role.INVITED, ended_at=None).first()
    if party is None:
        raise InvitationOver
    return party


@transaction.atomic
def proxy_confirm(*, token: str, mover: Mover) -> CaseParty:
    """Confirm an appointment (接受委任): from now on the proxy acts for the applicant.

    Raises:
        InvitationOver: the link does not work any more.
        NotWhoIsMeant: another person is signed in, or their address is not confirmed.
        TooManyProxies: three others were quicker.
    """
    party, person = invitation(token), mover.person
    if person is None or not _has_address(person, party.email):
        raise NotWhoIsMeant
    locked, _applicant = applicant_locked(party.case, Mover(None, party.acts_for, mover.at))
    taken = CaseParty.objects.filter(pk=party.pk, role=Role.INVITED, ended_at=None).update(
        role=Role.PROXY, person=person, language=person.language or party.language
    )
    if not taken:
        raise InvitationOver
    party.refresh_from_db()
    note("proxy_confirmed", party, mover, personal={"name": party.name, "email": party.email})
    happened(locked, "proxy_confirmed", Mover(person, party, mover.at))
    return party


def _has_address(person: User, email: str) -> bool:
    """Whether somebody proved that an address is theirs; an account alone proves nothing."""
    from allauth.account.models import EmailAddress

    known = EmailAddress.objects.filter(user=person, email__iexact=email, verified=True)
    return bool(known.exists())


@transaction.atomic
def proxy_enter(*, case: Case, given: Reach, paper: str, mover: Mover) -> Added:
    """Enter a proxy at the counter (臨櫃登錄代理人) by the power of attorney that was shown.

    Raises:
        NotYoursToChange: the officer may not act on the case.
        PaperMissing: which paper it was.
        TooManyProxies, PartyKnown: why not.
    """
    if not mover.is_officer:
        raise NotYoursToChange(number=case.number)
    locked, applicant = applicant_locked(case, mover)
    paper = normalise(paper).strip()[:200]
    if len(paper) < 2:
        raise PaperMissing
    given = given.cleaned()
    _require_room(locked, given.email)
    code = new_code()
    party = CaseParty.objects.create(
        case=locked, role=Role.PROXY, acts_for=applicant, secret=hidden(code), name=given.name,
        email=given.email, phone=given.phone, line_id=given.line_id, language=given.language,
        notice_by=given.notice_by, added_at=mover.at, added_by=mover.person,
    )  # fmt: skip
    personal = {name: getattr(party, name) for name in PERSONAL} | {"paper": paper}
    note("proxy_entered", party, mover, personal=personal)
    happened(locked, "proxy_entered", mover)
    return Added(party, code)


@transaction.atomic
def proxy_end(*, party: CaseParty, mover: Mover) -> None:
    """End a proxy's part or take an appointment back (終止委任); it counts at once.

    By the applicant, the office to which it was shown, or the proxy.

    Raises:
        NotYoursToChange: somebody else.
        PartEnded: it has ended.
    """
    is_own = mover.party is not None and mover.party.pk == party.pk
    own = Mover(None, party.acts_for, mover.at)
    locked, _applicant = applicant_locked(party.case, own if is_own else mover)
    ended = CaseParty.objects.filter(
        pk=party.pk, role__in=(Role.PROXY, Role.INVITED), ended_at=None
    )
    if not ended.update(ended_at=mover.at):
        raise PartEnded
    note("proxy_ended", party, mover, personal={})
    happened(locked, "proxy_ended", mover)


def _require_room(case: Case, email: str) -> None:
    """Raise if the applicant has three proxies, or this one already."""
    known = CaseParty.objects.filter(case=case, role__in=(Role.PROXY, Role.INVITED), ended_at=None)
    if known.count() >= MOST_PROXIES:
        raise TooManyProxies(limit=MOST_PROXIES)
    if email and known.filter(email__iexact=email.strip()).exists():
        raise PartyKnown
