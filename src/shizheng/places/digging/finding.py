"""What stands against a permit: other permits near it, bans, dangerous pipes."""

from collections.abc import Sequence
from datetime import date, timedelta

import shapely
from django.db.models import Q

from shizheng.analysis.digging.conflicts import (
    Conflict,
    Dig,
    DigIndex,
    Reason,
    Surroundings,
    conflicts_of,
    parallel_sections,
)
from shizheng.analysis.digging.values import Ban, Section
from shizheng.kernel.errors import N_
from shizheng.places.digging.city import (
    DiggingRules,
    bans_on,
    bounds_of,
    hazards_near,
    rows_of_sections,
    sections_around,
)
from shizheng.places.digging.definitions import DiggingBody
from shizheng.places.digging.errors import RoadBanned
from shizheng.places.digging.models import DigPermit

REASONS = {
    Reason.MORATORIUM: N_("the road was paved not long ago"),
    Reason.HOLIDAY_BAN: N_("no digging on these holidays"),
    Reason.EVENT: N_("no digging during this event"),
}

CLOSES = {"all-lanes-open": 0.0, "some-lanes-closed": 0.5, "alternating-one-way": 0.5,
          "all-lanes-closed": 1.0}  # fmt: skip
"""Share of a road's capacity that works take, by what they leave to traffic; proposed."""
PARALLEL_DEGREES = 0.005
"""How far around a dig roads are looked for that could take its traffic: 500 m."""


def dig_of(permit: DigPermit) -> Dig:
    """Return a permit as the value that conflicts are found with."""
    return Dig(
        id=permit.number,
        owner=permit.record.owner,
        line=shapely.from_wkb(bytes(permit.metres)),
        start=permit.first,
        end=permit.last + timedelta(1),
        sections=tuple(permit.sections),
        closes_share=CLOSES[permit.traffic],
    )


def conflicts_found(
    dig: Dig,
    sections: dict[str, Section],
    *,
    rules: DiggingRules,
    body: DiggingBody,
    on: date,
) -> tuple[Conflict, ...]:
    """Return all that stands against a dig of these sections, refusals first."""
    conflict_rules = body.conflict_rules()
    around, parallel = _beside(dig, sections, rules, body, on)
    reach = conflict_rules.parallel_m + 100 if parallel else body.near.metres
    works = [other for other in _near(dig, body.near.days, reach) if other.id != dig.id]
    return conflicts_of(
        dig,
        Surroundings(
            works=DigIndex(works),
            sections=around,
            bans=bans_on(sections, body),
            pipes=hazards_near(dig.sections, rules, body, on),
            parallel=parallel,
        ),
        conflict_rules,
    )


def _beside(
    dig: Dig, sections: dict[str, Section], rules: DiggingRules, body: DiggingBody, on: date
) -> tuple[dict[str, Section], dict[str, frozenset[str]]]:
    """Return the sections around, and which of them could take each other's traffic."""
    if not any(section.flow_vph for section in sections.values()):
        return sections, {}
    rows = rows_of_sections(list(sections), rules, on).values()
    bounds = bounds_of(rows, PARALLEL_DEGREES)
    around = sections_around(bounds, rules, on) | sections if bounds else sections
    beside = parallel_sections(around, body.conflict_rules())
    return around, {name: beside.get(name, frozenset()) for name in sections}


def _near(dig: Dig, days: int, metres: float) -> list[Dig]:
    """Return live works whose box and days come near; the database's index finds them.

    Every work of a section of ``dig`` is among them, for its line is that of the section.
    """
    west, south, east, north = dig.line.bounds
    touching = Q(
        west_m__lte=east + metres, east_m__gte=west - metres,
        south_m__lte=north + metres, north_m__gte=south - metres,
    )  # fmt: skip
    rows = (
        DigPermit.objects.filter(
            touching | Q(west_m=None),
            state__in=DigPermit.LIVE,
            first__lte=dig.end + timedelta(days),
            last__gte=dig.start - timedelta(days + 1),
        )
        .select_related("record")
        .order_by("pk")
    )
    return [dig_of(permit) for permit in rows]


def refuse_bans(found: Sequence[Conflict], bans: Sequence[Ban]) -> None:
    """Raise for the first ban among conflicts.

    Raises:
        RoadBanned: names section, reason and ban.
    """
    by_id = {ban.id: ban for ban in bans}
    for conflict in found:
        if conflict.refuses:
            ban = by_id[conflict.other]
            raise RoadBanned(
                section=conflict.section,
                reason=REASONS[conflict.reason],
                ban=conflict.other,
                since=ban.start,
                until=ban.until - timedelta(1),
            )


def shown(found: Sequence[Conflict]) -> list[dict[str, object]]:
    """Return conflicts as JSON to keep with a permit: reason, both sides, how near."""
    return [
        {
            "reason": str(each.reason),
            "dig": each.dig,
            "other": each.other,
            "section": each.section,
            "distance_m": each.distance_m,
            "days": each.days,
            "left_vph": each.left_vph,
            "wanted_vph": each.wanted_vph,
            "is_counted": each.is_counted,
        }
        for each in found
    ]


def pipes_to_sign(found: Sequence[Conflict]) -> list[str]:
    """Return the dangerous pipes whose operators must sign before work begins."""
    return sorted({c.other for c in found if c.reason is Reason.HAZARDOUS_PIPE})
