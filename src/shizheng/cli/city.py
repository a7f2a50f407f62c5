"""``shizheng init``, ``load``, ``demo``, ``coverage`` and ``export``: a city from its pack."""

import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shizheng.cli import django, serve, year
from shizheng.cli.refusals import refusals_shown

if TYPE_CHECKING:
    from shizheng.core.loading import Loading
    from shizheng.packs.pack import Pack

PackPath = Annotated[Path, typer.Argument(help="Folder of the pack, e.g. packs/kaohsiung.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def init() -> None:
    """Create the database's tables and the folders; safe to repeat after every update."""
    with refusals_shown():
        django.ready()
        with _making():
            _init()


def load(pack: PackPath, as_json: AsJson = False) -> None:
    """Check a pack and load it: all of it, or nothing. Loading it again changes nothing."""
    with refusals_shown(as_json=as_json):
        django.ready()
        django.require_tables()
        from shizheng.packs import loader

        done = _load(loader.load(pack), quiet=as_json)
        if as_json:
            typer.echo(json.dumps({"city": done.city.code, **done.counts}))
        else:
            for name, count in done.counts.items():
                typer.echo(f"  {count:>6}  {name}")


def demo(
    size: Annotated[
        int | None,
        typer.Option(min=0, max=2_000_000, help="Invented cases of the year behind it; 0: none."),
    ] = None,
) -> None:
    """Serve the city with its demo accounts and an invented year behind it, from nothing.

    The year is played while the city is served; a bar shows how far it is. Reads what `shizheng
    serve` reads: PORT, DATABASE_URL, SHIZHENG_PACK.
    """
    os.environ["SHIZHENG_ENV"] = "demo"
    os.environ.setdefault("SHIZHENG_HOME", "var/demo")
    with refusals_shown():
        listener = serve.listen()
        os.environ.setdefault("SHIZHENG_URL", f"http://localhost:{listener.getsockname()[1]}")
        django.ready()
        from django.conf import settings

        from shizheng.packs import loader

        pack = loader.load(settings.PACK)  # before anything is made for it
        with _making():
            _init()
            _load(pack, quiet=False)
            _apart(partial(_load_demo, pack))
            _begin_year(size)
        serve.serve_on(listener, ("year", year.watch))


def coverage(as_json: AsJson = False, pack: Annotated[Path | None, typer.Option()] = None) -> None:
    """Say what carries each item of the plan, and which systems' scenarios pass."""
    with refusals_shown(as_json=as_json):
        django.ready()
        from django.conf import settings

        from shizheng.packs import loader
        from shizheng.plan.coverage import coverage_of

        found = coverage_of(
            loader.load(pack or settings.PACK),
            tests=settings.SCENARIOS,
            results=settings.SCENARIO_RESULTS,
        )
        if as_json:
            typer.echo(json.dumps(found.as_json(), ensure_ascii=False))
            return
        typer.echo(f"Items carried: {found.carried_count} of {len(found.items)}")
        for code, by in found.items.items():
            if by:
                typer.echo(f"  {code:>6}  {', '.join(by)}")
        typer.echo(f"Systems passing: {found.passing_count} of {len(found.systems)}")
        for system in found.systems:
            if system.scenario or system.by:
                typer.echo(f"  {system.number:>6}  {system.state}  {system.scenario}")


def export(
    folder: Annotated[Path, typer.Argument(help="New folder to write into.")],
    plan: Annotated[str, typer.Option(help="Code of a plan; the newest if left out.")] = "",
) -> None:
    """Write the plan as files: the outline word for word, items and lights as CSV and JSON."""
    with refusals_shown():
        django.ready()
        django.require_tables()
        from shizheng.plan.register.files import write

        for path in write(folder, plan):
            typer.echo(path)


@contextmanager
def _making() -> Iterator[None]:
    """Make the folders, and be the only one who makes tables."""
    from django.conf import settings

    for path in (settings.HOME, settings.MEDIA_ROOT):
        path.mkdir(parents=True, exist_ok=True)
    django.require_database()
    with django.alone(settings.HOME):
        yield


def _init() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    typer.echo("The database and its folders are ready.")


def _load(pack: "Pack", *, quiet: bool) -> "Loading":
    from django.utils import timezone

    from shizheng.core import loading

    loading.discover()
    steps = ["definitions", "agencies", "areas", "roles", *loading.loaders]
    if quiet or not sys.stderr.isatty():
        return loading.load(pack, at=timezone.now())
    label = f"Loading {pack.root.name}"
    with typer.progressbar(length=len(steps), label=label, file=sys.stderr) as bar:

        def say(name: str) -> None:
            bar.update(1)

        return loading.load(pack, at=timezone.now(), say=say)


def _apart(work: Callable[[], None]) -> None:
    """Do ``work`` in a process of its own, before the web server's processes are forked.

    Whoever typesets starts threads, and a process forked from it would wait for them for ever.
    """
    from django.db import connections

    def shown() -> None:
        try:
            with refusals_shown():
                work()
        except typer.Exit as left:
            sys.exit(left.exit_code)

    connections.close_all()
    child = multiprocessing.get_context("fork").Process(target=shown)
    child.start()
    child.join()
    if child.exitcode:
        raise typer.Exit(child.exitcode)


def _load_demo(pack: "Pack") -> None:
    """Add what only a demonstration has; repeated, it adds nothing."""
    from django.utils import timezone

    from shizheng.core import loading

    at: datetime = timezone.now()
    for step in loading.demo_loaders.values():
        step(pack, at=at)


def _begin_year(size: int | None) -> None:
    """Queue the year behind the demonstration, unless it was played before."""
    from django.utils import timezone

    from shizheng.core.demo_year import NAME, play_year
    from shizheng.core.models import Job

    if size != 0 and not Job.objects.filter(name=NAME, status=Job.Status.DONE).exists():
        play_year.enqueue(key="year", now=timezone.now().isoformat(), size=size)
