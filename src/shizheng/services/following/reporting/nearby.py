"""Open reports near a point, shown before anybody types the same again (附近通報)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians

from shizheng.core.words import in_language
from shizheng.kernel.geodesy import distance_m
from shizheng.services.duplicates.selectors import (
    METRES_A_DEGREE,
    Candidate,
    likely_duplicates,
)
from shizheng.services.following.reporting.offers import Offer
from shizheng.services.following.selectors.shown import is_followable, open_parts
from shizheng.services.following.words import state_words
from shizheng.services.models import Case
from shizheng.services.places import Place
from shizheng.services.versions import definition_by

WITHIN_M = 60
MOST = 5
MOST_IN_BOX = 100


@dataclass(frozen=True, slots=True)
class Near:
    """An open report near the place: what everybody may see of it."""

    number: str
    service: str
    title: str
    state: str
    address: str
    opened_at: datetime
    metres: int | None


def reports_near(
    place: Place, offered: Sequence[Offer], *, at: datetime, chosen: Offer | None = None,
    words: str = "",
) -> list[Near]:  # fmt: skip
    """Return open public reports at a place, at most five.

    Those that the chosen service and the words make likely the same come first, then the nearest.
    """
    found: dict[str, Near] = {}
    if chosen is not None and words:
        alike = likely_duplicates(
            service=chosen.service, place=place, description=words, at=at, limit=MOST
        )
        found = {one.case.number: _of_candidate(one) for one in alike if _is_public(one.case)}
    for near in _in_box(place, offered):
        found.setdefault(near.number, near)
    return list(found.values())[:MOST]


def _in_box(place: Place, offered: Sequence[Offer]) -> list[Near]:
    if place.longitude is None or place.latitude is None:
        return []
    here = (place.longitude, place.latitude)
    up = WITHIN_M / METRES_A_DEGREE
    along = up / max(0.05, cos(radians(place.latitude)))
    rows = Case.objects.filter(
        service__in=[each.service.pk for each in offered],
        is_open=True,
        access_class=Case.AccessClass.NORMAL,
        longitude__range=(here[0] - along, here[0] + along),
        latitude__range=(here[1] - up, here[1] + up),
    ).order_by()[:MOST_IN_BOX]
    near = [(distance_m(here, (row.longitude, row.latitude)), row) for row in rows]  # type: ignore[arg-type]  # in the box
    near = [pair for pair in near if pair[0] <= WITHIN_M and _is_public(pair[1])]
    return [_near(row, metres) for metres, row in sorted(near, key=lambda p: (p[0], p[1].number))]


def _is_public(case: Case) -> bool:
    is_shown = "place" in open_parts(case, definition_by(case.version_id))
    return is_shown and is_followable(case)


def _of_candidate(one: Candidate) -> Near:
    return _near(one.case, one.distance_m)


def _near(case: Case, metres: float | None) -> Near:
    definition = definition_by(case.version_id)
    parts = open_parts(case, definition)
    return Near(
        number=case.number,
        service=in_language(definition.name),
        title=case.title if "summary" in parts else "",
        state=state_words(definition, case.state) if "state" in parts else "",
        address=case.address,
        opened_at=case.opened_at,
        metres=None if metres is None else round(metres),
    )
