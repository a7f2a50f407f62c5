"""Several queries read as one, each in the order of its own index (多支合併查詢).

A condition with many ``OR`` makes a database read every row; the same parts, each with its own
index and its own limit, are read in the order asked for and joined. Both databases take it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

COUNT_LIMIT = 1_000
"""Counts stop here: nobody reads further, and a count of everything reads everything."""


def _compiled(rows: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]] | None:
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return f"SELECT * FROM ({sql}) AS part", tuple(params)  # noqa: S608 - compiled by Django


def _union(parts: Iterable[QuerySet[Any, Any]]) -> tuple[str, tuple[Any, ...]] | None:
    found = [each for each in map(_compiled, parts) if each is not None]
    if not found:
        return None
    return " UNION ".join(sql for sql, _ in found), tuple(p for _, ps in found for p in ps)


def first_keys(parts: Sequence[QuerySet[Any, Any]], order: str, limit: int) -> list[UUID]:
    """Return the keys of the first rows of all parts together.

    Args:
        parts: with ``values("id", ...)`` of the columns that ``order`` names; each in that order
            and cut to ``limit``, unless it is small.
        order: of SQL, over the columns of the parts; the key is the column ``id``.
    """
    joined = _union(parts)
    if joined is None:
        return []
    sql, params = joined
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM ({sql}) AS listed ORDER BY {order} LIMIT %s",  # noqa: S608 - compiled by Django, order is ours
            [*params, limit],
        )
        return [_key(row[0]) for row in cursor.fetchall()]


def _key(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def counts(wanted: Mapping[str, Sequence[QuerySet[Any, Any]]]) -> dict[str, int]:
    """Return how many rows each name has over all its parts, in one query; they stop at 1,001.

    Args:
        wanted: parts in the order of an index; with a limit and no order, PostgreSQL would hope
            to come upon enough rows soon and read the whole table where they stand at its end.
    """
    found = dict.fromkeys(wanted, 0)
    queries: list[str] = []
    params: list[Any] = []
    for name, parts in wanted.items():
        joined = _union(part.values("id")[: COUNT_LIMIT + 1] for part in parts)
        if joined is None:
            continue
        sql, values = joined
        queries.append(
            f"SELECT '{name}' AS name, COUNT(*) AS found FROM "  # noqa: S608 - names are ours
            f"(SELECT * FROM ({sql}) AS several LIMIT {COUNT_LIMIT + 1}) AS counted"
        )
        params += values
    if queries:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(queries), params)
            found |= dict(cursor.fetchall())
    return found
