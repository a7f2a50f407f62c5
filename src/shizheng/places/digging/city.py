"""What the loaded city says of digging: its rules, its calendar, its road sections, its pipes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

import shapely
from django.db.models import Q, QuerySet
from django.utils import timezone

from shizheng.analysis.digging.conflicts import HazardousPipe
from shizheng.analysis.digging.values import Ban, Section, moratoria
from shizheng.core.declared import newest
from shizheng.core.models import Agency, PublishedDefinition
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.places.boxes import Bounds, features_in_box
from shizheng.places.digging.definitions import DiggingBody
from shizheng.places.digging.errors import DiggingUnset, SectionUnknown
from shizheng.places.models import Feature

AROUND_DEGREES = 0.003
"""How far around a line pipes are looked for: 300 m, more than any buffer of a pack."""


@dataclass(frozen=True)
class DiggingRules:
    """The rules in force: their published row, their body, the calendar and zone of the office."""

    published: PublishedDefinition
    body: DiggingBody
    calendar: WorkCalendar
    tz: tzinfo
    agency: Agency


def digging_rules() -> DiggingRules:
    """Return the rules of digging that are in force.

    Raises:
        DiggingUnset: the pack has none, or no calendar.
    """
    published, calendar = newest("digging"), newest("calendar")
    if published is None or calendar is None:
        raise DiggingUnset
    from shizheng.packs.kinds.calendar import Calendar  # read when asked for

    body = DiggingBody.model_validate(published.body)
    return DiggingRules(
        published=published,
        body=body,
        calendar=Calendar.model_validate(calendar.body).work_calendar(),
        tz=timezone.get_default_timezone(),
        agency=Agency.objects.get(code=body.responsible),
    )


def rules_of(published: PublishedDefinition, current: DiggingRules) -> DiggingBody:
    """Return the rules under which something was asked."""
    if published.pk == current.published.pk:
        return current.body
    return DiggingBody.model_validate(published.body)


def valid(register: str, on: date) -> QuerySet[Feature]:
    """States of things of a register on a day, as they are believed now."""
    return Feature.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on),
        register__code=register,
        recorded_to=None,
        valid_from__lte=on,
    ).exclude(metres=None)


def sections_of(keys: Sequence[str], rules: DiggingRules, on: date) -> dict[str, Section]:
    """Return road sections by key, as they are on a day.

    Raises:
        SectionUnknown: one is not in the register then.
    """
    rows = rows_of_sections(keys, rules, on)
    return {key: section_of(row, rules.body) for key, row in rows.items()}


def rows_of_sections(keys: Sequence[str], rules: DiggingRules, on: date) -> dict[str, Feature]:
    """Return what the register says of road sections on a day, by key, in the order asked.

    Raises:
        SectionUnknown: one is not in the register then.
    """
    found = {row.key: row for row in valid(rules.body.sections, on).filter(key__in=keys)}
    for key in keys:
        if key not in found:
            raise SectionUnknown(section=key, day=on)
    return {key: found[key] for key in keys}


def section_of(row: Feature, body: DiggingBody) -> Section:
    """Return a state of a road section as the value that conflicts and plans know."""
    said, fields = row.properties, body.roads

    def whole(field: str | None) -> int:
        return int(said.get(field or "") or 0)

    road_class = str(said.get(fields.road_class or "") or "")
    capacity, flow = whole(fields.capacity), whole(fields.flow)
    estimate = fields.traffic.get(road_class)
    is_counted = bool(capacity and flow) or estimate is None
    if estimate is not None:
        capacity, flow = capacity or estimate.capacity, flow or estimate.flow
    return Section(
        row.key,
        shapely.from_wkb(bytes(row.metres or b"")),
        road_class=road_class,
        paved_on=day_in(row, "paved_on"),
        warranty_until=day_in(row, fields.warranty),
        capacity_vph=capacity,
        flow_vph=flow,
        is_counted=is_counted,
    )


def sections_around(bounds: Bounds, rules: DiggingRules, on: date) -> dict[str, Section]:
    """Return the road sections that touch a box in degrees, by key."""
    rows = features_in_box(valid(rules.body.sections, on), bounds)
    return {row.key: section_of(row, rules.body) for row in rows}


def bounds_of(rows: Iterable[Feature], margin: float) -> Bounds | None:
    """Return the box in degrees around rows, with a margin; None where there are none."""
    boxes = [(row.min_x, row.min_y, row.max_x, row.max_y) for row in rows]
    known = [box for box in boxes if None not in box]
    if not known:
        return None
    west, south = (min(box[at] or 0.0 for box in known) - margin for at in (0, 1))
    east, north = (max(box[at] or 0.0 for box in known) + margin for at in (2, 3))
    return west, south, east, north


def day_in(row: Feature, field: str | None) -> date | None:
    """Return a day that the register says, if it says one."""
    said = row.properties.get(field or "")
    return date.fromisoformat(str(said)) if said else None


def bans_on(sections: dict[str, Section], body: DiggingBody) -> tuple[Ban, ...]:
    """Return the bans of the pack, and those that follow from the last paving of sections."""
    return (*(each.ban() for each in body.bans), *moratoria(sections, body.moratorium_days))


def hazards_near(
    keys: Iterable[str], rules: DiggingRules, body: DiggingBody, on: date
) -> list[HazardousPipe]:
    """Return the dangerous pipes around some sections; the buffer of a pipe itself goes first."""
    bounds = bounds_of(valid(body.sections, on).filter(key__in=list(keys)), AROUND_DEGREES)
    if bounds is None:
        return []
    return [
        HazardousPipe(
            id=row.key,
            operator=str(row.properties.get("operator") or ""),
            substance=str(row.properties.get("product") or ""),
            line=shapely.from_wkb(bytes(row.metres)),
            buffer_m=float(row.properties.get("buffer_m") or hazard.buffer_m),
        )
        for hazard in body.hazards
        for row in features_in_box(valid(hazard.register_, on), bounds)
        if row.metres is not None
    ]
