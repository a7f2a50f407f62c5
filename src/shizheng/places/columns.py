"""From the columns of a file to what a register keeps, thousands of things at a time.

As ``building`` does it with one thing, but what stands in many cells of a column is looked at once.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shizheng.kernel.errors import DomainError
from shizheng.places.building import Built, finish
from shizheng.places.definitions import RegisterBody
from shizheng.places.domain.grids import WGS84, Shapes
from shizheng.places.domain.lookups import NOWHERE, lookup_of
from shizheng.places.domain.values import Read, Reader, checked_key, checked_state
from shizheng.places.frame import Frame


@dataclass(frozen=True, slots=True)
class Columns:
    """What a file says of things, by column: as ``Given``, but all from one source."""

    keys: Sequence[str]
    values: Mapping[str, Sequence[object]]
    states: Sequence[str | None]
    geometries: Shapes
    problems: Sequence[DomainError | None]
    are_synthetic: Sequence[bool]
    source: str


def built_columns(
    body: RegisterBody, reader: Reader, given: Columns, *, frame: Frame, epsg: int = WGS84
) -> list[Built]:
    """Return each thing as ``built_all`` does; where ``frame`` is ready, no database is asked.

    Args:
        reader: of this register; one for all pieces of a file.

    Raises:
        GridUnknown: no such system.
    """
    found = [*_read(body, reader, given)]
    finish(body, found, given.geometries, frame=frame, epsg=epsg)
    return found


def _read(body: RegisterBody, reader: Reader, given: Columns) -> Iterator[Built]:
    unknown = [*reader.unknown(given.values)]
    nothing = [None] * len(given.keys)
    columns = {
        each.id: reader.column(each, given.values.get(each.id, nothing)) for each in body.fields
    }
    wrong = {
        place
        for column in columns.values()
        for place, value in enumerate(column)
        if isinstance(value, DomainError)
    }
    states = _states(body, given.states)
    rows = zip(
        given.keys, _rows(columns, len(nothing)), _texts(columns, len(nothing)), states,
        given.are_synthetic, given.problems, strict=True,
    )  # fmt: skip
    names, source, has_lookup = [*columns], given.source[:200], body.lookup is not None
    for place, (key, row, text, state, is_synthetic, problem) in enumerate(rows):
        problems = [*unknown]
        values: dict[str, Any] = {
            name: value for name, value in zip(names, row, strict=True) if value is not None
        }
        if place in wrong:
            problems += [value for value in row if isinstance(value, DomainError)]
            values = {
                name: value for name, value in values.items() if not isinstance(value, DomainError)
            }
        if problem is not None:
            problems.append(problem)
        found = Built(
            key, "", values, source=source, is_synthetic=is_synthetic, problems=problems, text=text,
            lookup=lookup_of(body, values) if has_lookup else NOWHERE,
        )  # fmt: skip
        try:
            found.key = checked_key(body, key)
            if isinstance(state, DomainError):
                raise state
            found.state = state
        except DomainError as refusal:
            problems.append(refusal)
        yield found


def _rows(columns: Mapping[str, list[Read]], count: int) -> Iterable[Sequence[Read]]:
    return zip(*columns.values(), strict=True) if columns else [()] * count


def _states(body: RegisterBody, given: Sequence[str | None]) -> list[str | DomainError]:
    known: dict[str | None, str | DomainError] = {}
    for each in {*given}:
        try:
            known[each] = checked_state(body, each)
        except DomainError as problem:
            known[each] = problem
    return [known[each] for each in given]


_said = json.JSONEncoder(ensure_ascii=False).encode


def _texts(columns: Mapping[str, list[Read]], count: int) -> list[str]:
    """Return the values of each row as JSON, by name; without what is empty or wrong."""
    parts = [_parts(name, columns[name]) for name in sorted(columns)]
    if not parts:
        return ["{}"] * count
    return [f"{{{', '.join(filter(None, row))}}}" for row in zip(*parts, strict=True)]


def _parts(name: str, column: list[Read]) -> list[str]:
    start = f"{_said(name)}: "
    known: dict[tuple[type, Read], str] = {}
    found: list[str] = []
    for value in column:
        named = (value.__class__, value)
        part = known.get(named)
        if part is None:
            is_there = value is not None and not isinstance(value, DomainError)
            part = known[named] = f"{start}{_said(value)}" if is_there else ""
        found.append(part)
    return found
