"""Works as CSV and GeoJSON: the same rows and filters as the page."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from shizheng.core.spreadsheets import cell
from shizheng.plan.models import PublicWork, StageChoice
from shizheng.plan.works.filtering import filters_of
from shizheng.plan.works.selectors.lists import WorkRow, rows_of, works_listed

COLUMNS = (
    "number", "name", "agency", "stage", "contractor", "business_number", "contract_twd",
    "starts_on", "ends_on", "completed_on", "reported_for", "planned_percent", "actual_percent",
    "paid_twd", "is_behind", "is_warned", "district", "address", "longitude", "latitude",
    "is_synthetic",
)  # fmt: skip
MOST_ROWS = 20_000
CHUNK = 500


def values_of(row: WorkRow) -> dict[str, Any]:
    """Return one work as JSON values."""
    work = row.work
    return {
        "number": work.number,
        "name": work.name,
        "agency": work.agency.code,
        "stage": work.stage,
        "contractor": work.contractor.name if work.contractor else None,
        "business_number": work.contractor.business_number if work.contractor else None,
        "contract_twd": work.contract_twd,
        "starts_on": _day(work.starts_on),
        "ends_on": _day(work.ends_on),
        "completed_on": _day(work.completed_on),
        "reported_for": work.reported_for.strftime("%Y-%m") if work.reported_for else None,
        "planned_percent": None if row.planned is None else float(row.planned),
        "actual_percent": float(work.percent) if work.reported_for else None,
        "paid_twd": work.paid_twd,
        "is_behind": work.is_behind,  # type: ignore[attr-defined]  # annotated
        "is_warned": work.is_warned,  # type: ignore[attr-defined]  # annotated
        "district": work.district.code if work.district else None,
        "address": work.address,
        "longitude": work.longitude,
        "latitude": work.latitude,
        "is_synthetic": work.is_synthetic,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def rows_asked(request: HttpRequest) -> Iterator[WorkRow]:
    """Yield the rows that the address asks for, a few hundred at a time."""
    _form, filters = filters_of(request.GET)
    found = works_listed(viewer=request.user, filters=filters)[:MOST_ROWS]
    today, waiting = timezone.localdate(), []
    for work in found.iterator(chunk_size=CHUNK):
        waiting.append(work)
        if len(waiting) == CHUNK:
            yield from rows_of(waiting, on=today)
            waiting = []
    yield from rows_of(waiting, on=today)


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


@require_safe
def works_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered list as CSV: UTF-8 with a mark that spreadsheets know."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(COLUMNS)
        for row in rows_asked(request):
            values = values_of(row)
            yield writer.writerow([cell(values[name]) for name in COLUMNS])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="works.csv"'
    return response


@require_safe
def works_geojson(request: HttpRequest) -> HttpResponse:
    """The filtered list as GeoJSON (RFC 7946); works without a place have no geometry."""
    features = [
        {
            "type": "Feature",
            "id": row.work.number,
            "geometry": row.work.geometry,
            "properties": {
                name: value
                for name, value in values_of(row).items()
                if name not in ("longitude", "latitude")
            }
            | {"page": request.build_absolute_uri(_page(row.work))},
        }
        for row in rows_asked(request)
    ]
    found = {"type": "FeatureCollection", "features": features}
    return JsonResponse(
        found, content_type="application/geo+json", json_dumps_params={"ensure_ascii": False}
    )


def map_features(rows: list[WorkRow]) -> Mapping[str, Any]:
    """Return the points of a page's rows as the map beside the table takes them."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": row.work.number,
                "geometry": {
                    "type": "Point", "coordinates": [row.work.longitude, row.work.latitude],
                },
                "properties": {
                    "id": row.work.number,
                    "title": row.work.name,
                    "href": _page(row.work),
                    "note": str(StageChoice(row.work.stage).label),
                },
            }
            for row in rows
            if row.work.longitude is not None
        ],
    }  # fmt: skip


def _page(work: PublicWork) -> str:
    return reverse("works:detail", args=[work.number])
