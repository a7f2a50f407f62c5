"""Charts and maps that anybody builds of a dataset: the page, and its table as CSV (資料視覺化).

An address names the version, so what it shows never changes.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.core.access import found
from shizheng.core.spreadsheets import cell
from shizheng.core.words import in_language, said
from shizheng.kernel.errors import DomainError
from shizheng.kernel.text import cleaned
from shizheng.statistics.datasets.domain.catalogue import LICENCES
from shizheng.statistics.datasets.domain.drawings import AS, BY, HOW, MOST_BARS, OWN
from shizheng.statistics.datasets.drawing import Shown, caption_of, shown_of
from shizheng.statistics.datasets.forms import DrawForm
from shizheng.statistics.datasets.interface import refused
from shizheng.statistics.datasets.selectors import lateness_of
from shizheng.statistics.datasets.views import home_crumb
from shizheng.statistics.models import Dataset, DatasetVersion

Asked = Mapping[str, Sequence[str]]
LONGEST = 200


@require_safe
def newest(request: HttpRequest, code: str) -> HttpResponse:
    """Lead to the chart of the version that is current now."""
    row = found(request.user, Dataset, code=code)
    shown = found(request.user, DatasetVersion, pk=row.current_id)
    query = request.GET.urlencode()
    address = reverse("datasets:chart", args=[code, shown.number])
    return HttpResponseRedirect(f"{address}?{query}" if query else address)


@require_safe
def chart(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Draw a version as the address asks, with its table, and a form to ask otherwise."""
    row, version = _version(request, code, number)
    asked = _asked(request)
    drawn, refusal, status = None, None, 200
    if BY not in asked:
        asked = {**asked, **_usual(version)}
    try:
        drawn = shown_of(version, asked)
    except DomainError as problem:
        refusal, status = said(problem), problem.status
    context = _context(request, row, version, asked) | {"drawn": drawn, "refusal": refusal}
    return render(request, "statistics/datasets/chart.html", context, status=status)


@require_safe
def chart_csv(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Send the table of a chart; every line carries dataset, version, licence and owner."""
    row, version = _version(request, code, number)
    asked = _asked(request)
    try:
        drawn = shown_of(version, asked if BY in asked else {**asked, **_usual(version)})
    except DomainError as problem:
        return refused(problem)
    response = HttpResponse(_lines(row, version, drawn), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-v{number}-chart.csv"'
    return response


def _lines(row: Dataset, version: DatasetVersion, drawn: Shown) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    counted = () if drawn.is_count else (_("Number of rows"),)
    of = (_("Dataset"), _("Version"), _("Licence"), _("Source"))
    writer.writerow(cell(each) for each in (drawn.by, drawn.measure, *counted, *of))
    carried = (row.code, version.number, row.licence, in_language(row.owner.name))
    for each in (*drawn.table, *drawn.left_out):
        # a number may begin with a minus; only what people wrote is guarded
        number = "" if each.number is None else f"{each.number:f}"
        rows = () if drawn.is_count else (each.rows,)
        writer.writerow([cell(each.name), number, *rows, *map(cell, carried)])
    return "\ufeff" + file.getvalue()


def _version(request: HttpRequest, code: str, number: int) -> tuple[Dataset, DatasetVersion]:
    """Return a version that was read; what may not be seen does not exist."""
    row = found(request.user, Dataset.objects.select_related("owner", "current"), code=code)
    rows = DatasetVersion.objects.select_related("rows_file", "file", "dataset__owner")
    rows = rows.filter(dataset=row, rows_file__isnull=False)
    return row, found(request.user, rows, number=number)


def _asked(request: HttpRequest) -> dict[str, list[str]]:
    return {
        cleaned(name): [cleaned(value)[:LONGEST] for value in values]
        for name, values in request.GET.lists()
    }


def _usual(version: DatasetVersion) -> dict[str, list[str]]:
    """Return what is drawn before somebody asks: rows by the first column with few values."""
    few = [each["name"] for each in version.profile if 2 <= each["distinct"] <= MOST_BARS]
    every = [each["column"]["name"] for each in version.schema]
    return {BY: [(few or every)[0]], HOW: ["count"], AS: ["bar"]}


def _context(
    request: HttpRequest, row: Dataset, version: DatasetVersion, asked: Asked
) -> dict[str, Any]:
    here = reverse("datasets:dataset", args=[row.code])
    query = request.GET.urlencode()
    return {
        "dataset": row,
        "shown": version,
        "form": DrawForm(version, initial={name: values[-1] for name, values in asked.items()}),
        "kept": [(n, v) for n, values in asked.items() if n not in OWN for v in values],
        "licence": LICENCES[row.licence],
        "caption": caption_of(version),
        "late": lateness_of(row, timezone.localdate()),
        "is_waiting": version.published_at is None,
        "newer": row.current if row.current_id != version.pk else None,
        "query": query,
        "permalink": request.build_absolute_uri(),
        "crumbs": [home_crumb(), (in_language(row.title), here), (_("Chart or map"), "")],
    }
