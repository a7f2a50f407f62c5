"""``shizheng keys``: keys of programs that report cases by Open311."""

from typing import Annotated

import typer

from shizheng.cli.django import ready, require_tables
from shizheng.cli.refusals import refusals_shown

app = typer.Typer(help="Keys of programs (介接金鑰).", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Whose program it is.")]


@app.command()
def make(name: Name) -> None:
    """Make a key and print it; it is shown this once."""
    with refusals_shown():
        ready()
        require_tables()
        from django.utils import timezone

        from shizheng.services.open311.keys import key_make

        _, key = key_make(name=name, by=None, at=timezone.now())
    typer.echo(key)


@app.command()
def end(name: Name) -> None:
    """End a key; programs that still send it are refused."""
    with refusals_shown():
        ready()
        require_tables()
        from django.utils import timezone

        from shizheng.services.open311.keys import key_end

        key_end(name=name, by=None, at=timezone.now())
    typer.echo(f"ended {name}")


@app.command("list")
def list_() -> None:
    """List the keys: name, when made, when ended."""
    with refusals_shown():
        ready()
        require_tables()
        from shizheng.services.models import ClientKey

        rows = list(ClientKey.objects.all())
    for row in rows:
        ended = f"ended {row.ended_at:%Y-%m-%d}" if row.ended_at else "valid"
        typer.echo(f"{row.name}\t{row.made_at:%Y-%m-%d}\t{ended}")
