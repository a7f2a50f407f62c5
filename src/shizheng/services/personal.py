"""What is held of a person in cases: their cases, parts, words, files, notices and drafts.

Only who applied or reported has the content of a case; to a helper, a proxy or a follower it is
masked, and so is what anybody else said or handed in (個人資料保護法 art. 10, proviso).
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import User
from shizheng.core.personal import MASK, Holding, Record, exempt, holdings
from shizheng.core.words import in_language
from shizheng.services.models import (
    AnswerSet,
    Call,
    Case,
    CaseDocument,
    CaseMessage,
    CaseParty,
    Draft,
    Notice,
    Output,
)
from shizheng.services.retention.selectors import until_of
from shizheng.services.versions import definition_by

SHOWN = ("public", "party")
LAWFUL = _("Personal Data Protection Act art. 15(1): within the duties set by law.")
AS_CASE = _("As long as the case: from its closing, as its service states.")


def applied_by(person: User) -> QuerySet[Case]:
    """Return the cases that are the person's own: reported or applied for."""
    parts = CaseParty.objects.filter(person=person, role=CaseParty.Role.APPLICANT, ended_at=None)
    own = Case.objects.filter(reporter=person).order_by().values("pk")
    return Case.objects.filter(pk__in=own.union(parts.order_by().values("case")))


def joined_by(person: User) -> QuerySet[Case]:
    """Return every case to which the person is a party; who was only invited is none yet."""
    parts = CaseParty.objects.filter(person=person).exclude(role=CaseParty.Role.INVITED)
    own = Case.objects.filter(reporter=person).order_by().values("pk")
    return Case.objects.filter(pk__in=own.union(parts.order_by().values("case")))


def kept_until(case: Case) -> date | None:
    """Return until when everything of a case is kept; None while it is open or held."""
    if case.is_open or case.is_on_hold or case.anonymised_at:
        return None
    return until_of(case, definition_by(case.version_id))


def _of_case(
    case: Case, row: Any, key: str, title: str, facts: dict[str, object], *, at: datetime
) -> Record:
    return Record(
        key=key, title=title, facts={"case": case.number, **facts}, at=at, agency=case.agency,
        kept_until=kept_until(case),
        things=(
            (row._meta.label_lower, str(row.pk)), (Case._meta.label_lower, str(case.pk)),
        ),
        address=reverse("services:status", args=[case.number]),
    )  # fmt: skip


def cases_of(person: User) -> Iterator[Record]:
    """Yield the cases; of those that somebody else applied for, that they are there."""
    own = set(applied_by(person).values_list("pk", flat=True))
    rows = joined_by(person).select_related("service", "agency", "district")
    for case in rows.order_by("-opened_at", "-pk").iterator(chunk_size=500):
        is_own = case.pk in own
        content = {
            "title": case.title, "description": case.description, "address": case.address,
            "longitude": case.longitude, "latitude": case.latitude, "answers": case.answers,
        }  # fmt: skip
        facts: dict[str, object] = {
            "service": case.service.code,
            "state": case.state,
            "outcome": case.outcome,
            "opened_at": case.opened_at,
            "closed_at": case.closed_at,
            "satisfaction": case.satisfaction if is_own else None,
            **(content if is_own else dict.fromkeys(content, MASK)),
        }
        title = f"{case.number} {in_language(case.service.name)}"
        yield _of_case(case, case, case.number, title, facts, at=case.opened_at)


def answers_of(person: User) -> Iterator[Record]:
    """Yield the personal answers that the person gave."""
    rows = AnswerSet.objects.filter(given_by=person).exclude(personal={})
    for row in rows.select_related("case__agency").order_by("-given_at", "-pk"):
        facts: dict[str, object] = {"number": row.number, "given_at": row.given_at, **row.personal}
        title = f"{row.case.number} ({row.number})"
        yield _of_case(row.case, row, str(row.pk), title, facts, at=row.given_at)


def parts_of(person: User) -> Iterator[Record]:
    """Yield the parts that the person has or had in cases, with how they are reached there."""
    rows = CaseParty.objects.filter(person=person).select_related("case__agency")
    for row in rows.order_by("-added_at", "-pk"):
        facts: dict[str, object] = {
            "role": row.role, "name": row.name, "email": row.email, "phone": row.phone,
            "line_id": row.line_id, "language": row.language, "notice_by": row.notice_by,
            "added_at": row.added_at, "ended_at": row.ended_at,
        }  # fmt: skip
        title = f"{row.case.number} {row.get_role_display()}"
        yield _of_case(row.case, row, str(row.pk), title, facts, at=row.added_at)


def messages_of(person: User) -> Iterator[Record]:
    """Yield what the person wrote, and what the office wrote to them in their own cases."""
    to_them = Q(case__in=applied_by(person).values("pk"), agency__isnull=False)
    rows = CaseMessage.objects.filter(
        Q(by=person) | Q(as_party__person=person) | (to_them & Q(visibility__in=SHOWN))
    ).select_related("case__agency", "as_party")
    for row in rows.order_by("-sent_at", "-pk").distinct():
        is_mine = row.by_id == person.pk or bool(
            row.as_party and row.as_party.person_id == person.pk
        )
        facts: dict[str, object] = {
            "text": row.text, "written_by": "you" if is_mine else "office", "sent_at": row.sent_at,
        }  # fmt: skip
        yield _of_case(row.case, row, str(row.pk), row.case.number, facts, at=row.sent_at)


