"""What is in every column: empty cells, least and greatest, how many different, the commonest."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shizheng.statistics.datasets.domain.columns import Column, Type
from shizheng.statistics.datasets.reading.workshop import name, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EXACT_BELOW = 2_000
"""Of a column with about so many different values or fewer, each is counted."""
FACET_VALUES = 200
TOP = 10
LONGEST = 120
SMALL = 200_000
"""A table of so many rows or fewer is counted exactly whatever its columns hold."""


def profile_of(
    connection: "DuckDBPyConnection", columns: Sequence[Column], table: Path, rows: int
) -> list[dict[str, Any]]:
    """Return the profile of each column of a typed table, as JSON values.

    ``distinct`` is exact where ``is_exact``, else within some percent; ``counts`` are all values
    with their rows where there are few, so that a facet over the whole table need not be counted.
    """
    source = f"read_parquet({text(str(table))})"
    asked = []
    for column in columns:
        quoted = name(column.name)
        shown = f"left({quoted}, {LONGEST})" if column.type == Type.TEXT else quoted
        bounds = ("NULL", "NULL") if column.type == Type.GEOMETRY else (
            f"min({shown})::VARCHAR", f"max({shown})::VARCHAR"
        )  # fmt: skip
        asked += [f"count({quoted})", f"approx_count_distinct({quoted})", *bounds]
    found = connection.execute(f"SELECT {', '.join(asked)} FROM {source}").fetchall()[0]
    return [
        _column(connection, source, column, rows, found[place * 4 : place * 4 + 4])
        for place, column in enumerate(columns)
    ]


def _column(
    connection: "DuckDBPyConnection", source: str, column: Column, rows: int, found: Sequence[Any]
) -> dict[str, Any]:
    filled, about, least, greatest = found
    profile: dict[str, Any] = {
        "name": column.name,
        "empty": rows - filled,
        "distinct": about,
        "is_exact": False,
        "least": least,
        "greatest": greatest,
        "top": [],
        "counts": None,
    }
    is_countable = about <= EXACT_BELOW or rows <= SMALL
    if column.type == Type.GEOMETRY or not is_countable:
        return profile
    quoted = name(column.name)
    # by the place in the list: a column of the file may itself be called v or n
    counted = (
        f"SELECT {quoted} AS v, count(*) AS n FROM {source} WHERE {quoted} IS NOT NULL GROUP BY 1"
    )
    distinct = connection.execute(f"SELECT count(*) FROM ({counted})").fetchall()[0][0]
    most = FACET_VALUES if distinct <= FACET_VALUES else TOP
    values = connection.execute(
        f"SELECT left(v::VARCHAR, {LONGEST}), n, strlen(v::VARCHAR) FROM ({counted}) "
        f"ORDER BY n DESC, v LIMIT {most}"
    ).fetchall()
    pairs = [[value, count] for value, count, _length in values]
    profile |= {"distinct": distinct, "is_exact": True, "top": pairs[:TOP]}
    if distinct <= FACET_VALUES and all(length <= LONGEST for _v, _n, length in values):
        profile["counts"] = pairs
    return profile
