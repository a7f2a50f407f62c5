"""Text search on SQLite: FTS5 over pairs of characters, asked for phrases of pairs."""

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection
from django.db.models import QuerySet

from shizheng.core.models import TextEntry
from shizheng.core.text_index.tables import MATCHES
from shizheng.kernel.text import bigrams

# The ascii tokenizer splits at ASCII punctuation and keeps every other character. Stored text is
# NFKC and so never holds full-width forms: they stand for ASCII inside the index.
_WIDE = {point: point + 0xFEE0 for point in range(0x21, 0x7F)}
_BATCH = 2_000


class SQLiteIndex:
    """A contentless FTS5 table whose rowid is the key of the entry."""

    def add(self, entries: Iterable[TextEntry]) -> None:
        """Index entries that were just written."""
        rows = [(entry.pk, tokens(entry.folded)) for entry in entries]
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {MATCHES} (rowid, tokens) VALUES (%s, %s)", rows)

    def discard(self, entries: Iterable[TextEntry]) -> None:
        """Take entries out, before their rows are deleted."""
        rows = [(entry.pk, tokens(entry.folded)) for entry in entries]
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {MATCHES} ({MATCHES}, rowid, tokens) VALUES ('delete', %s, %s)", rows
            )

    def matching(self, rows: QuerySet[TextEntry], words: Sequence[str], limit: int) -> list[int]:
        """Return the keys of the newest ``rows`` that contain every word, at most ``limit``.

        FTS5 walks its matches from the newest back; CROSS JOIN keeps SQLite from starting at the
        entries. That an entry contains the word is asked again of the entry itself, so that a
        stale index can never show a wrong hit.
        """
        inner, params = rows.order_by().values("pk", "folded").query.sql_with_params()
        contained = " AND ".join(["instr(entry.folded, %s) > 0"] * len(words))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT found.rowid FROM {MATCHES} AS found "
                f"CROSS JOIN ({inner}) AS entry ON entry.pk = found.rowid "
                f"WHERE found.{MATCHES} MATCH %s AND {contained} "
                "ORDER BY found.rowid DESC LIMIT %s",
                [*params, " AND ".join(map(phrase, words)), *words, limit],
            )
            return [row[0] for row in cursor.fetchall()]

    def rebuild(self) -> None:
        """Make the index again from the entries."""
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {MATCHES} ({MATCHES}) VALUES ('delete-all')")
            for batch in _batches():
                self.add(batch)
            cursor.execute(f"INSERT INTO {MATCHES} ({MATCHES}) VALUES ('optimize')")


def tokens(folded: str) -> str:
    """Return the pairs of a folded text, apart; a space pairs with nothing."""
    pairs = bigrams(folded.translate(_WIDE))
    return " ".join(pair.rstrip(" ") for pair in pairs if pair[0] != " ")


def phrase(word: str) -> str:
    """Return the FTS5 query for a folded word: its pairs side by side, or what begins with it."""
    if len(word) == 1:
        return f'"{word.translate(_WIDE)}"*'
    pairs = tokens(word).split(" ")[:-1]
    return f'"{" ".join(pairs)}"'


def _batches() -> Iterator[list[TextEntry]]:
    last = 0
    rows = TextEntry.objects.order_by("pk").only("pk", "folded")
    while batch := list(rows.filter(pk__gt=last)[:_BATCH]):
        yield batch
        last = batch[-1].pk
