"""Reads calendars: the yearly office calendar as CSV, and a pack's ``calendar.yaml`` mapping."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from shizheng.kernel.time.days import ALWAYS, WEEKDAYS, CalendarMalformed, DayKind, DayRecord

COLUMNS = ("date", "is_holiday", "description_zh")
SCHEMA = "calendar/1"
ALSO = ("weekend", "version", "examples")
LISTS = {
    "withdrawn": DayKind.WITHDRAWN,
    "holidays": DayKind.HOLIDAY,
    "workdays": DayKind.WORKDAY,
    "closures": DayKind.CLOSURE,
}


def read_csv(lines: Iterable[str], *, name: str, known_from: date = ALWAYS) -> dict[str, Any]:
    """Return the parts of a calendar from CSV lines, one day a line, no day left out.

    Columns ``date`` (ISO), ``is_holiday`` (0 or 1) and ``description_zh``; others are ignored.

    Raises:
        CalendarMalformed: a column, a day or a value is missing or wrong; names the line.
    """
    rows = csv.DictReader(line.removeprefix("\ufeff") for line in lines)
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise CalendarMalformed(place="line 1", problem=f"column {missing[0]} is missing")
    records: list[DayRecord] = []
    first = last = None
    for row in rows:
        place = f"line {rows.line_num}"
        day = _date(row["date"], place)
        if last is not None and day != last + timedelta(days=1):
            raise CalendarMalformed(place=place, problem=f"{day} does not follow {last}")
        first, last = first or day, day
        records += _record_of_row(row, day, known_from, place)
    if first is None or last is None:
        raise CalendarMalformed(place="line 2", problem="there is no day in it")
    return {"id": name, "first": first, "last": last, "records": tuple(records)}


def _record_of_row(
    row: Mapping[str, str], day: date, known_from: date, place: str
) -> list[DayRecord]:
    """Return the record of a day that differs from its weekday, or is a named holiday."""
    if row["is_holiday"] not in ("0", "1"):
        raise CalendarMalformed(
            place=place, problem=f"is_holiday must be 0 or 1, got {row['is_holiday']!r}"
        )
    is_holiday, is_weekend = row["is_holiday"] == "1", day.weekday() >= 5
    name = row["description_zh"] or ""
    if is_holiday and (name or not is_weekend):
        return [DayRecord(day, DayKind.HOLIDAY, None, known_from, name)]
    if is_weekend and not is_holiday:
        return [DayRecord(day, DayKind.WORKDAY, None, known_from, name)]
    return []


def read_definition(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a calendar from the mapping of a pack file, ``schema: calendar/1``.

    Keys: ``id``, ``covers: {from, to}``, ``weekend`` (weekday names, default sat and sun) and
    ``versions``: each ``known_from``, ``source``, ``covers`` (the years it makes known) and lists
    ``holidays``, ``workdays``, ``closures``, ``withdrawn`` of ``{date, area, name}``.

    Raises:
        CalendarMalformed: names the place (``versions.0.holidays.3.date``) and the problem.
    """
    _keys(definition, "calendar", required=("schema", "id", "covers", "versions"), also=ALSO)
    if definition["schema"] != SCHEMA:
        raise CalendarMalformed(place="schema", problem=f"must be {SCHEMA}")
    first, last = _covers(definition["covers"], "covers")
    records, spans = [], []
    for i, version in enumerate(_list(definition["versions"], "versions")):
        records += _version(version, f"versions.{i}", (first, last))
        if "covers" in version:
            known_from = _date(version["known_from"], f"versions.{i}.known_from")
            spans.append((known_from, *_covers(version["covers"], f"versions.{i}.covers")))
    return {
        "id": str(definition["id"]),
        "first": first,
        "last": last,
        "records": tuple(records),
        "spans": tuple(spans),
        "weekend": _weekend(definition.get("weekend", ["sat", "sun"])),
    }


def _covers(covers: Any, place: str) -> tuple[date, date]:
    _keys(covers, place, required=("from", "to"))
    first, last = _date(covers["from"], f"{place}.from"), _date(covers["to"], f"{place}.to")
    if last < first:
        raise CalendarMalformed(place=place, problem=f"{last} is before {first}")
    return first, last


def _weekend(names: Any) -> frozenset[int]:
    for name in _list(names, "weekend"):
        if name not in WEEKDAYS:
            raise CalendarMalformed(
                place="weekend", problem=f"{name!r} is none of {', '.join(WEEKDAYS)}"
            )
    return frozenset(WEEKDAYS.index(name) for name in names)


def _version(version: Any, place: str, covers: tuple[date, date]) -> list[DayRecord]:
    _keys(version, place, required=("known_from",), also=("source", "covers", *LISTS))
    known_from = _date(version["known_from"], f"{place}.known_from")
    source = str(version.get("source", ""))
    records, seen = [], set()
    for key, kind in LISTS.items():
        for i, entry in enumerate(_list(version.get(key) or [], f"{place}.{key}")):
            here = f"{place}.{key}.{i}"
            record = _record(entry, kind, here, known_from, source)
            if not covers[0] <= record.on <= covers[1]:
                raise CalendarMalformed(place=here, problem=f"{record.on} is not in covers")
            if (record.on, record.area, kind) in seen:
                raise CalendarMalformed(place=here, problem=f"{record.on} stands there twice")
            seen.add((record.on, record.area, kind))
            records.append(record)
    both = {(on, area) for on, area, kind in seen if kind is DayKind.HOLIDAY} & {
        (on, area) for on, area, kind in seen if kind is DayKind.WORKDAY
    }
    if both:
        problem = f"{min(both)[0]} is both a holiday and a workday"
        raise CalendarMalformed(place=place, problem=problem)
    return records


def _record(entry: Any, kind: DayKind, place: str, known_from: date, source: str) -> DayRecord:
    _keys(entry, place, required=("date",), also=("area", "name"))
    name = entry.get("name") or {}
    if isinstance(name, str):
        name = {"zh-Hant": name}
    _keys(name, f"{place}.name", also=("zh-Hant", "en"))
    area = entry.get("area")
    return DayRecord(
        on=_date(entry["date"], f"{place}.date"),
        kind=kind,
        area=None if area is None else str(area),
        known_from=known_from,
        name_zh=str(name.get("zh-Hant", "")),
        name_en=str(name.get("en", "")),
        source=source,
    )


def _keys(
    mapping: Any, place: str, *, required: tuple[str, ...] = (), also: tuple[str, ...] = ()
) -> None:
    if not isinstance(mapping, Mapping):
        raise CalendarMalformed(place=place, problem=f"must be a mapping, got {mapping!r}")
    for key in required:
        if key not in mapping:
            raise CalendarMalformed(place=place, problem=f"{key} is missing")
    allowed = (*required, *also)
    for key in mapping:
        if key not in allowed:
            raise CalendarMalformed(
                place=place, problem=f"unknown key {key!r}; known are {', '.join(allowed)}"
            )


def _list(value: Any, place: str) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise CalendarMalformed(place=place, problem=f"must be a list, got {value!r}")
    return list(value)


def _date(value: Any, place: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise CalendarMalformed(
            place=place, problem=f"{value!r} is no date; write it as 2020-01-31"
        ) from None
