"""Readings out of the store: new ones merged over sealed ones, page by page or summed up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db import connection

from shizheng.sensing.domain.packing import (
    Readings,
    merged,
    times_unpacked,
    values_unpacked,
)
from shizheng.sensing.store.tables import (
    HOT,
    SEGMENT,
    hot_between,
    next_segment,
    segments_between,
    told,
)
from shizheng.sensing.store.writing import LONG_AGO

ALWAYS = 2**62
CHUNK = 1_000
Grid = npt.NDArray[np.float64]


def readings_between(stream: int, start: int, end: int, block_us: int) -> Readings:
    """Return all readings of a stream with ``start <= time < end``, in order of time."""
    sealed = [each for _, each in segments_between(stream, start, end, block_us)]
    hot = hot_between(stream, start, end)
    return merged(_joined(sealed).between(start, end), hot)


def _joined(parts: Sequence[Readings]) -> Readings:
    """Return readings that follow on each other as one."""
    if not parts:
        return Readings.none()
    if len(parts) == 1:
        return parts[0]
    extras, before = {}, 0
    for part in parts:
        extras.update({before + place: extra for place, extra in part.extras.items()})
        before += len(part)
    return Readings(
        np.concatenate([part.times for part in parts]),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.quality for part in parts]),
        extras,
    )


def chunks(
    stream: int, start: int, end: int, block_us: int, *, is_newest_first: bool, first: int = CHUNK
) -> Iterator[Readings]:
    """Yield the readings of a span in order, so many at a time, each part in the order asked.

    Args:
        first: how many of the new readings the first part has at most.
    """
    way = _newest_first if is_newest_first else _oldest_first
    for part in way(stream, start, end, block_us, first):
        if len(part):
            yield part.picked(np.arange(len(part))[::-1]) if is_newest_first else part


def _newest_first(
    stream: int, start: int, end: int, block_us: int, size: int
) -> Iterator[Readings]:
    window = end
    while start < end:
        segment = next_segment(stream, window, is_newest_first=True)
        if segment is None or segment[2] < start:
            yield from _hot_newest(stream, start, end, size)
            return
        window, _first, last, sealed = segment
        if last + 1 < end:
            yield from _hot_newest(stream, last + 1, end, size)
        low = max(window, start)
        until = min(last + 1, end)
        if low < until:
            yield merged(sealed.between(low, until), hot_between(stream, low, until))
        end, size = min(low, end), CHUNK


def _hot_newest(stream: int, start: int, end: int, size: int) -> Iterator[Readings]:
    while start < end:
        found = hot_between(stream, start, end, limit=size, is_newest_first=True)
        yield found
        if len(found) < size:
            return
        end, size = int(found.times[0]), CHUNK


def _oldest_first(
    stream: int, start: int, end: int, block_us: int, size: int
) -> Iterator[Readings]:
    window = start - block_us
    while start < end:
        segment = next_segment(stream, window, is_newest_first=False)
        if segment is None or segment[0] >= end:
            yield from _hot_oldest(stream, start, end, size)
            return
        window, _first, last, sealed = segment
        if last < start:
            continue
        if window > start:
            yield from _hot_oldest(stream, start, window, size)
        low, until = max(window, start), min(last + 1, end)
        yield merged(sealed.between(low, until), hot_between(stream, low, until))
        start, size = until, CHUNK


def _hot_oldest(stream: int, start: int, end: int, size: int) -> Iterator[Readings]:
    while start < end:
        found = hot_between(stream, start, end, limit=size)
        yield found
        if len(found) < size:
            return
        start, size = int(found.times[-1]) + 1, CHUNK


def count_between(stream: int, start: int, end: int, block_us: int) -> int:
    """Return how many readings a span has, from the heads of its blocks where they suffice."""
    hot = told(
        f"SELECT time_us FROM {HOT} WHERE stream = %s AND time_us >= %s AND time_us < %s",
        [stream, start, end],
    )
    moments = np.array([row[0] for row in hot], np.int64)
    count = len(moments)
    for window, first, last, many, times in told(
        f"SELECT window_us, first_us, last_us, count, times FROM {SEGMENT} WHERE stream = %s "
        "AND window_us > %s AND window_us < %s",
        [stream, start - block_us, end],
    ):
        is_whole = start <= first and last < end
        inside = moments[(moments >= window) & (moments <= last)]
        if is_whole and not len(inside):
            count += many
            continue
        known = times_unpacked(many, bytes(times))
        known = known[(known >= start) & (known < end)]
        count += len(known) - int(np.isin(inside, known).sum())
    return count


@dataclass(frozen=True, slots=True)
class Summary:
    """Readings summed up by stream and step (彙整).

    Args:
        streams: the streams, in the order of the rows.
        start: microseconds of the first step.
        step: microseconds of a step.
        count, total: float64 (streams, steps); means are total / count.
    """

    streams: list[int]
    start: int
    step: int
    count: Grid
    total: Grid

    @property
    def means(self) -> Grid:
        """Means, NaN where there was no reading."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.total / self.count


