"""``shizheng directives``: what the daily job does, by hand."""

import json
from datetime import datetime
from typing import Annotated

import typer

from shizheng.cli.django import ready, require_tables
from shizheng.cli.refusals import refusals_shown

FAILED = 1

app = typer.Typer(help="Directives (列管事項).", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keep ``escalate`` a command of its own although it is the only one."""


@app.command()
def escalate(
    at: Annotated[
        datetime | None,
        typer.Option(help="As if it were this moment, local time; now if left out."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Let overdue directives climb as far as the city's rule says; each level is told once.

    Exit code 0: all done. 1: some directives failed, and are named. 2: cannot be run.
    """
    with refusals_shown(as_json):
        ready()
        require_tables()
        from django.utils import timezone

        from shizheng.plan.directives.actions.escalating import directives_escalate
        from shizheng.plan.directives.selectors import city

        moment = timezone.make_aware(at) if at and timezone.is_naive(at) else at or timezone.now()
        run = directives_escalate(
            rule=city.escalation_rule(), calendar=city.work_calendar(), at=moment
        )
    if as_json:
        climbs = [{"number": each.directive.number, "level": each.level} for each in run.recorded]
        found = {"looked_at": run.looked_at, "recorded": climbs, "failed": run.failed}
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        typer.echo(f"{run.looked_at} overdue, {len(run.recorded)} told, {len(run.failed)} failed")
        for number, reason in sorted(run.failed.items()):
            typer.echo(f"{number}: {reason}", err=True)
    raise typer.Exit(FAILED if run.failed else 0)
