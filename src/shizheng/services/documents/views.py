"""Pages of drawings: the list, one sheet with its marks, two versions beside each other."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shizheng.core.access import found, works_for_city
from shizheng.core.files import attachments_of
from shizheng.core.pages import actor, see_other
from shizheng.kernel.errors import DomainError
from shizheng.services.documents import selectors, sheets
from shizheng.services.documents.access import Reader, may_mark, reader_of
from shizheng.services.documents.actions import mark_add, mark_settle, mark_withdraw
from shizheng.services.documents.forms import CompareForm, MarkForm
from shizheng.services.documents.signatures import signature_checked
from shizheng.services.following.sessions import followed_keys
from shizheng.services.models import Case, CaseDocument, CaseParty, SheetMark
from shizheng.services.readings.guards import sheets_read
from shizheng.services.refusals import add_refusal, shown

ZOOMS = (1, 2, 4)
SHEETS_LISTED = 60
YEAR_SECONDS = 31_536_000


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark in the coordinates of the picture it is drawn on."""

    mark: SheetMark
    x: float
    y: float


def reading(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let in who is signed in, or entered a follow code; which case they may see is asked later."""
    guarded = login_required(view)

    @require_safe
    @wraps(view)
    def read(request: HttpRequest, *args: Any, **more: Any) -> HttpResponseBase:
        return (view if followed_keys(request) else guarded)(request, *args, **more)

    return read


def case_found(request: HttpRequest, number: str) -> tuple[Case, Reader]:
    """Return a case, and as whom the visitor reads it.

    Raises:
        Http404: there is none, or none that the visitor may see.
    """
    case = get_object_or_404(Case.objects.select_related("agency", "service"), number=number)
    reader = reader_of(request, case)
    if reader is None:
        raise Http404
    return case, reader


def drawing_found(reader: Reader, case: Case, key: UUID) -> CaseDocument:
    """Return a version of a drawing of a case; staff who read a personal one leave an entry.

    Raises:
        Http404: there is none, or none that the visitor may see.
    """
    document = selectors.documents_of(case, reader).filter(pk=key).first()
    if document is None:
        raise Http404
    document.case = case
    if not isinstance(reader, CaseParty):
        sheets_read(reader, document)
    return document


@reading
def drawings_page(request: HttpRequest, number: str) -> HttpResponse:
    """List the drawings of a case with their versions, and every mark as a table."""
    case, reader = case_found(request, number)
    drawings = selectors.drawings_of(case, reader)
    context = {
        "case": case,
        "drawings": [(each, attachments_of(each.newest).first()) for each in drawings],
        "marks": [mark for each in drawings for mark in each.marks],
        "signed": selectors.pdfs_of(case, reader),
        "may_mark": may_mark(case, reader),
        "crumbs": crumbs(request, case),
    }
    return render(request, "services/documents/drawings.html", context)


@reading
def signature_page(request: HttpRequest, number: str, key: UUID) -> HttpResponse:
    """Show what the signature in a PDF of the case says."""
    case, reader = case_found(request, number)
    document = selectors.pdfs_of(case, reader).filter(pk=key).first()
    if document is None:
        raise Http404
    document.case = case
    if not isinstance(reader, CaseParty):
        sheets_read(reader, document)
    checked = signature_checked(document)
    context = {
        "case": case,
        "checked": checked,
        "document": document,
        "crumbs": crumbs(request, case, (_("Signature"), "")),
    }
    return render(request, "services/documents/signature.html", context)


@reading
def sheet_page(request: HttpRequest, number: str, key: UUID, sheet: int) -> HttpResponse:
    """Show one sheet with its marks; who reviews can place one."""
    case, reader = case_found(request, number)
    document = drawing_found(reader, case, key)
    return _sheet(request, document, sheet, MarkForm())


def _sheet(
    request: HttpRequest, document: CaseDocument, sheet: int, form: MarkForm, status: int = 200
) -> HttpResponse:  # fmt: skip
    case = document.case
    reader = reader_of(request, case) or request.user
    zoom = next((each for each in ZOOMS if str(each) == request.GET.get("zoom")), 1)
    if not 1 <= sheet <= (document.sheet_count or 0):
        raise Http404
    every = selectors.marks_of(case, reader)
    marks = selectors.marks_on(every, document, sheet)
    context: dict[str, Any] = {
        "case": case,
        "document": document,
        "field": selectors.drawing_fields(case)[document.field],
        "file": attachments_of(document).first(),
        "is_by_code": isinstance(reader, CaseParty),
        "sheet": sheet,
        "sheets": _listed(sheet, document.sheet_count or 0),
        "zoom": zoom,
        "zooms": ZOOMS,
        "marks": marks,
        "versions": selectors.versions_of(document, reader),
        "newest": selectors.newest_of(document),
        "form": form,
        "may_mark": may_mark(case, reader),
        "crumbs": crumbs(request, case, (f"{document.name} v{document.number}", "")),
    }
    try:
        width, height = sheets.size_of(sheets.sheet_picture(document, sheet, sheets.MIDDLE))
    except DomainError as refusal:
        context["hindrance"] = shown(refusal)
    else:
        placed = [Placed(mark, mark.x * width, mark.y * height) for mark in marks]
        context |= {"width": width, "height": height, "placed": placed}
        context["picture_width"] = sheets.MIDDLE if zoom == 1 else sheets.LARGE
    return render(request, "services/documents/sheet.html", context, status=status)


def _listed(sheet: int, count: int) -> range:
    """Return the sheets around one that the list names: never hundreds of links."""
    first = max(1, min(sheet - SHEETS_LISTED // 2, count - SHEETS_LISTED + 1))
    return range(first, min(first + SHEETS_LISTED, count + 1))


@reading
def sheet_image(
    request: HttpRequest, number: str, key: UUID, sheet: int, width: int
) -> FileResponse:
    """Send the picture of a sheet to whoever may see the drawing."""
    case, reader = case_found(request, number)
    document = drawing_found(reader, case, key)
    if width not in sheets.WIDTHS:
        raise Http404
    return _picture(sheets.sheet_picture(document, sheet, width))


@reading
def overlay_image(
    request: HttpRequest, number: str, key: UUID, before: int, sheet: int
) -> FileResponse:
    """Send two versions of a sheet laid over each other."""
    case, reader = case_found(request, number)
    document = drawing_found(reader, case, key)
    earlier = _earlier(reader, document, before)
    return _picture(sheets.overlay_picture(earlier, document, sheet, sheets.MIDDLE))


def _picture(path: Any) -> FileResponse:
    response = FileResponse(path.open("rb"), content_type="image/png")
    # The bytes of a version never change; it is the visitor's own browser that keeps them.
    response["Cache-Control"] = f"private, max-age={YEAR_SECONDS}, immutable"
    return response


def _earlier(reader: Reader, document: CaseDocument, number: int) -> CaseDocument:
    """Return another version of the same drawing.

    Raises:
        Http404: there is none.
    """
    versions = selectors.versions_of(document, reader)
    other = next((each for each in versions if each.number == number), None)
    if other is None:
        raise Http404
    return other


@reading
def compare_page(request: HttpRequest, number: str, key: UUID) -> HttpResponse:
    """Show a version beside an earlier one, or over it."""
    case, reader = case_found(request, number)
    document = drawing_found(reader, case, key)
    earlier = [
        each for each in selectors.versions_of(document, reader) if each.number < document.number
    ]
    if not earlier:
        raise Http404
    newest = str(earlier[-1].number)
    form = CompareForm(
        {"before": newest, "sheet": "1", "view": "side", **request.GET.dict()}, earlier=earlier
    )
    is_right = form.is_valid()
    before = _earlier(reader, document, int(form.cleaned_data.get("before") or newest))
    sheet = int(form.cleaned_data.get("sheet") or 1)
    view = form.cleaned_data["view"] if is_right else "side"
    marks = selectors.marks_on(selectors.marks_of(case, reader), document, sheet)
    context = {
        "case": case,
        "document": document,
        "before": before,
        "sheet": sheet,
        "has_before": sheet <= (before.sheet_count or 0),
        "has_after": sheet <= (document.sheet_count or 0),
        "view": view,
        "form": form,
        "marks": marks,
        "may_mark": may_mark(case, reader),
        "picture_width": sheets.MIDDLE,
        "crumbs": crumbs(request, case, (_("Compare versions"), "")),
    }
    return render(request, "services/documents/compare.html", context)


@login_required
@require_POST
def mark_new(request: HttpRequest, number: str, key: UUID, sheet: int) -> HttpResponse:
    """Place a mark; the page comes back with the words where something is wrong."""
    case, reader = case_found(request, number)
    document = drawing_found(reader, case, key)
    form = MarkForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            mark = mark_add(
                document=document, sheet=sheet, x=given["left"] / 100, y=given["top"] / 100,
                text=given["text"], by=actor(request), at=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            add_refusal(form, refusal)
            return _sheet(request, document, sheet, form, refusal.status)
        address = reverse("services:sheet", args=[case.number, document.pk, sheet])
        return see_other(f"{address}#mark-{mark.number}")
    return _sheet(request, document, sheet, form, 422)


@login_required
@require_POST
def mark_settled(request: HttpRequest, number: str, key: UUID) -> HttpResponse:
    """Settle a mark, then go back to the table of marks."""
    return _on_mark(request, number, key, mark_settle)


@login_required
@require_POST
def mark_withdrawn(request: HttpRequest, number: str, key: UUID) -> HttpResponse:
    """Withdraw a mark, then go back to the table of marks."""
    return _on_mark(request, number, key, mark_withdraw)


def _on_mark(
    request: HttpRequest, number: str, key: UUID, act: Callable[..., SheetMark]
) -> HttpResponse:
    case, _reader = case_found(request, number)
    mark = found(request.user, SheetMark, pk=key, case=case)
    act(mark=mark, by=actor(request), at=timezone.now())
    return see_other(reverse("services:drawings", args=[case.number]) + f"#mark-{mark.number}")


def crumbs(request: HttpRequest, case: Case, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page of drawings: by the desk for staff, by the case for its parties."""
    name = "services:case" if works_for_city(request.user) else "services:status"
    drawings = reverse("services:drawings", args=[case.number]) if more else ""
    return [
        (case.number, reverse(name, args=[case.number])),
        (_("Drawings"), drawings),
        *more,
    ]
