"""The rows of a dataset for programs: filter, facet, order, page; and its schema."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from shizheng.core import files
from shizheng.core.access import found
from shizheng.core.words import said
from shizheng.kernel.errors import DomainError
from shizheng.statistics.datasets.domain.catalogue import LICENCES
from shizheng.statistics.datasets.domain.columns import ROW
from shizheng.statistics.datasets.domain.questions import CURSOR, Question, question_of
from shizheng.statistics.datasets.profiling import columns_of
from shizheng.statistics.datasets.serving.rows import Answer, answer
from shizheng.statistics.models import Dataset, DatasetVersion

VERSION = "_version"


@require_safe
def rows(request: HttpRequest, code: str) -> HttpResponse:
    """Answer a page of rows of the current version, or of the one named by ``_version``."""
    row = found(request.user, Dataset, code=code)
    shown = _version(request, row)
    asked = {name: values for name, values in request.GET.lists() if name != VERSION}
    assert shown.rows_file is not None  # noqa: S101 - only what was read is found
    try:
        question = question_of(asked, columns_of(shown), str(shown.pk))
        given = answer(
            files.path_of(shown.rows_file),
            question,
            total=shown.row_count or 0,
            counts={each["name"]: each["counts"] for each in shown.profile},
        )
    except DomainError as refusal:
        return _open(refused(refusal), row)
    response = JsonResponse(
        _as_json(request, row, shown, question, given), json_dumps_params={"ensure_ascii": False}
    )
    return _open(response, row)


@require_safe
def schema(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the columns of the current version with their type, rule, meaning and unit."""
    row = found(request.user, Dataset, code=code)
    shown = _version(request, row)
    fields = [
        {
            "name": each["column"]["name"],
            "type": each["column"]["type"],
            "reading": each["column"]["reading"],
            "title": each["said"]["title"],
            "meaning": each["said"]["meaning"],
            "unit": each["said"]["unit"],
            "codes": each["said"].get("codes", {}),
            "unit_en": each["said"].get("unit_en", ""),
            "nullable": each["column"]["is_nullable"],
        }
        for each in shown.schema
    ]
    content = {
        "dataset": row.code,
        "version": shown.number,
        "title": row.title,
        "key": row.key,
        "row_number": ROW,
        "columns": fields,
    }
    return _open(JsonResponse(content, json_dumps_params={"ensure_ascii": False}), row)


def _version(request: HttpRequest, row: Dataset) -> DatasetVersion:
    """Return the version that is asked for; what may not be seen does not exist."""
    given = request.GET.get(VERSION, "")
    rows_ = DatasetVersion.objects.select_related("rows_file", "csv_file", "file")
    rows_ = rows_.filter(dataset=row, rows_file__isnull=False)
    if given.isascii() and given.isdigit() and len(given) < 9:
        return found(request.user, rows_, number=int(given))
    return found(request.user, rows_, pk=row.current_id)


def _as_json(
    request: HttpRequest, row: Dataset, shown: DatasetVersion, question: Question, given: Answer
) -> dict[str, Any]:
    names = [column.name for column in question.columns]
    return {
        "dataset": row.code,
        "version": shown.number,
        "digest": shown.rows_file.digest if shown.rows_file else "",
        "licence": LICENCES[row.licence].address or row.licence,
        "total": given.total,
        "columns": [{"name": c.name, "type": c.type.value} for c in question.columns],
        "rows": [
            {ROW: number, **dict(zip(names, cells, strict=True))}
            for number, cells in zip(given.numbers, given.rows, strict=True)
        ],
        "facets": {
            facet.column.name: {
                "values": [{"value": value, "count": count} for value, count in facet.values],
                "more": facet.has_more,
            }
            for facet in given.facets
        },
        "next": _next(request, given.cursor),
    }


def _next(request: HttpRequest, cursor: str) -> str | None:
    if not cursor:
        return None
    kept = [(n, v) for n, values in request.GET.lists() for v in values if n != CURSOR]
    return f"{request.build_absolute_uri(request.path)}?{urlencode([*kept, (CURSOR, cursor)])}"


def refused(refusal: DomainError) -> JsonResponse:
    """Answer why not, as problem details (RFC 9457)."""
    shown = said(refusal)
    content = {
        "type": f"urn:shizheng:problem:{shown.code}",
        "status": refusal.status,
        "detail": shown.message,
        "code": shown.code,
        "hint": shown.hint,
    }
    return JsonResponse(
        content, status=refusal.status, content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )  # fmt: skip


def _open(response: HttpResponse, row: Dataset) -> HttpResponse:
    """Let pages of other sites read what everybody may read."""
    if row.is_public and row.current_id:
        response["Access-Control-Allow-Origin"] = "*"
    return response
