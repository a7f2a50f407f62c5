"""Pages of who leads a survey: addresses, opening, areas, pairs, re-interviews, closing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from shizheng.core.access import found
from shizheng.core.models import User
from shizheng.core.pages import actor, add_refusal, save, see_other
from shizheng.kernel.errors import DomainError
from shizheng.statistics.forms import FileForm
from shizheng.statistics.models import SurveyArea, SurveyDuplicate, SurveyRound
from shizheng.statistics.polls.table import Taken
from shizheng.statistics.surveys import forms as asked
from shizheng.statistics.surveys import selectors, showing
from shizheng.statistics.surveys.access import MANAGE
from shizheng.statistics.surveys.actions import checking, closing, rounds
from shizheng.statistics.surveys.views import crumbs_of, survey_of

FORM = "statistics/surveys/form.html"
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@GET_OR_POST
def addresses(request: HttpRequest, code: str) -> HttpResponse:
    """Take in a file of addresses: all of it, or nothing and every wrong line."""
    row, person = survey_of(request, code, MANAGE), actor(request)

    def take(content: bytes, encoding: str) -> Taken[Any]:
        return rounds.addresses_import(
            survey=row, content=content, by=person, at=timezone.now(), encoding=encoding
        )

    said = _(
        "area is the enumeration area, part which part of the village it is; village is the code "
        "of the village, number the number of the address in the list. Addresses that are there "
        "already stay as they are."
    )
    return _file(
        request, row, take, title=_("Take in addresses"), columns=rounds.COLUMNS, said=said
    )


@login_required
@GET_OR_POST
def totals(request: HttpRequest, code: str) -> HttpResponse:
    """Take in how many people there are, to which a sample is weighted."""
    row, person = survey_of(request, code, MANAGE), actor(request)

    def take(content: bytes, encoding: str) -> Taken[Any]:
        return closing.totals_import(
            survey=row, content=content, by=person, at=timezone.now(), encoding=encoding
        )

    said = _(
        "area is the code of the village or district, and empty where the masked file tells the "
        "city alone; sex and age are written as in the masked file, such as female and 20-29."
    )
    return _file(
        request,
        row,
        take,
        title=_("Numbers of the population"),
        columns=closing.TOTAL_COLUMNS,
        said=said,
    )


def _file(
    request: HttpRequest, row: SurveyRound, take: Callable[[bytes, str], Taken[Any]], *,
    title: str, columns: tuple[str, ...], said: str,
) -> HttpResponse:  # fmt: skip
    form = FileForm(request.POST or None, request.FILES or None)
    report: Taken[Any] | None = None
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            report = take(form.cleaned_data["file"].read(), form.cleaned_data["encoding"])
        except DomainError as refusal:
            add_refusal(form, refusal)
            status = refusal.status
    if report is not None and not report.problems:
        text = ngettext("{n} line taken in.", "{n} lines taken in.", len(report.rows))
        messages.success(request, text.format(n=len(report.rows)))
        return see_other(_page(row))
    context = {
        "row": row, "form": form, "report": report, "columns": columns, "title": title,
        "said": said, "crumbs": crumbs_of(row, title),
    }  # fmt: skip
    return render(request, "statistics/surveys/file.html", context, status=status)


@login_required
@GET_OR_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Open a survey for its fieldwork."""
    row, person = survey_of(request, code, MANAGE), actor(request)
    form = asked.SeedForm(request.POST or None)

    def act() -> None:
        rounds.round_open(survey=row, by=person, at=timezone.now(), seed=form.cleaned_data["seed"])
        messages.success(request, _("Open: enumerators see their addresses now."))

    return _form(request, row, form, act, _("Open the survey"))


@login_required
@GET_OR_POST
def assign(request: HttpRequest, code: str, area: str) -> HttpResponse:
    """Give an enumeration area to somebody."""
    row, person = survey_of(request, code, MANAGE), actor(request)
    rows = SurveyArea.objects.select_related("round__owner")
    place = found(person, rows, MANAGE, round=row, code=area)
    form = asked.AssignForm(request.POST or None, people=selectors.enumerators_of(row))

    def act() -> None:
        chosen: User = form.cleaned_data["person"]
        rounds.area_assign(
            area=place, person=chosen, by=person, at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
        messages.success(
            request, _("{area} is given to {person}.").format(area=place.code, person=chosen)
        )

    return _form(request, row, form, act, _("Assign {area}").format(area=place.code))


@login_required
@GET_OR_POST
def duplicate(request: HttpRequest, code: str, key: UUID) -> HttpResponse:
    """Decide which of two records counts."""
    row, person = survey_of(request, code, MANAGE), actor(request)
    rows = SurveyDuplicate.objects.select_related(
        "round__owner", "first__address", "first__sent_by", "second__address", "second__sent_by"
    )
    pair = found(person, rows, MANAGE, round=row, pk=key)
    form = asked.DecideForm(request.POST or None)

    def act() -> None:
        checking.duplicate_decide(duplicate=pair, by=person, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Decided."))

    return _form(request, row, form, act, _("Counted twice?"), pair=pair)


@login_required
@require_POST
def find(request: HttpRequest, code: str) -> HttpResponse:
    """Look for people who were counted twice."""
    row, person = survey_of(request, code, MANAGE), actor(request)
    count = checking.duplicates_find(survey=row, by=person, at=timezone.now())
    text = ngettext("{n} new pair was found.", "{n} new pairs were found.", count)
    messages.success(request, text.format(n=count))
    return see_other(_page(row) + "#pairs")


@login_required
@GET_OR_POST
def recheck(request: HttpRequest, code: str) -> HttpResponse:
    """Draw addresses that somebody else asks again."""
    row, person = survey_of(request, code, MANAGE), actor(request)
    form = asked.RecheckForm(request.POST or None, people=selectors.enumerators_of(row))

    def act() -> None:
        count = checking.rechecks_draw(
            survey=row, reinterviewer=form.cleaned_data["person"], by=person, at=timezone.now(),
            seed=form.cleaned_data["seed"],
        )  # fmt: skip
        text = ngettext("{n} address is asked again.", "{n} addresses are asked again.", count)
        messages.success(request, text.format(n=count))

    share = showing.share_words(selectors.share_of(row))
    title = _("Draw re-interviews ({share} of complete addresses)").format(share=share)
    return _form(request, row, form, act, title)


@login_required
@GET_OR_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Close a survey, and make its masked file."""
    row, person = survey_of(request, code, MANAGE), actor(request)
    form = asked.CloseForm(request.POST or None)

    def act() -> None:
        closing.round_close(survey=row, by=person, at=timezone.now())
        messages.success(request, _("Closed. The masked file was made; its risk stands below."))

    return _form(request, row, form, act, _("Close the survey"))


def _form(
    request: HttpRequest, row: SurveyRound, form: forms.Form, act: Callable[[], None], title: str,
    **more: object,
) -> HttpResponse:  # fmt: skip
    context = {"row": row, "title": title, "crumbs": crumbs_of(row, title), **more}
    return save(request, form, act, to=_page(row), template=FORM, context=context)


def _page(row: SurveyRound) -> str:
    return reverse("statistics:survey", args=[row.code])
