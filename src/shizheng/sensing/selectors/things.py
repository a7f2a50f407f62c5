"""Things and their streams as pages show them: the newest reading, and readings of a span."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import QuerySet

from shizheng.core.access import Person
from shizheng.sensing import moments
from shizheng.sensing.domain.packing import Readings
from shizheng.sensing.models import Datastream, Thing
from shizheng.sensing.store.reading import latest_of, readings_between

DRAWN = 360


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest reading of a stream; ``value`` is None where the result is no number."""

    stream: Datastream
    at: datetime | None
    value: float | None
    quality: int


def things_seen(viewer: Person, words: str = "") -> QuerySet[Thing]:
    """Return the things that a person may see, by name; those that hold some words."""
    rows = Thing.objects.visible_to(viewer).select_related("owner")
    if words:
        rows = rows.filter(name__icontains=words) | rows.filter(code__icontains=words)
    return rows.order_by("name", "pk")


def newest_of(streams: Sequence[Datastream]) -> list[Newest]:
    """Return the newest reading of each stream, in one question."""
    latest = latest_of([each.pk for each in streams])
    found = []
    for each in streams:
        if each.pk in latest:
            time, value, quality, _extra = latest[each.pk]
            found.append(Newest(each, moments.moment(time), value, quality))
        else:
            found.append(Newest(each, None, None, 0))
    return found


def readings_of(stream: Datastream, start: datetime, end: datetime) -> Readings:
    """Return the readings of a stream with ``start <= time < end``."""
    return readings_between(stream.pk, moments.of(start), moments.of(end), stream.block_us)


def thinned(readings: Readings, most: int = DRAWN) -> Readings:
    """Return at most so many readings that show the same: of each part the lowest and highest."""
    finite = np.flatnonzero(np.isfinite(readings.values))
    if len(finite) <= most:
        return readings.picked(finite)
    parts = np.array_split(finite, most // 2)
    kept: set[int] = set()
    for part in parts:
        values = readings.values[part]
        kept |= {int(part[values.argmin()]), int(part[values.argmax()])}
    return readings.picked(np.array(sorted(kept), np.int64))
