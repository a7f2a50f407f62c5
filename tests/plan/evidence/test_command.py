"""``shizheng lights`` on the town."""

import json

import pytest
from typer.testing import CliRunner

from shizheng.cli import django as cli_django
from shizheng.cli.lights import lights

from .conftest import published

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch, edition):
    """Run the command on the tests' own database."""
    import typer

    monkeypatch.setattr(cli_django, "ready", lambda: None)
    monkeypatch.setattr(cli_django, "require_tables", lambda: None)
    app = typer.Typer()
    app.command()(lights)
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def test_it_counts_the_lights(run):
    done = run()
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[1].split() == ["version", "1", "0", "0", "0", "10"]


def test_it_gathers_and_computes_when_asked_to(run):
    from django.utils import timezone

    now = timezone.now()
    month = f"{timezone.localdate(now):%Y-%m}"
    for code in ("requests_in_time", "requests_closed"):
        published(code, {month: 99}, at=now)
    done = run("--gather")
    assert "Snapshots kept: 2." in done.output
    assert done.output.splitlines()[-1].split() == ["version", "1", "1", "0", "0", "9"]


def test_it_tells_programs_in_json(run):
    found = json.loads(run("--json").output)
    assert (found["standing"], found["now"], found["differences"]) == (1, {"grey": 10}, [])


def test_a_version_that_is_not_there_is_refused(run):
    done = run("--rule", "7")
    assert done.exit_code == 2
    assert "There is no version 7 of the light rule." in done.stderr
