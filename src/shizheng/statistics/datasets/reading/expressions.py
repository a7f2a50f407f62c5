"""Readings as SQL: whether a cell fits one, and what it then is."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from shizheng.statistics.datasets.domain.columns import Column, Reading
from shizheng.statistics.datasets.domain.typing import BLANK, DATES, NARROW, PATTERNS, WIDE
from shizheng.statistics.datasets.reading.workshop import text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MAY_BE_PADDED = (
    "{0} < '!' OR starts_with({0}, '\u3000') OR ends_with({0}, ' ') OR ends_with({0}, '\t') "
    "OR ends_with({0}, '\u3000')"
)
KEPT_AS_TEXT = frozenset({Reading.TEXT, Reading.GEOMETRY})


def plain(cell: str, *, is_full_width: bool = False) -> str:
    """Return a cell without spaces around and, where asked, with full-width digits as digits."""
    trimmed = f"p{cell[1:]}"
    return f"translate({trimmed}, {text(WIDE)}, {text(NARROW)})" if is_full_width else trimmed


def view_make(connection: "DuckDBPyConnection", width: int) -> None:
    """Make the view ``seen`` of the table ``raw``: number ``r``, cells ``c0``, plain cells ``p0``.

    A plain cell has no spaces around it. Taking them away costs more than reading a number, so it
    is done for those columns alone that have any.
    """
    cells = [f"c{place}" for place in range(width)]
    asked = ", ".join(f"bool_or({_MAY_BE_PADDED.format(cell)})" for cell in cells)
    padded = connection.execute(f"SELECT {asked} FROM raw").fetchall()[0]
    plains = (
        f"trim({cell}, {text(BLANK)}) AS p{place}" if is_padded else f"{cell} AS p{place}"
        for place, (cell, is_padded) in enumerate(zip(cells, padded, strict=True))
    )
    connection.execute(
        f"CREATE VIEW seen AS SELECT rowid + 1 AS r, {', '.join(cells)}, {', '.join(plains)} "
        "FROM raw"
    )


def fits(reading: Reading, cell: str, *, is_full_width: bool = False) -> str:
    """Return the condition that a cell with a value is written as a reading wants it."""
    if reading in KEPT_AS_TEXT:
        return "true"
    given = plain(cell, is_full_width=is_full_width)
    if reading == Reading.FLOAT:
        return f"TRY_CAST({given} AS DOUBLE) IS NOT NULL"
    matches = f"regexp_full_match({given}, {text(PATTERNS[reading])})"
    if reading in DATES:
        return f"({matches} AND {_DATE[reading](given)} IS NOT NULL)"
    return matches


def is_empty(cell: str, missing: tuple[str, ...] = ()) -> str:
    """Return the condition that a cell has no value: nothing, spaces, or what stands for it."""
    none = ", ".join(text(each) for each in ("", *missing))
    return f"({cell} IS NULL OR {plain(cell)} IN ({none}))"


def value(column: Column, cell: str) -> str:
    """Return a cell as what the column's reading makes of it; empty where it has no value."""
    if column.reading in KEPT_AS_TEXT:
        return cell
    given = plain(cell, is_full_width=column.is_full_width)
    return _VALUE[column.reading](column, given)


def _number(column: Column, given: str) -> str:
    if column.reading == Reading.GROUPED:
        given = f"replace({given}, ',', '')"
    digits = 18 if column.digits <= 18 else 38
    return f"TRY_CAST({given} AS DECIMAL({digits}, {column.scale}))"


def _roc(given: str) -> str:
    parts = f"regexp_extract_all({given}, '[0-9]+')"
    return (
        f"TRY_CAST(concat(TRY_CAST({parts}[1] AS INTEGER) + 1911, '-', {parts}[2], '-', "
        f"{parts}[3]) AS DATE)"
    )


def _compact(given: str) -> str:
    return f"TRY_CAST(concat({given}[1:4], '-', {given}[5:6], '-', {given}[7:8]) AS DATE)"


def _roc_compact(given: str) -> str:
    year = f"TRY_CAST({given}[1:3] AS INTEGER) + 1911"
    return f"TRY_CAST(concat({year}, '-', {given}[4:5], '-', {given}[6:7]) AS DATE)"


_DATE: Mapping[Reading, Callable[[str], str]] = {
    Reading.ISO_DATE: lambda given: f"TRY_CAST(replace({given}, '/', '-') AS DATE)",
    Reading.ROC_DATE: _roc,
    Reading.COMPACT_DATE: _compact,
    Reading.ROC_COMPACT_DATE: _roc_compact,
    Reading.EXCEL_DATE: lambda given: f"(DATE '1899-12-30' + TRY_CAST({given} AS INTEGER))",
    Reading.DATETIME: lambda given: f"TRY_CAST({given} AS TIMESTAMP)",
    Reading.OFFSET_DATETIME: lambda given: f"(TRY_CAST({given} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')",
}


def _dated(made: Callable[[str], str]) -> Callable[[Column, str], str]:
    return lambda _column, given: made(given)


_VALUE: Mapping[Reading, Callable[[Column, str], str]] = {
    Reading.INTEGER: lambda _column, given: f"TRY_CAST({given} AS BIGINT)",
    Reading.DECIMAL: _number,
    Reading.GROUPED: _number,
    Reading.FLOAT: lambda _column, given: f"TRY_CAST({given} AS DOUBLE)",
    Reading.BOOLEAN: lambda _column, given: f"TRY_CAST({given} AS BOOLEAN)",
    Reading.MONTH: lambda _column, given: given,
    **{reading: _dated(made) for reading, made in _DATE.items()},
}
