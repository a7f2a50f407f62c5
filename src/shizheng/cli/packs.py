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

    Of a service: the drafts and open cases touched, which states move where, which cannot, and
    the answers for which there is no question any more.

    Writes nothing. Exit code 0 where it may be loaded, 1 where a published version was changed in
    place, 2 where the pack or the database cannot be read.
    """
    from shizheng.cli import django, publication

    with refusals_shown(as_json):
        django.ready()
        django.require_tables()
        from shizheng.core.publishing import publication as publication_of
        from shizheng.core.publishing import touched
        from shizheng.packs import loader

        plan = publication_of(loader.load(pack))
        touches = touched(plan)
    if as_json:
        typer.echo(json.dumps(publication.as_json(plan, touches), ensure_ascii=False, indent=2))
    else:
        for line in publication.report(plan, touches):
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
    remarks = [f"{each.file}: {said}" for each in found.all for said in each.model.remarks()]
    if as_json:
        answer = {
            "pack": str(pack),
            "definitions": len(found.all),
            "problems": problems_as_json(problems),
            "remarks": remarks,
        }
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    elif problems:
        typer.echo(report(problems))
    else:
        typer.echo(f"{pack}: {len(found.all)} definitions, no problems.")
        for remark in remarks:
            typer.echo(remark)
    if problems:
        raise typer.Exit(HAS_PROBLEMS)
