"""Observations as Parquet files (匯出觀測值): a folder for each month, sorted by stream and time.

For programs and clusters that read columns. A file is written beside and then put in its place, so
that a reader, or a run that was killed, never leaves half a file.
"""

import json
import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np

from shizheng.sensing import moments
from shizheng.sensing.domain.packing import Readings
from shizheng.sensing.models import Datastream
from shizheng.sensing.store.reading import readings_between
from shizheng.sensing.store.tables import told

TOGETHER = 2_000_000
"""So many readings are held in memory before they are written."""


def exported(folder: Path, *, since: datetime | None, until: datetime) -> tuple[int, list[Path]]:
    """Write what was sealed between two moments, with corrections to it, and the streams.

    ``observations/month=2020-03/part-0.parquet`` has stream, time_us (microseconds since 1970 in
    UTC), value, quality and extra (JSON); ``streams.parquet`` says what the streams are.

    Returns:
        How many readings were written, and the files.
    """
    bounds = told(
        "SELECT MIN(first_us), MAX(last_us) FROM sensing_segment WHERE last_us >= %s",
        [moments.of(since) if since else -(2**62)],
    )[0]
    files, count = [_streams_written(folder)], 0
    if bounds[0] is None:
        return 0, files
    start = max(bounds[0], moments.of(since)) if since else bounds[0]
    end = min(bounds[1] + 1, moments.of(until))
    for month, first, last in _months(start, end):
        target = folder / "observations" / f"month={month}"
        for number, part in enumerate(_parts(first, last)):
            count += len(part[0])
            files.append(_written(part, target / f"part-{number}.parquet"))
    return count, files


def _months(start: int, end: int) -> Iterator[tuple[str, int, int]]:
    while start < end:
        day = moments.moment(start)
        month = day.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        following = moments.of((month + timedelta(days=32)).replace(day=1))
        yield f"{month:%Y-%m}", start, min(following, end)
        start = following


Columns = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[tuple[int, str]]]
"""Stream, time, value and quality of each reading; what else is kept of some, by their place."""


def _parts(start: int, end: int) -> Iterator[Columns]:
    """Yield columns of stream, time, value, quality and extra, some million rows at a time."""
    waiting: list[tuple[int, Readings]] = []
    size = 0
    sealed = dict(told("SELECT stream, sealed_us FROM sensing_latest"))
    for stream, block_us in Datastream.objects.order_by("pk").values_list("pk", "block_us"):
        last = min(end, sealed.get(stream, -(2**62)) + 1)
        readings = readings_between(stream, start, last, block_us) if last > start else None
        if readings is not None and len(readings):
            waiting.append((stream, readings))
            size += len(readings)
        if size >= TOGETHER:
            yield _columns(waiting)
            waiting, size = [], 0
    if waiting:
        yield _columns(waiting)


def _columns(parts: list[tuple[int, Readings]]) -> Columns:
    extras, first = [], 0
    for _, each in parts:
        for place, extra in each.extras.items():
            extras.append((first + place, json.dumps(extra, ensure_ascii=False)))
        first += len(each)
    return (
        np.concatenate([np.full(len(each), stream, np.int64) for stream, each in parts]),
        np.concatenate([each.times for _, each in parts]),
        np.concatenate([each.values for _, each in parts]),
        np.concatenate([each.quality for _, each in parts]).astype(np.int32),
        extras,
    )


def _written(part: Columns, file: Path) -> Path:
    *columns, extras = part
    names = ("stream", "time_us", "value", "quality")
    rows = dict(zip(names, columns, strict=True)) | {"place": np.arange(len(columns[0]))}
    with duckdb.connect() as writer:
        writer.register("rows", rows)
        writer.register("extras", _table(extras, ("place", "extra")))
        return _copied(
            writer,
            "SELECT stream, time_us, CASE WHEN isnan(value) THEN NULL ELSE value END AS value, "
            "quality, extra FROM rows LEFT JOIN extras USING (place) ORDER BY place",
            file,
        )


def _streams_written(folder: Path) -> Path:
    rows = [
        (
            each.pk, each.code, each.name, each.thing.name, each.thing.seen_by,
            each.observed_property.code if each.observed_property else "",
            str((each.unit or {}).get("symbol", "")),
        )
        for each in Datastream.objects.select_related("thing", "observed_property").order_by("pk")
    ]  # fmt: skip
    names = ("stream", "code", "name", "thing", "seen_by", "observed_property", "unit")
    with duckdb.connect() as writer:
        writer.register("rows", _table(rows, names))
        return _copied(writer, "SELECT * FROM rows", folder / "streams.parquet")


def _table(rows: Sequence[tuple[int | str, ...]], names: Sequence[str]) -> dict[str, np.ndarray]:
    """Return rows of a number and texts as columns: DuckDB takes rows one by one slowly."""
    columns = list(zip(*rows, strict=True)) or [() for _name in names]
    number, *texts = columns
    return {names[0]: np.array(number, np.int64)} | {
        name: np.array(each, object) for name, each in zip(names[1:], texts, strict=True)
    }


def _copied(writer: duckdb.DuckDBPyConnection, query: str, file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".part")
    target = str(beside).replace("'", "''")
    writer.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    os.replace(beside, file)
    return file
