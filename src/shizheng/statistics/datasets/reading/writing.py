"""The typed table as Parquet and as CSV: rows in the order of the file, each with its number."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shizheng.core.spreadsheets import FORMULA_STARTS
from shizheng.core.spreadsheets import cell as safe
from shizheng.statistics.datasets.domain.columns import ROW, Column, Declared
from shizheng.statistics.datasets.reading import expressions as sql
from shizheng.statistics.datasets.reading.workshop import cell, name, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

GROUP_ROWS = 122_880
"""Rows of a group; of each, the least and greatest value are known without reading it."""


def table_write(
    connection: "DuckDBPyConnection",
    columns: Sequence[Column],
    declared: Sequence[Declared],
    target: Path,
) -> None:
    """Write the rows of ``seen``, typed, as Parquet."""
    chosen = [f"r AS {ROW}"]
    for place, (column, said) in enumerate(zip(columns, declared, strict=True)):
        empty = sql.is_empty(cell(place), said.missing)
        if column.reading in sql.KEPT_AS_TEXT and not said.missing:
            empty = f"{cell(place)} = ''"
        made = f"CASE WHEN {empty} THEN NULL ELSE {sql.value(column, cell(place))} END"
        chosen.append(f"{made} AS {name(column.name)}")
    connection.execute(
        f"COPY (SELECT {', '.join(chosen)} FROM seen) TO {text(str(target))} "
        f"(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {GROUP_ROWS})"
    )


def csv_write(
    connection: "DuckDBPyConnection", columns: Sequence[Column], table: Path, target: Path
) -> None:
    """Write the table as CSV in UTF-8 in which no text acts as a formula of a spreadsheet."""
    starts = ", ".join(text(sign) for sign in FORMULA_STARTS)
    chosen = []
    for column in columns:
        quoted = name(column.name)
        made = quoted
        if column.reading in sql.KEPT_AS_TEXT:
            made = (
                f"CASE WHEN left({quoted}, 1) IN ({starts}) THEN '''' || {quoted} ELSE {quoted} END"
            )
        chosen.append(f"{made} AS {name(safe(column.name))}")
    connection.execute(
        f"COPY (SELECT {', '.join(chosen)} FROM read_parquet({text(str(table))})) "
        f"TO {text(str(target))} (FORMAT csv, HEADER, DELIMITER ',')"
    )
