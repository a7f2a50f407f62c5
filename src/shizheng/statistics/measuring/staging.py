"""Brings what measures need out of the tables of the city: each table read once, narrow and flat.

Foreign keys are followed here, so that a measure reads one table, and that a file of it can be
measured elsewhere. Names of tables and columns are those of our models; nothing that anybody typed
comes into this SQL.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models

from shizheng.core.measures import Standing, measures
from shizheng.statistics.measuring.asking import Ask
from shizheng.statistics.measuring.columns import ColumnKind, Found, columns_of

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CAST = {
    ColumnKind.DAY: "DATE",
    ColumnKind.WHOLE: "BIGINT",
    ColumnKind.FLOAT: "DOUBLE",
    ColumnKind.TRUTH: "BOOLEAN",
    ColumnKind.TEXT: "VARCHAR",
}


@dataclass(slots=True)
class Need:
    """What is needed of one table (所需欄位).

    Args:
        columns: path to column, and the measure that asks for it first.
        asks: how often the table is read.
        within: the column and the days outside which no row counts, if that is known.
    """

    table: type[models.Model]
    columns: dict[str, tuple[Found, str]] = field(default_factory=dict)
    asks: int = 0
    within: tuple[Found, date, date] | None = None

    @property
    def name(self) -> str:
        """The name of the table, in the database and staged alike."""
        return self.table._meta.db_table


def needs_of(asks: Iterable[Ask]) -> list[Need]:
    """Return what several asks need together, a table once."""
    needs: dict[type[models.Model], Need] = {}
    spans: dict[type[models.Model], set[tuple[str, date, date]]] = {}
    for ask in asks:
        measure = measures[ask.measure]
        need = needs.setdefault(measure.table, Need(measure.table))
        for column in columns_of(measure, ask):
            need.columns.setdefault(column.path, (column, measure.code))
        standing = isinstance(measure.time, Standing)
        need.asks += 2 if standing else 1
        time_path = measure.time.since if isinstance(measure.time, Standing) else measure.time
        start = date.min if standing else ask.start
        spans.setdefault(measure.table, set()).add((time_path, start, ask.end))
    for table, known in spans.items():
        paths = {path for path, _start, _end in known}
        if len(paths) == 1:  # else a row may count by one time and not by another
            column = needs[table].columns[paths.pop()][0]
            first, last = min(start for _, start, _ in known), max(end for _, _, end in known)
            needs[table].within = (column, first, last)
    return list(needs.values())


def needs_of_all(codes: Iterable[str]) -> list[Need]:
    """Return what measures need with all of their dimensions, for files that answer any ask."""
    needs: dict[type[models.Model], Need] = {}
    for code in codes:
        measure = measures[code]
        need = needs.setdefault(measure.table, Need(measure.table, asks=2))
        for column in columns_of(measure):
            need.columns.setdefault(column.path, (column, code))
    return list(needs.values())


def read_columns(needs: Iterable[Need]) -> dict[str, dict[str, str]]:
    """Return the columns to read, by table, each with the measure that asks for it first."""
    wanted: dict[str, dict[str, str]] = {}
    for need in needs:
        for column, measure in need.columns.values():
            table = need.name
            for step in column.steps:
                wanted.setdefault(table, {}).setdefault(str(step.column), measure)
                table = step.related_model._meta.db_table
                key = str(step.target_field.column)
                wanted.setdefault(table, {}).setdefault(key, measure)
            wanted.setdefault(table, {}).setdefault(column.column, measure)
    return wanted


def shared_tables(needs: Iterable[Need]) -> list[str]:
    """Return the tables that several needs read; they are copied once, as they are."""
    readers: Counter[str] = Counter()
    for need in needs:
        steps = {
            str(step.related_model._meta.db_table)
            for column, _measure in need.columns.values()
            for step in column.steps
        }
        readers.update(steps | {need.name})
    return sorted(table for table, count in readers.items() if count > 1)


def codes_of(needs: Iterable[Need]) -> set[tuple[str, str]]:
    """Return table and column of the codes that rows are split by."""
    return {
        (str(column.steps[-1].related_model._meta.db_table), column.column)
        for need in needs
        for column, _measure in need.columns.values()
        if column.is_code
    }


def selecting(need: Need, sources: Mapping[str, str]) -> str:
    """Return the SQL that makes one narrow, flat table of what is needed.

    Args:
        sources: name of a table to where it is read from.
    """
    joins: dict[tuple[str, ...], str] = {}
    clauses: list[str] = []
    shown: list[str] = []
    for column, _measure in need.columns.values():
        alias = _joined(column, sources, joins, clauses)
        source = f"{alias}.{quoted(column.column)}"
        shown += [f"{value} AS {quoted(name)}" for name, value in _staged(column, source).items()]
    limits = _limits(need)
    return (
        f"SELECT {', '.join(shown)} FROM {sources[need.name]} AS f "
        f"{' '.join(clauses)}{f' WHERE {limits}' if limits else ''}"
    )


def _joined(
    column: Found, sources: Mapping[str, str], joins: dict[tuple[str, ...], str], to: list[str]
) -> str:
    """Return the alias of the table that holds a column, joining those on the way."""
    alias = "f"
    for count, step in enumerate(column.steps, start=1):
        way = tuple(each.name for each in column.steps[:count])
        if way not in joins:
            joins[way] = f"j{len(joins)}"
            source = sources[str(step.related_model._meta.db_table)]
            to.append(
                f"LEFT JOIN {source} AS {joins[way]} "
                f"ON {joins[way]}.{quoted(str(step.target_field.column))} = "
                f"{alias}.{quoted(str(step.column))}"
            )
        alias = joins[way]
    return alias


def _staged(column: Found, source: str) -> Mapping[str, str]:
    """Return the staged columns of one column, by their names."""
    if column.kind == ColumnKind.MOMENT:
        moment = f"epoch_us({source})"
        return {column.name: moment, column.day_name: local_day(moment, settings.TIME_ZONE)}
    if column.is_key or isinstance(column.field, models.CharField | models.TextField):
        return {column.name: source}
    if isinstance(column.field, models.DecimalField):
        exact = f"DECIMAL({column.field.max_digits}, {column.field.decimal_places})"
        return {column.name: f"CAST({source} AS {exact})"}
    return {column.name: f"CAST({source} AS {CAST[column.kind]})"}


def local_day(moment: str, zone: str) -> str:
    """Return the SQL of the day in the city of a moment in microseconds."""
    slow = f"CAST(timezone('{zone}', make_timestamptz({moment})) AS DATE)"
    settled = settled_since(zone)
    if settled is None:
        return slow
    since, offset = settled
    quick = f"CAST(make_timestamp({moment} + {offset}) AS DATE)"
    return f"CASE WHEN {moment} >= {since} THEN {quick} ELSE {slow} END"


@lru_cache
def settled_since(zone: str) -> tuple[int, int] | None:
    """Return from when a zone keeps one offset, and that offset, both in microseconds.

    None for zones that still change their clocks. It is ten times quicker to add than to look up.
    """
    here, last, was = ZoneInfo(zone), EPOCH, None
    day, end = datetime(1900, 1, 1, tzinfo=UTC), datetime(2037, 12, 31, tzinfo=UTC)
    while day < end:
        offset = day.astimezone(here).utcoffset()
        if offset != was:
            last, was = day, offset
        day += timedelta(days=1)
    if was is None or last.year > 2000:
        return None
    return micros(last + timedelta(days=1)), was // MICROSECOND


def micros(moment: datetime) -> int:
    """Return a moment in microseconds since 1970 in UTC."""
    return (moment - EPOCH) // MICROSECOND


def _limits(need: Need) -> str:
    """Return the condition that keeps rows of other times where they are."""
    if need.within is None:
        return ""
    column, start, end = need.within
    if column.steps:
        return ""
    source = f"f.{quoted(column.column)}"
    parts = [] if start == date.min else [f"{source} >= {_border(column, start)}"]
    return " AND ".join([*parts, f"{source} < {_border(column, end)}"])


def _border(column: Found, day: date) -> str:
    if column.kind == ColumnKind.DAY:
        return f"DATE '{day.isoformat()}'"
    begins = datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)
    return f"TIMESTAMPTZ '{begins:%Y-%m-%d %H:%M:%S}+00'"


def quoted(name: str) -> str:
    """Return a name of ours as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def ibis_types(columns: Iterable[Found]) -> dict[str, str]:
    """Return the types of staged columns by name, as Ibis writes them."""
    types: dict[str, str] = {}
    for column in columns:
        if column.kind == ColumnKind.MOMENT:
            types |= {column.name: "int64", column.day_name: "date"}
        elif isinstance(column.field, models.DecimalField):
            types[column.name] = (
                f"decimal({column.field.max_digits}, {column.field.decimal_places})"
            )
        else:
            types[column.name] = IBIS[column.kind]
    return types


IBIS = {
    ColumnKind.DAY: "date",
    ColumnKind.WHOLE: "int64",
    ColumnKind.FLOAT: "float64",
    ColumnKind.TRUTH: "boolean",
    ColumnKind.TEXT: "string",
}
