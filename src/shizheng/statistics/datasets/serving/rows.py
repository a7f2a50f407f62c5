"""A page of rows, how many there are, and facets: answers to a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shizheng.statistics.datasets.domain.columns import ROW, Column, Reading, Type
from shizheng.statistics.datasets.domain.questions import (
    Filter,
    Place,
    Question,
    Test,
    cell_value,
    cursor_of,
)
from shizheng.statistics.datasets.reading.workshop import name, text
from shizheng.statistics.datasets.serving.engine import asking

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FACET_VALUES = 30
EXACT_FLOAT_DIGITS = 15
_SIGNS = {Test.GT: ">", Test.GTE: ">=", Test.LT: "<", Test.LTE: "<="}


@dataclass(frozen=True, slots=True)
class Facet:
    """How often each value of a column is there; ``has_more`` if the rarest are left out."""

    column: Column
    values: tuple[tuple[Any, int], ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of rows: numbers, cells in the order of the question's columns, what follows."""

    numbers: list[int]
    rows: list[list[Any]]
    total: int
    facets: list[Facet]
    cursor: str


def answer(
    table: Path, question: Question, *, total: int, counts: Mapping[str, Sequence[Sequence[Any]]]
) -> Answer:
    """Answer a question from the table of a version.

    Args:
        total: rows of the table.
        counts: by column, all values with their rows over the whole table, where they are known.

    Raises:
        TookTooLong: it was stopped.
    """
    source = f"read_parquet({text(str(table))})"
    where, values = conditions(question.filters)
    with asking() as cursor:
        rows, more = _page(cursor, source, question, where, values)
        if question.filters:
            found = cursor.execute(f"SELECT count(*) FROM {source} WHERE {where}", values)
            total = found.fetchall()[0][0]
        facets = [
            _known_facet(column, counts[column.name])
            if not question.filters and counts.get(column.name) is not None
            else _facet(cursor, source, column, where, values)
            for column in question.facets
        ]
    chosen = list(question.columns)
    cells = [[shown(c, v) for c, v in zip(chosen, row[2:], strict=True)] for row in rows]
    after = ""
    if more:
        last = rows[-1]
        after = cursor_of(Place(_kept(last[1]), last[0]), question.mark)
    return Answer([row[0] for row in rows], cells, total, facets, after)


def shown(column: Column, value: Any) -> Any:
    """Return a cell as JSON has it; a decimal too long for a binary number as text."""
    if isinstance(value, Decimal):
        if column.type == Type.INTEGER and column.digits <= EXACT_FLOAT_DIGITS:
            return int(value)
        return float(value) if column.digits <= EXACT_FLOAT_DIGITS else str(value)
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, datetime):
        return value.isoformat() + ("Z" if column.reading == Reading.OFFSET_DATETIME else "")
    return value.isoformat() if isinstance(value, date) else value


def _page(
    cursor: "DuckDBPyConnection", source: str, question: Question, where: str, values: list[Any]
) -> tuple[list[Any], bool]:
    sort = name(question.sort.name) if question.sort else "NULL"
    order = f"{ROW}"
    if question.sort:
        order = f"{sort} {'DESC' if question.is_descending else 'ASC'} NULLS LAST, {ROW}"
    begins, begin_values = _begin(question)
    chosen = ", ".join(name(column.name) for column in question.columns)
    found = cursor.execute(
        f"SELECT {ROW}, {sort}, {chosen} FROM {source} WHERE {where} AND {begins} "
        f"ORDER BY {order} LIMIT {question.size + 1}",
        values + begin_values,
    ).fetchall()
    return found[: question.size], len(found) > question.size


def _begin(question: Question) -> tuple[str, list[Any]]:
    """Return the condition that a row comes behind the place where a page begins."""
    after = question.after
    if after is None:
        return "true", []
    if question.sort is None:
        return f"{ROW} > ?", [after.row]
    sort = name(question.sort.name)
    if after.value is None:
        return f"({sort} IS NULL AND {ROW} > ?)", [after.row]
    value = cell_value(question.sort, after.value, question.sort.name)
    sign = "<" if question.is_descending else ">"
    behind = f"({sort} {sign} ? OR ({sort} = ? AND {ROW} > ?) OR {sort} IS NULL)"
    return behind, [value, value, after.row]


def _kept(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def conditions(filters: Sequence[Filter]) -> tuple[str, list[Any]]:
    """Return the condition that rows meet every filter, and its values."""
    parts, values = ["true"], []
    for each in filters:
        part, given = _condition(each)
        parts.append(part)
        values += given
    return " AND ".join(parts), values


def _condition(asked: Filter) -> tuple[str, list[Any]]:
    column, given = name(asked.column.name), list(asked.values)
    match asked.test:
        case Test.EMPTY:
            return f"{column} IS {'' if given[0] else 'NOT '}NULL", []
        case Test.CONTAINS:
            return f"contains({column}, ?)", given
        case Test.NOT:
            return f"{column} IS DISTINCT FROM ?", given
        case Test.IN:
            return f"{column} IN ({', '.join('?' for _ in given)})", given
        case Test.EXACT:
            return f"{column} = ?", given
    return f"{column} {_SIGNS[asked.test]} ?", given


def _known_facet(column: Column, counts: Sequence[Sequence[Any]]) -> Facet:
    is_moment = column.type == Type.DATETIME
    first = tuple(
        (value.replace(" ", "T") if is_moment else value, count)
        for value, count in counts[:FACET_VALUES]
    )
    return Facet(column, first, len(counts) > FACET_VALUES)


def _facet(
    cursor: "DuckDBPyConnection", source: str, column: Column, where: str, values: list[Any]
) -> Facet:
    quoted = name(column.name)
    found = cursor.execute(
        f"SELECT {quoted}, count(*) FROM {source} WHERE {where} AND {quoted} IS NOT NULL "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {FACET_VALUES + 1}",
        values,
    ).fetchall()
    first = tuple((_kept(value), count) for value, count in found[:FACET_VALUES])
    return Facet(column, first, len(found) > FACET_VALUES)
