"""Who sees drawings and the marks on them: staff who see the case; parties what is theirs."""

from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from shizheng.core.access import NOTHING, Policy, Viewer, may, may_see, policies
from shizheng.core.models import Agency, User
from shizheng.services.access import own_cases, staff_cases
from shizheng.services.documents.errors import NotAReviewer
from shizheng.services.following.actions.messages import WRITERS
from shizheng.services.following.sessions import party_of
from shizheng.services.models import Case, CaseDocument, CaseParty, Review, SheetMark

Reader: TypeAlias = User | AnonymousUser | CaseParty
"""Who reads drawings: a person by their rights, or a party that entered its follow code."""


def marks_seen_by(viewer: Viewer) -> Q:
    """Return the marks a viewer may see (可見註記); drawings and marks are never public."""
    if not isinstance(viewer.person, User):
        return NOTHING
    as_staff = Q(case__in=Case.objects.filter(staff_cases(viewer)).values("pk"))
    as_party = Q(case__in=Case.objects.filter(own_cases(viewer)).values("pk"))
    return as_staff | (as_party & Q(handed_over_at__isnull=False))


def reader_of(request: HttpRequest, case: Case) -> Reader | None:
    """Return as whom a visitor reads the drawings of a case, None if they may not."""
    if may_see(request.user, case):
        return request.user
    party = party_of(request, case)
    return party if party is not None and party.role in WRITERS else None


def documents_read_by(reader: Reader, case: Case) -> QuerySet[CaseDocument]:
    """Return the files of a case that a reader may see."""
    rows = CaseDocument.objects.filter(case=case)
    if isinstance(reader, CaseParty):
        return rows.filter(visibility__in=("public", "party"))
    return rows.visible_to(reader)


def marks_read_by(reader: Reader, case: Case) -> QuerySet[SheetMark]:
    """Return the marks of a case that a reader may see."""
    rows = SheetMark.objects.filter(case=case)
    if isinstance(reader, CaseParty):
        return rows.filter(handed_over_at__isnull=False)
    return rows.visible_to(reader)


policies.register("services.sheetmark")(Policy(view=marks_seen_by, agency="agency"))


def reviewing_agency(case: Case, by: User) -> Agency:
    """Return the agency for which somebody marks drawings of a case (註記機關).

    An agency that is asked now comes before the one responsible, since a person of both speaks in
    the review.

    Raises:
        NotAReviewer: they are of neither.
    """
    asked = (
        Review.objects.allowed_to(by, "services.review_case")
        .filter(case=case, is_current=True, answer=Review.Answer.WAITING)
        .select_related("agency")
        .order_by("agency__position", "agency__code")
        .first()
    )
    if asked is not None:
        return asked.agency
    if case.is_open and may(by, "services.act_on_case", case):
        return case.agency
    raise NotAReviewer(number=case.number)


def may_mark(case: Case, by: object) -> bool:
    """Whether somebody may mark drawings of a case now."""
    if not isinstance(by, User):
        return False
    try:
        reviewing_agency(case, by)
    except NotAReviewer:
        return False
    return True
