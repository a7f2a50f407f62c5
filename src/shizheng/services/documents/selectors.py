"""Drawings of a case with their versions, and the marks on them, as a viewer may see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from shizheng.services.documents.access import Reader, documents_read_by, marks_read_by
from shizheng.services.models import Case, CaseDocument, SheetMark
from shizheng.services.schema.form import Field
from shizheng.services.versions import definition_by


@dataclass(frozen=True, slots=True)
class Drawing:
    """One drawing (圖說): the field it was handed in under, its versions from old to new."""

    field: Field
    versions: Sequence[CaseDocument]
    marks: Sequence[SheetMark] = ()

    @property
    def newest(self) -> CaseDocument:
        """The version that is reviewed."""
        return self.versions[-1]

    @property
    def open_count(self) -> int:
        """Marks that nothing has answered yet."""
        return sum(is_open(mark) for mark in self.marks)


def is_open(mark: SheetMark) -> bool:
    """Whether a mark still waits for an answer."""
    return mark.settled_at is None and mark.withdrawn_at is None


def drawing_fields(case: Case) -> dict[str, Field]:
    """Return the fields of a case whose files have versions, its actions' forms included."""
    definition = definition_by(case.version_id)
    forms = [page.fields for page in definition.pages]
    forms += [action.fields for action in definition.actions.values()]
    return {each.id: each for fields in forms for each in fields if each.versions}


def documents_of(case: Case, viewer: Reader) -> QuerySet[CaseDocument]:
    """Return the versions of drawings of a case that a viewer may see."""
    rows = documents_read_by(viewer, case)
    return rows.filter(field__in=drawing_fields(case), sheet_count__isnull=False).order_by(
        "field", "position", "number"
    )


def pdfs_of(case: Case, viewer: Reader) -> QuerySet[CaseDocument]:
    """Return every PDF of a case that a viewer may see; any of them may be signed."""
    rows = documents_read_by(viewer, case)
    return rows.filter(name__iendswith=".pdf").order_by("field", "position", "number")


def versions_of(document: CaseDocument, viewer: Reader) -> list[CaseDocument]:
    """Return all versions of the drawing to which a version belongs, from old to new."""
    rows = documents_of(document.case, viewer)
    return list(rows.filter(field=document.field, position=document.position).order_by("number"))


def drawings_of(case: Case, viewer: Reader) -> list[Drawing]:
    """Return the drawings of a case in the order of its form."""
    fields = drawing_fields(case)
    versions: dict[tuple[str, int], list[CaseDocument]] = {}
    for document in documents_of(case, viewer):
        versions.setdefault((document.field, document.position), []).append(document)
    marks: dict[tuple[str, int], list[SheetMark]] = {}
    for mark in marks_of(case, viewer):
        marks.setdefault((mark.document.field, mark.document.position), []).append(mark)
    order = list(fields)
    return [
        Drawing(fields[key[0]], found, marks.get(key, ()))
        for key, found in sorted(
            versions.items(), key=lambda each: (order.index(each[0][0]), each[0][1])
        )
    ]


def marks_of(case: Case, viewer: Reader) -> list[SheetMark]:
    """Return the marks of a case that a viewer may see, by number; withdrawn ones last seen."""
    rows = marks_read_by(viewer, case)
    related = ("document", "agency", "made_by", "settled_by", "settled_in")
    return list(rows.select_related(*related).order_by("number"))


def marks_on(marks: Iterable[SheetMark], document: CaseDocument, sheet: int) -> list[SheetMark]:
    """Return the marks to draw on a sheet of a version.

    Its own; and open ones of earlier versions, since the new version must answer them.
    """
    return [
        mark
        for mark in marks
        if mark.sheet == sheet
        and mark.withdrawn_at is None
        and (mark.document.field, mark.document.position) == (document.field, document.position)
        and (
            mark.document_id == document.pk
            or (mark.document.number < document.number and is_open(mark))
            or mark.settled_in_id == document.pk
        )
    ]


def newest_of(document: CaseDocument) -> CaseDocument:
    """Return the newest version of the drawing to which a version belongs."""
    return (
        CaseDocument.objects.filter(
            case=document.case_id, field=document.field, position=document.position
        )
        .order_by("-number")
        .first()
    ) or document
