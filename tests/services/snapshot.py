"""What loading a pack wrote, kept as rows: tests put them back in a fraction of the time."""

from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

from shizheng.core.models import JournalHead, TextEntry
from shizheng.core.text_index import sqlite
from shizheng.core.text_index.tables import MATCHES, TABLE

ROOMS = ("core", "places", "sensing", "services", "statistics")  # where loaders write


@dataclass(frozen=True)
class Rows:
    """Rows of tables as the database gives them, and what its text index is told of them."""

    tables: dict[str, object]
    tokens: list[tuple[int, str]]


_kept: dict[str, Rows] = {}


def restored(name: str, load: Callable[[], object]) -> None:
    """Put the rows of a loading back; the first time, load and keep them.

    Keys stay the same from test to test. A database that has something already is loaded as ever.
    """
    if JournalHead.objects.exists():
        load()
    elif name in _kept:
        _put(_kept[name])
    else:
        load()
        _kept[name] = _taken()


def _taken() -> Rows:
    models = [
        model
        for room in ROOMS
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
        if model._meta.managed and model._base_manager.exists()
    ]
    texts = TextEntry.objects.values_list("pk", "folded")
    return Rows(
        {model._meta.db_table: _read(model._meta.db_table) for model in models},
        [(key, sqlite.tokens(folded)) for key, folded in texts],
    )


def _read(table: str) -> object:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                return b"".join(bytes(part) for part in copy)
        cursor.execute(f'SELECT * FROM "{table}"')
        return cursor.fetchall()


@transaction.atomic
def _put(kept: Rows) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table, content in kept.tables.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(content)
            for statement in connection.ops.sequence_reset_sql(no_style(), [TextEntry]):
                cursor.execute(statement)
            cursor.execute(f"ANALYZE {TABLE}")  # search asks the statistics which words are common
            return
        for table, rows in kept.tables.items():
            places = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)
        cursor.executemany(f"INSERT INTO {MATCHES} (rowid, tokens) VALUES (%s, %s)", kept.tokens)
