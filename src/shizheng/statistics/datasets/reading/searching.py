"""What must not be published without a person's word: persons, spreadsheet errors, wrong keys."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from shizheng.kernel.errors import DomainError
from shizheng.kernel.national_identifiers.persons import parse_personal_number
from shizheng.kernel.national_identifiers.phones import parse_mobile_number
from shizheng.statistics.datasets.domain.columns import Column, Declared, Reading
from shizheng.statistics.datasets.domain.findings import Finding, Problem
from shizheng.statistics.datasets.domain.limits import EXAMPLES
from shizheng.statistics.datasets.domain.typing import (
    PATTERNS,
    SPREADSHEET_ERRORS,
    TO_NARROW,
)
from shizheng.statistics.datasets.reading import expressions as sql
from shizheng.statistics.datasets.reading.typed import rows_where
from shizheng.statistics.datasets.reading.workshop import cell, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHORTEST = 9
"""Bytes of the shortest number of a person: a mobile number whose zero was lost."""
BATCH, MOST_LOOKED_AT = 10_000, 500_000
_DIGIT = "[0-9０-９]"
_MAYBE = (
    rf"[A-Za-zＡ-Ｚａ-ｚ][ -]?[1289A-Da-d１２８９Ａ-Ｄａ-ｄ]{_DIGIT}{{8}}"
    rf"|(?:[0０][9９]|886-?9){_DIGIT}{{2}}-?{_DIGIT}{{3}}-?{_DIGIT}{{3}}"
)
_INSIDE = re.compile(rf"(?<![A-Za-z0-9Ａ-Ｚａ-ｚ０-９])(?:\+?{_MAYBE})(?![A-Za-z0-9０-９])")
_LETTERS = str.maketrans({ord("Ａ") + n: ord("A") + n for n in range(26)}) | str.maketrans(
    {ord("ａ") + n: ord("a") + n for n in range(26)}
)


def holds_person(given: str) -> bool:
    """Whether a text holds a number of a person whose check digit fits, or a mobile number."""
    for found in _INSIDE.findall(given):
        plain = found.translate(TO_NARROW).translate(_LETTERS).replace(" ", "")
        parse = parse_personal_number if plain[0].isalpha() else parse_mobile_number
        try:
            parse(plain.replace("-", ""))
        except DomainError:
            continue
        return True
    return False


def findings_of(
    connection: "DuckDBPyConnection",
    columns: Sequence[Column],
    declared: Sequence[Declared],
    key: Sequence[str],
) -> list[Problem]:
    """Return what was found in the rows of ``seen``."""
    found: list[Problem] = []
    longest = _longest(connection, columns)
    for place, column in enumerate(columns):
        if column.reading == Reading.TEXT:
            found += _in_text(connection, place, column, longest[place])
        elif column.reading in (Reading.INTEGER, Reading.COMPACT_DATE) and longest[place] == 9:
            found.append(_mobiles_without_zero(connection, place, column))
        elif column.reading == Reading.FLOAT:
            odd = f"NOT isfinite({sql.value(column, cell(place))})"
            found.append(_counted(connection, Finding.NOT_FINITE, column.name, odd))
        said = declared[place]
        empty = sql.is_empty(cell(place), said.missing)
        if said.is_required and column.is_nullable:
            found.append(_counted(connection, Finding.REQUIRED_EMPTY, column.name, empty))
        if said.codes:
            codes = ", ".join(text(code) for code in said.codes)
            other = f"NOT {empty} AND {sql.plain(cell(place))} NOT IN ({codes})"
            found.append(_counted(connection, Finding.CODE_UNKNOWN, column.name, other))
    if key:
        found += _in_key(connection, columns, key)
    return [each for each in found if each.count]


def _longest(connection: "DuckDBPyConnection", columns: Sequence[Column]) -> list[int]:
    asked = ", ".join(f"coalesce(max(strlen({cell(p)})), 0)" for p in range(len(columns)))
    return list(connection.execute(f"SELECT {asked} FROM seen").fetchall()[0])


def _in_text(
    connection: "DuckDBPyConnection", place: int, column: Column, longest: int
) -> list[Problem]:
    given = cell(place)
    errors = ", ".join(text(each) for each in SPREADSHEET_ERRORS)
    decimal = text(PATTERNS[Reading.DECIMAL])
    formula = (
        f"left({given}, 1) IN ('=', '+', '-', '@', chr(9), chr(13)) AND strlen({given}) > 1 "
        f"AND NOT regexp_full_match({given}, {decimal})"
    )
    found = [
        _counted(connection, Finding.SPREADSHEET_ERROR, column.name, f"{given} IN ({errors})"),
        _counted(connection, Finding.FORMULA, column.name, formula),
    ]
    if longest >= SHORTEST:
        found.append(_persons(connection, place, column.name))
    return found


def _persons(connection: "DuckDBPyConnection", place: int, name: str) -> Problem:
    """Find rows with a number of a person; a pattern looks first, the check digit decides."""
    given = cell(place)
    asked = connection.execute(
        f"SELECT r, {given} FROM seen WHERE strlen({given}) >= {SHORTEST} "
        f"AND regexp_matches({given}, {text(_MAYBE)})"
    )
    rows: list[int] = []
    count = looked = 0
    while looked < MOST_LOOKED_AT and (batch := asked.fetchmany(BATCH)):
        looked += len(batch)
        for number, found in batch:
            if holds_person(found):
                count += 1
                rows.append(number)
        rows = sorted(rows)[:EXAMPLES]
    return Problem(Finding.PERSONAL, name, count, tuple(rows))


def _mobiles_without_zero(connection: "DuckDBPyConnection", place: int, column: Column) -> Problem:
    """Find columns that hold nothing but nine digits that begin with 9: 0912345678 as a number."""
    given = sql.plain(cell(place))
    other = f"NOT {sql.is_empty(cell(place))} AND NOT regexp_full_match({given}, '9[0-9]{{8}}')"
    if rows_where(connection, other)[0]:
        return Problem(Finding.PERSONAL, column.name, 0, ())
    return _counted(connection, Finding.PERSONAL, column.name, f"NOT {sql.is_empty(cell(place))}")


def _in_key(
    connection: "DuckDBPyConnection", columns: Sequence[Column], key: Sequence[str]
) -> list[Problem]:
    places = {column.name: place for place, column in enumerate(columns)}
    cells = [cell(places[each]) for each in key]
    name, all_ = ", ".join(key), ", ".join(cells)
    empty = " OR ".join(sql.is_empty(each) for each in cells)
    found = [_counted(connection, Finding.KEY_EMPTY, name, empty)]
    connection.execute(
        f"CREATE TEMP TABLE twice AS SELECT {all_} FROM seen WHERE NOT ({empty}) "
        "GROUP BY ALL HAVING count(*) > 1"
    )
    if connection.execute("SELECT count(*) FROM twice").fetchall()[0][0]:
        same = " AND ".join(f"twice.{each} = seen.{each}" for each in cells)
        condition = f"EXISTS (SELECT 1 FROM twice WHERE {same})"
        found.append(_counted(connection, Finding.KEY_TWICE, name, condition))
    connection.execute("DROP TABLE twice")
    return found


def _counted(
    connection: "DuckDBPyConnection", finding: Finding, name: str, condition: str
) -> Problem:
    count, rows = rows_where(connection, condition)
    return Problem(finding, name, count, rows)
