"""A migrated database, made once in a run and copied for every worker and every city of a test.

To migrate takes seconds; to copy what was migrated takes a tenth of one.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

RUN = "SHIZHENG_TEST_RUN"
"""The process that began this run of the tests; its workers inherit the number."""
SHARED = ("migrated", "officer", "services")
"""What is made once: all tables; a city and an officer in them; a city with services."""

KEPT = "SHIZHENG_TEST_KEPT"
MIGRATED_BY = ("immutability.py", "migrating.py", "permissions.py", "models.py")


def begin_run() -> None:
    """Give the run the number by which its workers find what one of them made."""
    os.environ[RUN] = str(os.getpid())


def end_run() -> None:
    """Remove from a server what the workers shared; files go with the folder they are in."""
    for name in SHARED:
        database = Database.shared(name, Path())
        if database.file is None:
            database.drop()


def once(folder: Path, name: str, make: Callable[[], None]) -> None:
    """Let the first of the workers make something; the others wait until it is made."""
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = folder / f"{name}.made"
        if not made.exists():
            make()
            made.touch()


@contextmanager
def kept_between_runs(database: "Database") -> Iterator[bool]:
    """Take a migrated file from an earlier run, or leave it to a later one, in a folder of its own.

    ``SHIZHENG_TEST_KEPT`` names the folder: who runs a test again and again does not migrate again
    while models, migrations and libraries stay as they are. The suite itself always migrates.

    Returns:
        Whether the database is there already.
    """
    folder = os.environ.get(KEPT, "")
    if not folder or database.file is None:
        yield False
        return
    kept = Path(folder) / f"migrated_{_digest_of_models()}.db"
    if kept.exists():
        shutil.copy(kept, database.file)
        yield True
        return
    yield False
    Path(folder).mkdir(parents=True, exist_ok=True)
    partial = kept.with_suffix(f".{os.getpid()}")
    shutil.copy(database.file, partial)
    partial.rename(kept)


def _digest_of_models() -> str:
    root = Path(__file__).parents[1]
    digest = hashlib.sha256((root / "uv.lock").read_bytes())
    for path in sorted((root / "src").rglob("*.py")):
        if {"models", "migrations"} & set(path.parts) or path.name in MIGRATED_BY:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True)
class Database:
    """A database of a run: a file of SQLite, or one of several that a server of PostgreSQL keeps.

    Args:
        url: its address, as ``DATABASE_URL`` takes it.
    """

    url: str

    @classmethod
    def called(cls, name: str, folder: Path) -> "Database":
        """Return the database of that name on the server of this run, or else in the folder."""
        given = os.environ.get("DATABASE_URL", "")
        if given.startswith("postgres"):
            return cls(urlsplit(given)._replace(path=f"/{name}").geturl())
        return cls(f"sqlite:///{folder / name}.db")

    @classmethod
    def shared(cls, name: str, folder: Path) -> "Database":
        """Return the database that the workers of this run share under that name."""
        return cls.called(f"{name}_{os.environ[RUN]}", folder)

    @property
    def name(self) -> str:
        """The name on its server."""
        return urlsplit(self.url).path.removeprefix("/")

    @property
    def file(self) -> Path | None:
        """The file of SQLite; nothing on a server."""
        start = "sqlite:///"
        return Path(self.url.removeprefix(start)) if self.url.startswith(start) else None

    def create(self, template: "Database | None" = None) -> None:
        """Make it, empty or as a copy of one with which nobody works."""
        self.drop()
        if self.file is None:
            source = template.name if template else "template0"
            self._tell(f'CREATE DATABASE "{self.name}" TEMPLATE "{source}"')
        elif template:
            shutil.copy(template.file, self.file)

    def drop(self) -> None:
        """Remove it, whoever is still connected."""
        if self.file is None:
            self._tell(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        else:
            for ending in ("", "-wal", "-shm"):
                Path(f"{self.file}{ending}").unlink(missing_ok=True)

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Hold a file of SQLite open: of many who open it at once, the first would lock it."""
        if self.file is None:
            yield
            return
        with closing(sqlite3.connect(self.file)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            yield

    def _tell(self, statement: str) -> None:
        with psycopg.connect(self.url, dbname="postgres", autocommit=True) as server:
            server.execute(statement)

    def settle(self) -> None:
        """Put what SQLite keeps beside the file into it, so that the file alone can be copied."""
        if self.file is not None:
            with closing(sqlite3.connect(self.file)) as file:
                file.execute("PRAGMA journal_mode=DELETE")


def take(connection: Any, template: Database) -> None:
    """Let Django's connection test on a copy.

    On SQLite it is a file too: in memory all threads of a server would share one connection, and
    with it one another's transactions. What a test writes need not survive a power cut.
    """
    from django.conf import settings

    taken = Database.called(connection.creation._get_test_db_name(), Path())
    name = taken.name
    if template.file is not None:
        name = str(template.file.with_name(f"tested_{os.getpid()}.db"))
        taken = Database(f"sqlite:///{name}")
        options = connection.settings_dict["OPTIONS"]
        options["init_command"] = options["init_command"].replace("=NORMAL", "=OFF")
    taken.create(template)
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name
