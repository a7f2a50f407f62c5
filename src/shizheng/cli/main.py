"""The command ``shizheng``: one file per group of commands, assembled here."""

import sys

import typer

from shizheng.cli import city, clock, directives, journal, outline, packs, people, search, serve
from shizheng.core.diagnosis import explain
from shizheng.kernel.errors import DomainError

CANNOT_RUN = 2

app = typer.Typer(
    name="shizheng",
    help="Runs a city's plan: text to commitments, services to evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(city.init)
app.command()(city.demo)
app.command()(city.load)
app.command()(city.coverage)
app.command()(city.export)
app.command()(clock.clock)
app.command()(packs.check)
app.command()(packs.publish)
app.command()(people.administrator)
app.command()(serve.serve)
app.add_typer(directives.app, name="directives")
app.add_typer(journal.app, name="journal")
app.add_typer(outline.app, name="outline")
app.add_typer(search.app, name="search")


def main() -> None:
    """Run the command line; a refusal, or a known trouble of the machine, is one sentence on
    standard error and exit code 2.
    """
    try:
        app()
    except DomainError as refusal:
        typer.echo(str(refusal), err=True)
        sys.exit(CANNOT_RUN)
    except Exception as error:
        sentence = explain(error)
        if sentence is None:
            raise
        typer.echo(sentence, err=True)
        sys.exit(CANNOT_RUN)


if __name__ == "__main__":
    main()
