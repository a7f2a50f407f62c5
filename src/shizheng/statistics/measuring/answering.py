"""Answers many asks from one snapshot of the city, on the engine that is set."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.utils import timezone

from shizheng.core.measures import Aggregate, Dimension, Measure, Method, Span, Standing, measures
from shizheng.statistics.measuring.asking import Ask, MeasuredRow, MeasuredTable, Number
from shizheng.statistics.measuring.columns import ColumnKind, found
from shizheng.statistics.measuring.compiling import NOTHING, Compiled, period_start, together
from shizheng.statistics.measuring.engine import Engine, over_city
from shizheng.statistics.measuring.errors import DimensionValueUnknown
from shizheng.statistics.measuring.staging import needs_of

MICROSECONDS = 1_000_000
SHOWN = 8
DIGITS = 9


def measured(asks: Sequence[Ask], *, at: datetime) -> dict[Ask, MeasuredTable]:
    """Return the tables of several asks, all from one snapshot of the city.

    What lies after ``at`` does not count; a period that still runs is counted up to it.

    Raises:
        UnknownKey: no such measure; the error lists the known ones.
        DimensionUnknown, DimensionValueUnknown: a measure cannot be split or filtered like that.
        MeasureNotPublic, DimensionNotPublic: what everybody may see does not include it.
        ColumnMissing, TableMissing: a measure names what the city does not have.
        EngineUnreachable, EngineUnusable, EngineExhausted: the engine cannot; each says whether
            trying again can help.
    """
    distinct = list(dict.fromkeys(asks))
    for ask in distinct:
        ask.check()
        _check_values(ask)
    if not distinct:
        return {}
    with _engine(distinct) as engine:
        return answered(distinct, engine, at=at)


def answered(asks: Sequence[Ask], engine: Engine, *, at: datetime) -> dict[Ask, MeasuredTable]:
    """Return the tables of asks that were checked, from an engine that has what they need."""
    tables: dict[Ask, MeasuredTable] = {}
    for group in together(asks):
        found = [
            (sign, _keyed(engine.rows(expression), len(group[0].by)))
            for sign, expression in Compiled(group, at=at).expressions()
        ]
        for place, ask in enumerate(group):
            raw = [each for sign, rows in found for each in _own(rows, sign, place)]
            tables[ask] = MeasuredTable(ask, at, _table(ask, raw, at))
    return {ask: tables[ask] for ask in asks}


_Keyed = tuple[int, tuple[str, ...], tuple[Any, ...]]
"""Ordinal of the period, keys, and the numbers of all asks of a group."""


def _keyed(rows: Sequence[tuple[Any, ...]], keys: int) -> list[_Keyed]:
    first = 1 + keys
    return [(row[0], tuple([key or NOTHING for key in row[1:first]]), row[first:]) for row in rows]


class _Raw(NamedTuple):
    """One number as an engine gave it; of what stands, by how much it changed."""

    sign: int
    ordinal: int
    keys: tuple[str, ...]
    value: Any
    rows: int
    invented: int


def _own(rows: Sequence[_Keyed], sign: int, place: int) -> list[_Raw]:
    """Return the numbers of one ask out of those of its group."""
    value, count, invented = 3 * place, 3 * place + 1, 3 * place + 2
    return [
        _Raw(sign, ordinal, keys, numbers[value], numbers[count], numbers[invented])
        for ordinal, keys, numbers in rows
        if numbers[count]
    ]


def _engine(asks: Sequence[Ask]) -> AbstractContextManager[Engine]:
    if settings.ANALYTICS == "duckdb":
        return over_city(needs_of(asks))
    return _on_cluster(asks)


@contextmanager
def _on_cluster(asks: Sequence[Ask]) -> Iterator[Engine]:
    from shizheng.statistics.measuring.cluster import over_files
    from shizheng.statistics.measuring.parquet import written

    needs = needs_of(asks)
    with written(needs) as folder, over_files(folder, needs, settings.ANALYTICS) as engine:
        yield engine


def _check_values(ask: Ask) -> None:
    """Refuse values that a dimension does not have."""
    measure = measures[ask.measure]
    for name, values in ask.where:
        known = values_of(measure, measure.dimensions[name])
        for value in values:
            if "\0" in value or (known is not None and value and value not in known):
                shown = ", ".join(sorted(known or ())[:SHOWN]) or "-"
                raise DimensionValueUnknown(
                    measure=ask.measure, dimension=name, value=value, known=shown
                )


def values_of(measure: Measure, dimension: Dimension) -> frozenset[str] | None:
    """Return the values that a dimension has; None where any text may be one."""
    column = found(measure.code, measure.table, dimension.column)
    if dimension.values:
        return frozenset(dimension.values)
    if column.kind == ColumnKind.TRUTH:
        return frozenset({"true", "false"})
    if column.field.choices:
        return frozenset(str(value) for value, _label in column.field.flatchoices)
    if column.steps and column.field.unique:
        table: type[models.Model] = column.steps[-1].related_model
        codes = table._base_manager.values_list(column.field.name, flat=True)
        return frozenset(map(str, codes))
    return None


def _table(ask: Ask, found: Sequence[_Raw], at: datetime) -> tuple[MeasuredRow, ...]:
    """Return what an engine found as the rows of a table."""
    measure = measures[ask.measure]
    if isinstance(measure.time, Standing):
        rows = _stood(ask, found, timezone.localdate(at))
    else:
        rows = [
            MeasuredRow(
                period_start(ask.frequency, each.ordinal), each.keys,
                _number(measure.aggregate, each.value), each.rows, each.invented,
            )
            for each in found
        ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (row.period_start, row.keys)))


def _stood(ask: Ask, found: Sequence[_Raw], today: date) -> list[MeasuredRow]:
    """Return what stood at the end of each period: all that came, less what went."""
    aggregate = measures[ask.measure].aggregate
    rows = []
    for keys, changes in _changes(found).items():
        value, count, invented = 0, 0, 0
        for period in ask.periods:
            by_value, by_count, by_invented = changes.get(period.ordinal, (0, 0, 0))
            value, count, invented = value + by_value, count + by_count, invented + by_invented
            if period.start <= today and count:
                number = _number(aggregate, value)
                rows.append(MeasuredRow(period.start, keys, number, count, invented))
    return rows


def _changes(
    found: Sequence[_Raw],
) -> dict[tuple[str, ...], dict[int, tuple[Any, int, int]]]:
    """Return by how much value, rows and invented ones changed, by keys and period."""
    changes: dict[tuple[str, ...], dict[int, tuple[Any, int, int]]] = {}
    for each in found:
        known = changes.setdefault(each.keys, {})
        value, rows, invented = known.get(each.ordinal, (0, 0, 0))
        known[each.ordinal] = (
            value + each.sign * (each.value or 0),
            rows + each.sign * each.rows,
            invented + each.sign * each.invented,
        )
    return changes


def _number(aggregate: Aggregate, value: Any) -> Number:
    """Return a number in its unit: exact for counts and sums, a percentile to 9 digits."""
    if value is None or aggregate.method in (Method.COUNT, Method.COUNT_DISTINCT):
        return None if value is None else int(value)
    parts = aggregate.per * (MICROSECONDS if isinstance(aggregate.of, Span) else 1)
    if aggregate.method == Method.PERCENTILE:
        return round(float(value) / parts, DIGITS)
    if isinstance(value, float):
        return round(value / parts, DIGITS)
    if parts == 1:
        return value if isinstance(value, Decimal) else int(value)
    return Decimal(value) / parts
