"""``shizheng learn`` and ``suggest``: learn agencies from texts, say how well, and try it."""

import hashlib
import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shizheng.cli.refusals import refusals_shown

if TYPE_CHECKING:
    from shizheng.services.learning.agencies import AgencyWords
    from shizheng.services.learning.evaluation import Scored
    from shizheng.services.learning.training import Example, Learnt

AGENCY_MODEL = "agency"
FOLDER = "learning"

Texts = Annotated[
    list[str],
    typer.Option("--text", help="Column to learn from; first the one people write. Repeatable."),
]
Labels = Annotated[
    list[str],
    typer.Option("--label", help="Column that names the agency. Repeatable: the next if unknown."),
]


def plain_name(name: str) -> str:
    """Return a name that can be that of a file; typer tells the person otherwise."""
    if not re.fullmatch(r"[a-z0-9_]{1,40}", name):
        raise typer.BadParameter("lower-case letters, digits and _ only")
    return name


Name = Annotated[
    str, typer.Option("--name", callback=plain_name, help="Name under which it is kept.")
]


def learn(
    *,
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8, names of columns on line 1.")],
    text: Texts,
    label: Labels,
    plain: Annotated[
        bool, typer.Option("--plain", help="Learn labels as they are, not as agencies.")
    ] = False,
    name: Name = AGENCY_MODEL,
    precision: Annotated[
        float, typer.Option(min=0.5, max=1.0, help="Share right that confidence must keep.")
    ] = 0.9,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the split.")] = 109,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Measure only; keep nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Learn from texts which agency they are for, and say honestly how well.

    A fifth of the rows is kept aside, without near repeats of the others, and measured. What is
    kept is then learnt from all rows. Exit code 0, or 2 where nothing could be learnt.
    """
    started = time.perf_counter()
    with refusals_shown(as_json):
        from shizheng import settings
        from shizheng.services.learning import store
        from shizheng.services.learning.table import read_bytes, read_rows

        content = read_bytes(file)
        rows = read_rows(content, file=file.name, texts=text, labels=label)
        from shizheng.services.learning.agencies import agency_index, examples_of, plain_examples
        from shizheng.services.learning.training import learn as learn_from

        examples: list[Example] = (
            plain_examples(rows)
            if plain
            else examples_of(rows, agency_index(agencies_of(settings.PACK)))
        )
        learnt = learn_from(examples, precision=precision, seed=seed)
        facts = {
            "file": file.name,
            "file_sha256": hashlib.sha256(content).hexdigest(),
            "learnt_at": datetime.now(UTC).isoformat(timespec="seconds"),
            **summary(learnt, precision, seed),
        }
        if not dry_run:
            store.save(learnt.model, settings.HOME / FOLDER, name, facts=facts)
    facts["seconds"] = round(time.perf_counter() - started, 1)
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=1))
        return
    for line in report(facts):
        typer.echo(line)
    typer.echo("Nothing was kept." if dry_run else f"Kept as {settings.HOME / FOLDER / name}.json.")


def suggest(
    *,
    text: Annotated[str, typer.Argument(help="What a person might write.")],
    name: Name = AGENCY_MODEL,
    top: Annotated[int, typer.Option(min=1, max=20, help="How many to show.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Show what the learnt model suggests for a text, how sure it is, and why.

    Exit code 0 where it is sure enough, 1 where these are only guesses, 2 where it cannot say.
    """
    with refusals_shown(as_json):
        from shizheng import settings
        from shizheng.services.learning import store

        found = store.load(settings.HOME / FOLDER, name).model.predict(text, top=top)
    if as_json:
        suggestions = [
            {"label": one.label, "probability": round(one.probability, 3), "because": one.because}
            for one in found.suggestions
        ]
        answer = {"is_confident": found.is_confident, "suggestions": suggestions}
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        for one in found.suggestions:
            typer.echo(f"{one.probability:6.1%}  {one.label}  ({' '.join(one.because)})")
        if not found.is_confident:
            typer.echo("Not sure enough to suggest any of these.")
    raise typer.Exit(0 if found.is_confident else 1)


def agencies_of(pack: Path) -> "list[AgencyWords]":
    """Return the agencies of a pack with the words by which a table may name them."""
    from shizheng.packs.kinds.agency import AgencyTree
    from shizheng.packs.loader import load
    from shizheng.services.learning.agencies import AgencyWords

    return [
        AgencyWords(
            agency.id,
            agency.official_code or "",
            (*agency.name.values(), *agency.short_name.values()),
        )
        for agency in load(pack).body(AgencyTree).agencies
    ]


def summary(learnt: "Learnt", precision: float, seed: int) -> dict[str, Any]:
    """Return what is kept beside the model and printed with ``--json``."""
    aside, crossed = learnt.kept_aside, learnt.crossed
    threshold = learnt.kept_aside_threshold
    return {
        "rows": len(crossed.truth),
        "groups": learnt.groups,
        "labels": len(crossed.labels),
        "terms": len(learnt.model.vocabulary),
        "seed": seed,
        "precision_asked": precision,
        "threshold": learnt.model.threshold,
        "kept_aside": {
            **figures(aside, threshold),
            "by_label": [
                {
                    "label": one.label,
                    "rows": one.rows,
                    "recall": round(one.recall, 3),
                    "precision": round(one.precision, 3),
                    "f1": round(one.f1, 3),
                }
                for one in aside.by_label()
            ],
            "confusions": [
                {"label": one.label, "taken_for": one.taken_for, "count": one.count}
                for one in aside.confusions()
            ],
        },
        "crossed": figures(crossed, learnt.model.threshold),
    }


def figures(scored: "Scored", threshold: float) -> dict[str, float]:
    """Return the shares that say how good predictions are."""
    return {
        "rows": len(scored.truth),
        "top_1": round(scored.right_within(1), 3),
        "top_3": round(scored.right_within(3), 3),
        "macro_f1": round(scored.macro_f1(), 3),
        "most_common": round(scored.most_common(), 3),
        "calibration_error": round(scored.calibration_error(), 3),
        "threshold": threshold,
        "coverage": round(scored.coverage(threshold), 3),
        "precision": round(scored.precision(threshold), 3),
    }


def report(facts: dict[str, Any]) -> list[str]:
    """Return the lines for a person."""
    aside, crossed = facts["kept_aside"], facts["crossed"]
    lines = [
        f"{facts['rows']:,} rows in {facts['groups']:,} groups of near repeats, "
        f"{facts['labels']} labels, {facts['terms']:,} terms; {facts['seconds']} s.",
        "",
        f"{'':24}{'kept aside':>12}{'crossed':>12}",
    ]
    rows = (
        ("rows", "rows", "d"),
        ("right at first", "top_1", ".1%"),
        ("right among three", "top_3", ".1%"),
        ("macro-F1", "macro_f1", ".3f"),
        ("always the commonest", "most_common", ".1%"),
        ("calibration error", "calibration_error", ".3f"),
        ("confident from", "threshold", ".3f"),
        ("share confident", "coverage", ".1%"),
        ("right where confident", "precision", ".1%"),
    )
    lines += [
        f"{words:24}{aside[key]:>12{form}}{crossed[key]:>12{form}}" for words, key, form in rows
    ]
    lines += ["", f"{'rows':>5}{'found':>8}{'right':>8}{'F1':>7}  label (kept aside)"]
    lines += [
        f"{one['rows']:>5}{one['recall']:>8.0%}{one['precision']:>8.0%}{one['f1']:>7.2f}  "
        f"{one['label']}"
        for one in aside["by_label"]
    ]
    lines += ["", "Confused most often:"]
    lines += [
        f"{one['count']:>5}  {one['label']} taken for {one['taken_for']}"
        for one in aside["confusions"]
    ]
    return [*lines, "", "A suggestion is for a person to judge; never apply it alone."]
