"""``shizheng check`` and ``publish``: what is wrong with a pack, and what it would change."""

import json
from pathlib import Path
from typing import Annotated

import typer

from shizheng.cli.refusals import refusals_shown

HAS_PROBLEMS = 1


def publish(
    pack: Annotated[Path, typer.Argument(help="Folder of the pack, such as packs/kaohsiung.")],
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Show what loading a pack would change, and what is open under the old versions.

    Writes nothing. Exit code 0 where it may be loaded, 1 where a published version was changed in
    place, 2 where the pack or the database cannot be read.
    """
    from shizheng.cli import django, publication

    with refusals_shown(as_json):
        django.ready()
        django.require_tables()
        from shizheng.core.publishing import publication as publication_of
        from shizheng.packs import loader

        plan = publication_of(loader.load(pack))
    if as_json:
        typer.echo(json.dumps(publication.as_json(plan), ensure_ascii=False, indent=2))
    else:
        for line in publication.report(plan):
            typer.echo(line)
    if not plan.is_allowed:
        raise typer.Exit(HAS_PROBLEMS)


def check(
    pack: Annotated[Path, typer.Argument(help="Folder of the pack, such as packs/kaohsiung.")],
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Check a pack: read every definition, compare them, run their examples.

    Exit code 0 where it is clean, 1 where it has problems, 2 where there is no pack to read.
    """
    from shizheng.packs.checker import examine
    from shizheng.packs.problems import as_json as problems_as_json
    from shizheng.packs.problems import report

    with refusals_shown(as_json):
        found, problems = examine(pack)
    if as_json:
        answer = {
            "pack": str(pack),
            "definitions": len(found.all),
            "problems": problems_as_json(problems),
        }
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    elif problems:
        typer.echo(report(problems))
    else:
        typer.echo(f"{pack}: {len(found.all)} definitions, no problems.")
    if problems:
        raise typer.Exit(HAS_PROBLEMS)
