"""A whole city on a database of its own, for tests with several real processes."""

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.core.nursery import Child, Nursery
from tests.prepared import Database, kept_between_runs, once

PREAMBLE = """
import django
django.setup()
from datetime import UTC, datetime, timedelta
from django.db import connection, transaction
from django.utils import timezone
from shizheng.core import models as m
AT = datetime(2020, 3, 2, 1, 30, tzinfo=UTC)
"""


COMMAND_LINE = """
import runpy
runpy.run_module("shizheng.cli.main", run_name="__main__", alter_sys=True)
"""
Process = subprocess.Popen[str] | Child


@dataclass
class Installation:
    """A city of its own, on a database of its own, for tests with several real processes."""

    url: str
    home: Path
    nursery: Nursery
    started: list[Process] = field(default_factory=list)
    others: dict[tuple[tuple[str, str], ...], Nursery] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        return environment(self.url, self.home)

    def start(self, code: str, *arguments: str, **env: str) -> Child:
        """Start Python with Django ready; what it prints can be read from ``stdout``."""
        child = self._nursery(env).start(PREAMBLE + textwrap.dedent(code), *arguments)
        self.started.append(child)
        return child

    def _nursery(self, env: dict[str, str]) -> Nursery:
        if not env:
            return self.nursery
        key = tuple(sorted(env.items()))
        if key not in self.others:
            self.others[key] = Nursery(self.env | env, "shizheng.core.worker")
        return self.others[key]

    def run(self, code: str, *arguments: str, **env: str) -> str:
        """Run Python with Django ready and return what it printed."""
        return finish(self.start(code, *arguments, **env))

    def shizheng(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run the command line; with other settings, from its very beginning."""
        if env:
            return subprocess.run(
                [sys.executable, "-m", "shizheng.cli.main", *arguments],
                env=self.env | env,
                text=True,
                capture_output=True,
                check=False,
                timeout=60,
            )
        child = self.nursery.start(COMMAND_LINE, *arguments)
        self.started.append(child)
        out, errors = child.communicate(timeout=60)
        return subprocess.CompletedProcess(arguments, child.returncode or 0, out, errors)

    def end(self) -> None:
        """End every process."""
        for process in self.started:
            process.kill()
            process.communicate()
        for nursery in self.others.values():
            nursery.close()


def environment(url: str, home: Path) -> dict[str, str]:
    """Return the environment of an installation's processes."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "shizheng.settings",
        "DATABASE_URL": url,
        "SHIZHENG_HOME": str(home),
        "SHIZHENG_MQTT_PORT": "0",  # one machine runs many cities at once
    }


def finish(process: Process) -> str:
    out, err = process.communicate(timeout=180)
    assert process.returncode == 0, err
    return out


@dataclass(frozen=True)
class Original:
    """What is copied: a database and the folder beside it."""

    database: Database
    home: Path


class Place:
    """Where cities of a kind are made, one after the other, and the nursery of their processes."""

    def __init__(self, original: Original, home: Path, *ready: str) -> None:
        self.original, self.home = original, home
        self.database = Database.called(f"city_{os.getpid()}", home)
        self.nursery = Nursery(environment(self.database.url, home), *ready)


@pytest.fixture(scope="session")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all workers of this run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _prepared(name: str, folder: Path, code: str, template: Database | None = None) -> Original:
    """Return what one worker makes for all to copy, by code that runs in a process of its own."""
    database, home = Database.shared(name, folder), folder / name

    def make() -> None:
        home.mkdir()
        database.create(template)
        command = [sys.executable, "-c", PREAMBLE + textwrap.dedent(code)]
        subprocess.run(command, env=environment(database.url, home), check=True)
        database.settle()

    def make_or_take() -> None:
        with kept_between_runs(database) as is_there:
            if not is_there:
                make()

    once(folder, name, make if template else make_or_take)
    return Original(database, home)


@pytest.fixture(scope="session")
def _migrated(_shared: Path) -> Database:
    """A migrated, otherwise empty database to copy."""
    code = """
        from django.core.management import call_command
        call_command("migrate", verbosity=0)
        """
    return _prepared("migrated", _shared, code).database


@pytest.fixture(scope="session")
def _with_officer(
    _shared: Path, _migrated: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """Where this worker has a city with one officer."""
    code = """
        m.City.objects.create(code="exampleton", name={}, manifest={}, loaded_at=AT)
        m.User.objects.create(username="officer", display_name="Officer")
        """
    original = _prepared("officer", _shared, code, _migrated)
    with _place(original, tmp_path_factory.mktemp("city"), "shizheng.core.worker") as place:
        yield place


@pytest.fixture(scope="session")
def _with_services(
    _shared: Path, _migrated: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """Where this worker has a city with the services of the real pack."""
    code = """
        from tests.services import conftest as town
        from shizheng.core.loading import load
        m.User.objects.create(username="officer", display_name="Officer")
        with town.without_plan():
            load(town.pack_at(town.KAOHSIUNG), at=datetime(2020, 1, 2, tzinfo=UTC))
        """
    original = _prepared("services", _shared, code, _migrated)
    home = tmp_path_factory.mktemp("city")
    with _place(original, home, "shizheng.web.urls", "tests.services.conftest") as place:
        yield place


@contextmanager
def _place(original: Original, home: Path, *ready: str) -> Iterator[Place]:
    """Settings stay the same from city to city, so that one nursery serves all of them."""
    shutil.copytree(original.home, home, dirs_exist_ok=True)
    place = Place(original, home, *ready)
    yield place
    place.nursery.close()


@contextmanager
def _city(place: Place) -> Iterator[Installation]:
    """Make a city anew where the one before was; its processes end with it."""
    shutil.rmtree(place.home)
    shutil.copytree(place.original.home, place.home)
    place.database.create(place.original.database)
    made = Installation(place.database.url, place.home, place.nursery)
    with place.database.kept_open():
        yield made
        made.end()
    place.database.drop()


@pytest.fixture
def installation(_with_officer: Place) -> Iterator[Installation]:
    """A migrated city with one officer, as its own processes see it."""
    with _city(_with_officer) as made:
        yield made


@pytest.fixture
def city_at_work(_with_services: Place) -> Iterator[Installation]:
    """A city in which people may act, as its own processes see it."""
    with _city(_with_services) as made:
        yield made
