"""A whole city on a database of its own, for tests with several real processes."""

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

PREAMBLE = """
import django
django.setup()
from datetime import UTC, datetime, timedelta
from django.db import connection, transaction
from django.utils import timezone
from shizheng.core import models as m
AT = datetime(2020, 3, 2, 1, 30, tzinfo=UTC)
"""


@dataclass
class Installation:
    """A city of its own, on a database of its own, for tests with several real processes."""

    url: str
    home: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "shizheng.settings",
            "DATABASE_URL": self.url,
            "SHIZHENG_HOME": str(self.home),
        }

    def start(self, code: str, *arguments: str, **env: str) -> subprocess.Popen[str]:
        """Start Python with Django ready; what it prints can be read from ``stdout``."""
        command = [sys.executable, "-c", PREAMBLE + textwrap.dedent(code), *arguments]
        process = subprocess.Popen(
            command,
            env=self.env | env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.started.append(process)
        return process

    def run(self, code: str, *arguments: str, **env: str) -> str:
        """Run Python with Django ready and return what it printed."""
        return finish(self.start(code, *arguments, **env))

    def shizheng(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run the command line."""
        return subprocess.run(
            [sys.executable, "-m", "shizheng.cli.main", *arguments],
            env=self.env | env,
            text=True,
            capture_output=True,
            check=False,
            timeout=60,
        )


def finish(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out


def _clone(url: str, name: str, template: str) -> str:
    """Create a PostgreSQL database beside that of ``url`` and return its address."""
    with psycopg.connect(url, dbname="postgres", autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _drop(url: str, name: str) -> None:
    with psycopg.connect(url, dbname="postgres", autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def _migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address and name of a migrated, otherwise empty database to copy."""
    home = tmp_path_factory.mktemp("template")
    given = os.environ.get("DATABASE_URL", "")
    name = f"template_{os.getpid()}"
    is_server = given.startswith("postgres")
    url = _clone(given, name, "template0") if is_server else f"sqlite:///{home / 'city.db'}"
    made = Installation(url, home)
    made.run(
        """
        from django.core.management import call_command
        call_command("migrate", verbosity=0)
        m.City.objects.create(code="exampleton", name={}, manifest={}, loaded_at=AT)
        m.User.objects.create(username="officer", display_name="Officer")
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        """
    )
    yield url, name
    if is_server:
        _drop(given, name)


@pytest.fixture
def installation(_migrated: tuple[str, str], tmp_path: Path) -> Iterator[Installation]:
    """A migrated city with one officer, as its own processes see it."""
    url, template = _migrated
    name = f"city_{os.getpid()}"
    if url.startswith("postgres"):
        made = Installation(_clone(url, name, template), tmp_path)
    else:
        shutil.copy(url.removeprefix("sqlite:///"), tmp_path / "city.db")
        made = Installation(f"sqlite:///{tmp_path / 'city.db'}", tmp_path)
    yield made
    for process in made.started:
        if process.poll() is None:
            process.kill()
        process.communicate()
    if url.startswith("postgres"):
        _drop(url, name)
