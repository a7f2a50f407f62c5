"""What is dug where and when: works, sections by name or under a line, others to join."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import shapely
from django.db import connection
from django.db.models import Q, QuerySet

from shizheng.core.access import Person
from shizheng.kernel.geodesy import Position
from shizheng.places.boxes import features_in_box
from shizheng.places.digging.access import PUBLIC, REVIEW, owners_of
from shizheng.places.digging.city import DiggingRules, valid
from shizheng.places.digging.models import (
    DigChange,
    DigPermit,
    PlannedDig,
)
from shizheng.places.frame import frame
from shizheng.places.models import Feature

SHOWN = 60
SNAP_M = 12.0
"""How near a drawn line must run to a section, metres."""
ALONG = 0.3
"""Share of a section that must run along the line, so that side streets are left out."""
DEGREES = 0.0005
LIVE = (DigPermit.State.GRANTED, DigPermit.State.IN_PROGRESS, DigPermit.State.STOPPED,
        DigPermit.State.BACKFILLED)  # fmt: skip


def works(viewer: Person, *, first: date, last: date, district: str = "") -> "QuerySet[DigPermit]":
    """Return the works that are or will be in the road between two days, both included."""
    rows = DigPermit.objects.visible_to(viewer).filter(
        state__in=LIVE, first__lte=last, last__gte=first
    )
    if district:
        rows = rows.filter(district__code=district)
    return rows.select_related("record", "district").order_by("first", "record__number", "sequence")


def permits_public() -> "QuerySet[DigPermit]":
    """Return the permits that everybody may see."""
    return DigPermit.objects.filter(state__in=PUBLIC).select_related("record")


def sections_named(words: str, rules: DiggingRules, on: date) -> list[Feature]:
    """Return road sections by the name of their road, or by key; at most ``SHOWN``."""
    said = words.strip()
    if not said:
        return []
    rows = valid(rules.body.sections, on).filter(
        Q(properties__road__icontains=said) | Q(key=said.upper())
    )
    return list(rows.order_by("properties__road", "key")[:SHOWN])


def sections_under(points: Sequence[Position], rules: DiggingRules, on: date) -> list[str]:
    """Return the keys of the road sections that a drawn line runs along, in order of key.

    A section counts if ``ALONG`` of it lies within ``SNAP_M`` of the line; where the line is
    short, if ``ALONG`` of the line lies along the section.
    """
    line = shapely.LineString(points)
    west, south, east, north = line.bounds
    box = (west - DEGREES, south - DEGREES, east + DEGREES, north + DEGREES)
    rows = list(features_in_box(valid(rules.body.sections, on), box))
    if not rows:
        return []
    drawn = frame(on).metres.of(np.array([line], dtype=object))[0]
    around = drawn.buffer(SNAP_M)
    found = []
    for row in rows:
        section = shapely.from_wkb(bytes(row.metres or b""))
        along = section.intersection(around).length
        if along >= ALONG * min(section.length, drawn.length) and along > 2 * SNAP_M:
            found.append(row.key)
    return sorted(found)


def planned_on(
    keys: Iterable[str], *, first: date, last: date, besides: str = ""
) -> list[PlannedDig]:
    """Return what owners plan on some sections about that time, with whom one could dig."""
    wanted = set(keys)
    rows = PlannedDig.objects.filter(
        state__in=PlannedDig.LIVE,
        record=None,
        earliest__lte=last + timedelta(180),
        latest__gte=first - timedelta(180),
    ).exclude(owner=besides)
    return [row for row in rows if wanted.intersection(row.sections)]


@dataclass(frozen=True)
class Desk:
    """What waits for the reviewing agency."""

    waiting: "QuerySet[DigPermit]"
    changes: "QuerySet[DigChange]"
    restored: "QuerySet[DigPermit]"
    late: "QuerySet[DigPermit]"


def desk_of(person: Person, on: date) -> Desk:
    """Return what waits for a reviewer: applications, changes, restored roads, late ones."""
    permits = DigPermit.objects.allowed_to(person, REVIEW).select_related("record", "district")
    return Desk(
        waiting=permits.filter(state="waiting").order_by("answer_due_at", "pk"),
        changes=DigChange.objects.allowed_to(person, REVIEW)
        .filter(state="waiting")
        .select_related("permit__record")
        .order_by("answer_due_at", "pk"),
        restored=permits.filter(state="backfilled", reports__kind="restore").distinct(),
        late=permits.filter(state="backfilled", restore_by__lt=on).order_by("restore_by", "pk"),
    )


def mine(person: Person) -> "QuerySet[DigPermit]":
    """Return the permits of the owners for which a person acts, newest first."""
    rows = DigPermit.objects.filter(record__owner__in=owners_of(person))
    return rows.select_related("record", "district").order_by("-received_at", "-pk")


def permits_of_section(viewer: Person, key: str) -> list[DigPermit]:
    """Return the digs of a road section that a viewer may see, newest first."""
    rows = DigPermit.objects.visible_to(viewer).select_related("record").order_by("-first", "pk")
    return list(rows.filter(on_section(key))[:SHOWN])


def on_section(key: str, lookup: str = "sections") -> Q:
    """Return the condition that a list of sections names one, on either database."""
    if connection.vendor == "postgresql":
        return Q(**{f"{lookup}__contains": [key]})
    return Q(**{f"{lookup}__icontains": f'"{key}"'})
