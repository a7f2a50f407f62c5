"""Pages of acts on many cases: choosing what, and the report of what became of each."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shizheng.core.access import Viewer, may
from shizheng.core.models import User
from shizheng.core.words import in_language
from shizheng.kernel.errors import DomainError
from shizheng.services.access import staff_cases
from shizheng.services.desk.bulk import (
    ASSIGN,
    AT_MOST,
    AT_ONCE,
    bulk_begin,
    bulk_choices,
    bulk_do,
)
from shizheng.services.desk.filtering import narrowing
from shizheng.services.desk.frame import is_part, new_token, once, part, person_of, staff, viewer_of
from shizheng.services.desk.views import row_of
from shizheng.services.models import BulkAct, Case
from shizheng.services.refusals import shown as said
from shizheng.services.selectors.casework import colleagues
from shizheng.services.selectors.queue import queue_whole
from shizheng.services.versions import definition_by


@staff
@require_POST
def bulk_page(request: HttpRequest) -> HttpResponseBase:
    """Show what may be done to the chosen cases; do what was chosen."""
    viewer = viewer_of(request)
    cases = _chosen(request, viewer)
    if request.POST.get("action"):
        return once(request, lambda sent: _begin(request, viewer, cases))
    return _page(request, viewer, cases)


def _chosen(request: HttpRequest, viewer: Viewer) -> list[Case]:
    """Return the ticked cases, or all of the list, that the person may see as staff."""
    if request.POST.get("everything"):
        asked = narrowing(QueryDict(request.POST.get("query", "")), viewer)
        return list(queue_whole(viewer, asked.filters, most=AT_MOST))
    numbers = request.POST.getlist("case")[:AT_MOST]
    rows = Case.objects.filter(staff_cases(viewer), number__in=numbers).order_by("due_at", "id")
    shown = rows.select_related("service", "agency", "assignee", "district", "village")
    return list(shown.defer("district__shape", "village__shape"))


def _begin(request: HttpRequest, viewer: Viewer, cases: list[Case]) -> HttpResponseBase:
    person = cast(User, viewer.person)
    try:
        bulk = bulk_begin(
            cases=_as_seen(request, cases), action=request.POST["action"], by=person,
            at=viewer.at, note=request.POST.get("note", "")[:4_000],
            person=request.POST.get("person", ""),
        )  # fmt: skip
    except DomainError as refusal:
        words = said(refusal)
        return _page(
            request, viewer, cases, refused=f"{words.message} {words.hint}", status=refusal.status
        )
    if len(bulk.cases) <= AT_ONCE:
        bulk_do(bulk, at=viewer.at)
    response = redirect("services:bulk_report", key=bulk.pk)
    response.status_code = 303
    return response


def _as_seen(request: HttpRequest, cases: list[Case]) -> list[Case]:
    """Put back the revisions that were on the page, so that a case that moved is left alone."""
    seen = dict(each.rpartition(":")[::2] for each in request.POST.getlist("seen"))
    for case in cases:
        revision = str(seen.get(case.number, ""))
        if revision.isdecimal():
            case.revision = int(revision)
    return cases


def _page(
    request: HttpRequest, viewer: Viewer, cases: list[Case], *, refused: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    person = person_of(request)
    is_one_agency = len({case.agency_id for case in cases}) == 1
    shown = {
        "rows": [row_of(case, viewer) for case in cases[:200]],
        "cases": cases,
        "choices": [(each, in_language(each.label)) for each in bulk_choices(cases)],
        "may_assign": may(person, "services.assign_case"),
        "people": list(colleagues(cases[0])) if cases and is_one_agency else [],
        "token": request.POST.get("token") or new_token(),
        "query": request.POST.get("query", ""),
        "everything": request.POST.get("everything", ""),
        "at_once": AT_ONCE,
        "refused": refused or ("" if cases else _("No case was chosen.")),
        "action": request.POST.get("action", ""),
        "note": request.POST.get("note", ""),
    }
    return render(request, "services/desk/bulk.html", shown, status=status)


@staff
@require_safe
def bulk_report(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Show what became of each case of an act on many; it fills while the job goes on."""
    bulk = get_object_or_404(BulkAct, pk=key, by=person_of(request))
    refused = [row for row in bulk.results if row[1]]
    shown = {
        "bulk": bulk,
        "refused": refused,
        "worked": [row[0] for row in bulk.results if not row[1]],
        "left": len(bulk.cases) - len(bulk.results),
        "label": _("Assign") if bulk.action == ASSIGN else _label(bulk),
    }
    if is_part(request):
        return part(request, "services/desk/_report.html", shown, at="bulk-report")
    return render(request, "services/desk/bulk_report.html", shown)


def _label(bulk: BulkAct) -> str:
    case = Case.objects.filter(pk=bulk.cases[0][0]).first() if bulk.cases else None
    if case is None:
        return bulk.action
    action = definition_by(case.version_id).actions.get(bulk.action)
    return in_language(action.label) if action else bulk.action
