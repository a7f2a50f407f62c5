"""Rows put into groups, for charts and maps: counts and sums, asked of the table of a version."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from shizheng.kernel.errors import N_
from shizheng.statistics.datasets.domain.columns import Type
from shizheng.statistics.datasets.domain.drawings import Aggregate, Drawing, Group, Step
from shizheng.statistics.datasets.domain.errors import DrawingUnfit, TooManyGroups
from shizheng.statistics.datasets.reading.workshop import name, text
from shizheng.statistics.datasets.serving.engine import asking
from shizheng.statistics.datasets.serving.rows import conditions

LENGTHS = {Step.MONTH: 7, Step.YEAR: 4}


def groups_of(table: Path, drawing: Drawing) -> tuple[list[Group], int]:
    """Return the groups of a drawing in their order, and how many more the last one holds.

    Where there are too many for bars, the last group has all others; its key is None. Rows
    without a value are a group of their own, the key of which is an empty text.

    Raises:
        TooManyGroups: there are more than can be drawn.
        DrawingUnfit: the sum is too large.
        TookTooLong: it was stopped.
    """
    import duckdb

    where, values = conditions(drawing.filters)
    number = "k" if drawing.is_ordered else f"{_NUMBERS[drawing.aggregate]} DESC"
    most = drawing.most
    asked = (
        f"WITH g AS (SELECT {_key(drawing)} AS k, count(*) AS n, {_sums(drawing)} "
        f"FROM read_parquet({text(str(table))}) WHERE {where} GROUP BY 1), "
        f"o AS (SELECT *, row_number() OVER (ORDER BY {number} NULLS LAST, k) AS place FROM g) "
        f"SELECT least(place, {most + 1}) AS at, min(k), sum(n), sum(c), sum(s), count(*) "
        "FROM o GROUP BY 1 ORDER BY 1"
    )
    try:
        with asking() as cursor:
            found = cursor.execute(asked, values).fetchall()
    except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
        raise DrawingUnfit(
            name=drawing.of.name if drawing.of else drawing.by.name,
            reason=N_("its sum has more digits than can be counted with"),
        ) from error
    groups = [_group(row[1:5]) for row in found]
    if len(found) <= most:
        return groups, 0
    if not drawing.has_others:
        raise TooManyGroups(name=drawing.by.name, limit=most)
    last = groups.pop()
    return [*groups, Group(None, last.rows, last.known, last.total)], int(found[-1][5])


_NUMBERS = {Aggregate.COUNT: "n", Aggregate.SUM: "s", Aggregate.MEAN: "s / nullif(c, 0)"}


def _key(drawing: Drawing) -> str:
    """Return the group of a row as text that is in the order of the values, integers apart."""
    quoted = name(drawing.by.name)
    if drawing.by.type == Type.INTEGER:
        return quoted
    as_text = f"CAST({quoted} AS VARCHAR)"
    length = LENGTHS.get(drawing.step)
    return f"left({as_text}, {length})" if length else as_text


def _sums(drawing: Drawing) -> str:
    if drawing.of is None:
        return "0 AS c, NULL::DOUBLE AS s"
    quoted = name(drawing.of.name)
    if drawing.of.type == Type.FLOAT:
        quoted = f"CASE WHEN isfinite({quoted}) THEN {quoted} END"
    return f"count({quoted}) AS c, sum({quoted}) AS s"


def _group(row: tuple[Any, ...]) -> Group:
    key, rows, known, total = row
    exact = None if total is None else Decimal(str(total))
    return Group("" if key is None else str(key), int(rows), int(known), exact)
