"""Flags new readings in the transaction in which they are stored (品質檢核), beside the values."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias
from uuid import UUID

import numpy as np
from django.db import connection

from shizheng.core.fresh import Fresh
from shizheng.core.models import PublishedDefinition
from shizheng.sensing.actions.streams import stream_known, streams_named
from shizheng.sensing.checking.definitions import QualityBody
from shizheng.sensing.domain.packing import Whole
from shizheng.sensing.domain.quality import (
    Floats,
    Limits,
    Quality,
    Truths,
    assess,
    out_of_range,
    spikes,
)
from shizheng.sensing.history import is_of_the_past
from shizheng.sensing.models import Hot, Latest, StreamCalibration
from shizheng.sensing.moments import of as micros_of
from shizheng.sensing.store.tables import HotRow, is_postgresql, told, unnested

BEFORE_S = 1_800.0
FEW, MOST, TOGETHER, PLACES = 4, 500, 100, 52
"""So much history mostly, and at most; so many streams in a question, so many bits for a moment."""
SECOND_US = 1_000_000
UNCHECKED = Limits()
Flag: TypeAlias = tuple[int, int, int]
Span: TypeAlias = tuple[int, int, bool]


@Fresh
def limits_by_property() -> dict[str, Limits]:
    """Return the limits of every observed property that has some; believed for a second."""
    return {body.observed_property: body.limits() for body in bodies_in_force()}


@Fresh
def bodies_in_force() -> tuple[QualityBody, ...]:
    """Return the newest version of every declaration of checks; believed for a second."""
    newest: dict[str, UUID] = {}
    for row in PublishedDefinition.objects.filter(kind="quality_checks").order_by("version"):
        newest[row.identifier] = row.pk
    return tuple(_body(key) for key in newest.values())


@lru_cache(maxsize=256)
def _body(definition: UUID) -> QualityBody:
    return QualityBody.model_validate(PublishedDefinition.objects.get(pk=definition).body)


def limits_of(stream: int) -> Limits:
    """Return the limits of a stream, empty where nothing is checked; believed for a second."""
    known = stream_known(stream)
    return limits_by_property().get(known.property if known else "", UNCHECKED)


def readings_flag(rows: Sequence[HotRow], at: datetime) -> None:
    """Flag readings that were just stored, and the one before each where it proves a spike."""
    times: dict[int, list[int]] = {}
    for row in rows:
        times.setdefault(row[0], []).append(row[1])
    limits, alike = limits_by_property(), defaultdict[Limits, list[int]](list)
    for stream in streams_named(times).values() if limits else ():
        if stream.property in limits:
            alike[limits[stream.property]].append(stream.pk)
    flags: list[Flag] = []
    for limit, streams in alike.items():
        for first in range(0, len(streams), TOGETHER):
            some = {stream: times[stream] for stream in streams[first : first + TOGETHER]}
            flags += _flags(some, limit, at)
    found = {flag[1:]: flag[0] for flag in flags}
    for key, flag in _uncalibrated(rows):
        found[key] = found.get(key, 0) | flag
    _put([(flag, *key) for key, flag in sorted(found.items())])


def _uncalibrated(rows: Sequence[HotRow]) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield the flags of readings that no valid calibration covers, if the stream ever had one."""
    known = calibrations()
    for stream, time, _value, quality, _extra in rows if known else ():
        spans = known.get(stream)
        if spans:
            began = [span for span in spans if span[0] <= time]
            if not (began and began[-1][2] and time < began[-1][1]):
                yield (stream, time), quality | Quality.UNCALIBRATED


@Fresh
def calibrations() -> dict[int, list[Span]]:
    """Return from when to when each calibration holds and whether it passed, by stream."""
    found: dict[int, list[Span]] = defaultdict(list)
    rows = StreamCalibration.objects.order_by("done_at", "pk")
    for stream, done, until, is_passed in rows.values_list(
        "stream", "done_at", "valid_until", "is_passed"
    ):
        found[stream].append((micros_of(done), micros_of(until), is_passed))
    return found


def _flags(new: Mapping[int, Sequence[int]], limits: Limits, at: datetime) -> Iterator[Flag]:
    """Yield the flags that differ from what is stored, of streams with the same limits.

    Args:
        new: moments of new readings in microseconds, by stream.
    """
    streams, times, values, was = _recent(new, limits, FEW if limits.stuck_within == 0 else MOST)
    fresh, begins = _fresh(new, streams, times)
    lacking = _lacking(new, limits, values, fresh, begins)
    if lacking:
        more = _recent({stream: new[stream] for stream in lacking}, limits, MOST)
        kept = ~np.isin(np.array(list(new), np.int64)[streams], lacking)
        places = np.array([list(new).index(stream) for stream in lacking], np.int64)
        columns = [(places[more[0]], streams), *zip(more[1:], (times, values, was), strict=True)]
        joined = [np.concatenate((found, known[kept])) for found, known in columns]
        order = np.lexsort((joined[1], joined[0]))
        streams, times, values, was = (column[order] for column in joined)
        fresh, begins = _fresh(new, streams, times)
    moments = times / SECOND_US
    received = moments if is_of_the_past() else np.where(fresh, at.timestamp(), moments)
    found = assess(moments, values, limits, received, begins).astype(np.int64)
    is_next_new = np.append(fresh[1:] & ~begins[1:], False)
    after_new = _after_first(fresh, begins) | is_next_new
    found = np.where(fresh, found, np.where(after_new, found & Quality.SPIKE, 0))
    names = list(new)
    for place in np.flatnonzero(was | found != was).tolist():
        yield int(was[place] | found[place]), names[int(streams[place])], int(times[place])


