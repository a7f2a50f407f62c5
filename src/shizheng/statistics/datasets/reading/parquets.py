"""A Parquet as a table of texts and the readings that its own types mean."""

from pathlib import Path
from typing import TYPE_CHECKING

from shizheng.kernel.errors import N_
from shizheng.statistics.datasets.domain.columns import Reading, names_of
from shizheng.statistics.datasets.domain.errors import ColumnsUnfit, NothingInside, TooMuch
from shizheng.statistics.datasets.domain.limits import LIMITS, Limits
from shizheng.statistics.datasets.reading.workshop import cell, name, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

READINGS = {
    "VARCHAR": Reading.TEXT, "UUID": Reading.TEXT, "BOOLEAN": Reading.BOOLEAN,
    "DATE": Reading.ISO_DATE, "TIMESTAMP": Reading.DATETIME, "TIMESTAMP_NS": Reading.DATETIME,
    "TIMESTAMP_MS": Reading.DATETIME, "TIMESTAMP_S": Reading.DATETIME,
    "TIMESTAMP WITH TIME ZONE": Reading.OFFSET_DATETIME, "FLOAT": Reading.FLOAT,
    "DOUBLE": Reading.FLOAT, "TINYINT": Reading.INTEGER, "SMALLINT": Reading.INTEGER,
    "INTEGER": Reading.INTEGER, "BIGINT": Reading.DECIMAL, "UTINYINT": Reading.INTEGER,
    "USMALLINT": Reading.INTEGER, "UINTEGER": Reading.INTEGER, "UBIGINT": Reading.DECIMAL,
    "TIME": Reading.TEXT,
}  # fmt: skip


def parquet_load(
    connection: "DuckDBPyConnection", path: Path, *, limits: Limits = LIMITS
) -> tuple[list[str], list[Reading]]:
    """Make the table ``raw`` of a Parquet; return the names and readings of its columns.

    Its own description is read first: a small file may unpack to a large table.

    Raises:
        ColumnsUnfit: it cannot be read, or has nested columns.
        TooMuch, NothingInside: too large, or empty.
        HeaderUnfit, NameTwice: its names are none.
    """
    import duckdb

    source = text(str(path))
    try:
        rows, size = connection.execute(
            "SELECT (SELECT sum(num_rows) FROM parquet_file_metadata(" + source + ")), "
            f"(SELECT sum(total_uncompressed_size) FROM parquet_metadata({source}))"
        ).fetchall()[0]
        _check_size(rows or 0, size or 0, limits)
        described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({source})").fetchall()
        names = names_of([each[0] for each in described], limits)
        readings = [_reading(each[1]) for each in described]
        cells = ", ".join(
            f"{name(each[0])}::VARCHAR AS {cell(place)}" for place, each in enumerate(described)
        )
        connection.execute(f"CREATE TABLE raw AS SELECT {cells} FROM read_parquet({source})")
    except duckdb.Error as error:
        raise ColumnsUnfit(reason=N_("it is damaged, or not Parquet")) from error
    return names, readings


def _check_size(rows: int, size: int, limits: Limits) -> None:
    if not rows:
        raise NothingInside
    if rows > limits.rows:
        raise TooMuch(limit=limits.rows, what=N_("rows"))
    if size > limits.unpacked_bytes:
        raise TooMuch(limit=limits.unpacked_bytes, what=N_("bytes when it is unpacked"))


def _reading(type_: str) -> Reading:
    plain = type_.upper()
    if plain.startswith("DECIMAL"):
        return Reading.DECIMAL
    if plain.startswith("ENUM"):
        return Reading.TEXT
    if plain not in READINGS:
        raise ColumnsUnfit(reason=N_("it has a column of lists, structures, bytes or the like"))
    return READINGS[plain]
