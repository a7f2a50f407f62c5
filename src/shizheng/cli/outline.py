"""``shizheng outline``: read a printed outline and say what could not be placed."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from shizheng.cli import django
from shizheng.cli.refusals import refusals_shown
from shizheng.kernel.errors import N_
from shizheng.plan.domain.outline.errors import OutlineUnreadable
from shizheng.plan.domain.outline.parser import parse
from shizheng.plan.domain.outline.source import MAX_BYTES
from shizheng.plan.domain.outline.values import Outline
from shizheng.plan.domain.outline.wording import width

app = typer.Typer(no_args_is_help=True, help="Read outlines (施政綱要).")

TITLE_CELLS = 40


class OutlineFileMissing(OutlineUnreadable):
    """The file cannot be opened (無法開啟檔案)."""

    code = "plan.outline.file_missing"
    message = N_("{file} cannot be opened: {problem}.")
    hint = N_("Check the name; - reads from standard input.")


@app.callback()
def outline() -> None:
    """Read outlines (施政綱要)."""


@app.command()
def check(
    file: Annotated[str, typer.Argument(help="Plain text or PDF; - reads standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Read an outline and report; store nothing.

    Exit codes: 0 all is in its place, 1 something could not be placed or a number is out of
    sequence, 2 the file cannot be read.
    """
    with refusals_shown(as_json):
        found = parse(read_bytes(file), name=Path(file).stem if file != "-" else "")
    if as_json:
        typer.echo(json.dumps(summary(found), ensure_ascii=False))
    else:
        for line in report(found):
            typer.echo(line)
    raise typer.Exit(0 if found.is_clean else 1)


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(help="Plain text or PDF; - reads standard input.")],
    plan: Annotated[str, typer.Option(help="Code of the plan; the newest if left out.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Keep an outline as a draft edition of a plan, word for word; adopt it on its page.

    Exit codes: 0 kept, 1 kept but something could not be placed, 2 nothing was kept.
    """
    with refusals_shown(as_json):
        found = parse(read_bytes(file), name=Path(file).stem if file != "-" else "")
        django.ready()
        django.require_tables()
        from django.utils import timezone

        from shizheng.plan.register.actions import edition_import
        from shizheng.plan.register.chapters import agencies_of
        from shizheng.plan.register.selectors import plan_named

        into = plan_named(plan)
        edition = edition_import(
            plan=into,
            parsed=found,
            name=Path(file).name,
            by=None,
            at=timezone.now(),
            agencies=agencies_of(found, into),
        )
    if as_json:
        kept = {"plan": into.code, "edition": edition.number}
        typer.echo(json.dumps({**summary(found), **kept}, ensure_ascii=False))
    else:
        for line in report(found):
            typer.echo(line)
        typer.echo(f"Kept as edition {edition.number} of {into.code}, a draft.")
    raise typer.Exit(0 if found.is_clean else 1)


def read_bytes(file: str) -> bytes:
    """Return the bytes of ``file``, or of standard input for ``-``, but not far past the limit.

    Raises:
        OutlineFileMissing: it does not exist or may not be read.
    """
    if file == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with Path(file).open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise OutlineFileMissing(file=file, problem=error.strerror or "unknown") from error


def summary(found: Outline) -> dict[str, Any]:
    """Return what ``--json`` prints."""
    return {
        "chapters": len(found.chapters),
        "items": sum(len(chapter.items) for chapter in found.chapters),
        "unplaced": [{"line": line.line, "text": line.text} for line in found.unplaced],
        "gaps": [
            {
                "level": gap.level,
                "chapter": gap.chapter,
                "expected": gap.expected,
                "found": gap.found,
                "line": gap.line,
            }
            for gap in found.gaps
        ],
        "title": found.title,
        "encoding": found.encoding,
        "sha256": found.digest,
        "furniture": [{"line": one.line, "kind": one.kind} for one in found.furniture],
        "unread_pages": list(found.unread_pages),
    }


def report(found: Outline) -> list[str]:
    """Return the lines for a person: chapters with their items, then what needs a look."""
    lines = [found.title, ""] if found.title else []
    for chapter in found.chapters:
        name = f"{chapter.number:>3}  {chapter.title[:TITLE_CELLS]}"
        lines.append(f"{name}{' ' * max(1, 46 - width(name))}{len(chapter.items):>4}")
    items = sum(len(chapter.items) for chapter in found.chapters)
    lines += ["", f"{len(found.chapters)} chapters, {items} items."]
    lines += [f"line {one.line}: not placed: {one.text[:80]}" for one in found.unplaced]
    for gap in found.gaps:
        place = f" of chapter {gap.chapter}" if gap.chapter else ""
        lines.append(
            f"line {gap.line}: {gap.level}{place}: expected {gap.expected}, found {gap.found}"
        )
    lines += [f"page {page}: a picture without text" for page in found.unread_pages]
    if found.is_clean:
        lines.append("Everything is in its place and every number follows the one before.")
    return lines
