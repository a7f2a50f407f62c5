"""Whose case it is: by account, or by a follow code that was entered and is kept in the session."""

import hmac

from django.http import HttpRequest

from shizheng.core.models import User
from shizheng.kernel.errors import DomainError
from shizheng.kernel.identifiers import parse_number
from shizheng.services.actions.opening import hidden
from shizheng.services.following.errors import CodeWrong
from shizheng.services.models import Case, CaseParty

KEY = "services.followed"
MOST_KEPT = 50
ROLES = ("applicant", "proxy", "helper", "follower")
"""In this order somebody with several parts in a case is taken."""
NO_SECRET = "0" * 64


def party_proven(*, number: str, code: str) -> CaseParty:
    """Return the party to whom number and follow code belong.

    Takes as long for a number that does not exist; a hash is compared with each secret of the
    case in constant time.

    Raises:
        CodeWrong: they do not belong together.
    """
    try:
        wanted = str(parse_number(number))
    except DomainError:
        wanted = ""
    given = hidden(code)
    rows = list(
        CaseParty.objects.filter(case__number=wanted, ended_at=None)
        .exclude(secret="")
        .select_related("case")
    )
    found = None
    for row in rows:
        if hmac.compare_digest(given, row.secret):
            found = row
    hmac.compare_digest(given, NO_SECRET)
    if found is None:
        raise CodeWrong
    return found


def remember(request: HttpRequest, party: CaseParty) -> None:
    """Keep in the session that its visitor proved to be this party."""
    kept = dict(request.session.get(KEY, {}))
    kept.pop(str(party.case_id), None)
    kept[str(party.case_id)] = str(party.pk)
    request.session[KEY] = dict(list(kept.items())[-MOST_KEPT:])


def forget(request: HttpRequest, case: Case) -> None:
    """Forget a code that was entered (離開)."""
    kept = dict(request.session.get(KEY, {}))
    if kept.pop(str(case.pk), None):
        request.session[KEY] = kept


def party_of(request: HttpRequest, case: Case) -> CaseParty | None:
    """Return the part that the visitor has in a case; the one that may do most."""
    rows = list(_of_person(request, case))
    key = request.session.get(KEY, {}).get(str(case.pk))
    if key:
        rows += CaseParty.objects.filter(pk=key, case=case, ended_at=None)
    return min(rows, key=lambda row: ROLES.index(row.role), default=None)


def _of_person(request: HttpRequest, case: Case) -> list[CaseParty]:
    if not isinstance(request.user, User):
        return []
    return list(CaseParty.objects.filter(case=case, person=request.user, ended_at=None))


def followed_keys(request: HttpRequest) -> list[str]:
    """Return the keys of the parties that the session proved to be, the newest last."""
    return list(request.session.get(KEY, {}).values())


def as_person(request: HttpRequest) -> User | None:
    """Return who is signed in, None for a visitor without an account."""
    return request.user if isinstance(request.user, User) else None


def language_of(request: HttpRequest) -> str:
    """Return the language in which the visitor reads."""
    return str(getattr(request, "LANGUAGE_CODE", ""))