def summed(streams: Sequence[int], start: int, end: int, step: int) -> Summary:
    """Return counts and sums of the numbers of all ``streams`` in a span, by steps.

    New readings that correct or repeat a sealed one count in its place.
    """
    place = {stream: row for row, stream in enumerate(streams)}
    steps = -(-(end - start) // step)
    size = len(streams) * steps
    count, total = np.zeros(size), np.zeros(size)
    fixed = _late_rows(start, end)
    for part in _segment_parts(start, end):
        cells: list[npt.NDArray[np.int64]] = []
        values: list[Grid] = []
        for stream, many, times, body in part:
            row = place.get(stream)
            if row is None:
                continue
            moments = times_unpacked(many, times)
            numbers = values_unpacked(many, body)
            if stream in fixed:
                keep = ~np.isin(moments, fixed[stream])
                moments, numbers = moments[keep], numbers[keep]
            if len(moments) and (moments[0] < start or moments[-1] >= end):
                low, high = np.searchsorted(moments, [start, end])
                moments, numbers = moments[low:high], numbers[low:high]
            cells.append((moments - start) // step + row * steps)
            values.append(numbers)
        _counted(cells, values, count, total)
    for where, what in _hot_parts(place, start, end, step, steps):
        _counted([where], [what], count, total)
    return Summary(list(streams), start, step, count.reshape(-1, steps), total.reshape(-1, steps))


def _counted(
    cells: list[npt.NDArray[np.int64]], values: list[Grid], count: Grid, total: Grid
) -> None:
    if not cells:
        return
    where, what = np.concatenate(cells), np.concatenate(values)
    real = np.isfinite(what)
    if not real.all():
        where, what = where[real], what[real]
    count += np.bincount(where, minlength=len(count))
    total += np.bincount(where, weights=what, minlength=len(total))


def _segment_parts(start: int, end: int) -> Iterator[list[tuple[int, int, bytes, bytes]]]:
    """Yield rows of segments that may meet a span, some thousand at a time."""
    longest = told("SELECT MAX(block_us) FROM sensing_datastream")[0][0] or 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT stream, count, times, amounts FROM {SEGMENT} WHERE window_us > %s "
            "AND window_us < %s AND last_us >= %s AND first_us < %s",
            [start - longest, end, start, end],
        )
        while rows := cursor.fetchmany(20_000):
            yield [(row[0], row[1], bytes(row[2]), bytes(row[3])) for row in rows]


def _late_rows(start: int, end: int) -> dict[int, npt.NDArray[np.int64]]:
    """Return the moments of new readings that lie in sealed spans, by stream."""
    found: dict[int, list[int]] = {}
    for stream, time in told(
        f"SELECT hot.stream, hot.time_us FROM {HOT} hot JOIN sensing_latest latest "
        "ON latest.stream = hot.stream WHERE hot.time_us <= latest.sealed_us "
        "AND hot.time_us >= %s AND hot.time_us < %s",
        [start, end],
    ):
        found.setdefault(stream, []).append(time)
    return {stream: np.array(times, np.int64) for stream, times in found.items()}


def _hot_parts(
    place: dict[int, int], start: int, end: int, step: int, steps: int
) -> Iterator[tuple[npt.NDArray[np.int64], Grid]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT stream, time_us, value FROM {HOT} WHERE value IS NOT NULL "
            "AND time_us >= %s AND time_us < %s",
            [start, end],
        )
        while rows := cursor.fetchmany(100_000):
            kept = [row for row in rows if row[0] in place]
            if kept:
                streams, times, values = zip(*kept, strict=True)
                rows_at = np.array([place[stream] for stream in streams], np.int64)
                cells = (np.array(times, np.int64) - start) // step + rows_at * steps
                yield cells, np.array(values, np.float64)


def latest_of(
    streams: Sequence[int] | None = None,
) -> dict[int, tuple[int, float | None, int, str | None]]:
    """Return time, value, quality and extra of the newest reading, by stream; of all if None."""
    found = {}
    for start in range(0, len(streams) if streams is not None else 1, CHUNK):
        some = streams[start : start + CHUNK] if streams is not None else []
        marks = f" WHERE stream IN ({', '.join(['%s'] * len(some))})" if streams is not None else ""
        for row in told(
            f"SELECT stream, time_us, value, quality, extra FROM sensing_latest{marks}", list(some)
        ):
            found[row[0]] = row[1:]
    return found


__all__ = [
    "ALWAYS", "LONG_AGO", "Summary", "chunks", "count_between", "latest_of", "readings_between",
    "summed",
]  # fmt: skip
