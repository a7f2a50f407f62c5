"""New readings into the store: each moment of a stream once, whatever is sent again or late."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import OperationalError, connection

from shizheng.sensing.domain.packing import Readings
from shizheng.sensing.store.tables import (
    LATEST,
    SOME,
    HotRow,
    extra_of,
    hot_added,
    hot_of,
    is_postgresql,
    segment_at,
    told,
    unnested,
)

LONG_AGO = -(2**62)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store has of a stream: its first and newest moment, and up to where it is sealed."""

    first: int
    newest: int
    sealed: int


@dataclass(frozen=True, slots=True)
class Added:
    """What became of rows: those that were new, were there already, or say otherwise."""

    new: list[HotRow]
    same: list[HotRow]
    other: list[HotRow]


class Overtaken(OperationalError):
    """Another process added the first readings of a stream at the same time: begin anew."""


def known_of(streams: Sequence[int], *, to_write: bool = False) -> dict[int, Known]:
    """Return what the store has of these streams.

    Args:
        to_write: let nobody else add, seal or remove readings of them until the transaction
            ends. SQLite has one writer at a time anyhow.
    """
    found = {}
    lock = to_write and connection.features.has_select_for_update
    ending = " ORDER BY stream FOR UPDATE" if lock else ""
    streams = sorted(streams)
    for start in range(0, len(streams), SOME):
        some = streams[start : start + SOME]
        marks = ", ".join(["%s"] * len(some))
        for stream, first, newest, sealed in told(
            f"SELECT stream, first_us, time_us, sealed_us FROM {LATEST} WHERE stream IN ({marks})"
            f"{ending}",
            list(some),
        ):
            found[stream] = Known(first, newest, sealed)
    return found


def readings_added(rows: Sequence[HotRow], blocks: dict[int, int], received_us: int) -> Added:
    """Add readings within the caller's transaction.

    Args:
        rows: in any order, of any streams.
        blocks: by stream, the span of its blocks in microseconds.
        received_us: when they came.

    Raises:
        Overtaken: another process added the same at the same time; try again in a new transaction.
    """
    known = known_of(list(blocks), to_write=True)
    done = Added([], [], [])
    batch: dict[tuple[int, int], HotRow] = {}
    late: list[HotRow] = []
    for row in rows:
        key = row[:2]
        if key in batch:
            (done.same if batch[key][2:] == row[2:] else done.other).append(row)
            continue
        batch[key] = row
        stream = known.get(row[0])
        if stream is not None and row[1] <= stream.newest:
            late.append(row)
        else:
            done.new.append(row)
    if late:
        _late(late, known, blocks, done)
    if done.new:
        if hot_added(done.new) < len(done.new):
            raise Overtaken
        _newest_put(done.new, known, received_us)
    return done


def _late(
    rows: Sequence[HotRow], known: dict[int, Known], blocks: dict[int, int], done: Added
) -> None:
    """Sort readings that are not newer than the newest into new, same and other."""
    hot = hot_of(row[:2] for row in rows)
    sealed: dict[tuple[int, int], Readings] = {}
    for row in rows:
        stream, time = row[:2]
        there = hot.get((stream, time))
        if there is None and time <= known[stream].sealed:
            window = window_of(time, blocks[stream])
            if (stream, window) not in sealed:
                sealed[stream, window] = segment_at(stream, window)
            there = at(sealed[stream, window], time)
        if there is None:
            done.new.append(row)
        else:
            (done.same if _says(there) == _says(row[2:]) else done.other).append(row)


def window_of(time: int, block_us: int) -> int:
    """Return the start of the span in which a moment lies."""
    return time // block_us * block_us


def at(readings: Readings, time: int) -> tuple[Any, ...] | None:
    """Return value, quality and extra at a moment."""
    place = int(np.searchsorted(readings.times, time))
    if place == len(readings) or readings.times[place] != time:
        return None
    return (
        float(readings.values[place]), int(readings.quality[place]), readings.extras.get(place),
    )  # fmt: skip


def _says(values: tuple[Any, ...]) -> tuple[Any, Any]:
    """Return the result of a reading, however it is kept; flags of quality do not count."""
    value, _quality, extra = values
    extra = extra_of(extra) if isinstance(extra, str) else extra
    number = None if value is None or math.isnan(value) else value
    return number, (extra or {}).get("r")


def _newest_put(rows: Sequence[HotRow], known: dict[int, Known], received_us: int) -> None:
    newest: dict[int, HotRow] = {}
    first: dict[int, int] = {}
    for row in rows:
        stream = row[0]
        if stream not in newest or row[1] > newest[stream][1]:
            newest[stream] = row
        if stream not in first or row[1] < first[stream]:
            first[stream] = row[1]
    put = [
        (*row, min(first[stream], row[1]), received_us) for stream, row in sorted(newest.items())
    ]
    with connection.cursor() as cursor:
        if is_postgresql():
            cursor.execute(
                _put(f"SELECT *, {LONG_AGO} FROM {unnested(*_NEWEST)}", "LEAST"),
                [list(column) for column in zip(*put, strict=True)],
            )
        else:
            cursor.executemany(_put(f"VALUES ({'%s, ' * len(_NEWEST)}{LONG_AGO})", "MIN"), put)
        cursor.executemany(
            f"UPDATE {LATEST} SET first_us = %s WHERE stream = %s AND first_us > %s",
            [
                (time, stream, time)
                for stream, time in sorted(first.items())
                if stream in known and time < known[stream].first
            ],
        )


_NEWEST = ("bigint", "bigint", "float8", "int", "text", "bigint", "bigint")


def _put(rows: str, least: str) -> str:
    """Return the statement that puts rows among the newest, each unless a newer one is there."""
    return (
        f"INSERT INTO {LATEST} (stream, time_us, value, quality, extra, first_us, received_us, "
        f"sealed_us) {rows} "
        "ON CONFLICT (stream) DO UPDATE SET time_us = excluded.time_us, "
        "value = excluded.value, quality = excluded.quality, extra = excluded.extra, "
        f"first_us = {least}({LATEST}.first_us, excluded.first_us), "
        f"received_us = excluded.received_us WHERE excluded.time_us >= {LATEST}.time_us"
    )
