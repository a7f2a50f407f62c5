"""A measure as an expression of Ibis: the same one for every engine.

Values come in as literals of Ibis, never as text of a query. Nothing here imports Ibis before it
is needed: that takes a second.
"""

import operator
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache, reduce
from typing import Any

from django.utils import timezone

from shizheng.core.measures import (
    Aggregate,
    Column,
    Comparison,
    Condition,
    Measure,
    Method,
    Span,
    Standing,
    measures,
)
from shizheng.statistics.domain.periods import Frequency, Period
from shizheng.statistics.measuring.asking import Ask
from shizheng.statistics.measuring.columns import ColumnKind, Found, columns_of
from shizheng.statistics.measuring.staging import ibis_types, micros

Expression = Any
"""A table, column or scalar of Ibis, which comes without useful types."""

EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
NOTHING = ""
TOGETHER = 16
"""So many measures in one reading: Ibis takes longer for each the more there are."""
COMPARED: Mapping[Comparison, Callable[[Any, Any], Any]] = {
    Comparison.EQUALS: operator.eq,
    Comparison.DIFFERS: operator.ne,
    Comparison.AT_MOST: operator.le,
    Comparison.AT_LEAST: operator.ge,
    Comparison.BELOW: operator.lt,
    Comparison.ABOVE: operator.gt,
}
CAME, WENT = 1, -1


def together(asks: Iterable[Ask]) -> list[list[Ask]]:
    """Return the asks in groups that one reading of a table answers.

    They are split and filtered by the same columns, over the same periods of the same time; their
    measures differ in what counts and how.
    """
    groups: dict[Hashable, list[Ask]] = {}
    for ask in asks:
        groups.setdefault(_reading(ask), []).append(ask)
    return [
        group[first : first + TOGETHER]
        for group in groups.values()
        for first in range(0, len(group), TOGETHER)
    ]


def _reading(ask: Ask) -> Hashable:
    """Return what two asks must have in common to be answered together."""
    measure = measures[ask.measure]
    by = tuple(measure.dimensions[name].column for name in ask.by)
    where = tuple((measure.dimensions[name].column, values) for name, values in ask.where)
    public = measure.public if ask.is_public else ()
    span = (ask.frequency, ask.start, ask.end)
    return (measure.table, measure.time, measure.synthetic, by, where, public, span)


