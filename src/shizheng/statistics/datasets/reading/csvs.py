"""A CSV as a table of texts; a row that does not fit refuses the whole, with the line."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from shizheng.kernel.errors import N_
from shizheng.statistics.datasets.domain.columns import names_of
from shizheng.statistics.datasets.domain.errors import (
    EncodingUnknown,
    HeaderUnfit,
    LineEndsMixed,
    NothingInside,
    QuoteOpen,
    RowsRagged,
    TooMuch,
)
from shizheng.statistics.datasets.domain.limits import LIMITS, Limits
from shizheng.statistics.datasets.reading.workshop import cell, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DELIMITERS = (",", "\t", ";", "|")
SHOWN = 20
MOST_REJECTED = 100_000


def csv_load(connection: "DuckDBPyConnection", path: Path, *, limits: Limits = LIMITS) -> list[str]:
    """Make the table ``raw`` of a CSV in UTF-8 and return the names of its columns.

    Raises:
        HeaderUnfit, NameTwice, NothingInside, TooMuch: the header is none.
        RowsRagged, QuoteOpen, LineEndsMixed, EncodingUnknown: rows cannot be told apart.
    """
    import duckdb

    delimiter, header = header_of(path, limits)
    names = names_of(header, limits)
    columns = ", ".join(f"{text(cell(place))}: 'VARCHAR'" for place in range(len(names)))
    try:
        connection.execute(
            f"CREATE TABLE raw AS SELECT * FROM read_csv({text(str(path))}, "
            f"columns = {{{columns}}}, auto_detect = false, header = true, "
            f"delim = {text(delimiter)}, quote = '\"', escape = '\"', strict_mode = true, "
            "null_padding = false, ignore_errors = true, store_rejects = true, "
            f"rejects_limit = {MOST_REJECTED}, max_line_size = {limits.line_bytes})"
        )
    except duckdb.InvalidInputException as error:
        raise LineEndsMixed from error
    _check_rejected(connection, len(names), limits)
    return names


def header_of(path: Path, limits: Limits = LIMITS) -> tuple[str, list[str]]:
    """Return the delimiter and the cells of the first row.

    Raises:
        NothingInside: the file is blank.
        HeaderUnfit, TooMuch: the row cannot be read, or is too long.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        begin = file.read(limits.line_bytes)
    first = begin.lstrip("\r\n").partition("\n")[0]
    if not first.strip():
        raise NothingInside
    delimiter = max(DELIMITERS, key=lambda sign: _outside_quotes(first, sign))
    try:
        header = next(csv.reader(_rows(begin), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration) as error:
        raise HeaderUnfit(place=1, limit=limits.name_length) from error
    return delimiter, header


def _rows(begin: str) -> Iterator[str]:
    yield from begin.lstrip("\r\n").splitlines(keepends=True)


def _outside_quotes(line: str, sign: str) -> int:
    return sum(part.count(sign) for part in line.split('"')[::2])


def _check_rejected(connection: "DuckDBPyConnection", columns: int, limits: Limits) -> None:
    rejected = connection.execute(
        "SELECT line, min(error_type::VARCHAR) FROM reject_errors GROUP BY line ORDER BY line"
    ).fetchall()
    if not rejected:
        return
    line, kind = rejected[0]
    lines = ", ".join(str(number) for number, _kind in rejected[:SHOWN])
    if kind == "UNQUOTED VALUE":
        raise QuoteOpen(line=line)
    if kind == "LINE SIZE OVER MAXIMUM":
        raise TooMuch(limit=limits.line_bytes, what=N_("bytes in one line"))
    if kind in ("MISSING COLUMNS", "TOO MANY COLUMNS"):
        raise RowsRagged(count=len(rejected), columns=columns, line=line, lines=lines)
    raise EncodingUnknown(line=line, encoding="UTF-8")
