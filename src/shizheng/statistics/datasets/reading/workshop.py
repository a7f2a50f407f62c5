"""A DuckDB for one job: bounded memory, its own folder, no file but those it is given."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "3GB"
DISK = "64GB"
CLOSED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}


@contextmanager
def workshop(folder: Path, *, reads: Sequence[Path] = ()) -> Iterator["DuckDBPyConnection"]:
    """Open a database in memory that spills to ``folder`` and reads only from given folders."""
    import duckdb

    connection = duckdb.connect(
        config={
            **CLOSED,
            "memory_limit": MEMORY,
            "temp_directory": str(folder),
            "max_temp_directory_size": DISK,
        }
    )
    try:
        shut(connection, [folder, *reads])
        yield connection
    finally:
        connection.close()


def shut(connection: "DuckDBPyConnection", folders: Sequence[Path]) -> None:
    """Let a connection read and write below some folders only, for good."""
    allowed = ", ".join(text(f"{folder}/") for folder in folders)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_directories = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def text(value: str) -> str:
    """Return a value as a literal of SQL."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """Return a name, whatever is in it, as an identifier of SQL."""
    return '"' + value.replace('"', '""') + '"'


def cell(place: int) -> str:
    """Return the name of a column of the table as it came: ``c0``, ``c1``."""
    return f"c{place}"
