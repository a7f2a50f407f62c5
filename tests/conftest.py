"""What every test may use."""

import json
import os
import re
import runpy
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shizheng.settings")
MESSAGES = Path(__file__).parents[1] / "scripts" / "messages.py"


def pytest_configure() -> None:
    """Compile translations that were edited since."""
    runpy.run_path(str(MESSAGES))["compile_all"]()


@contextmanager
def without_triggers() -> Iterator[None]:
    """Let a test's own clean-up delete rows that the city could not."""
    from django.db import connection

    from shizheng.core import triggers

    with connection.schema_editor() as editor:
        triggers.remove(editor, triggers.triggers.values())
    yield
    with connection.schema_editor() as editor:
        triggers.install(editor, triggers.triggers.values())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Threads of a live server may outlive their last test; their sessions end before the drop."""
    yield
    from django.db import connection

    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True, scope="session")
def _flush_may_delete() -> Iterator[None]:
    """Transactional tests empty every table at their end, adopted editions included."""
    from django.core.management.commands import flush

    handle = flush.Command.handle

    def emptied(self: flush.Command, **options: object) -> None:
        with without_triggers():
            handle(self, **options)

    flush.Command.handle = emptied  # type: ignore[method-assign]
    yield
    flush.Command.handle = handle  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def _hash_quickly() -> Iterator[None]:
    """Passwords of tests need no protection."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


# What `shizheng coverage` reads: the last outcome of each system's scenario on each database.

_outcomes: dict[tuple[int, str], bool] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note whether every test of a scenario file passed; a skipped one did not."""
    file = Path(report.nodeid.split("::")[0])
    match = re.fullmatch(r"test_(\d{3})_\w+\.py", file.name)
    if match is None or file.parent.name != "systems":
        return
    key = (int(match[1]), f"tests/systems/{file.name}")
    _outcomes[key] = _outcomes.get(key, True) and report.outcome == "passed"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Put the outcomes beside those of scenarios that did not run this time."""
    if hasattr(session.config, "workerinput") or not _outcomes:
        return
    from django.conf import settings

    results: Path = settings.SCENARIO_RESULTS
    database = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    at = datetime.now(UTC).isoformat(timespec="seconds")
    fresh = [
        {"system": system, "scenario": scenario, "database": database, "passed": passed, "at": at}
        for (system, scenario), passed in sorted(_outcomes.items())
    ]
    ran = {(row["system"], row["database"]) for row in fresh}
    with suppress(FileNotFoundError, json.JSONDecodeError):
        kept = json.loads(results.read_text(encoding="utf-8"))
        fresh += [row for row in kept if (row["system"], row["database"]) not in ran]
    results.parent.mkdir(parents=True, exist_ok=True)
    part = results.with_suffix(f".{os.getpid()}")
    part.write_text(json.dumps(fresh, indent=1), encoding="utf-8")
    part.replace(results)
