"""Reads a CSV table that stands beside a definition into rows that know their line."""

import csv
import io
from collections import Counter
from typing import Any

from shizheng.packs.problems import Path, Place, Problem, control_character, problem_at

LONGEST_CELL = 100_000
_CODE = "pack.table"


def read_table(
    text: str, file: str, at: Path
) -> tuple[list[dict[str, Any]], dict[Path, Place], list[Problem]]:
    """Return the rows of a table, the place of each cell, and what is wrong with the table.

    The first line names the columns; ``name.en`` makes a value inside ``name``. An empty cell is
    left out. Cells are text; the schema of the definition makes numbers and dates of them.

    Args:
        text: the whole file, comma separated.
        file: its name in messages.
        at: path of the table in its definition.
    """
    if found := control_character(text):
        return (
            [],
            {at: Place(file)},
            [problem_at(Place(file, found.line), at, found.message, f"{_CODE}.character")],
        )
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[dict[str, Any]] = []
    places: dict[Path, Place] = {at: Place(file)}
    problems: list[Problem] = []
    try:
        columns = next(reader, [])
        if problem := _header_problem(columns, Place(file), at):
            return [], places, [problem]
        paths = [tuple(column.split(".")) for column in columns]
        line = reader.line_num + 1
        for cells in reader:
            place, line = Place(file, line), reader.line_num + 1
            if not any(cells):
                continue
            where = (*at, len(rows))
            if len(cells) != len(columns):
                message = f"has {len(cells)} cells where the header names {len(columns)} columns."
                problems.append(problem_at(place, where, message, f"{_CODE}.cells"))
            rows.append(_row(paths, cells))
            places[where] = place
    except csv.Error as error:
        place = Place(file, reader.line_num or 1)
        problems.append(problem_at(place, at, f"cannot be read: {error}.", f"{_CODE}.syntax"))
    return rows, places, problems


def _header_problem(columns: list[str], place: Place, at: Path) -> Problem | None:
    """Return what is wrong with the first line, if anything."""
    if not columns:
        return problem_at(place, at, "is empty; its first line names the columns.", f"{_CODE}.head")
    twice = [name for name, count in Counter(columns).items() if count > 1]
    if twice:
        message = f"names the column `{twice[0]}` twice."
        return problem_at(place, at, message, f"{_CODE}.head")
    if "" in columns:
        message = f"gives no name to column {columns.index('') + 1}."
        return problem_at(place, at, message, f"{_CODE}.head")
    for name in columns:
        parts = name.split(".")
        if "" in parts:
            message = f"names the column `{name}`, where a name is missing beside a point."
            return problem_at(place, at, message, f"{_CODE}.head")
        outer = {".".join(parts[:count]) for count in range(1, len(parts))} & {*columns}
        if outer:
            message = f"names both `{min(outer)}` and a column inside it (`{name}`)."
            return problem_at(place, at, message, f"{_CODE}.head")
    return None


def _row(paths: list[tuple[str, ...]], cells: list[str]) -> dict[str, Any]:
    """Return one row as a mapping; dotted columns become mappings inside it."""
    row: dict[str, Any] = {}
    for path, cell in zip(paths, cells, strict=False):
        if cell == "":
            continue
        into = row
        for part in path[:-1]:
            into = into.setdefault(part, {})
        into[path[-1]] = cell
    return row
