"""The list as CSV and JSON: the same rows, filters and permissions as the page."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.core.spreadsheets import cell
from shizheng.plan.directives.domain.flow import Confidentiality
from shizheng.plan.directives.filtering import exported_filters
from shizheng.plan.directives.selectors import lists
from shizheng.plan.models import Directive

COLUMNS = (
    "number", "source", "source_reference", "source_on", "wording", "lead", "control", "status",
    "first_due_on", "due_on", "percent", "cadence", "confidentiality", "issued_on", "released_on",
    "is_synthetic",
)  # fmt: skip
MOST_ROWS = 20_000


def row_of(directive: Directive) -> dict[str, Any]:
    """Return one directive as JSON values; a restricted one without its words.

    Reading restricted words leaves a trace, so they are read on the directive's own page.
    """
    is_restricted = directive.confidentiality == Confidentiality.RESTRICTED
    return {
        "number": directive.number,
        "source": directive.source,
        "source_reference": "" if is_restricted else directive.source_reference,
        "source_on": directive.source_on.isoformat(),
        "wording": _("Restricted: open the directive to read it.")
        if is_restricted
        else directive.wording,
        "lead": directive.lead.code,
        "control": directive.control.code,
        "status": directive.status,
        "first_due_on": directive.first_due_on.isoformat(),
        "due_on": directive.due_on.isoformat(),
        "percent": directive.percent,
        "cadence": directive.cadence,
        "confidentiality": directive.confidentiality,
        "issued_on": directive.issued_on.isoformat(),
        "released_on": directive.released_on.isoformat() if directive.released_on else None,
        "is_synthetic": directive.is_synthetic,
    }


def _rows(request: HttpRequest) -> Iterator[dict[str, Any]]:
    today, filters = exported_filters(request)
    found = lists.directives_listed(viewer=request.user, on=today, filters=filters)
    for directive in found[:MOST_ROWS].iterator(chunk_size=500):
        yield row_of(directive)


@require_safe
def directives_json(request: HttpRequest) -> HttpResponse:
    """The filtered list as JSON."""
    rows = list(_rows(request))
    return JsonResponse(
        {"count": len(rows), "directives": rows}, json_dumps_params={"ensure_ascii": False}
    )


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


@require_safe
def directives_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered list as CSV: UTF-8 with a mark that spreadsheets know."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(COLUMNS)
        for row in _rows(request):
            yield writer.writerow([cell(row[name]) for name in COLUMNS])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="directives.csv"'
    return response
