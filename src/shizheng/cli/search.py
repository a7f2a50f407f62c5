"""``shizheng search``: keep the full-text index in order."""

import json
from typing import Annotated

import typer

from shizheng.cli.django import ready, require_tables

app = typer.Typer(help="The full-text index (全文檢索).", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keep ``rebuild`` a command of its own although it is the only one."""


@app.command()
def rebuild(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Make the index again from the things themselves; can be run at any time.

    Acts keep the index as they go. This is for after a restore or an upgrade.
    """
    ready()
    require_tables()
    from shizheng.core import search

    def show(done: int) -> None:
        typer.echo(f"\r{done:,}", nl=False, err=True)

    count = search.rebuild(None if as_json else show)
    typer.echo(json.dumps({"texts": count}) if as_json else f"\r{count:,} texts can be found.")
