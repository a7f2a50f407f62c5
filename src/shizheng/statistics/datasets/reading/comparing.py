"""Which rows came, went or changed since another version of the table."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shizheng.statistics.datasets.domain.columns import Column
from shizheng.statistics.datasets.domain.differences import Rows
from shizheng.statistics.datasets.reading.workshop import name, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def rows_compared(
    connection: "DuckDBPyConnection",
    old: tuple[Path, Sequence[Column]],
    new: tuple[Path, Sequence[Column]],
    key: Sequence[str],
) -> Rows:
    """Compare two tables by their key; without one, by whole rows, however often each is there.

    Only columns that both have are compared.
    """
    shared = [each.name for each in new[1] if each.name in {column.name for column in old[1]}]
    if not shared:
        return Rows(_count(connection, new[0]), _count(connection, old[0]), None)
    values = ", ".join(f"{name(each)}::VARCHAR" for each in shared)
    has_key = bool(key) and set(key) <= set(shared)
    mark = ", ".join(f"{name(each)}::VARCHAR" for each in key) if has_key else values
    sides = [
        f"(SELECT hash({mark}) AS k, sum(hash({values})::HUGEINT) AS h, count(*) AS n "
        f"FROM read_parquet({text(str(path))}) GROUP BY 1)"
        for path in (old[0], new[0])
    ]
    added, removed, changed = connection.execute(
        "SELECT sum(greatest(coalesce(b.n, 0) - coalesce(a.n, 0), 0)), "
        "sum(greatest(coalesce(a.n, 0) - coalesce(b.n, 0), 0)), "
        "count(*) FILTER (a.n IS NOT NULL AND b.n IS NOT NULL AND a.h <> b.h) "
        f"FROM {sides[0]} a FULL JOIN {sides[1]} b ON a.k = b.k"
    ).fetchall()[0]
    return Rows(int(added or 0), int(removed or 0), changed if has_key else None)


def _count(connection: "DuckDBPyConnection", path: Path) -> int:
    found = connection.execute(f"SELECT count(*) FROM read_parquet({text(str(path))})").fetchall()
    return int(found[0][0])
