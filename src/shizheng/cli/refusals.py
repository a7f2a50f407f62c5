"""How every command says no: one sentence on stderr, an object on stdout where asked, exit 2."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from shizheng.core.diagnosis import explain
from shizheng.kernel.errors import DomainError, Refusal

WRONG_INPUT = 2
TROUBLE = "cli.trouble_of_the_machine"


@contextmanager
def refusals_shown(as_json: bool = False) -> Iterator[None]:
    """Show a refusal, or a known trouble of the machine, and leave with exit code 2.

    The sentence goes to stderr. With ``as_json`` also ``{"error": {"code", "message", "hint"}}``
    on stdout, where the program that asked reads its answers.
    """
    try:
        yield
    except DomainError as refused:
        refusal = refused.refusal()
    except (typer.Exit, typer.Abort):
        raise
    except Exception as error:
        sentence = explain(error)
        if sentence is None:
            raise
        refusal = Refusal(TROUBLE, sentence, "")
    else:
        return
    typer.echo(f"{refusal.message} {refusal.hint}".strip(), err=True)
    if as_json:
        answer = {"code": refusal.code, "message": refusal.message, "hint": refusal.hint}
        typer.echo(json.dumps({"error": answer}, ensure_ascii=False))
    raise typer.Exit(WRONG_INPUT)
