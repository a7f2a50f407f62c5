"""``shizheng tokens``: tokens with which a person's programs act in the JSON interface."""

from typing import Annotated
from uuid import UUID

import typer

from shizheng.cli.django import ready, require_tables
from shizheng.cli.refusals import refusals_shown

app = typer.Typer(help="Tokens of people's programs (存取權杖).", no_args_is_help=True)
Username = Annotated[str, typer.Argument(help="Account as which the program acts.")]


@app.command()
def make(
    username: Username,
    name: Annotated[str, typer.Argument(help="What it is for.")],
    days: Annotated[int, typer.Option("--days", help="How long it is valid, 1 to 365.")] = 90,
    read_only: Annotated[bool, typer.Option("--read-only", help="It reads only.")] = False,
) -> None:
    """Make a token and print it; it is shown this once."""
    with refusals_shown():
        ready()
        require_tables()
        from django.utils import timezone

        from shizheng.core.people.operator import person_named
        from shizheng.core.people.tokens import token_make

        _, secret = token_make(
            person=person_named(username), name=name, days=days, is_read_only=read_only,
            by=None, at=timezone.now(),
        )  # fmt: skip
    typer.echo(secret)


@app.command()
def revoke(
    key: Annotated[UUID, typer.Argument(help="As `shizheng tokens list` shows it.")],
) -> None:
    """Revoke a token; programs that still send it are refused."""
    with refusals_shown():
        ready()
        require_tables()
        from django.utils import timezone

        from shizheng.core.people.tokens import token_revoke

        token_revoke(key=key, by=None, at=timezone.now())
    typer.echo(f"revoked {key}")


@app.command("list")
def list_(username: Annotated[str, typer.Argument(help="Account; all if none.")] = "") -> None:
    """List tokens: key, account, what it may, until when, when last used, what for."""
    with refusals_shown():
        ready()
        require_tables()
        from django.utils import timezone

        from shizheng.core.models import AccessToken

        now = timezone.now()
        rows = AccessToken.objects.select_related("person")
        if username:
            rows = rows.filter(person__username=username)
        for row in rows:
            until = f"until {row.expires_at:%Y-%m-%d}" if row.is_valid(now) else "ended"
            used = f"used {row.last_used_at:%Y-%m-%d}" if row.last_used_at else "never used"
            may = "reads" if row.is_read_only else "acts"
            typer.echo(f"{row.pk}\t{row.person.username}\t{may}\t{until}\t{used}\t{row.name}")
