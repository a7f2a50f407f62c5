"""Pages of polls: the register, one poll with its results, its files, and entering and signing."""

import csv
from dataclasses import fields
from io import StringIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.core.access import may, require
from shizheng.core.pages import actor, add_refusal, save, see_other
from shizheng.core.words import said
from shizheng.kernel.errors import DomainError
from shizheng.statistics.forms import FileForm
from shizheng.statistics.indicators.actions import ENTER, SIGN
from shizheng.statistics.models import Poll
from shizheng.statistics.polls import actions
from shizheng.statistics.polls.correcting import corrections_of
from shizheng.statistics.polls.files import FORMATS
from shizheng.statistics.polls.forms import (
    CorrectForm,
    CorrectionForm,
    NewPollForm,
    PollForm,
    ResultForm,
)
from shizheng.statistics.polls.importing import COLUMNS, Result
from shizheng.statistics.polls.selectors import (
    agencies_entered,
    fewest_answers,
    polls_seen,
    versions_seen,
)
from shizheng.statistics.polls.showing import questions_of, rate_words
from shizheng.statistics.polls.table import Taken

PAGE_SIZE = 30
FORM = "statistics/polls/form.html"
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def polls(request: HttpRequest) -> HttpResponse:
    """List the polls of the city and of the media, the newest first."""
    kind = request.GET.get("kind", "")
    rows = polls_seen(request.user)
    if kind in ("city", "media"):
        rows = rows.filter(is_media=kind == "media")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page, "kind": kind, "lines": [(each, rate_words(each)) for each in page],
        "may_enter": request.user.is_authenticated and may(request.user, ENTER),
        "crumbs": [*_crumbs()[:1], (_("Polls"), "")],
    }  # fmt: skip
    return render(request, "statistics/polls/list.html", context)


@require_safe
def poll(request: HttpRequest, code: str, version: int | None = None) -> HttpResponse:
    """Show a poll: how it was made, each question with margins and changes, media polls beside.

    Without a number the version that stands; each has an address of its own for good.
    """
    row = _poll(request, code, version=version)
    is_open = row.signed_at is None
    versions = list(versions_seen(request.user, code))
    signed = [each for each in versions if each.signed_at is not None]
    context = {
        "versions": versions, "corrections": corrections_of(versions),
        "standing": signed[0] if signed and not is_open and signed[0] != row else None,
        "may_correct": bool(signed) and versions[0] == row and not is_open
        and may(request.user, ENTER, row),
        "poll": row, "questions": questions_of(row, whole=is_open), "rate": rate_words(row),
        "fewest": fewest_answers(), "formats": FORMATS.values(),
        "may_change": is_open and row.entered_by_id == request.user.pk,
        "may_sign": is_open and row.entered_by_id != request.user.pk
        and may(request.user, SIGN, row),
        "crumbs": [*_crumbs(), (row.title, "")],
    }  # fmt: skip
    return render(request, "statistics/polls/poll.html", context)


@require_safe
def poll_file(
    request: HttpRequest, code: str, ending: str, version: int | None = None
) -> HttpResponse:
    """Send the results, or the description, of a poll."""
    row, known = _poll(request, code, version=version), FORMATS.get(ending)
    if known is None:
        raise Http404
    response = HttpResponse(known.render(row), content_type=known.media_type)
    response["Content-Disposition"] = f'attachment; filename="{row.code}-v{row.version}.{ending}"'
    return response


@login_required
@GET_OR_POST
def poll_new(request: HttpRequest) -> HttpResponse:
    """Enter a poll."""
    person = actor(request)
    require(person, ENTER)
    form = NewPollForm(request.POST or None, agencies=agencies_entered(person))

    def act() -> None:
        given = form.cleaned_data
        actions.poll_enter(
            code=given["code"], agency=given["agency"], facts=form.facts, by=person,
            at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("Entered. Now take in its results."))

    context = {
        "title": _("Enter a poll"),
        "go": pgettext("statistics", "Enter"),
        "crumbs": [*_crumbs(), (pgettext("statistics", "New"), "")],
    }
    return save(
        request, form, act, template=FORM, context=context,
        to=lambda: reverse("statistics:poll_results", args=[form.cleaned_data["code"]]),
    )  # fmt: skip


@login_required
@GET_OR_POST
def poll_change(request: HttpRequest, code: str) -> HttpResponse:
    """Change what is said of a poll that is not signed off."""
    person, row = actor(request), _poll(request, code, ENTER)
    known = {each.name: getattr(row, each.name) for each in fields(actions.Facts)}
    kind = PollForm if row.version == 1 else CorrectionForm
    form = kind(request.POST or None, initial=known | {"correction": row.correction})

    def act() -> None:
        actions.poll_change(
            poll=row, facts=form.facts, by=person, at=timezone.now(),
            correction=form.cleaned_data.get("correction", ""),
        )  # fmt: skip

    context = {"title": _("Change: {title}").format(title=row.title),
               "go": pgettext("statistics", "Change"),
               "crumbs": _crumbs(row)}  # fmt: skip
    to = _here(row)
    return save(request, form, act, to=to, template=FORM, context=context)


