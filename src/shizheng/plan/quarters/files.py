"""Reports of closed quarters as files: PDF, CSV and the record itself."""

from typing import TypeVar

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shizheng.core.files import path_of
from shizheng.core.ratelimit import limited
from shizheng.plan.models import QuarterClosing
from shizheng.plan.quarters.exporting import file_name, record_csv, record_json
from shizheng.plan.quarters.making import Wanted, file_of, job_of, wanted
from shizheng.plan.quarters.selectors import closing_or_404, department_or_404
from shizheng.plan.quarters.views import crumbs, period_or_404


def _closing(request: HttpRequest, quarter: str, version: int) -> QuarterClosing:
    return closing_or_404(request.user, period_or_404(quarter), version)


Response = TypeVar("Response", bound=HttpResponseBase)


def _named(response: Response, name: str) -> Response:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@limited("60/m")
def report(
    request: HttpRequest, quarter: str, version: int, number: int | None = None
) -> HttpResponseBase:
    """Send the report of the city, or of one department, as PDF."""
    closing = _closing(request, quarter, version)
    if number is not None:
        department_or_404(closing, number)
    return _handed(request, wanted(closing, department=number), file_name(closing, number, "pdf"))


@require_safe
@limited("60/m")
def brief(request: HttpRequest, quarter: str, version: int) -> HttpResponseBase:
    """Send the one-page brief as PDF."""
    closing = _closing(request, quarter, version)
    return _handed(request, wanted(closing, is_brief=True), f"{closing.number}-brief.pdf")


def _handed(request: HttpRequest, report: Wanted, name: str) -> HttpResponseBase:
    """Send a report that was made; else let a worker make it and show how far that is (202)."""
    row = file_of(report)
    if row is None:
        shown = {
            "job": job_of(report), "name": name, "closing": report.closing,
            "crumbs": crumbs((name, "")),
        }  # fmt: skip
        return render(request, "plan/quarters/making.html", shown, status=202)
    response = FileResponse(
        path_of(row.file).open("rb"), content_type="application/pdf", as_attachment=True,
        filename=name,
    )  # fmt: skip
    response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = f'"{row.file.digest}"'
    return response


@require_safe
def data_csv(
    request: HttpRequest, quarter: str, version: int, number: int | None = None
) -> StreamingHttpResponse:
    """Send the figures behind a report, a row for each piece of evidence."""
    closing = _closing(request, quarter, version)
    if number is not None:
        department_or_404(closing, number)
    lines = record_csv(closing.body, number)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    return _named(response, file_name(closing, number, "csv"))


@require_safe
def record(request: HttpRequest, quarter: str, version: int) -> HttpResponse:
    """Send the public record: the SHA-256 of its bytes is the digest in the report."""
    closing = _closing(request, quarter, version)
    response = HttpResponse(record_json(closing.body), content_type="application/json")
    response["ETag"] = f'"{closing.digest}"'
    return _named(response, file_name(closing, None, "json"))
