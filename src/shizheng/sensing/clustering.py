"""How SQLite keeps new readings: as one tree by stream and time, which no model can say."""

from collections.abc import Callable

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "sensing_hot"


def cluster(connection: BaseDatabaseWrapper) -> None:
    """Make the table of new readings again, without row numbers; it must be empty."""
    _made_again(connection, lambda said: f"{said.rstrip().rstrip(';')} WITHOUT ROWID")


def uncluster(connection: BaseDatabaseWrapper) -> None:
    """Make the table as Django would."""
    _made_again(connection, lambda said: said.replace(" WITHOUT ROWID", ""))


def _made_again(connection: BaseDatabaseWrapper, changed: Callable[[str], str]) -> None:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [TABLE])
        (said,) = cursor.fetchone()
        cursor.execute(f"DROP TABLE {TABLE}")
        cursor.execute(changed(said))
