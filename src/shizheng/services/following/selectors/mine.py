"""One's own cases, those one follows, drafts and notices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from shizheng.core.access import Viewer
from shizheng.core.models import User
from shizheng.core.words import in_language
from shizheng.services.access import own_cases
from shizheng.services.following.words import address_of, state_words
from shizheng.services.models import Case, CaseParty, Charge, Draft, Notice
from shizheng.services.versions import definition_by

MOST_DRAFTS = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A case as a line of a list: what it is, where it stands, what is to be done."""

    case: Case
    service: str
    state: str
    due_at: datetime | None
    to_do: str = ""


def my_cases(person: User) -> QuerySet[Case]:
    """Return the cases to which a person is a party, the newest first."""
    return Case.objects.filter(own_cases(Viewer(person))).select_related("service", "version")


def followed_cases(person: User) -> QuerySet[Case]:
    """Return the cases that a person follows, the newest first."""
    parts = CaseParty.objects.filter(person=person, role="follower", ended_at=None)
    return Case.objects.filter(pk__in=parts.values("case")).select_related("service", "version")


def by_code(keys: Sequence[str]) -> QuerySet[Case]:
    """Return the cases of the follow codes that were entered in this session."""
    parts = CaseParty.objects.filter(pk__in=keys, ended_at=None)
    return Case.objects.filter(pk__in=parts.values("case")).select_related("service", "version")


def waiting_for(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return those of ``cases`` that wait for the applicant: to correct, to pay; oldest first."""
    owed = Charge.objects.filter(case=OuterRef("pk"), status=Charge.Status.OPEN)
    return (
        cases.annotate(has_fee=Exists(owed))
        .filter(Q(holder=Case.Holder.APPLICANT, is_open=True) | Q(has_fee=True))
        .order_by("held_since", "id")
    )


def row_of(case: Case) -> Row:
    """Return a case as a line in the language of the moment."""
    definition = definition_by(case.version_id)
    to_do = ""
    if getattr(case, "has_fee", False):
        to_do = _("Pay the fee")
    elif case.is_open and case.holder == Case.Holder.APPLICANT:
        to_do = _("Your turn")
    return Row(
        case=case,
        service=in_language(definition.name),
        state=state_words(definition, case.state),
        due_at=case.due_at if case.is_open else None,
        to_do=to_do,
    )


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A form that was begun and not sent."""

    draft: Draft
    service: str
    address: str


def my_drafts(person: User, *, at: datetime) -> list[DraftRow]:
    """Return the forms that a person began and can still send, the newest first."""
    rows = Draft.objects.filter(person=person, sent_at=None, expires_at__gt=at)
    return [
        DraftRow(row, in_language(row.service.name), address_of("draft", row.pk))
        for row in rows.select_related("service").order_by("-saved_at")[:MOST_DRAFTS]
    ]


def my_notices(person: User) -> QuerySet[Notice]:
    """Return what a person was told on the site, the newest first."""
    rows = Notice.objects.filter(person=person, channel=Notice.Channel.IN_APP)
    return rows.select_related("case").order_by("-made_at", "-id")


def unread_count(person: User) -> int:
    """Return how many notices a person has not read."""
    return my_notices(person).filter(read_at=None).count()