class Compiled:
    """Asks that go together, as expressions (查詢式) of one table.

    The rows of each are the period's ordinal, the keys, and for each ask its value, how many rows
    are behind it and how many of these are invented.
    """

    def __init__(self, asks: Sequence[Ask], *, at: datetime) -> None:
        import ibis

        self.ask, self.asks, self.at = asks[0], asks, at
        self.measure: Measure = measures[self.ask.measure]
        columns = [column for ask in asks for column in columns_of(measures[ask.measure], ask)]
        self.columns: Mapping[str, Found] = {column.path: column for column in columns}
        self.table: Expression = ibis.table(
            ibis_types(self.columns.values()), name=self.measure.table._meta.db_table
        )

    def expressions(self) -> list[tuple[int, Expression]]:
        """Return the expression; for what stands, one of what came and one of what went."""
        rows = self.table
        if common := self._common():
            rows = rows.filter(common)
        if not isinstance(self.measure.time, Standing):
            return [(CAME, self._grouped(rows, self.measure.time, CAME))]
        since, until = self.measure.time.since, self.measure.time.until
        first, last = self._pair(rows, since, until)
        rows = rows.filter(last.isnull() | (first < last))
        return [
            (CAME, self._grouped(rows, since, CAME)),
            (WENT, self._grouped(rows, until, WENT)),
        ]

    def _common(self) -> list[Expression]:
        """Return what a row must meet for all of the asks, but for its time."""
        public = (self.measure.public or ()) if self.ask.is_public else ()
        met = [self._condition(self.table, each) for each in public]
        return met + [
            self._key(self.table, name).fill_null(NOTHING).isin(list(values))
            for name, values in self.ask.where
        ]

    def _condition(self, rows: Expression, condition: Condition) -> Expression:
        column = self._column(rows, condition.column)
        match condition.test:
            case Comparison.IS_NULL:
                return column.isnull()
            case Comparison.NOT_NULL:
                return column.notnull()
            case Comparison.IN:
                return column.isin(list(self._values(condition)))
            case Comparison.NOT_IN:
                return column.notin(list(self._values(condition)))
        compared = COMPARED[condition.test]
        if isinstance(condition.value, Column):
            return compared(*self._pair(rows, condition.column, condition.value.path))
        return compared(column, self._literal(condition.column, condition.value))

    def _values(self, condition: Condition) -> list[Expression]:
        values = condition.value if isinstance(condition.value, tuple) else ()
        return [self._literal(condition.column, value) for value in values]

    def _literal(self, path: str, value: object) -> Expression:
        import ibis

        kind = self.columns[path].kind
        if kind == ColumnKind.MOMENT:
            raise ValueError(f"{self.measure.code}: {path} is a moment: compare it with a column")
        return ibis.literal(value, type=ibis_types([self.columns[path]])[self.columns[path].name])

    def _column(self, rows: Expression, path: str) -> Expression:
        return rows[self.columns[path].name]

    def _day(self, rows: Expression, path: str) -> Expression:
        return rows[self.columns[path].day_name]

    def _pair(self, rows: Expression, one: str, other: str) -> tuple[Expression, Expression]:
        """Return two columns that can be compared: as days if one is a day."""
        if self.columns[one].kind == self.columns[other].kind:
            return self._column(rows, one), self._column(rows, other)
        return self._day(rows, one), self._day(rows, other)

    def _grouped(self, rows: Expression, path: str, sign: int) -> Expression:
        """Return the rows of each period and each combination of values as one."""
        import ibis

        rows = rows.filter(self._timely(rows, path, sign))
        period = _ordinal(self._day(rows, path), self.ask.frequency)
        if isinstance(self.measure.time, Standing):  # what came earlier stood already
            first = ibis.literal(self.ask.periods[0].ordinal, type="int64")
            period = ibis.greatest(period, first)
        keys = {f"k{n}": self._key(rows, name) for n, name in enumerate(self.ask.by)}
        numbers: dict[str, Expression] = {}
        for n, ask in enumerate(self.asks):
            numbers |= self._numbers(rows, measures[ask.measure], n)
        return rows.group_by(period=period, **keys).aggregate(**numbers)

    def _numbers(self, rows: Expression, measure: Measure, n: int) -> dict[str, Expression]:
        """Return the three numbers of one measure, over the rows that it counts."""
        import ibis

        conditions = [self._condition(rows, each) for each in measure.where]
        met = reduce(operator.and_, conditions) if conditions else None
        invented: Expression = ibis.literal(0, type="int64")
        if measure.synthetic:
            is_invented = self._column(rows, measure.synthetic)
            invented = rows.count(where=is_invented if met is None else met & is_invented)
        return {
            f"value{n}": self._value(rows, measure.aggregate, met),
            f"rows{n}": rows.count(where=met),
            f"invented{n}": invented,
        }

    def _timely(self, rows: Expression, path: str, sign: int) -> list[Expression]:
        """Return the conditions on the time: before the end, not in the future, for a flow not
        before the start. A day that is a last day counts when it is over."""
        import ibis

        day, column = self._day(rows, path), self._column(rows, path)
        met = [day < ibis.literal(self.ask.end)]
        standing = self.measure.time if isinstance(self.measure.time, Standing) else None
        if standing is None:
            met.append(day >= ibis.literal(self.ask.start))
        today = ibis.literal(timezone.localdate(self.at))
        if self.columns[path].kind == ColumnKind.MOMENT:
            met.append(column <= ibis.literal(micros(self.at), type="int64"))
        elif standing is not None and standing.is_deadline and sign == CAME:
            met.append(day < today)
        else:
            met.append(day <= today)
        return met

    def _key(self, rows: Expression, name: str) -> Expression:
        """Return the value of a dimension as text, empty where there is none.

        A code, which is never an empty text, stays null instead: so DuckDB can group by its number.
        """
        import ibis

        path = self.measure.dimensions[name].column
        column = self._column(rows, path)
        if self.columns[path].is_code:
            return column
        if self.columns[path].kind == ColumnKind.TRUTH:
            column = ibis.cases((column, "true"), (~column, "false"), else_=NOTHING)
        elif self.columns[path].kind != ColumnKind.TEXT:
            column = column.cast("string")
        return column.fill_null(NOTHING)

    def _value(self, rows: Expression, aggregate: Aggregate, met: Expression | None) -> Expression:
        if aggregate.method == Method.COUNT:
            return rows.count(where=met)
        if isinstance(aggregate.of, Span):
            since, until = aggregate.of.since, aggregate.of.until
            of = self._column(rows, until) - self._column(rows, since)
        else:
            of = self._column(rows, aggregate.of)
        if aggregate.method == Method.COUNT_DISTINCT:
            return of.nunique(where=met)
        if aggregate.method == Method.SUM:
            return of.sum(where=met)
        return of.quantile(float(aggregate.share or 0), where=met)


def _ordinal(day: Expression, frequency: Frequency) -> Expression:
    """Return the ordinal of the period that holds a day, as ``Period.of`` counts it."""
    import ibis

    if count := frequency.in_a_year:
        months = (day.month().cast("int64") - 1) * count
        return day.year().cast("int64") * count + (months // 12).cast("int64")
    days = day.delta(ibis.literal(date(1970, 1, 1)), unit="day").cast("int64") + EPOCH_ORDINAL
    if frequency == Frequency.WEEK:
        return ((days - 1) // 7).cast("int64")
    return days


@lru_cache(maxsize=10_000)
def period_start(frequency: Frequency, ordinal: int) -> date:
    """Return the first day of a period by its ordinal."""
    return Period(frequency, int(ordinal)).start
