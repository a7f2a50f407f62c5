"""``shizheng administrator``: the first person who can give others their roles."""

from typing import Annotated

import typer

from shizheng.cli import django
from shizheng.cli.refusals import refusals_shown

Name = Annotated[str, typer.Option("--name", help="Name shown to others.")]


def administrator(
    username: Annotated[str, typer.Argument(help="Account name; opened if there is none.")],
    email: Annotated[str, typer.Option("--email", help="Address for a new account.")] = "",
    name: Name = "",
    role: Annotated[str, typer.Option("--role", help="Code of the role.")] = "administrator",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Give somebody the administrator's role for the whole city; safe to repeat.

    A new account asks for its password here, or reads it with --password-stdin.
    """
    with refusals_shown():
        django.ready()
        django.require_tables()
        from django.utils import timezone

        from shizheng.core.people import operator

        is_new = not operator.exists(username)
        password = _password(password_stdin) if is_new else None
        person, given = operator.administrator_make(
            username=username,
            email=email,
            display_name=name or username,
            role=role,
            password=password,
            at=timezone.now(),
        )
        opened = "opened and " if is_new else ""
        typer.echo(f"{person.username}: {opened}{given.role.code} for the whole city.")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return typer.get_text_stream("stdin").readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
