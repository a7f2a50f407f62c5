"""What of a case is personal and goes at the end of its time; each function names what it took.

Figures stay: nothing here touches a state, a moment, a duration, an amount or a rating.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from shizheng.core import journal
from shizheng.core.models import Attachment, JournalPersonal
from shizheng.services.definitions import Service as Definition
from shizheng.services.models import (
    AnswerSet,
    Call,
    Case,
    CaseClock,
    CaseDocument,
    CaseEvent,
    CaseLink,
    CaseMessage,
    CaseParty,
    CaseStep,
    Confirmation,
    Draft,
    Notice,
    Output,
    Refund,
    Review,
    SheetMark,
)
from shizheng.services.schema.form import FieldKind

WHY = "retention"
FREE = (FieldKind.TEXT, FieldKind.LONG_TEXT)
NAMES: dict[type[Model], str] = {
    CaseMessage: "messages", Notice: "notices", Call: "calls", CaseStep: "steps",
    CaseEvent: "notes", CaseLink: "links", Output: "outputs", Refund: "refunds",
    Review: "reviews", SheetMark: "marks",
}  # fmt: skip
"""What the event calls that of which something went."""
PLACE: dict[str, Any] = {"address": "", "longitude": None, "latitude": None, "geometry": None}


def cleared_fields(case: Case, definition: Definition) -> dict[str, Any]:
    """Return the fields of the case itself that go, with what they become (去識別化欄位)."""
    is_personal = case.access_class == Case.AccessClass.PERSONAL
    marked = {str(each) for each in definition.retention.removes}
    cleared: dict[str, Any] = {}
    if is_personal or "description" in marked:
        cleared["description"] = ""
        if is_personal or definition.title is None:
            cleared["title"] = ""
    if is_personal or "address" in marked:
        cleared |= PLACE
    return {name: value for name, value in cleared.items() if getattr(case, name) != value}


def _emptied(rows: QuerySet[Any], names: Iterable[str]) -> bool:
    """Empty fields of rows; return whether anything stood in them."""
    fields: list[Any] = [rows.model._meta.get_field(name) for name in names]
    empty = {field.name: None if field.null else field.get_default() for field in fields}
    return bool(rows.exclude(**empty).update(**empty))


def people_of(case: Case) -> set[UUID]:
    """Return the accounts whose link with the case goes: reporter and parties."""
    rows = CaseParty.objects.filter(case=case).exclude(person=None)
    people = set(rows.values_list("person", flat=True))
    return people | ({case.reporter_id} if case.reporter_id else set())


def parties_remove(case: Case, at: datetime) -> Iterator[str]:
    """Empty the parties; that there were some, and in which role, stays."""
    rows = CaseParty.objects.filter(case=case)
    if rows.exists():
        yield "parties"
    rows.filter(ended_at=None).update(ended_at=at)
    _emptied(rows, CaseParty.PERSONAL)
    rows.update(person=None, added_by=None, notice_by=CaseParty.NoticeBy.NONE)


def answers_remove(case: Case) -> Iterator[str]:
    """Empty the personal answers of every hand-in, and what waits for a second person."""
    for row in AnswerSet.objects.filter(case=case):
        yield from (f"answers.{key}" for key in row.personal)
    _emptied(AnswerSet.objects.filter(case=case), AnswerSet.PERSONAL)
    _emptied(Confirmation.objects.filter(case=case), Confirmation.PERSONAL)
    drafts = Draft.objects.filter(Q(sent_case=case) | Q(corrects=case))
    if drafts.exists():
        yield "drafts"
    drafts.delete()


def words_remove(case: Case) -> Iterator[str]:
    """Empty messages, notices, who called, what held up a step; that there were some stays.

    Of a personal case, what the office wrote about it goes as well.
    """
    waiting = Notice.objects.filter(case=case, status__in=("waiting", "sending", "failed"))
    waiting.update(status=Notice.Status.DROPPED, problem="part_ended")
    models: tuple[Any, ...] = (CaseMessage, Notice, Call, CaseStep)
    for model in models:
        if _emptied(model.objects.filter(case=case), model.PERSONAL):
            yield NAMES[model]
    if case.access_class == Case.AccessClass.PERSONAL:
        yield from _office_words_remove(case)


def _office_words_remove(case: Case) -> Iterator[str]:
    rows: tuple[QuerySet[Any], ...] = (
        CaseEvent.objects.filter(case=case),
        CaseLink.objects.filter(Q(case=case) | Q(to=case)),
        Output.objects.filter(case=case),
        Refund.objects.filter(payment__charge__case=case),
        Review.objects.filter(case=case),
        SheetMark.objects.filter(case=case),
    )
    for each in rows:
        if _emptied(each, each.model.WORDS):
            yield NAMES[each.model]
    for clock in CaseClock.objects.filter(case=case).exclude(extensions=[]):
        clock.extensions = [[amount, ""] for amount, _reason in clock.extensions]
        clock.save(update_fields=["extensions"])
        yield "extensions"


def links_remove(case: Case, people: set[UUID]) -> Iterator[str]:
    """Cut every link from the case to the accounts of its parties."""
    if people:
        yield "accounts"
    for model, name in (
        (AnswerSet, "given_by"), (CaseMessage, "by"), (CaseEvent, "by"), (Notice, "person"),
    ):  # fmt: skip
        rows: Any = model._default_manager.filter(case=case, **{f"{name}__in": people})
        rows.update(**{name: None})


def events_remove(
    case: Case, definition: Definition, people: set[UUID], cleared: dict[str, Any]
) -> Iterator[str]:
    """Take out of the history what the case lost, and the words of its parties.

    Of a personal case, the texts that acts were given go as well.
    """
    theirs = Q(as_party__isnull=False) | Q(by__in=people)
    if _emptied(CaseEvent.objects.filter(theirs, case=case), CaseEvent.WORDS):
        yield "notes"
    is_personal = case.access_class == Case.AccessClass.PERSONAL
    for event in CaseEvent.objects.filter(case=case):
        gone = {key: value for key, value in cleared.items() if key in event.changes}
        texts = _texts_of(event, definition) if is_personal else set()
        if texts:
            yield "acts"
        if gone or texts:
            event.changes = {**event.changes, **gone}
            event.act = {key: value for key, value in event.act.items() if key not in texts}
            event.save(update_fields=["changes", "act"])


def _texts_of(event: CaseEvent, definition: Definition) -> set[str]:
    """Return the texts that an act was given, by the newest definition that knows it."""
    action = definition.actions.get(event.action.removesuffix(".asked"))
    known = {each.id: each.kind for each in action.fields} if action else {}
    return {
        key for key, value in event.act.items()
        if isinstance(value, str) and (known.get(key) in FREE or (action and key not in known))
    }  # fmt: skip


def documents_remove(case: Case) -> Iterator[str]:
    """Unlink files of the parties, and what was issued to them; the rows stay without names.

    Their bytes go with ``files.sweep``, once nothing else needs them.
    """
    rows = CaseDocument.objects.filter(case=case)
    if case.access_class != Case.AccessClass.PERSONAL:
        rows = rows.filter(visibility="party")
    outputs = Output.objects.filter(case=case)
    for name, things in (("documents", rows), ("outputs", outputs)):
        keys = [str(key) for key in things.values_list("pk", flat=True)]
        kind = ContentType.objects.get_for_model(things.model)
        attached = Attachment.objects.filter(content_type=kind, object_key__in=keys)
        if attached.delete()[0]:
            yield name
    _emptied(rows, CaseDocument.PERSONAL)
    _emptied(outputs, Output.PERSONAL)


def journal_remove(case: Case, at: datetime) -> Iterator[str]:
    """Erase the personal values that the journal holds of the case; its chain stays whole."""
    for model, keys in _things(case):
        held = JournalPersonal.objects.filter(
            value__isnull=False, entry__thing_type=model._meta.label_lower,
            entry__thing_key__in=keys,
        ).select_related("entry")  # fmt: skip
        by_entry: dict[int, list[JournalPersonal]] = {}
        for row in held:
            by_entry.setdefault(row.entry_id, []).append(row)
        for rows in by_entry.values():
            fields = [row.field for row in rows]
            journal.erase(rows[0].entry, fields, by=None, at=at, why=WHY)
            yield from (f"journal.{field}" for field in fields)


def _things(case: Case) -> Iterator[tuple[type[Model], list[str]]]:
    """Yield the kinds of rows that hang on a case, with their keys."""
    yield Case, [str(case.pk)]
    for relation in Case._meta.related_objects:
        model: Any = relation.related_model
        if model is Case or relation.many_to_many:
            continue
        rows = model._default_manager.filter(**{relation.field.name: case})
        yield model, [str(key) for key in rows.values_list("pk", flat=True)]
