"""Pages of things and of their streams, for everybody as far as they may see them."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.core.access import found, may
from shizheng.core.showing import number
from shizheng.core.words import in_language
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import DomainError
from shizheng.kernel.text import cleaned
from shizheng.sensing import moments
from shizheng.sensing.access import MANAGE
from shizheng.sensing.actions.intake import REASONS
from shizheng.sensing.domain.quality import WORDS, Quality
from shizheng.sensing.models import Datastream, IntakeCount, Location, Thing
from shizheng.sensing.pages.drawing import drawn, spark
from shizheng.sensing.selectors.things import Newest, newest_of, readings_of, things_seen

NO_UNIT = "1"
"""What UCUM writes where there is no unit, as of an index."""
ROWS, SHOWN = 50, 100
USUAL, LONGEST = timedelta(days=7), timedelta(days=366)


def home_crumb() -> tuple[str, str]:
    """Return the crumb of the list."""
    return _("Sensors"), reverse("sensing:list")


@require_safe
def things(request: HttpRequest) -> HttpResponse:
    """List the things, each with what it observes and the newest reading."""
    words = cleaned(request.GET.get("q", "")).strip()[:60]
    page = Paginator(things_seen(request.user, words), ROWS).get_page(request.GET.get("page"))
    streams = Datastream.objects.filter(thing__in=list(page)).select_related("observed_property")
    by_thing: dict[int, list[Any]] = {}
    for each in newest_of(list(streams.order_by("name", "pk"))):
        by_thing.setdefault(each.stream.thing_id, []).append(reading_in_words(each))
    shown = {
        "page": page,
        "rows": [(thing, by_thing.get(thing.pk, [])) for thing in page],
        "words": words,
        "keeps": may(request.user, MANAGE),
        "crumbs": [(_("Sensors"), "")],
    }
    return render(request, "sensing/list.html", shown)


def reading_in_words(newest: Newest) -> dict[str, Any]:
    """Return a stream with its newest reading as a page writes it."""
    stream = newest.stream
    return {
        "stream": stream,
        "name": property_name(stream),
        "value": value_in_words(stream, newest.value) if newest.at else _("No reading yet"),
        "at": newest.at,
        "doubts": doubts(newest.quality),
    }


def property_name(stream: Datastream) -> str:
    """Return what a stream observes, in the reader's language where the pack says it."""
    observed = stream.observed_property
    if observed is None:
        return stream.name
    return in_language((observed.properties or {}).get("name") or {}) or observed.name


def value_in_words(stream: Datastream, value: float | None) -> str:
    """Return a value with its unit; a dash for what is no number."""
    if value is None or value != value:  # noqa: PLR0124 - no number
        return "–"
    symbol = (stream.unit or {}).get("symbol") or ""
    return f"{number(value, stream.decimals)} {'' if symbol == NO_UNIT else symbol}".strip()


def doubts(quality: int) -> list[str]:
    """Return what is doubtful about a reading, in words."""
    return [_(WORDS[flag]) for flag in Quality if flag and quality & flag and flag in WORDS]


@require_safe
def thing(request: HttpRequest, key: int) -> HttpResponse:
    """Show a thing: where it stands, what it observes, a line for each of its streams."""
    row = found(request.user, Thing.objects.select_related("owner"), pk=key)
    places = Location.objects.visible_to(request.user).filter(things=row)
    streams = list(row.datastreams.select_related("observed_property").order_by("name", "pk"))
    told = []
    for each in newest_of(streams):
        line = ""
        if each.at is not None:
            line = spark(readings_of(each.stream, each.at - USUAL, each.at + timedelta(seconds=1)))
        told.append(reading_in_words(each) | {"path": line})
    shown = {
        "thing": row,
        "streams": told,
        "facts": _facts(row),
        "features": _features(row, list(places)),
        "crumbs": [home_crumb(), (row.name, "")],
        "api": f"/sensorthings/v1.1/Things({row.pk})",
    }
    return render(request, "sensing/thing.html", shown)


def _facts(row: Thing) -> list[tuple[str, str]]:
    facts = [(_("Agency in charge"), in_language(row.owner.name) if row.owner else "–")]
    if row.description:
        facts.append((_("What it is"), row.description))
    properties = row.properties if isinstance(row.properties, dict) else {}
    return facts + [(str(name), str(value)) for name, value in properties.items() if value]


