"""Pages of surveys: the register, one survey with its rules and results, and reading a record."""

import csv
from io import StringIO
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.core import journal
from shizheng.core.access import found, may
from shizheng.core.pages import actor
from shizheng.core.spreadsheets import cell
from shizheng.core.words import in_language
from shizheng.statistics.models import MaskedRow, SurveyRecord, SurveyRound
from shizheng.statistics.surveys import selectors, showing
from shizheng.statistics.surveys.access import ENUMERATE, MANAGE, READ
from shizheng.statistics.surveys.ddi import survey_as_ddi
from shizheng.statistics.surveys.forms import WhyForm

EMBARGOED = "statistics.view_embargoed"
MOST_RECORDS = 200


def crumbs_of(row: SurveyRound | None = None, here: str = "") -> list[tuple[Any, str]]:
    """Return the way to a page of surveys."""
    found = [
        (pgettext("statistics", "Figures"), reverse("statistics:indicators")),
        (_("Surveys"), reverse("statistics:surveys")),
    ]
    if row is not None:
        found.append((in_language(row.name), reverse("statistics:survey", args=[row.code])))
    if here:
        return [*found, (here, "")]
    return [*found[:-1], (found[-1][0], "")]


def survey_of(request: HttpRequest, code: str, permission: str | None = None) -> SurveyRound:
    """Return the survey of a page: 404 where there is none, 403 where one may not."""
    rows = SurveyRound.objects.select_related("owner", "definition")
    return found(request.user, rows, permission, code=code)


@require_safe
def surveys(request: HttpRequest) -> HttpResponse:
    """List censuses and surveys: what is asked, when, and when results come out."""
    context = {
        "rows": [(row, selectors.definition_of(row)) for row in selectors.rounds()],
        "visits": request.user.is_authenticated and may(request.user, ENUMERATE),
        "crumbs": crumbs_of(),
    }
    return render(request, "statistics/surveys/list.html", context)


@require_safe
def survey(request: HttpRequest, code: str) -> HttpResponse:
    """Show a survey; to who leads it also its progress and what waits."""
    row, now = survey_of(request, code), timezone.now()
    body = selectors.definition_of(row)
    person = request.user
    leads = person.is_authenticated and may(person, MANAGE, row)
    is_out = row.release_at <= now or (person.is_authenticated and may(person, EMBARGOED, row))
    context = {
        "row": row, "body": body, "rules": showing.rules_of(body), "leads": leads,
        "visits": person.is_authenticated and may(person, ENUMERATE, row),
        "is_out": is_out, "is_early": is_out and row.release_at > now,
        "estimates": showing.estimates_of(row) if is_out else [],
        "risk": showing.risk_of(row) if is_out else [], "crumbs": crumbs_of(row),
    }  # fmt: skip
    if leads:
        context |= _led(row)
    return render(request, "statistics/surveys/survey.html", context)


def _led(row: SurveyRound) -> dict[str, Any]:
    lines, whole = showing.lines_of(row)
    records = SurveyRecord.objects.filter(address__round=row, outcome="complete")
    return {
        "lines": lines, "whole": whole, "areas": list(selectors.areas_of(row)),
        "pairs": list(selectors.duplicates_waiting(row)[:100]),
        "rechecks": showing.rechecks_shown(row, selectors.rechecks_of(row)),
        "failed": [
            (in_language(words), count) for _id, words, count in selectors.failed_edits(row)
        ],
        "late": selectors.records_late(row), "has_totals": row.totals.exists(),
        "records": records.select_related("address").order_by("-sent_at", "pk")[:MOST_RECORDS],
    }  # fmt: skip


@require_safe
def survey_ddi(request: HttpRequest, code: str) -> HttpResponse:
    """Send the description of a survey as DDI-Codebook 2.5."""
    row = survey_of(request, code)
    text = survey_as_ddi(row, selectors.definition_of(row))
    response = HttpResponse(text, content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{row.code}.xml"'
    return response


@login_required
@require_safe
def masked(request: HttpRequest, code: str) -> HttpResponse:
    """Send the masked file of a closed survey to who leads it; the journal keeps who took it."""
    person, row = actor(request), survey_of(request, code, MANAGE)
    journal.read(row, ["masked"], by=person, at=timezone.now(), why=_("masked file taken"))
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([*row.columns, "weight"])
    for each in MaskedRow.objects.filter(round=row).order_by("position").iterator():
        values = [cell(each.values.get(name) or "") for name in row.columns]
        writer.writerow([*values, f"{each.weight:f}"])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.code}-masked.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, code: str, key: UUID) -> HttpResponse:
    """Show what one household answered, once the reason was said; the journal keeps it."""
    person = actor(request)
    rows = SurveyRecord.objects.select_related("address__round", "sent_by")
    row = found(person, rows, READ, address__round__code=code, pk=key)
    form, status = WhyForm(request.POST if request.method == "POST" else None), 200
    answers = None
    if form.is_bound and form.is_valid():
        now = timezone.now()
        journal.read(row, ["answers"], by=person, at=now, why=form.cleaned_data["why"])
        answers = showing.answers_shown(row)
    elif form.is_bound:
        status = 422
    title = _("Answers of {number}").format(number=row.address.number)
    context = {
        "record": row, "form": form, "answers": answers, "title": title,
        "crumbs": crumbs_of(row.address.round, title),
    }  # fmt: skip
    response = render(request, "statistics/surveys/record.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
