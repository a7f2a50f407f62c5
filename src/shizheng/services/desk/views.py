"""Pages of the desk: the list, the case beside it, and what keeps both up to date."""

from dataclasses import replace
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shizheng.core.access import Viewer
from shizheng.kernel.errors import DomainError
from shizheng.services.batch.importing import PERMISSION as IMPORT
from shizheng.services.desk import actions, words
from shizheng.services.desk.filtering import Narrowing, narrowing
from shizheng.services.desk.frame import (
    casework,
    is_part,
    list_of,
    part,
    person_of,
    show_until,
    staff,
    to_case,
    viewer_of,
)
from shizheng.services.desk.showing import pane_of
from shizheng.services.models import Case, SavedView
from shizheng.services.notices.selectors import notices_of
from shizheng.services.outputs.selectors.documents import documents_of
from shizheng.services.payments.selectors.fees import money_of
from shizheng.services.refusals import shown as said
from shizheng.services.selectors.casework import HOLD, Casework, case_for_staff
from shizheng.services.selectors.joining import COUNT_LIMIT
from shizheng.services.selectors.queue import ONLY, VIEWS, Filters, queue, queue_counts
from shizheng.services.versions import definition_by

KEYS = "services/desk/_keys.html"
"""What the desk adds to the keys that every page has."""


@staff
@require_safe
def queue_page(request: HttpRequest) -> HttpResponseBase:
    """Show the list that the address asks for; only its next rows where it goes on."""
    viewer = viewer_of(request)
    asked = narrowing(request.GET, viewer)
    rows = rows_shown(viewer, asked)
    if is_part(request) and asked.filters.after:
        return part(request, "services/desk/_rows.html", rows, at="desk-more")
    return render(request, "services/desk/queue.html", frame(request, viewer, asked) | rows)