@login_required
@GET_OR_POST
def poll_correct(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a correction of a signed poll: its next version."""
    person, row = actor(request), _poll(request, code, ENTER)
    form = CorrectForm(request.POST or None)
    made: list[Poll] = []

    def act() -> None:
        correction = form.cleaned_data["correction"]
        made.append(
            actions.poll_correct(poll=row, correction=correction, by=person, at=timezone.now())
        )
        messages.success(request, _("Begun. Now change what is wrong; the old version stands "
                                    "until another person signs the correction off."))  # fmt: skip

    context = {"title": _("Correct: {title}").format(title=row.title),
               "go": pgettext("statistics", "Begin"),
               "crumbs": _crumbs(row)}  # fmt: skip
    return save(request, form, act, to=lambda: _here(made[0]), template=FORM, context=context)


@login_required
@GET_OR_POST
def result_new(request: HttpRequest, code: str) -> HttpResponse:
    """Add one result to a poll."""
    person, row = actor(request), _poll(request, code, ENTER)
    form = ResultForm(request.POST or None)

    def act() -> None:
        actions.result_add(poll=row, result=form.result, by=person, at=timezone.now())
        messages.success(request, _("Added. It counts once another person signed the poll off."))

    context = {"title": _("Add a result: {title}").format(title=row.title), "go": _("Add"),
               "crumbs": _crumbs(row)}  # fmt: skip
    to = _here(row)
    return save(request, form, act, to=to, template=FORM, context=context)


@login_required
@GET_OR_POST
def poll_results(request: HttpRequest, code: str) -> HttpResponse:
    """Take in a file as the results of a poll: all of it, or nothing and every wrong line."""
    person, row = actor(request), _poll(request, code, ENTER)
    form = FileForm(request.POST or None, request.FILES or None)
    report: Taken[Result] | None = None
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            report = actions.results_import(
                poll=row, content=form.cleaned_data["file"].read(), by=person,
                at=timezone.now(), encoding=form.cleaned_data["encoding"],
            )  # fmt: skip
        except DomainError as refusal:
            add_refusal(form, refusal)
            status = refusal.status
    if report is not None and not report.problems:
        count = len(report.rows)
        text = ngettext("{n} result taken in.", "{n} results taken in.", count)
        messages.success(request, text.format(n=count))
        return see_other(_here(row))
    context = {"poll": row, "form": form, "report": report, "columns": COLUMNS,
               "crumbs": _crumbs(row)}  # fmt: skip
    return render(request, "statistics/polls/results.html", context, status=status)


@login_required
@require_safe
def empty_results(request: HttpRequest, code: str) -> HttpResponse:
    """Send an empty file of results with a line as an example."""
    row = _poll(request, code, ENTER)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerow(["overall", _("Are you content with the work of the city?"), _("content"), "",
                     "62.5", min(row.responses, 1068), "1.2"])  # fmt: skip
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.code}.csv"'
    return response


@login_required
@require_POST
def poll_sign(request: HttpRequest, code: str) -> HttpResponse:
    """Sign off a poll."""
    person, row = actor(request), _poll(request, code, SIGN)
    try:
        actions.poll_sign(poll=row, by=person, at=timezone.now())
    except DomainError as refusal:
        words = said(refusal)
        messages.error(request, f"{words.message} {words.hint}".strip())
    else:
        messages.success(request, _("Signed off: everybody sees it now."))
    return see_other(reverse("statistics:poll", args=[code]))


def _poll(
    request: HttpRequest, code: str, permission: str | None = None, *, version: int | None = None
) -> Poll:
    """Return a version of a poll: to be read the one that stands, to be changed the newest."""
    rows = versions_seen(request.user, code)
    if version is not None:
        rows = rows.filter(version=version)
    signed = None if permission else rows.filter(signed_at__isnull=False).first()
    row = signed or rows.first()
    if row is None:
        raise Http404
    if permission:
        require(request.user, permission, row)
    return row


def _here(row: Poll) -> str:
    """Return the address of a version; what nobody signed yet is not at that of the code."""
    if row.version == 1:
        return reverse("statistics:poll", args=[row.code])
    return reverse("statistics:poll_version", args=[row.code, row.version])


def _crumbs(row: Poll | None = None) -> list[tuple[Any, str]]:
    own = [(row.title, _here(row))] if row else []
    return [
        (pgettext("statistics", "Figures"), reverse("statistics:indicators")),
        (_("Polls"), reverse("statistics:polls")),
        *own,
    ]  # fmt: skip
