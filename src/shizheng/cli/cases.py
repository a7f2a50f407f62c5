"""``shizheng cases``: taking in many cases from a file."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from shizheng.cli.django import ready, require_tables
from shizheng.cli.refusals import refusals_shown

FAILED = 1

app = typer.Typer(help="Cases (案件).", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keep ``import`` a command of its own although it is the only one."""


@app.command("import")
def import_(
    service: Annotated[str, typer.Argument(help="Code of the service.")],
    file: Annotated[Path, typer.Argument(help="CSV, one case a row.", exists=True, dir_okay=False)],
    partial: Annotated[
        bool, typer.Option("--partial", help="Keep good rows although others are refused.")
    ] = False,
    encoding: Annotated[str, typer.Option(help="Encoding of the file.")] = "utf-8",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Take in a file of cases: every row is checked, and one bad row stops all.

    The same row is taken in once, however often the file is sent.

    Exit code 0: all rows are in. 1: some were refused, and are named. 2: the file cannot be used.
    """
    with refusals_shown(as_json):
        ready()
        require_tables()
        from django.utils import timezone

        from shizheng.services.batch.importing import file_import

        report = file_import(
            service=service, content=file.read_bytes(), by=None, at=timezone.now(),
            encoding=encoding, partial=partial,
        )  # fmt: skip
    if as_json:
        rows = [asdict(row) for row in report.rows]
        typer.echo(json.dumps({"kept": report.is_kept, "rows": rows}, ensure_ascii=False))
    else:
        typer.echo(
            f"{report.opened} opened, {report.known} known before, {len(report.refused)} refused"
        )
        for row in report.refused:
            typer.echo(f"line {row.line}: {row.reason}", err=True)
        if not report.is_kept:
            typer.echo("Nothing was taken in: correct these rows, or use --partial.", err=True)
    raise typer.Exit(FAILED if report.refused else 0)
