"""Sealing (封存): new readings of the past into packed blocks, one span of one stream at a time.

Each span is one transaction: new rows go out, the block comes in. Killed at any moment, it has
done the span or not, and the next run goes on.
"""

import json
import math
from collections.abc import Callable, Iterator

from django.db import transaction

from shizheng.sensing.domain.packing import Readings, merged
from shizheng.sensing.models import Datastream, Latest
from shizheng.sensing.store.tables import (
    HOT,
    LATEST,
    hot_between,
    hot_put,
    hot_taken,
    segment_at,
    segment_put,
    told,
)
from shizheng.sensing.store.writing import LONG_AGO, window_of

ALWAYS = 2**62
Step = Callable[[str, int, int], object]


def sealed(*, until_us: int, step: Step = lambda what, stream, window: None) -> int:
    """Seal what is older than a moment, and what came late to sealed spans.

    Args:
        step: told of every step, so that a test can end the process between any two.

    Returns:
        How many readings went into blocks.
    """
    count = 0
    for stream, oldest in _waiting(until_us):
        shape = Datastream.objects.filter(pk=stream).values_list("block_us", "decimals").first()
        if shape is None:
            continue
        block_us, decimals = shape
        window = window_of(oldest, block_us)
        while window < until_us:
            count += _window_sealed(
                stream=stream, window=window, block_us=block_us, decimals=decimals,
                until_us=until_us, step=step,
            )  # fmt: skip
            rows = told(
                f"SELECT MIN(time_us) FROM {HOT} WHERE stream = %s AND time_us >= %s "
                "AND time_us < %s",
                [stream, window + block_us, until_us],
            )
            if rows[0][0] is None:
                break
            window = window_of(rows[0][0], block_us)
    return count


def _waiting(until_us: int) -> Iterator[tuple[int, int]]:
    """Yield the streams that have new readings before a moment, with the first of them."""
    for (stream,) in told(f"SELECT stream FROM {LATEST} ORDER BY stream"):
        rows = told(f"SELECT MIN(time_us) FROM {HOT} WHERE stream = %s", [stream])
        if rows[0][0] is not None and rows[0][0] < until_us:
            yield stream, rows[0][0]


def _window_sealed(
    *, stream: int, window: int, block_us: int, decimals: int | None, until_us: int, step: Step
) -> int:
    with transaction.atomic():
        step("begun", stream, window)
        _locked(stream)
        new = hot_taken(stream, window, min(window + block_us, until_us))
        step("taken", stream, window)
        if len(new):
            readings = merged(segment_at(stream, window), new)
            segment_put(stream, window, readings, decimals)
            step("put", stream, window)
            Latest.objects.filter(stream=stream, sealed_us__lt=int(readings.times[-1])).update(
                sealed_us=int(readings.times[-1])
            )
    step("done", stream, window)
    return len(new)


def _locked(stream: int) -> None:
    """Let nobody else write blocks of the stream until the transaction ends."""
    list(Latest.objects.select_for_update().filter(stream=stream).values_list("stream"))


def reading_corrected(
    *, stream: Datastream, time_us: int, value: float | None, quality: int, extra: str | None
) -> None:
    """Put a reading in the place of the one at that moment; a block takes it up when sealed."""
    hot_put([(stream.pk, time_us, value, quality, extra)])
    Latest.objects.filter(pk=stream.pk, time_us=time_us).update(
        value=value, quality=quality, extra=extra
    )


def readings_removed(*, stream: Datastream, start_us: int, end_us: int) -> int:
    """Delete the readings of a span, new ones and sealed ones, and return how many they were."""
    _locked(stream.pk)
    gone = hot_taken(stream.pk, start_us, end_us)
    count = len(gone)
    for window, last in told(
        "SELECT window_us, last_us FROM sensing_segment WHERE stream = %s AND window_us > %s "
        "AND window_us < %s AND last_us >= %s",
        [stream.pk, start_us - stream.block_us, end_us, start_us],
    ):
        readings = segment_at(stream.pk, window)
        left = merged(readings.between(LONG_AGO, start_us), readings.between(end_us, last + 1))
        segment_put(stream.pk, window, left, stream.decimals)
        count += len(readings) - len(left)
    _latest_made_again(stream)
    return count


def _latest_made_again(stream: Datastream) -> None:
    """Find the newest and the first reading anew, after some were deleted."""
    rows = told(
        "SELECT MIN(window_us), MAX(window_us), MIN(first_us) FROM sensing_segment "
        "WHERE stream = %s",
        [stream.pk],
    )
    _oldest, newest_window, first = rows[0]
    newest = Readings.none() if newest_window is None else segment_at(stream.pk, newest_window)
    sealed_us = int(newest.times[-1]) if len(newest) else LONG_AGO
    recent = hot_between(stream.pk, LONG_AGO, ALWAYS, limit=1, is_newest_first=True)
    oldest = hot_between(stream.pk, LONG_AGO, ALWAYS, limit=1)
    readings = merged(newest, recent)
    if not len(readings):
        Latest.objects.filter(pk=stream.pk).delete()
        return
    if len(oldest):
        first = int(oldest.times[0]) if first is None else min(first, int(oldest.times[0]))
    *_some, (time, value, quality, extra) = readings.between(int(readings.times[-1]), ALWAYS)
    Latest.objects.filter(pk=stream.pk).update(
        time_us=time, value=None if math.isnan(value) else value, quality=quality,
        extra=json.dumps(extra, ensure_ascii=False) if extra else None, first_us=first,
        sealed_us=sealed_us,
    )  # fmt: skip