def _features(row: Thing, places: list[Location]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature", "geometry": place.geometry,
                "properties": {"id": str(row.pk), "title": row.name, "note": place.name,
                               "href": "", "colour": "#0b5cad", "width": 3},
            }
            for place in places
        ],
    }  # fmt: skip


@require_safe
def stream(request: HttpRequest, key: int) -> HttpResponse:
    """Show a stream: its line over some days, its readings as a table, what was not taken."""
    row = _stream(request, key)
    (newest,) = newest_of([row])
    start, end, is_wrong = _span(request, newest)
    readings = readings_of(row, start, end)
    last = readings.picked(range_of(len(readings)))
    shown = reading_in_words(newest) | {
        "stream": row,
        "name": property_name(row),
        "drawing": drawn(readings, row.decimals),
        "count": len(readings),
        "rows": [
            (moments.moment(time), value_in_words(row, value) if not extra or "r" not in extra
             else str(extra["r"]), doubts(quality))
            for time, value, quality, extra in last
        ],
        "start": timezone.localtime(start).date(),
        "end": timezone.localtime(end - timedelta(microseconds=1)).date(),
        "is_wrong": is_wrong,
        "refused": _refused(row) if may(request.user, MANAGE, row) else None,
        "crumbs": [home_crumb(), (row.thing.name, reverse("sensing:thing", args=[row.thing_id])),
                   (property_name(row), "")],
        "api": f"/sensorthings/v1.1/{'Multi' if row.is_multi else ''}Datastreams({row.pk})",
    }  # fmt: skip
    return render(request, "sensing/stream.html", shown, status=400 if is_wrong else 200)


def range_of(count: int) -> Any:
    """Return the places of the newest readings that a table shows, the newest first."""
    return np.arange(count - 1, max(-1, count - 1 - SHOWN), -1)


def _stream(request: HttpRequest, key: int) -> Datastream:
    rows = Datastream.objects.select_related("thing", "thing__owner", "observed_property")
    return found(request.user, rows, pk=key)


def _span(request: HttpRequest, newest: Newest) -> tuple[datetime, datetime, bool]:
    """Return the days that are asked for; the last week of readings where none are."""
    zone = timezone.get_current_timezone()
    until = (newest.at or timezone.now()) + timedelta(seconds=1)
    try:
        start = _day(request.GET.get("from", ""), zone) or until - USUAL
        end = _day(request.GET.get("to", ""), zone)
        end = end + timedelta(days=1) if end else max(until, start + timedelta(days=1))
        if start >= end or end - start > LONGEST:
            return until - USUAL, until, True
    except (DomainError, OverflowError):
        return until - USUAL, until, True
    return start, end, False


def _day(text: str, zone: Any) -> datetime | None:
    text = cleaned(text).strip()[:20]
    if not text:
        return None
    day = parse_date(text)
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _refused(row: Datastream) -> list[tuple[str, int]]:
    """Return what was not taken in the last month, by its reason."""
    since = timezone.localdate() - timedelta(days=30)
    counts: dict[str, int] = {}
    for outcome, count in IntakeCount.objects.filter(stream=row.pk, day__gte=since).values_list(
        "outcome", "count"
    ):
        counts[outcome] = counts.get(outcome, 0) + count
    return [(_(REASONS.get(name, name)), count) for name, count in sorted(counts.items())]


@require_safe
def stream_csv(request: HttpRequest, key: int) -> HttpResponse:
    """Send the readings of some days as CSV: moment, result, unit, flags of quality."""
    row = _stream(request, key)
    (newest,) = newest_of([row])
    start, end, is_wrong = _span(request, newest)
    if is_wrong:
        raise Http404
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(["phenomenonTime", "result", "unit", "quality"])
    symbol = (row.unit or {}).get("symbol") or ""
    for time, value, quality, extra in readings_of(row, start, end):
        result = extra["r"] if extra and "r" in extra else "" if value != value else value  # noqa: PLR0124
        sheet.writerow([moments.text(time), result, symbol, quality])
    name = f"datastream-{row.pk}.csv"
    return HttpResponse(
        "\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip
