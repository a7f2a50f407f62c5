"""Checks that need more than one stream or more than one message: neighbours, maintenance, clocks.

They are done after the commit of new readings and before the rules are asked, so that what sends
need not wait for them and no warning is raised by what they find.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction

from shizheng.core.fresh import Fresh
from shizheng.kernel.geodesy import distance_m
from shizheng.sensing import moments
from shizheng.sensing.alerting.selectors import Place, maintained, places_of, streams_watched
from shizheng.sensing.checking.definitions import QualityBody
from shizheng.sensing.checking.flagging import _put, bodies_in_force
from shizheng.sensing.domain.quality import (
    DOUBTFUL,
    Quality,
    against_neighbours,
    drift,
)
from shizheng.sensing.models import ClockSample, Hot, Latest

SAME_TIME_US = 15 * 60_000_000
SAMPLED = timedelta(minutes=20)
SAMPLES_KEPT = timedelta(days=14)
DRIFT_LEAST = 24
NEW = timedelta(hours=2)
Readings = Mapping[int, Sequence[tuple[int, float | None, int]]]


@Fresh
def compared() -> frozenset[int]:
    """Return the streams whose readings are compared with their neighbours'."""
    codes = [body.observed_property for body in bodies_in_force() if body.neighbour is not None]
    return frozenset(streams_watched(codes).values_list("pk", flat=True)) if codes else frozenset()


@transaction.atomic
def flag_together(streams: Iterable[int], *, at: datetime) -> int:
    """Flag new readings of streams that do not fit those around, or came during maintenance.

    Returns:
        how many readings got a flag. A second time changes nothing.
    """
    wanted = set(streams)
    found = _in_maintenance(wanted, at) + _apart(wanted & compared(), at)
    _put(found)
    return len(found)


def _in_maintenance(streams: set[int], at: datetime) -> list[tuple[int, int, int]]:
    off = maintained(streams, at)
    rows = Hot.objects.filter(stream__in=off, time_us__gt=moments.of(at - NEW))
    return [
        (quality | Quality.MAINTENANCE, stream, time)
        for stream, time, quality in rows.values_list("stream", "time_us", "quality")
        if not quality & Quality.MAINTENANCE
        and stream in maintained([stream], moments.moment(time))
    ]


def _apart(streams: set[int], at: datetime) -> list[tuple[int, int, int]]:
    """Return new readings far from the median of the posts around at the same time."""
    found = []
    for body in bodies_in_force():
        if body.neighbour is None or not streams:
            continue
        places = places_of(list(streams_watched([body.observed_property])))
        around = {each: _around(places, each, body) for each in sorted(streams & places.keys())}
        wanted = {other for others in around.values() for other in others} | around.keys()
        readings = _newest(wanted, at)
        for stream, others in around.items():
            found += list(_flags(stream, others, readings, body))
    return found


def _around(places: Mapping[int, Place], stream: int, body: QualityBody) -> list[int]:
    here = places[stream]
    if here.longitude is None or here.latitude is None:
        return []
    spot = (here.longitude, here.latitude)
    return [
        other for other, there in places.items()
        if other != stream and there.longitude is not None and there.latitude is not None
        and distance_m(spot, (there.longitude, there.latitude)) <= body.neighbour_metres
    ]  # fmt: skip


def _newest(streams: set[int], at: datetime) -> Readings:
    found: dict[int, list[tuple[int, float | None, int]]] = {}
    rows = Hot.objects.filter(stream__in=streams, time_us__gt=moments.of(at - NEW))
    for stream, time, value, quality in rows.order_by("stream", "time_us").values_list(
        "stream", "time_us", "value", "quality"
    ):
        found.setdefault(stream, []).append((time, value, quality))
    return found


def _flags(
    stream: int, others: Sequence[int], readings: Readings, body: QualityBody
) -> Iterable[tuple[int, int, int]]:
    them = [each for each in readings.get(stream, ()) if each[1] is not None]
    if not them or not others:
        return
    values = np.array([each[1] for each in them], np.float64)
    around = np.full((len(others), len(them)), np.nan)
    for row, other in enumerate(others):
        known = [
            (time, value) for time, value, quality in readings.get(other, ())
            if value is not None and not quality & (DOUBTFUL & ~Quality.NEIGHBOUR)
        ]  # fmt: skip
        for column, (time, _value, _quality) in enumerate(them):
            near = [(abs(t - time), v) for t, v in known if abs(t - time) <= SAME_TIME_US]
            if near:
                around[row, column] = min(near)[1]
    out = against_neighbours(values, around, body.limits(), body.neighbours_least)
    for is_out, (time, _value, quality) in zip(out.tolist(), them, strict=True):
        if is_out and not quality & Quality.NEIGHBOUR:
            yield (quality | Quality.NEIGHBOUR, stream, time)


def clocks_sample(*, at: datetime) -> int:
    """Keep of each stream when its newest reading was measured and when it came; return how many.

    Two samples of a stream are at least 20 minutes apart, and kept for two weeks.
    """
    since = moments.of(at - SAMPLED)
    known = set(ClockSample.objects.filter(received_us__gt=since).values_list("stream", flat=True))
    rows = Latest.objects.filter(received_us__gt=since).values_list(
        "stream", "time_us", "received_us"
    )
    made = [
        ClockSample(stream=stream, time_us=time, received_us=received)
        for stream, time, received in rows
        if stream not in known
    ]
    ClockSample.objects.bulk_create(made, ignore_conflicts=True)
    ClockSample.objects.filter(received_us__lt=moments.of(at - SAMPLES_KEPT)).delete()
    return len(made)


def drifts(streams: Iterable[int] | None = None) -> dict[int, float]:
    """Return by how many seconds a day the clocks of streams run slow (時鐘漂移); fast: negative.

    Only of streams with a day of samples or more: of fewer nothing can be said.
    """
    rows = ClockSample.objects.order_by("stream", "time_us")
    if streams is not None:
        rows = rows.filter(stream__in=set(streams))
    pairs: dict[int, list[tuple[int, int]]] = {}
    for stream, time, received in rows.values_list("stream", "time_us", "received_us"):
        pairs.setdefault(stream, []).append((time, received))
    found = {}
    for stream, some in pairs.items():
        if len(some) >= DRIFT_LEAST:
            times, received_ = np.array(some, np.float64).T / 1_000_000
            found[stream] = drift(times, received_)
    return found


def drifting() -> dict[int, float]:
    """Return the streams whose clock drifts more than is declared for their property."""
    limits = {
        body.observed_property: body.drift_seconds_a_day for body in bodies_in_force()
        if body.drift_seconds_a_day is not None
    }  # fmt: skip
    known = {
        pk: limits[code] for pk, code in streams_watched(limits).values_list(
            "pk", "observed_property__code"
        )
    }  # fmt: skip
    return {
        stream: amount for stream, amount in drifts(known).items() if abs(amount) > known[stream]
    }


__all__ = ["clocks_sample", "compared", "drifting", "drifts", "flag_together"]
