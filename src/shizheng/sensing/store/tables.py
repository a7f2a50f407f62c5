"""Rows of the store, written and read many at once; alike on SQLite and PostgreSQL."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from django.db import connection

from shizheng.sensing.domain.packing import Block, Extra, Readings, packed, unpacked

HOT, LATEST, SEGMENT = "sensing_hot", "sensing_latest", "sensing_segment"
SOME = 500
"""So many values a question to SQLite names at once."""
HotRow: TypeAlias = tuple[int, int, float | None, int, str | None]
"""Stream, time in microseconds, value, quality, extra as JSON text."""

_HOT = ("bigint", "bigint", "float8", "int", "text")
_BLOCK = "count, times, amounts, quality, extras"


def is_postgresql() -> bool:
    """Whether many rows are best given as columns: there each statement is a way to a server."""
    return connection.vendor == "postgresql"


def unnested(*kinds: str) -> str:
    """Return, for PostgreSQL, rows that are given as columns of these types."""
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in kinds)})"


def told(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement and return what it answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def hot_added(rows: Sequence[HotRow]) -> int:
    """Insert new readings and return how many; one that is there already stays as it is."""
    if is_postgresql():
        in_order = sorted(rows, key=lambda row: row[:2])
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {HOT} (stream, time_us, value, quality, extra) "
                f"SELECT * FROM {unnested(*_HOT)} ON CONFLICT DO NOTHING",
                [list(column) for column in zip(*in_order, strict=True)],
            )
            return int(cursor.rowcount)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT OR IGNORE INTO {HOT} (stream, time_us, value, quality, extra) "
            "VALUES (%s, %s, %s, %s, %s)",
            rows,
        )
        return int(cursor.rowcount)


def hot_put(rows: Sequence[HotRow]) -> None:
    """Insert readings, or put them in the place of those at the same moment."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {HOT} (stream, time_us, value, quality, extra) "
            "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (stream, time_us) DO UPDATE SET "
            "value = excluded.value, quality = excluded.quality, extra = excluded.extra",
            rows,
        )


def hot_between(
    stream: int, start: int, end: int, *, limit: int | None = None, is_newest_first: bool = False
) -> Readings:
    """Return the new readings of a stream with ``start <= time < end``, ascending.

    Args:
        limit: at most so many; the newest or the oldest of them.
    """
    order = f"ORDER BY time_us{' DESC' if is_newest_first else ''}"
    rows = told(
        f"SELECT time_us, value, quality, extra FROM {HOT} "
        f"WHERE stream = %s AND time_us >= %s AND time_us < %s {order}"
        + (f" LIMIT {limit:d}" if limit is not None else ""),
        [stream, start, end],
    )
    return of_rows(rows[::-1] if is_newest_first else rows)


def hot_of(keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], tuple[Any, ...]]:
    """Return the new readings at these moments of these streams, by both."""
    if is_postgresql():
        asked = list(keys)
        rows = told(
            f"SELECT stream, time_us, value, quality, extra FROM {HOT} JOIN "
            f"{unnested('bigint', 'bigint')} AS asked (stream, time_us) USING (stream, time_us)",
            [[stream for stream, _time in asked], [time for _stream, time in asked]],
        )
        return {row[:2]: row[2:] for row in rows}
    by_stream: dict[int, list[int]] = {}
    for stream, time in keys:
        by_stream.setdefault(stream, []).append(time)
    found = {}
    for stream, times in by_stream.items():
        for start in range(0, len(times), SOME):
            some = times[start : start + SOME]
            marks = ", ".join(["%s"] * len(some))
            for row in told(
                f"SELECT time_us, value, quality, extra FROM {HOT} "
                f"WHERE stream = %s AND time_us IN ({marks})",
                [stream, *some],
            ):
                found[stream, row[0]] = row[1:]
    return found


def hot_taken(stream: int, start: int, end: int) -> Readings:
    """Delete the new readings of a span and return them: nothing can come in between."""
    rows = told(
        f"DELETE FROM {HOT} WHERE stream = %s AND time_us >= %s AND time_us < %s "
        "RETURNING time_us, value, quality, extra",
        [stream, start, end],
    )
    return of_rows(sorted(rows, key=lambda row: row[0]))


def of_rows(rows: Sequence[tuple[Any, ...]]) -> Readings:
    """Return rows of time, value, quality and extra as readings."""
    return Readings.of(
        [(time, value, quality, extra_of(extra)) for time, value, quality, extra in rows]
    )


def extra_of(text: str | None) -> Extra | None:
    """Return what else is kept of a reading."""
    return json.loads(text) if text else None


def segment_at(stream: int, window: int) -> Readings:
    """Return the sealed readings of one span; none where there is no segment."""
    rows = told(
        f"SELECT {_BLOCK} FROM {SEGMENT} WHERE stream = %s AND window_us = %s", [stream, window]
    )
    return opened(rows[0]) if rows else Readings.none()


def segment_put(stream: int, window: int, readings: Readings, decimals: int | None) -> None:
    """Write the sealed readings of a span, in the place of what was there."""
    if not len(readings):
        told(f"DELETE FROM {SEGMENT} WHERE stream = %s AND window_us = %s", [stream, window])
        return
    block = packed(readings, decimals)
    told(
        f"INSERT INTO {SEGMENT} (stream, window_us, first_us, last_us, count, numbers, low, high, "
        f"total, last, times, amounts, quality, extras) VALUES ({', '.join(['%s'] * 14)}) "
        "ON CONFLICT (stream, window_us) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in _KEPT),
        [stream, window, *_row(block)],
    )


_KEPT = (
    "first_us", "last_us", "count", "numbers", "low", "high", "total", "last", "times", "amounts",
    "quality", "extras",
)  # fmt: skip


def _row(block: Block) -> list[object]:
    return [
        block.first, block.until, block.count, block.numbers, block.low, block.high, block.total,
        block.last, block.times, block.values, block.quality, block.extras,
    ]  # fmt: skip


def opened(row: Sequence[Any]) -> Readings:
    """Return the readings of a row of count, times, amounts, quality and extras."""
    count, times, values, quality, extras = row
    return unpacked(count, bytes(times), bytes(values), bytes(quality), bytes(extras))


def segments_between(
    stream: int, start: int, end: int, block_us: int
) -> list[tuple[int, Readings]]:
    """Return the segments that may hold something of a span, with their starts, ascending."""
    rows = told(
        f"SELECT window_us, {_BLOCK} FROM {SEGMENT} WHERE stream = %s AND window_us > %s "
        "AND window_us < %s AND last_us >= %s ORDER BY window_us",
        [stream, start - block_us, end, start],
    )
    return [(row[0], opened(row[1:])) for row in rows]


def next_segment(
    stream: int, window: int, *, is_newest_first: bool
) -> tuple[int, int, int, Readings] | None:
    """Return the segment after or before a start: its start, first and last moment, readings."""
    way, order = ("<", "DESC") if is_newest_first else (">", "ASC")
    rows = told(
        f"SELECT window_us, first_us, last_us, {_BLOCK} FROM {SEGMENT} "
        f"WHERE stream = %s AND window_us {way} %s ORDER BY window_us {order} LIMIT 1",
        [stream, window],
    )
    return (*rows[0][:3], opened(rows[0][3:])) if rows else None
