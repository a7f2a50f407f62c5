"""What every test may use."""

import gc
import json
import os
import re
import runpy
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from tests import prepared
from tests.core.installation import (
    _migrated,
    _shared,
    _with_officer,
    _with_services,
    city_at_work,
    installation,
)

__all__ = [
    "_migrated", "_shared", "_with_officer", "_with_services", "city_at_work", "installation",
]  # fmt: skip
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shizheng.settings")
MESSAGES = Path(__file__).parents[1] / "scripts" / "messages.py"
ASK_NO_DATABASE = [Path(__file__).parent / name for name in ("browser", "unit")]

# The suite asks the same examples each time: it fails for what was changed, not by chance. New ones
# are looked for by `make search`. How long it takes to invent one says more of the machine.
PATIENT = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.register_profile("suite", PATIENT, derandomize=True)
settings.register_profile("search", PATIENT, max_examples=1_000)
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the second database answer only what depends on the database."""
    parser.addoption(
        "--database-only",
        action="store_true",
        help="leave out tests that ask no database, and browsers, which see no database: "
        "what they show on one database they show on the other",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Compile translations that were edited since; begin a run that workers share."""
    if not hasattr(config, "workerinput"):
        runpy.run_path(str(MESSAGES))["compile_all"]()
        prepared.begin_run()
    gc.set_threshold(100_000, 50, 1000)


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make only, not among what was read: a tenth of the time."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing on a server."""
    if not hasattr(config, "workerinput"):
        prepared.end_run()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where only what asks the database is wanted, do not even read the files of the rest."""
    if config.getoption("--database-only") and collection_path in ASK_NO_DATABASE:
        return True
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the longest; where only that is wanted, keep what asks the database."""
    items.sort(key=_when)
    for item in items:
        if "unit" in item.path.parts and _asks_the_database(item):
            raise pytest.UsageError(f"{item.nodeid} asks the database: it belongs beside its room.")
    if config.getoption("--database-only"):
        left = [item for item in items if not _asks_the_database(item)]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]


def _when(item: pytest.Item) -> int:
    """Long files first, short ones last: at the end no worker waits long for another."""
    if "unit" in item.path.parts:
        return 2
    starts_processes = {"_with_officer", "_with_services"} & set(getattr(item, "fixturenames", ()))
    return 0 if "whole" in item.path.parts or starts_processes else 1


def _asks_the_database(item: pytest.Item) -> bool:
    reads_it = "_migrated" in getattr(item, "fixturenames", ())
    return reads_it or item.get_closest_marker("django_db") is not None


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    _migrated: prepared.Database,
) -> Iterator[None]:
    """Each worker tests on a copy of what was migrated once."""
    from django.db import connection

    with django_db_blocker.unblock():
        before = connection.settings_dict["NAME"]
        prepared.take(connection, _migrated)
    yield
    with django_db_blocker.unblock():
        _end_sessions(connection)
        connection.creation.destroy_test_db(before, verbosity=0)


def _end_sessions(connection: Any) -> None:
    """Threads of a live server may outlive their last test; their sessions end before the drop."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True, scope="session")
def _empty_quickly() -> Iterator[None]:
    """Transactional tests empty what they filled, adopted editions included."""
    from django.core.management.commands import flush
    from tests.emptying import empty

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(flush.Command, "handle", empty)
        yield


@pytest.fixture(autouse=True, scope="session")
def _hash_quickly() -> Iterator[None]:
    """Passwords of tests need no protection."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def _read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees what the test before it read, or speaks the language of its last page.

    A slow machine reads no more often.
    """
    from django.utils import translation

    from shizheng.core import fresh

    translation.deactivate()
    monkeypatch.setattr(fresh, "FRESH_S", 3600.0)
    fresh.forget_all()


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