@staff
@require_safe
def case_page(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show one case, beside its list if it was opened from one."""
    work = casework(request, number)
    shown = case_shown(request, work)
    if is_part(request):
        return part(request, "services/desk/_case.html", shown, at="case")
    asked = list_of(request, work.viewer)
    if asked is not None:
        beside = replace(asked, filters=replace(asked.filters, after=""))
        shown |= frame(request, work.viewer, beside) | rows_shown(work.viewer, beside)
    response = render(request, "services/desk/case.html", shown)
    response["Cache-Control"] = "private, no-store"
    return response


@staff
@require_safe
def case_print(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show one case as it is printed: everything open, nothing to press."""
    shown = case_shown(request, casework(request, number)) | {"is_print": True}
    return render(request, "services/desk/print.html", shown)


def rows_shown(viewer: Viewer, asked: Narrowing) -> dict[str, Any]:
    """Return the rows of a list, and where it goes on."""
    page = queue(viewer, asked.filters)
    return {
        "rows": [row_of(case, viewer) for case in page.cases],
        "more": f"{asked.query}&after={page.after}".replace("+", "%2B") if page.after else "",
        "query": asked.query,
    }


def row_of(case: Case, viewer: Viewer) -> dict[str, Any]:
    """Return one row of a list; of a personal case neither title nor address stands in it."""
    is_personal = case.access_class == Case.AccessClass.PERSONAL
    return {
        "case": case,
        "chip": words.chip(case.due_at, case.holder, case.is_open, viewer.at),
        "state": words.state_words(definition_by(case.version_id), case.state),
        "title": _("Personal: open it to read") if is_personal else case.title,
        "place": "" if is_personal else words.place_words(case),
    }


def frame(request: HttpRequest, viewer: Viewer, asked: Narrowing) -> dict[str, Any]:
    """Return what stands over a list: views and their counts, filters, kept lists."""
    filters, counts = asked.filters, queue_counts(viewer, asked.filters.view)
    return {
        "own_keys": KEYS,
        "filters": filters,
        "form": asked.form,
        "is_narrowed": asked.is_narrowed,
        "view_name": words.VIEWS[filters.view],
        "views": [_view(name, counts.views.get(name), filters.view) for name in VIEWS],
        "only": [_only(name, counts.only.get(name), filters) for name in ONLY],
        "saved": SavedView.objects.filter(person=person_of(request)),
        "may_export": bool(viewer.scopes("services.export_cases")),
        "may_assign": bool(viewer.scopes("services.assign_case")),
        "may_see_load": bool(viewer.scopes("services.view_load")),
        "may_import": bool(viewer.scopes(IMPORT)),
        "may_hold": bool(viewer.scopes(HOLD)),
    }


def _view(name: str, count: int | None, current: str) -> tuple[Any, str, str, bool]:
    return words.VIEWS[name], f"?view={name}", _count(count), name == current


def _only(name: str, count: int | None, filters: Filters) -> tuple[Any, str, str, bool, str]:
    """Return one of the narrower lists; the one in force leads back to the whole."""
    is_current = name == filters.only
    address = f"?view={filters.view}" + ("" if is_current else f"&only={name}")
    return words.ONLY[name], address, _count(count), is_current, name


def _count(number: int | None) -> str:
    if number is None:
        return ""
    return f"{COUNT_LIMIT:,}+" if number > COUNT_LIMIT else str(number)


def case_shown(request: HttpRequest, work: Casework) -> dict[str, Any]:
    """Return what the pane of a case shows."""
    person = person_of(request)
    others = actions.presence_note(case=work.case, by=person, at=work.viewer.at)
    return {
        "pane": pane_of(work),
        "work": work,
        "case": work.case,
        "others": others,
        "row": row_of(work.case, work.viewer),
        "money": money_of(work.case, person) if work.definition.fees else None,
        "issued": documents_of(work.case, person) if work.definition.outputs else (),
        "told": notices_of(work),
        "query": request.GET.urlencode(),
        "own_keys": KEYS,
    }


def after_act(request: HttpRequest, number: str, sentence: str) -> HttpResponseBase:
    """Answer an act that was done: the case as it now is, or its page; the list if it is gone."""
    if case_for_staff(viewer_of(request), number) is None:
        return _gone(request, sentence)
    work = casework(request, number)
    if is_part(request):
        shown = case_shown(request, work) | {"done": sentence}
        return part(request, "services/desk/_case.html", shown, at="case")
    messages.success(request, sentence)
    return to_case(request, work.case)


def _gone(request: HttpRequest, sentence: str) -> HttpResponseBase:
    """Answer an act by which the case left those whom the person sees."""
    if is_part(request):
        return part(request, "services/desk/_gone.html", {"done": sentence}, at="case")
    messages.success(request, sentence)
    response = redirect("services:desk")
    response.status_code = 303
    return response


@staff
@require_safe
def presence(request: HttpRequest, number: str) -> HttpResponseBase:
    """Say who else has the case open, and note that this person has."""
    work = casework(request, number)
    seen = request.GET.get("revision", "")
    others = actions.presence_note(case=work.case, by=work.person, at=work.viewer.at)
    shown = {
        "others": others,
        "case": work.case,
        "has_moved": seen.isdecimal() and int(seen) != work.case.revision,
        "seen": seen,
        "query": "",
    }
    return part(request, "services/desk/_presence.html", shown, at="presence")


@staff
@require_POST
def personal(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show personal data of a case for a while, for a reason that is kept."""
    work = casework(request, number)
    try:
        until = actions.personal_show(
            case=work.case, by=work.person, at=work.viewer.at, why=request.POST.get("why", "")
        )
    except DomainError as refusal:
        words_of = said(refusal)
        shown = case_shown(request, work) | {"refused": f"{words_of.message} {words_of.hint}"}
        template = "services/desk/_case.html" if is_part(request) else "services/desk/case.html"
        return part(request, template, shown, at="case-pane", status=refusal.status)
    show_until(request, number, until)
    if not is_part(request):
        return to_case(request, work.case)
    return part(
        request, "services/desk/_case.html", case_shown(request, casework(request, number)),
        at="case",
    )  # fmt: skip


@staff
@require_POST
def view_keep(request: HttpRequest) -> HttpResponseBase:
    """Keep the present list under a name, or keep one no longer."""
    person, now = person_of(request), timezone.now()
    query = request.POST.get("query", "")
    if kept := request.POST.get("delete"):
        row = SavedView.objects.filter(person=person, name=kept).first()
        if row is not None:
            actions.view_delete(view=row, by=person, at=now)
    else:
        actions.view_save(by=person, name=request.POST.get("name", ""), query=query, at=now)
    return cast(HttpResponse, redirect(f"{reverse('services:desk')}?{query}"))
