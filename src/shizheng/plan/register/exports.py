"""The plan as files: the outline word for word, and every item as a row."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone

from shizheng.plan.models import Edition
from shizheng.plan.register import selectors
from shizheng.plan.register.printing import printed
from shizheng.plan.register.views import as_of, edition_or_404

COLUMNS = (
    "code",
    "chapter",
    "department",
    "text",
    "title_en",
    "kind",
    "light",
    "light_since",
    "is_synthetic",
    "due_on",
)


def outline_text(request: HttpRequest, plan: str) -> HttpResponse:
    """Return the outline exactly as it was imported, character for character."""
    edition = edition_or_404(plan, as_of(request)[1])
    response = HttpResponse(printed(edition), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{edition.plan.code}.txt"'
    return response


def items_csv(request: HttpRequest, plan: str) -> StreamingHttpResponse:
    """Return every item with its light as CSV (RFC 4180, UTF-8 with a mark for spreadsheets)."""
    moment, on = as_of(request)
    edition = edition_or_404(plan, on)
    lines = csv_lines(item_records(edition, at=moment), COLUMNS)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{edition.plan.code}-items.csv"'
    return response


def item_records(edition: Edition, at: datetime | None = None) -> Iterator[dict[str, object]]:
    """Return one record for each item in the order of the text."""
    chapters = {chapter.number: chapter for chapter in edition.chapters.select_related("agency")}
    for number, _search_text, row in selectors.item_rows(edition=edition, at=at):
        agency = chapters[number].agency
        yield {
            "code": row.code,
            "chapter": chapters[number].title,
            "department": agency.code if agency else "",
            "text": row.text,
            "title_en": row.title.get("en", ""),
            "kind": row.kind,
            "light": row.colour,
            "light_since": timezone.localtime(row.since).isoformat() if row.since else "",
            "is_synthetic": str(row.is_synthetic).lower(),
            "due_on": row.due_on.isoformat() if row.due_on else "",
        }


def csv_lines(records: Iterable[dict[str, object]], columns: tuple[str, ...]) -> Iterator[str]:
    """Write records as CSV, a line at a time; no cell can start a spreadsheet formula."""
    yield "\ufeff"
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns)
    writer.writeheader()
    for record in records:
        writer.writerow({key: _inert(value) for key, value in record.items()})
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _inert(value: object) -> object:
    text = str(value)
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else value
