"""The WZDx feed of works in the road: with lanes, and what works together leave to traffic."""

from datetime import date, timedelta

import shapely
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from shizheng.core.words import in_language
from shizheng.places.digging import selectors, wzdx
from shizheng.places.digging.city import DiggingRules, valid
from shizheng.places.digging.models import DigPermit
from shizheng.places.digging.pages.views import road_names, rules_or_404
from shizheng.places.digging.squeezing import Squeeze, squeeze_words, squeezes_of

AHEAD = timedelta(days=60)


@require_safe
def works_wzdx(request: HttpRequest) -> JsonResponse:
    """Give out the works of now and the coming weeks as WZDx 4.2; public, and nothing personal."""
    rules, now = rules_or_404(), timezone.now()
    today = now.astimezone(rules.tz).date()
    rows = selectors.permits_public().filter(
        state__in=selectors.LIVE, last__gte=today, first__lte=today + AHEAD
    )
    listed = [row for row in rows if row.shape is not None]
    publisher = wzdx.Publisher(rules.agency.code, in_language(rules.agency.name))
    answer = JsonResponse(
        wzdx.feed(_zones(listed, rules, today), publisher, at=now),
        content_type="application/geo+json",
        json_dumps_params={"ensure_ascii": False},
    )
    answer["Cache-Control"] = "public, max-age=60"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _zones(rows: list[DigPermit], rules: DiggingRules, on: date) -> list[wzdx.WorkZone]:
    squeezed = squeezes_of(rows)
    sections = {each.section for some in squeezed.values() for each in some}
    names = road_names(sorted(sections), rules) if sections else {}
    return [
        _zone(row, rules, lanes, squeezed.get(row.number, []), names)
        for row, lanes in _with_lanes(rows, rules, on)
    ]


def _with_lanes(
    rows: list[DigPermit], rules: DiggingRules, on: date
) -> list[tuple[DigPermit, int | None]]:
    """Return permits with the lanes of their first section, where the register knows them."""
    field = rules.body.roads.lanes
    if field is None:
        return [(row, None) for row in rows]
    keys = {row.sections[0] for row in rows}
    said = valid(rules.body.sections, on).filter(key__in=keys).values_list("key", "properties")
    lanes = {key: properties.get(field) for key, properties in said}
    return [(row, lanes.get(row.sections[0])) for row in rows]


def _zone(
    row: DigPermit, rules: DiggingRules, lanes: int | None, squeezed: list[Squeeze],
    names: dict[str, str],
) -> wzdx.WorkZone:  # fmt: skip
    first, last = wzdx.day_bounds(row.began_on or row.first, row.last, rules.tz)
    moments = [row.received_at, row.decided_at, *(report.at for report in row.reports.all())]
    told = [squeeze_words(each, lambda key: names.get(key, key)) for each in squeezed]
    return wzdx.WorkZone(
        id=row.number, roads=tuple((row.roads or "").split("、")),
        line=shapely.from_wkb(bytes(row.shape or b"")), first=first, last=last,
        impact=row.traffic, description=" ".join([row.record.title, *told]),
        is_begun=row.began_on is not None,
        updated_at=max(moment for moment in moments if moment), created_at=row.received_at,
        lanes=lanes, lanes_closed=row.lanes_closed,
        related=tuple(each.other for each in squeezed),
    )  # fmt: skip