def _fresh(new: Mapping[int, Sequence[int]], streams: Whole, times: Whole) -> tuple[Truths, Truths]:
    """Return where a reading is new, and where those of another stream begin."""
    fresh = np.isin(
        streams << PLACES | times,
        [stream << PLACES | time for stream, some in enumerate(new.values()) for time in some],
    )
    return fresh, np.diff(streams, prepend=-1) > 0


def _lacking(
    new: Mapping[int, Sequence[int]], limits: Limits, values: Floats, fresh: Truths, begins: Truths
) -> list[int]:
    """Return the streams whose last few readings do not tell what all the history would.

    They tell it where they are sound, moved or may rest, and are not all spikes: then no check of a
    new reading looks behind them. Streams that have no more than these lack nothing.
    """
    starts = np.flatnonzero(begins)
    counts = np.diff(starts, append=len(values))
    asked = np.array([len(times) for times in new.values()], np.int64)
    cut = np.flatnonzero(counts >= asked + FEW)
    if limits.stuck_within or not len(cut):
        return []
    heads = starts[cut][:, None] + np.arange(FEW)
    before = values[heads]
    sound = ~fresh[heads].any(axis=1) & np.isfinite(before).all(axis=1)
    sound &= ~out_of_range(before, limits).any(axis=1)
    sound &= np.add.reduceat(fresh.astype(np.int64), starts)[cut] == asked[cut]
    moved = np.diff(before, axis=1).any(axis=1)
    if limits.stuck_s is None:
        moved[:] = True
    elif limits.rest_low is not None or limits.rest_high is not None:
        low = -np.inf if limits.rest_low is None else limits.rest_low
        high = np.inf if limits.rest_high is None else limits.rest_high
        moved |= ((before >= low) & (before <= high)).all(axis=1)
    steady = ~spikes(values, limits, begins)[heads[:, 1:-1]].all(axis=1)
    names = list(new)
    return [names[place] for place in cut[~(sound & moved & steady)].tolist()]


def _after_first(fresh: Truths, begins: Truths) -> Truths:
    """Return where a new reading of the same stream lies before."""
    many = np.cumsum(fresh)
    found: Truths = np.greater(many, np.maximum.accumulate(np.where(begins, many - fresh, 0)))
    return found


def _recent(
    new: Mapping[int, Sequence[int]], limits: Limits, most: int
) -> tuple[Whole, Whole, Floats, Whole]:
    """Return place of the stream in ``new``, time, value and quality of what the checks need.

    Args:
        most: so many readings at most beside the new ones.
    """
    reach = max(limits.stuck_s or 0, 3 * (limits.interval_s or 0), BEFORE_S)
    asked: list[int] = []
    for stream, times in new.items():
        asked += [stream, min(times) - round(reach * SECOND_US), max(times), len(times) + most]
    one = (
        "SELECT * FROM (SELECT stream, time_us, value, quality FROM sensing_hot WHERE stream = %s "
        "AND time_us >= %s AND time_us <= %s ORDER BY time_us DESC LIMIT %s) AS one"
    )
    rows = (
        told(_RECENT, [asked[column::4] for column in range(4)])
        if is_postgresql()
        else told(" UNION ALL ".join([one] * len(new)), asked)
    )
    place = {stream: number for number, stream in enumerate(new)}
    streams, moments, values, quality = zip(*rows, strict=True)
    places = np.array([place[stream] for stream in streams], np.int64)
    at = np.array(moments, np.int64)
    order = np.lexsort((at, places))
    return (
        places[order],
        at[order],
        np.array(values, np.float64)[order],
        np.array(quality, np.int64)[order],
    )


_RECENT = (
    f"SELECT one.* FROM {unnested('bigint', 'bigint', 'bigint', 'bigint')} "  # noqa: S608
    "AS asked (stream, low, high, most) CROSS JOIN LATERAL (SELECT stream, time_us, value, "
    "quality FROM sensing_hot WHERE stream = asked.stream AND time_us >= asked.low "
    "AND time_us <= asked.high ORDER BY time_us DESC LIMIT asked.most) AS one"
)


def _put(flags: Sequence[Flag]) -> None:
    if not flags:
        return
    with connection.cursor() as cursor:
        for table in (Hot._meta.db_table, Latest._meta.db_table):
            if is_postgresql():
                given = unnested("int", "bigint", "bigint")
                cursor.execute(
                    f"UPDATE {table} AS kept SET quality = found.quality "  # noqa: S608
                    f"FROM {given} AS found (quality, stream, time_us) "
                    "WHERE kept.stream = found.stream AND kept.time_us = found.time_us",
                    [list(column) for column in zip(*flags, strict=True)],
                )
                continue
            cursor.executemany(
                f"UPDATE {table} SET quality = %s WHERE stream = %s AND time_us = %s",  # noqa: S608
                [tuple(each) for each in flags],
            )
