"""Flags new readings in the transaction in which they are stored (品質檢核), beside the values."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias
from uuid import UUID

import numpy as np
from django.db import connection

from shizheng.core.fresh import Fresh
from shizheng.core.models import PublishedDefinition
from shizheng.sensing.checking.definitions import QualityBody
from shizheng.sensing.domain.quality import Limits, Quality, assess
from shizheng.sensing.history import is_of_the_past
from shizheng.sensing.models import Datastream, Hot, Latest, StreamCalibration
from shizheng.sensing.moments import of as micros_of
from shizheng.sensing.store.tables import HotRow

BEFORE_S = 1_800.0
MOST = 500
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


@Fresh
def limits_of(stream: int) -> Limits:
    """Return the limits of a stream, empty where nothing is checked; believed for a second."""
    rows = Datastream.objects.filter(pk=stream, observed_property__code__isnull=False)
    code = rows.values_list("observed_property__code", flat=True).first()
    return limits_by_property().get(code or "", UNCHECKED)


def readings_flag(rows: Sequence[HotRow], at: datetime) -> None:
    """Flag readings that were just stored, and the one before each where it proves a spike."""
    by_stream: dict[int, list[HotRow]] = defaultdict(list)
    for row in rows:
        by_stream[row[0]].append(row)
    flags: list[Flag] = []
    for stream, new in by_stream.items():
        limits = limits_of(stream)
        if limits != UNCHECKED:
            flags += _flags(stream, new, limits, at)
        flags += _uncalibrated(
            stream, new, {flag[2]: flag[0] for flag in flags if flag[1] == stream}
        )
    _put(flags)


def _uncalibrated(stream: int, new: Sequence[HotRow], found: dict[int, int]) -> Iterable[Flag]:
    """Return the flags of readings that no valid calibration covers, if the stream ever had one."""
    spans = calibrations().get(stream)
    if not spans:
        return
    for row in new:
        began = [span for span in spans if span[0] <= row[1]]
        is_valid = bool(began) and began[-1][2] and row[1] < began[-1][1]
        if not is_valid:
            yield (found.get(row[1], row[3]) | Quality.UNCALIBRATED, stream, row[1])


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


def _flags(stream: int, new: Sequence[HotRow], limits: Limits, at: datetime) -> Iterable[Flag]:
    """Return the flags that differ from what is stored."""
    times = sorted(row[1] for row in new)
    reach = max(limits.stuck_s or 0, 3 * (limits.interval_s or 0), BEFORE_S)
    since = times[0] - round(reach * SECOND_US)
    known = list(
        Hot.objects.filter(stream=stream, time_us__gte=since, time_us__lte=times[-1])
        .order_by("-time_us")
        .values_list("time_us", "value", "quality")[: len(new) + MOST]
    )[::-1]
    moments = np.array([each[0] for each in known], np.float64) / SECOND_US
    values = np.array([np.nan if each[1] is None else each[1] for each in known], np.float64)
    fresh = set(times)
    came = None if is_of_the_past() else at.timestamp()
    received = np.array(
        [each[0] / SECOND_US if came is None or each[0] not in fresh else came for each in known],
        np.float64,
    )
    found = assess(moments, values, limits, received).tolist()
    first = next(place for place, each in enumerate(known) if each[0] in fresh)
    for place, ((time, _value, was), flag) in enumerate(zip(known, found, strict=True)):
        if time not in fresh:
            flag = flag & Quality.SPIKE if place >= first - 1 else 0  # noqa: PLW2901
        if was | flag != was:
            yield (was | flag, stream, time)


def _put(flags: Sequence[Flag]) -> None:
    if not flags:
        return
    with connection.cursor() as cursor:
        for table in (Hot._meta.db_table, Latest._meta.db_table):
            cursor.executemany(
                f"UPDATE {table} SET quality = %s WHERE stream = %s AND time_us = %s",  # noqa: S608
                [tuple(each) for each in flags],
            )
