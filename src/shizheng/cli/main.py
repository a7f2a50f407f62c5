"""The command ``shizheng``: one file per group of commands, assembled here."""

import io
import sys
import tempfile
import traceback

import typer

from shizheng.cli import (
    cases,
    city,
    clock,
    directives,
    imports,
    journal,
    keys,
    learning,
    lights,
    outline,
    packs,
    people,
    reads,
    search,
    sensing,
    serve,
    tokens,
)
from shizheng.core.diagnosis import explain
from shizheng.kernel.errors import DomainError

CANNOT_RUN = 2
FAULT = 70

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
app.command()(learning.learn)
app.command()(learning.suggest)
app.command()(lights.lights)
app.command()(packs.check)
app.command()(packs.publish)
app.command()(people.administrator)
app.command()(reads.reads)
app.command()(serve.serve)
app.add_typer(cases.app, name="cases")
app.add_typer(directives.app, name="directives")
app.add_typer(imports.app, name="import")
app.add_typer(journal.app, name="journal")
app.add_typer(keys.app, name="keys")
app.add_typer(tokens.app, name="tokens")
app.add_typer(outline.app, name="outline")
app.add_typer(search.app, name="search")
app.add_typer(sensing.app, name="sensing")


def main() -> None:
    """Run the command line; a refusal, or a known trouble of the machine, is one sentence on
    standard error and exit code 2. A fault of the program is one sentence too, exit code 70.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal may not know every character
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except DomainError as refusal:
        typer.echo(str(refusal), err=True)
        sys.exit(CANNOT_RUN)
    except Exception as error:
        sentence = explain(error)
        typer.echo(sentence or _fault(error), err=True)
        sys.exit(CANNOT_RUN if sentence else FAULT)


def _fault(error: Exception) -> str:
    """Keep the traceback in a file, and return the sentence that names it."""
    told = "".join(traceback.format_exception(error))
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="shizheng-fault-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(told)
    except OSError:
        return f"Shizheng failed, and could not keep the particulars in a file:\n{told}"
    return (
        f"Shizheng failed in a way it should not ({type(error).__name__}). Please send the file "
        f"{file.name} to those who look after the program; it says where."
    )


if __name__ == "__main__":
    main()
