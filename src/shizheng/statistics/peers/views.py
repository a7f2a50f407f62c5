"""Pages on which figures of other cities are taken in and signed off."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST

from shizheng.core.access import found, may, require
from shizheng.core.pages import actor, add_refusal, see_other
from shizheng.core.words import in_language, said
from shizheng.kernel.errors import DomainError
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.forms import FileForm
from shizheng.statistics.indicators.actions import ENTER, SIGN
from shizheng.statistics.models import Indicator
from shizheng.statistics.peers.actions import COLUMNS, Peer, peers_import, peers_sign
from shizheng.statistics.peers.selectors import peers_waiting
from shizheng.statistics.polls.table import Taken
from shizheng.statistics.selectors import definition_by


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cities(request: HttpRequest, code: str) -> HttpResponse:
    """Take in a file of figures of other cities: all of it, or nothing and every wrong line."""
    person = actor(request)
    rows = Indicator.objects.select_related("owner", "current")
    row = found(person, rows, ENTER, code=code)
    form = FileForm(request.POST or None, request.FILES or None)
    report: Taken[Peer] | None = None
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            report = peers_import(
                indicator=row, content=form.cleaned_data["file"].read(), by=person,
                at=timezone.now(), encoding=form.cleaned_data["encoding"],
            )  # fmt: skip
        except DomainError as refusal:
            add_refusal(form, refusal)
            status = refusal.status
    if report is not None and not report.problems:
        count = len(report.rows)
        text = ngettext("{n} figure entered.", "{n} figures entered.", count)
        messages.success(request, text.format(n=count))
        return see_other("statistics:desk")
    every = definition_by(row.current_id).every
    context = {
        "row": row, "form": form, "report": report, "columns": COLUMNS,
        "example": Period.of(every, timezone.localdate()).previous().code,
        "crumbs": [
            (pgettext("statistics", "Figures"), reverse("statistics:indicators")),
            (in_language(row.name), reverse("statistics:indicator", args=[code])),
            (_("Other cities"), ""),
        ],
    }  # fmt: skip
    return render(request, "statistics/desk/cities.html", context, status=status)


@login_required
@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    """Sign off the figures of other cities that were ticked."""
    person = actor(request)
    if not may(person, ENTER):
        require(person, SIGN)
    keys = set(request.POST.getlist("figure"))
    figures = [each for each in peers_waiting(person) if str(each.pk) in keys]
    try:
        peers_sign(figures=figures, by=person, at=timezone.now())
    except DomainError as refusal:
        words = said(refusal)
        messages.error(request, f"{words.message} {words.hint}".strip())
    else:
        text = ngettext("{n} figure signed off.", "{n} figures signed off.", len(figures))
        messages.success(request, text.format(n=len(figures)))
    return see_other("statistics:desk")
