"""``shizheng import``: taking in files of figures as datasets."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from shizheng.cli.django import ready, require_tables
from shizheng.cli.refusals import refusals_shown
from shizheng.kernel.registry import Registry

WAITS = 1

app = typer.Typer(help="Take in files (匯入).", no_args_is_help=True)
Publish = Annotated[bool, typer.Option("--publish", help="Publish if nothing grave is found.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


@app.command("dataset")
def dataset(
    file: Annotated[Path, typer.Argument(help="CSV, GeoJSON, Parquet or ZIP.", exists=True)],
    *,
    code: Annotated[str, typer.Option(help="Code of the dataset.")] = "",
    owner: Annotated[str, typer.Option(help="Agency, for a dataset that is new.")] = "",
    title: Annotated[str, typer.Option(help="Title of a dataset that is new.")] = "",
    map_: Annotated[str, typer.Option("--map", help="Mapping of the pack that says all.")] = "",
    publish: Publish = False,
    as_json: AsJson = False,
) -> None:
    """Take in a file as the next version of a dataset; the user of the machine answers for it.

    Exit code 0: it is read, and published where asked. 1: it waits, as something was found.
    2: it cannot be used.
    """
    with refusals_shown(as_json):
        ready()
        require_tables()
        from django.utils import timezone

        from shizheng.statistics.datasets import importing

        at = timezone.now()
        if map_:
            version = importing.mapped_import(_maps()[map_], file, publishes=publish, at=at)
        else:
            version = importing.file_import(
                file, code=code, owner=owner, title=title, publishes=publish, at=at
            )
        shown = _shown(version)
    _print([shown], as_json)


@app.command("mapped")
def mapped(
    folder: Annotated[Path, typer.Argument(help="Folder of the files.", exists=True)],
    only: Annotated[str, typer.Option(help="One mapping alone.")] = "",
    publish: Publish = False,
    as_json: AsJson = False,
) -> None:
    """Take in every file below a folder that a mapping of the pack names.

    Exit code 0: all were read. 1: some wait. 2: one cannot be used; those before it are in.
    """
    with refusals_shown(as_json):
        ready()
        require_tables()
        from django.utils import timezone

        from shizheng.statistics.datasets.importing import mapped_import

        shown = []
        maps = _maps()
        for identifier in [maps[only].id] if only else maps:
            body = maps[identifier]
            file = folder / body.file
            if file.is_file():
                at = timezone.now()
                shown.append(_shown(mapped_import(body, file, publishes=publish, at=at)))
    _print(shown, as_json)


@app.command("register")
def register(
    file: Annotated[Path, typer.Argument(help="CSV, GeoJSON, GML, GPKG or ZIP.", exists=True)],
    *,
    map_: Annotated[str, typer.Option("--map", help="Mapping of the pack.")],
    preview: Annotated[bool, typer.Option("--preview", help="Write nothing.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Though it was taken in before.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take a file into a register of things; run again after a crash, it goes on where it was.

    Exit code 0: every row is in. 1: some rows were refused; each is told. 2: it cannot be used.
    """
    with refusals_shown(as_json):
        ready()
        require_tables()
        from shizheng.cli.serve import collect_seldom
        from shizheng.places.importing.telling import told

        collect_seldom()
        shown = told(file, map_, preview=preview, again=again)
    if as_json:
        typer.echo(json.dumps(shown, ensure_ascii=False, default=str))
    else:
        for name, count in shown["counts"].items():
            typer.echo(f"{name}: {count}")
        for row in shown["rows"]:
            typer.echo(f"{row['number']}  {row['key']}  {row['says']}")
        typer.echo(f"coordinates: {shown['system']}")
        if shown.get("seems"):
            typer.echo(
                f"  things that the register knows lie elsewhere: it seems to be {shown['seems']}"
            )
    if shown["counts"].get("refused"):
        raise typer.Exit(WAITS)


@app.command("observations")
def observations(
    folder: Annotated[Path, typer.Argument(help="Folder of the files.", exists=True)],
    map_: Annotated[str, typer.Option("--map", help="Mapping of the pack.")],
    as_json: AsJson = False,
) -> None:
    """Take in sensors and their readings by a mapping of the pack; what is there is left alone."""
    with refusals_shown(as_json):
        ready()
        require_tables()
        from shizheng.sensing.importing import imported

        counts = imported(folder, map_)
    if as_json:
        typer.echo(json.dumps(counts))
    else:
        _tell(counts)


@app.command("flood-potential")
def flood_potential(
    folder: Annotated[Path, typer.Argument(help="Folder of the files.", exists=True)],
    map_: Annotated[str, typer.Option("--map", help="Mapping of the pack.")],
) -> None:
    """Take in reckoned floods by rain; a scenario that is there is replaced."""
    with refusals_shown():
        ready()
        require_tables()
        from shizheng.sensing.outlooks.importing import imported

        _tell(imported(folder, map_))


@app.command("incidents")
def incidents(
    folder: Annotated[Path, typer.Argument(help="Folder of the files.", exists=True)],
    map_: Annotated[str, typer.Option("--map", help="Mapping of the pack.")],
) -> None:
    """Take in what really happened, by which warning rules are judged; what is there stays."""
    with refusals_shown():
        ready()
        require_tables()
        from shizheng.sensing.judging.importing import imported

        _tell(imported(folder, map_))


def _tell(counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        typer.echo(f"{name}: {count}")


def _maps() -> "Registry[Any]":
    """Return the mappings of the pack by id; asked for an unknown one, it names those known."""
    from django.conf import settings

    from shizheng.packs.loader import load
    from shizheng.statistics.datasets.definitions import ImportMap

    found: Registry[Any] = Registry("Mappings of the pack")
    for body in load(settings.PACK).bodies(ImportMap):
        found.register(body.id)(body)
    return found


def _shown(version: Any) -> dict[str, Any]:
    from shizheng.statistics.datasets.showing import refusal_shown

    refusal = refusal_shown(version)
    return {
        "dataset": version.dataset.code,
        "version": version.number,
        "state": version.state,
        "rows": version.row_count,
        "score": version.score,
        "problems": version.problems,
        "refusal": f"{refusal.message} {refusal.hint}" if refusal else None,
    }


def _print(shown: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(shown, ensure_ascii=False))
    for each in () if as_json else shown:
        typer.echo(
            f"{each['dataset']} version {each['version']}: {each['state']}, "
            f"{each['rows'] or 0} rows, {each['score'] or 0} points"
        )
        if each["refusal"]:
            typer.echo(each["refusal"], err=True)
        for found in each["problems"]:
            rows = ", ".join(str(row) for row in found["rows"][:20])
            typer.echo(
                f"  {found['finding']} in {found['column']}: {found['count']} rows ({rows})",
                err=True,
            )
    if any(each["state"] in ("refused", "quarantined") for each in shown):
        raise typer.Exit(WAITS)
