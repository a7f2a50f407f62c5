"""``shizheng check``: everything that is wrong with a pack, at once."""

import json
from pathlib import Path
from typing import Annotated

import typer

from shizheng.cli.refusals import refusals_shown

HAS_PROBLEMS = 1


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
