"""From the rows of a file to what is said of things, by a mapping of the pack."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from shizheng.kernel.errors import DomainError
from shizheng.places.columns import Columns
from shizheng.places.definitions import ColumnOf, RegisterBody, RegisterImport
from shizheng.places.domain.errors import WordUnknown
from shizheng.places.domain.values import TRUE
from shizheng.places.importing.files import Piece

OWN = ("key", "state", "valid_from", "valid_to", "is_synthetic")
"""What the product's own files say of a thing before its fields."""


def columns_of(piece: Piece, mapping: RegisterImport, source: str) -> Columns:
    """Return what the rows say; of a row with a word that the mapping does not know, that too."""
    values: dict[str, list[object]] = {}
    problems: list[DomainError | None] = [None] * len(piece)
    for column in mapping.columns:
        cells = [*map(_valued(column), piece.columns[column.column])]
        before = values.get(column.field)
        for row, cell in enumerate(cells):
            if isinstance(cell, DomainError):
                problems[row], cells[row] = cell, before[row] if before else None
        values[column.field] = cells
    invented = piece.columns.get(mapping.synthetic_column or "")
    return Columns(
        keys=_keys(piece, mapping), values=values, states=_states(piece, mapping),
        geometries=piece.shapes, problems=problems, source=source,
        are_synthetic=(
            [False] * len(piece) if invented is None
            else [_text(cell).casefold() in TRUE for cell in invented]
        ),
    )  # fmt: skip


def _keys(piece: Piece, mapping: RegisterImport) -> list[str]:
    parts = [[*map(_text, piece.columns[name])] for name in mapping.key]
    return parts[0] if len(parts) == 1 else ["-".join(row) for row in zip(*parts, strict=True)]


def _states(piece: Piece, mapping: RegisterImport) -> list[str | None]:
    if not mapping.state_column:
        return [mapping.state] * len(piece)
    words = [*map(_text, piece.columns[mapping.state_column])]
    return [mapping.states.get(word, word) or mapping.state for word in words]


def _text(value: Any) -> str:
    if value.__class__ is str:
        return str.strip(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _valued(column: ColumnOf) -> Callable[[Any], object]:
    """Return what reads a cell, or says why it cannot; of words that stand often, once."""

    if not (column.missing or column.codes or column.factor is not None):
        return lambda cell: cell  # what is empty is empty to the register as well

    def read(cell: Any) -> object:
        try:
            return _value(column, cell)
        except DomainError as problem:
            return problem

    known = lru_cache(maxsize=10_000)(read)
    return lambda cell: known(cell) if isinstance(cell, str) else read(cell)


def _value(column: ColumnOf, value: Any) -> object:
    word = _text(value)
    if word == "" or word in column.missing:
        return None
    if column.codes:
        if word not in column.codes:
            raise WordUnknown(word=word[:60], column=column.column)
        return column.codes[word]
    if column.factor is not None:
        try:
            return float(value) * column.factor
        except (TypeError, ValueError):
            return value
    return value


def mapping_of_own(body: RegisterBody, *, epsg: int = 4326, short: bool = False) -> RegisterImport:
    """Return the mapping of the files that the product itself writes of a register.

    Args:
        short: names as a Shapefile has them.
    """
    names = dict(own_names(body, short=short))
    return RegisterImport.model_validate(
        {
            "id": f"{body.id}_own"[:50],
            "register": body.id,
            "file": "-",
            "epsg": epsg,
            "encoding": "utf-8",
            "key": [names["key"]],
            "placed_by": {"wkt": "geometry"} if body.geometry.kind != "none" else {},
            "columns": [{"field": each.id, "column": names[each.id]} for each in body.fields],
            "state_column": names["state"],
            "valid_from_column": names["valid_from"],
            "synthetic_column": names["is_synthetic"],
            "source": {"zh-Hant": "本系統匯出", "en": "Exported by this system"},
        }
    )


def own_names(body: RegisterBody, *, short: bool = False) -> Iterator[tuple[str, str]]:
    """Yield each name of a column with the name that a file has for it."""
    taken: set[str] = set()
    for name in (*OWN, *(each.id for each in body.fields)):
        given = name[:10] if short else name
        number = 1
        while given in taken:
            given, number = f"{name[:8]}{number:02}", number + 1
        taken.add(given)
        yield name, given