def documents_of(person: User) -> Iterator[Record]:
    """Yield the files of the person's own cases that are not the office's alone."""
    rows = CaseDocument.objects.filter(
        case__in=applied_by(person).values("pk"), visibility__in=SHOWN
    ).select_related("case__agency")
    for row in rows.order_by("-added_at", "-pk"):
        facts: dict[str, object] = {
            "name": row.name, "field": row.field, "number": row.number, "taken_at": row.taken_at,
            "longitude": row.longitude, "latitude": row.latitude, "added_at": row.added_at,
        }  # fmt: skip
        yield _of_case(row.case, row, str(row.pk), row.name, facts, at=row.added_at)


def outputs_of(person: User) -> Iterator[Record]:
    """Yield what was issued in the person's own cases."""
    rows = Output.objects.filter(case__in=applied_by(person).values("pk"))
    for row in rows.select_related("case__agency").order_by("-issued_at", "-pk"):
        facts: dict[str, object] = {
            "number": row.number, "status": row.status, "issued_at": row.issued_at,
            "expires_on": row.expires_on, "values": row.values,
        }  # fmt: skip
        title = f"{row.number} {in_language(row.label)}"
        yield _of_case(row.case, row, str(row.pk), title, facts, at=row.issued_at)


def calls_of(person: User) -> Iterator[Record]:
    """Yield the calls from which the person's own cases came."""
    rows = Call.objects.filter(case__reporter=person).select_related("case__agency")
    for row in rows.order_by("-started_at", "-pk"):
        assert row.case is not None  # noqa: S101 - the filter has asked
        facts: dict[str, object] = {
            "topic": row.topic, "caller_name": row.caller_name, "caller_phone": row.caller_phone,
            "channel": row.channel, "started_at": row.started_at,
        }  # fmt: skip
        yield _of_case(row.case, row, str(row.pk), row.case.number, facts, at=row.started_at)


def notices_of(person: User) -> Iterator[Record]:
    """Yield the notices that went to the person."""
    rows = Notice.objects.filter(Q(person=person) | Q(party__person=person))
    for row in rows.select_related("case__agency").order_by("-made_at", "-pk").distinct():
        facts: dict[str, object] = {
            "channel": row.channel, "subject": row.subject, "text": row.text,
            "status": row.status, "made_at": row.made_at, "read_at": row.read_at,
        }  # fmt: skip
        if row.case is not None:
            yield _of_case(row.case, row, str(row.pk), row.subject, facts, at=row.made_at)
        else:
            things = ((row._meta.label_lower, str(row.pk)),)
            yield Record(str(row.pk), row.subject, facts, row.made_at, things=things)


def drafts_of(person: User) -> Iterator[Record]:
    """Yield the forms that the person began."""
    rows = Draft.objects.filter(person=person).select_related("service__owner")
    for row in rows.order_by("-saved_at", "-pk"):
        facts: dict[str, object] = {
            "service": row.service.code, "answers": row.answers, "description": row.description,
            "contact": row.contact, "place": row.place, "started_at": row.started_at,
        }  # fmt: skip
        yield Record(
            key=str(row.pk), title=in_language(row.service.name), facts=facts, at=row.saved_at,
            agency=row.service.owner, kept_until=row.expires_at.date(),
            things=((row._meta.label_lower, str(row.pk)),), address=reverse("services:drafts"),
        )  # fmt: skip


def _covers(model: type[Any], *, but: tuple[str, ...] = ()) -> frozenset[str]:
    label = model._meta.label_lower
    return frozenset(f"{label}.{name}" for name in model.PERSONAL if name not in but)


for code, title, purpose, of, covers in (
    ("cases", _("Cases"), _("To do what you reported or applied for."), cases_of, frozenset()),
    ("answers", _("Answers in forms"), _("To decide on what you applied for."), answers_of,
     _covers(AnswerSet)),
    ("parts", _("Parts in cases"), _("To reach you about a case."), parts_of,
     _covers(CaseParty, but=("secret",))),
    ("messages", _("Messages"), _("To write with you about a case."), messages_of,
     _covers(CaseMessage)),
    ("documents", _("Files of cases"), _("To decide on what you applied for."), documents_of,
     _covers(CaseDocument)),
    ("outputs", _("Documents issued"), _("To give you what was decided, and to let it be checked."),
     outputs_of, _covers(Output)),
    ("calls", _("Calls"), _("To answer you, and to open a case from a call."), calls_of,
     _covers(Call)),
    ("notices", _("Notices"), _("To tell you how your cases stand."), notices_of,
     _covers(Notice)),
):  # fmt: skip
    holdings.register(f"services.{code}")(Holding(title, purpose, LAWFUL, AS_CASE, of, covers))
holdings.register("services.drafts")(
    Holding(
        title=_("Drafts"),
        purpose=_("To let you go on with a form later."),
        ground=_("Personal Data Protection Act art. 15(2): you asked to keep it."),
        kept=_("Until the draft expires or is sent."),
        of=drafts_of,
    )
)
for name, reason in {
    "services.caseparty.secret": "The hash of a follow code; it says nothing of the person.",
    "services.confirmation.given": "What an officer's act was given with until it is agreed.",
    "services.confirmation.note": "The same.",
    "services.casestep.blocker": "What an agency says of its own step; cleared with the case.",
    "services.casestep.decision": "The same.",
}.items():
    exempt.register(name)(reason)
