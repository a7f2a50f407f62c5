"""How each database keeps and asks its index of character pairs."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from django.db import connection
from django.db.models import QuerySet

from shizheng.core.models import TextEntry
from shizheng.core.text_index.postgresql import PostgreSQLIndex
from shizheng.core.text_index.sqlite import SQLiteIndex


class TextIndex(Protocol):
    """What search needs of a database."""

    def add(self, entries: Iterable[TextEntry]) -> None:
        """Index entries that were just written."""

    def discard(self, entries: Iterable[TextEntry]) -> None:
        """Take entries out, before their rows are deleted."""

    def matching(self, rows: QuerySet[TextEntry], words: Sequence[str], limit: int) -> list[int]:
        """Return the keys of the newest ``rows`` that contain every word, at most ``limit``."""

    def rebuild(self) -> None:
        """Make the index again from the entries."""


def text_index() -> TextIndex:
    """Return the index of the database in use."""
    kinds: dict[str, Any] = {"sqlite": SQLiteIndex, "postgresql": PostgreSQLIndex}
    index: TextIndex = kinds[connection.vendor]()
    return index
