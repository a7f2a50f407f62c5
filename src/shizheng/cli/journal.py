"""``shizheng journal``: show that nobody changed the record of what was done."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from shizheng.cli.django import ready, require_tables
from shizheng.cli.refusals import refusals_shown

if TYPE_CHECKING:
    from shizheng.core.verification import Verification

BROKEN = 1

app = typer.Typer(help="The journal of every act (稽核軌跡).", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keep ``verify`` a command of its own although it is the only one."""


@app.command()
def verify(
    anchor: Annotated[
        list[str] | None,
        typer.Option(help="CITY NUMBER HASH, as an earlier verification printed it; repeatable."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Check every entry, every link, the tail and the personal values.

    Exit code 0: intact. 1: tampered with; says where. 2: cannot be checked.
    """
    with refusals_shown(as_json):
        ready()
        require_tables()
        from django.conf import settings
        from django.utils import timezone

        from shizheng.core.anchors import Anchor, keep_anchors, read_anchors
        from shizheng.core.journal import verify as verify_journal

        given = [Anchor.parse(text) for text in anchor or []]
        kept = read_anchors(settings.JOURNAL_ANCHORS)
        with typer.progressbar(
            length=1, label="Verifying", file=typer.get_text_stream("stderr")
        ) as bar:

            def show(done: int, total: int) -> None:
                bar.length = max(total, 1)
                bar.update(done - bar.pos)

            found = verify_journal(progress=None if as_json else show, anchors=[*kept, *given])
        if found.is_intact:
            keep_anchors(settings.JOURNAL_ANCHORS, found.heads, at=timezone.now())
    typer.echo(_as_json(found) if as_json else _as_text(found))
    raise typer.Exit(0 if found.is_intact else BROKEN)


def _as_json(found: "Verification") -> str:
    faults = [
        {
            "kind": fault.kind.name.lower(),
            "city": fault.tenant,
            "entry": fault.number,
            "message": fault.sentence(),
        }
        for fault in found.faults
    ]
    return json.dumps(
        {
            "intact": found.is_intact,
            "entries": found.entry_count,
            "personal_values": found.personal_count,
            "seconds": round(found.seconds, 3),
            "fault_count": found.fault_count,
            "faults": faults,
            "anchors": [str(head) for head in found.heads],
        },
        ensure_ascii=False,
    )


def _as_text(found: "Verification") -> str:
    if not found.is_intact:
        lines = [f"{fault.tenant}: {fault.sentence()}" for fault in found.faults]
        more = found.fault_count - len(found.faults)
        return "\n".join(
            [
                f"The journal was tampered with: {found.fault_count} faults "
                f"in {found.entry_count} entries.",
                *lines,
                *([f"... and {more} more."] if more else []),
            ]
        )
    return "\n".join(
        [
            f"The journal is intact: {found.entry_count} entries, "
            f"{found.personal_count} personal values, {found.seconds:.1f} s.",
            *(f"Anchor: {head}" for head in found.heads),
        ]
    )
