"""The desk of figures: what waits, entering by form or file, signing off."""

import csv
from io import StringIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.core.access import found, may, require
from shizheng.core.models import User
from shizheng.core.pages import actor, add_refusal, save, see_other
from shizheng.core.spreadsheets import cell
from shizheng.core.words import in_language, said
from shizheng.kernel.errors import DomainError
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.forms import EntryForm, FileForm
from shizheng.statistics.indicators import actions
from shizheng.statistics.indicators.actions import ENTER, SIGN
from shizheng.statistics.indicators.errors import NotEntered
from shizheng.statistics.indicators.importing import (
    ImportReport,
    columns_of,
    figures_import,
    template_of,
)
from shizheng.statistics.indicators.waiting import (
    figures_waiting,
    indicators_entered,
    indicators_signed,
    indicators_wanting,
)
from shizheng.statistics.models import Indicator
from shizheng.statistics.peers.selectors import peers_waiting
from shizheng.statistics.peers.showing import waiting_of
from shizheng.statistics.selectors import definition_by
from shizheng.statistics.showing.entered import entered_of
from shizheng.statistics.showing.lists import wants_of

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
MOST_SHOWN = 200


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits: figures to sign, indicators late, missing or off target, what to enter."""
    person = _person(request)
    now = timezone.now()
    mine = list(indicators_entered(person))
    looked_after = list({row.pk: row for row in (*mine, *indicators_signed(person))}.values())
    waiting = list(figures_waiting(person)[:MOST_SHOWN])
    context = {
        "waiting": entered_of(waiting, person, may(person, SIGN)),
        "peers": waiting_of(peers_waiting(person)[:MOST_SHOWN], person, may(person, SIGN)),
        "wanting": wants_of(indicators_wanting(looked_after, at=now)),
        "entered": [row for row in mine if row.current.body.get("formula") is None],
        "now": now, "crumbs": [*_crumbs()[:1], (_("Desk of figures"), "")],
    }  # fmt: skip
    return render(request, "statistics/desk/desk.html", context)


@login_required
@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    """Sign off the figures that were ticked."""
    person = _person(request)
    keys = set(request.POST.getlist("figure"))
    figures = [each for each in figures_waiting(person) if str(each.pk) in keys]
    try:
        actions.figures_sign(figures=figures, by=person, at=timezone.now())
    except DomainError as refusal:
        words = said(refusal)
        messages.error(request, f"{words.message} {words.hint}".strip())
    else:
        count = len(figures)
        text = ngettext("{n} figure signed off.", "{n} figures signed off.", count)
        messages.success(request, text.format(n=count))
    return see_other("statistics:desk")


@login_required
@GET_OR_POST
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Enter one figure of an indicator; another person signs it off."""
    person = actor(request)
    row = _row(person, code)
    body = definition_by(row.current_id)
    example = Period.of(body.every, timezone.localdate()).previous()
    form = EntryForm(request.POST or None, body=body, example=example)

    def act() -> None:
        actions.figure_enter(indicator=row, entry=form.entry, by=person, at=timezone.now())
        messages.success(request, _("Entered. Somebody else of the agency now signs it off."))

    context = {"row": row, "crumbs": [*_crumbs(), (row.name, "")]}
    return save(
        request, form, act, to="statistics:desk", template="statistics/desk/enter.html",
        context=context,
    )  # fmt: skip


@login_required
@GET_OR_POST
def file(request: HttpRequest, code: str) -> HttpResponse:
    """Take in a file of figures: all of it, or nothing and every wrong line."""
    person = actor(request)
    row = _row(person, code)
    form = FileForm(request.POST or None, request.FILES or None)
    report: ImportReport | None = None
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            report = figures_import(
                indicator=row, content=form.cleaned_data["file"].read(), by=person,
                at=timezone.now(), encoding=form.cleaned_data["encoding"],
            )  # fmt: skip
        except DomainError as refusal:
            add_refusal(form, refusal)
            status = refusal.status
    if report is not None and not report.problems:
        text = ngettext("{n} figure entered.", "{n} figures entered.", report.entered)
        messages.success(request, text.format(n=report.entered))
        return see_other("statistics:desk")
    context = {
        "row": row, "form": form, "report": report, "crumbs": [*_crumbs(), (row.name, "")],
        "columns": columns_of(definition_by(row.current_id)),
    }  # fmt: skip
    return render(request, "statistics/desk/file.html", context, status=status)


@login_required
@require_safe
def empty_file(request: HttpRequest, code: str) -> HttpResponse:
    """Send an empty file to fill in: the columns, and one line as an example."""
    row = _row(actor(request), code)
    body = definition_by(row.current_id)
    text = StringIO()
    period = Period.of(body.every, timezone.localdate()).previous()
    writer = csv.writer(text)
    writer.writerows([cell(value) for value in line] for line in template_of(body, period.code))
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.code}.csv"'
    return response


def _person(request: HttpRequest) -> User:
    """Return who looks after figures.

    Raises:
        NotPermitted: they do not.
    """
    person = actor(request)
    if not may(person, SIGN):
        require(person, ENTER)
    return person


def _row(person: User, code: str) -> Indicator:
    rows = Indicator.objects.select_related("owner", "current")
    row = found(person, rows, ENTER, code=code)
    if row.current.body.get("formula") is not None:
        raise NotEntered(indicator=in_language(row.name))
    return row


def _crumbs() -> list[tuple[Any, str]]:
    return [
        (pgettext("statistics", "Figures"), reverse("statistics:indicators")),
        (_("Desk of figures"), reverse("statistics:desk")),
    ]
