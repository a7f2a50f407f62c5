"""Text search on PostgreSQL: GIN over the pairs of characters of each entry."""

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from shizheng.core.models import TextEntry
from shizheng.core.text_index.tables import INDEX, TABLE, TOKENS

COMMON_SHARE = 0.03
SPARE, FARTHEST = 3, 50_000
# Compiling a plan or starting workers takes longer than such a query runs.
PLAIN_PLANS = (
    "SELECT set_config('jit', 'off', true) || "
    "set_config('max_parallel_workers_per_gather', '0', true)"
)


class PostgreSQLIndex:
    """An index on the entries themselves; PostgreSQL keeps it as rows come and go.

    A rare word is asked of the index. For a word in three of a hundred entries or more that would
    gather far more than a page needs, so the newest entries are read until there are enough.
    """

    def add(self, entries: Iterable[TextEntry]) -> None:
        """Do nothing: PostgreSQL indexes the rows."""

    def discard(self, entries: Iterable[TextEntry]) -> None:
        """Do nothing: PostgreSQL forgets deleted rows."""

    def matching(self, rows: QuerySet[TextEntry], words: Sequence[str], limit: int) -> list[int]:
        """Return the keys of the newest ``rows`` that contain every word, at most ``limit``."""
        wanted = sorted({token for word in words for token in tokens(word)})
        long = [word for word in words if len(word) > 2]
        ordered = rows.order_by("-pk")
        with transaction.atomic():
            self._column(PLAIN_PLANS, [])
            share = self._share(wanted)
            if share > COMMON_SHARE:
                reach = min(round(SPARE * limit / share), FARTHEST)
                found = self._containing(self._newest(ordered, reach), words, limit)
                if len(found) == limit:
                    return found
            matching = ordered.extra(
                where=[f"{TOKENS}({TABLE}.folded) @> %s::bigint[]"], params=[wanted]
            )
            return self._containing(matching, long, limit, gathered=True)

    def _newest(self, rows: QuerySet[TextEntry], count: int) -> QuerySet[TextEntry]:
        last = TextEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        return rows.filter(pk__gt=last - count)

    def _containing(
        self,
        rows: QuerySet[TextEntry],
        words: Sequence[str],
        limit: int,
        *,
        gathered: bool = False,
    ) -> list[int]:
        """Return the first keys of ``rows``, in their order, whose text contains the words.

        ``gathered`` rows are found before PostgreSQL thinks of the limit, which would lure it away
        from the index; their texts are read only as far as they are needed.
        """
        columns = ("pk", "folded") if words else ("pk",)
        inner, params = rows.values(*columns).query.sql_with_params()
        contained = " AND ".join(["strpos(folded, %s) > 0"] * len(words)) or "TRUE"
        apart = "MATERIALIZED" if gathered else "NOT MATERIALIZED"
        return self._column(
            f"WITH entry ({', '.join(columns)}) AS {apart} ({inner}) "
            f"SELECT pk FROM entry WHERE {contained} LIMIT %s",
            [*params, *words, limit],
        )

    def _share(self, wanted: Sequence[int]) -> float:
        """Return the share of all entries that PostgreSQL expects to match; costs no reading."""
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN (FORMAT JSON) "
                f"SELECT 1 FROM {TABLE} WHERE {TOKENS}(folded) @> %s::bigint[]",
                [list(wanted)],
            )
            plan = cursor.fetchone()[0]
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [TABLE])
            total: float = cursor.fetchone()[0]
        plan = json.loads(plan) if isinstance(plan, str) else plan
        matching: float = plan[0]["Plan"]["Plan Rows"]
        return matching / max(total, 1)

    def _column(self, statement: str, params: list[Any]) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            return [row[0] for row in cursor.fetchall()]

    def rebuild(self) -> None:
        """Sort in what was entered last, and renew the statistics that queries lean on."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [INDEX])
            cursor.execute(f"ANALYZE {TABLE}")


def tokens(word: str) -> list[int]:
    """Return a folded word as numbers: itself, or its pairs of characters."""
    points = [ord(sign) for sign in word]
    if len(points) == 1:
        return [points[0] << 21]
    return [one << 21 | other for one, other in pairwise(points)]
