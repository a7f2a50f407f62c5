"""``shizheng reads``: who read the personal data of a case, and why."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from shizheng.cli.django import ready, require_tables
from shizheng.cli.refusals import refusals_shown

UNKNOWN = 1


def reads(
    case: Annotated[str, typer.Argument(help="Number of the case.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """List who read personal data of a case, when and why, from the journal (調閱紀錄).

    Exit code 0: listed, also if nobody did. 1: there is no such case. 2: cannot be run.
    """
    with refusals_shown(as_json):
        ready()
        require_tables()
        from django.utils import timezone

        from shizheng.services.models import Case
        from shizheng.services.readings.selectors import readings_of

        found = Case.objects.filter(number=case.strip().upper()).first()
        rows = readings_of(found) if found else []
    if found is None:
        typer.echo(f"There is no case {case}.", err=True)
        raise typer.Exit(UNKNOWN)
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, default=str))
        return
    for row in rows:
        moment = timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M")
        fields = ", ".join(row.fields)
        typer.echo(f"{moment}  {row.who} ({row.username}) {row.agency}: {fields} – {row.why}")
    typer.echo(f"{len(rows)} readings")
