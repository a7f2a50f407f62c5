"""The public figures as CSV and JSON: the same table as the page, the same numbers withheld."""

import csv
from io import StringIO
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.core.spreadsheets import cell
from shizheng.services.figures import showing
from shizheng.services.figures.defined import MEASURES
from shizheng.services.figures.domain.suppression import LEAST
from shizheng.services.figures.published import Published, asked_of, published

WITHHELD = "*"
"""Stands in a CSV where a number is withheld; nothing stands where there is none."""


@require_safe
def figures_csv(request: HttpRequest) -> HttpResponse:
    """The table as CSV: UTF-8 with a mark that spreadsheets know, no cell a formula."""
    found = _asked(request)
    names, text = showing.names_of(found), StringIO()
    writer = csv.writer(text)
    writer.writerow([found.asked.by, "name", *MEASURES, "since", "until"])
    for row in (*found.rows, found.total):
        shown = showing.as_row(found, row, names)
        writer.writerow([
            row.code if row is not found.total else "total",
            cell(shown["name"]),
            *(WITHHELD if name in row.withheld else cell(row.numbers[name]) for name in MEASURES),
            found.since, found.until,
        ])  # fmt: skip
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    return _sent(response, "csv")


@require_safe
def figures_json(request: HttpRequest) -> HttpResponse:
    """The table as JSON, with what each measure means."""
    found = _asked(request)
    names = showing.names_of(found)
    shown: dict[str, Any] = {
        "year": found.asked.year,
        "by": found.asked.by,
        "narrowed": {found.asked.of: found.asked.code} if found.asked.of else {},
        "since": found.since,
        "until": found.until,
        "as_of": found.as_of,
        "is_synthetic": found.is_synthetic,
        "least_group": LEAST,
        "note": _("null is a number that does not exist, or one named in withheld."),
        "rows": [showing.as_row(found, row, names) for row in found.rows],
        "total": showing.as_row(found, found.total, names),
        "measures": [showing.described(each) for each in MEASURES.values()],
    }
    return _sent(JsonResponse(shown, json_dumps_params={"ensure_ascii": False}), "json")


def _asked(request: HttpRequest) -> Published:
    now = timezone.now()
    return published(asked_of(request.GET.dict(), now), now)


def _sent(response: HttpResponse, kind: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="figures.{kind}"'
    response["Cache-Control"] = "public, max-age=300"
    response["Access-Control-Allow-Origin"] = "*"
    return response
