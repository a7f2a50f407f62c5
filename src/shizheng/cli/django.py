"""Making Django ready, late, so that ``--help`` stays fast."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shizheng.core.diagnosis import explain
from shizheng.kernel.errors import N_, DomainError

MAKING = 7_464_310_001  # one number for all installations


class DatabaseUnreachable(DomainError):
    """The database does not answer, or has no tables yet (資料庫無法使用)."""

    code = "cli.database_unreachable"
    message = N_("The database cannot be used: {reason}.")
    hint = N_("Check DATABASE_URL, and run `shizheng init` if this is a new installation.")


def ready() -> None:
    """Load settings and models."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shizheng.settings")
    import django

    django.setup()


def require_database() -> None:
    """Make sure that the database answers.

    Raises:
        DatabaseUnreachable: it does not.
    """
    from django.db import DEFAULT_DB_ALIAS, Error, connections

    try:
        connections[DEFAULT_DB_ALIAS].ensure_connection()
    except Error as error:
        if explain(error):
            raise
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise DatabaseUnreachable(reason=reason[0]) from error


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Wait until no other process makes tables or folders here, and let none begin meanwhile."""
    from django.db import connection

    with (home / "init.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor == "postgresql":  # other machines may share the database
            connection.cursor().execute("SELECT pg_advisory_lock(%s)", [MAKING])
        try:
            yield
        finally:
            if connection.vendor == "postgresql" and connection.is_usable():
                connection.cursor().execute("SELECT pg_advisory_unlock(%s)", [MAKING])


def require_fit() -> None:
    """Make sure that the settings may serve people.

    Raises:
        NotFitForProduction: they may not; it lists every fault.
    """
    from shizheng.core import checks

    checks.require_fit()


def require_tables() -> None:
    """Make sure that the database answers and has every table.

    Raises:
        DatabaseUnreachable: it does not answer, or a migration is missing.
    """
    from django.db import DEFAULT_DB_ALIAS, Error, connections
    from django.db.migrations.executor import MigrationExecutor

    connection = connections[DEFAULT_DB_ALIAS]
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error as error:
        if explain(error):
            raise
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise DatabaseUnreachable(reason=reason[0]) from error
    if missing:
        raise DatabaseUnreachable(reason="its tables are missing or not up to date")
