"""The list as CSV and JSON: the same rows and rights as the page, personal data left out."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from shizheng.core import journal
from shizheng.core.access import Viewer, require
from shizheng.core.spreadsheets import cell
from shizheng.services.desk.filtering import narrowing
from shizheng.services.desk.frame import person_of, staff
from shizheng.services.models import Case
from shizheng.services.selectors.queue import Filters, queue_whole

EXPORT = "services.export_cases"
MOST_ROWS = 100_000
COLUMNS = (
    "number", "service", "state", "holder", "is_open", "outcome", "agency", "assignee", "channel",
    "access_class", "title", "address", "district", "village", "opened_at", "due_at", "closed_at",
    "updated_at", "is_late", "office_seconds", "applicant_seconds", "agency_seconds",
    "reopened_count", "wrong_handoff_count", "satisfaction", "is_synthetic",
)  # fmt: skip
WORDS = ("title", "address")


def row_of(case: Case) -> dict[str, Any]:
    """Return one case as JSON values; of a personal one neither title nor address."""
    row: dict[str, Any] = {}
    for name in COLUMNS:
        value = getattr(case, name)
        if name in ("service", "agency", "district", "village"):
            value = value.code if value else ""
        elif name == "assignee":
            value = value.username if value else ""
        elif name.endswith("_at"):
            value = value.isoformat() if value else None
        elif name in WORDS and case.access_class == Case.AccessClass.PERSONAL:
            value = "***"
        row[name] = value
    return row


def _begun(request: HttpRequest, kind: str) -> Iterator[dict[str, Any]]:
    """Note the export in the journal, then give its rows as they are read.

    Raises:
        NotPermitted: the person may not take cases out.
    """
    person, now = person_of(request), timezone.now()
    require(person, EXPORT, at=now)
    viewer = Viewer(person, now)
    asked = narrowing(request.GET, viewer)
    with transaction.atomic():
        journal.record(
            "services.cases.exported", person, by=person, at=now,
            now={"format": kind, "list": asked.query[:500]},
        )  # fmt: skip
    return _rows(viewer, asked.filters)


def _rows(viewer: Viewer, filters: Filters) -> Iterator[dict[str, Any]]:
    """Yield the rows of a list whose agency lets the viewer take its cases out."""
    allowed = viewer.within(EXPORT, agency="agency", area="district")
    for case in queue_whole(viewer, filters, most=MOST_ROWS, within=allowed):
        yield row_of(case)


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


@staff
@require_safe
def cases_csv(request: HttpRequest) -> HttpResponseBase:
    """The list as CSV: UTF-8 with a mark that spreadsheets know, no cell a formula."""
    rows, writer = _begun(request, "csv"), csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(COLUMNS)
        for row in rows:
            yield writer.writerow([cell(row[name]) for name in COLUMNS])

    return _sent(StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8"), "csv")


@staff
@require_safe
def cases_json(request: HttpRequest) -> HttpResponseBase:
    """The list as JSON, written as it is read."""
    rows = _begun(request, "json")

    def pieces() -> Iterator[str]:
        yield '{"cases": ['
        for number, row in enumerate(rows):
            yield (",\n" if number else "\n") + json.dumps(row, ensure_ascii=False)
        yield "\n]}"

    return _sent(StreamingHttpResponse(pieces(), content_type="application/json"), "json")


def _sent(response: StreamingHttpResponse, kind: str) -> StreamingHttpResponse:
    response["Content-Disposition"] = f'attachment; filename="cases.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response
