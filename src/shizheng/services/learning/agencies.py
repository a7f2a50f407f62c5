"""Finds the agency of a pack that a table means: by id, by official code, or by name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shizheng.kernel.text import fold
from shizheng.services.learning.errors import AgencyUnknown
from shizheng.services.learning.table import Row
from shizheng.services.learning.training import Example


@dataclass(frozen=True, slots=True)
class AgencyWords:
    """An agency (機關): its id in the pack, its official code, and its names in any language."""

    id: str
    official_code: str
    names: tuple[str, ...]


def agency_index(agencies: Iterable[AgencyWords]) -> dict[str, str]:
    """Return folded id, official code and names to the agency's id; a name of two means none."""
    found: dict[str, set[str]] = {}
    for agency in agencies:
        for word in filter(None, (agency.id, agency.official_code, *agency.names)):
            found.setdefault(fold(word), set()).add(agency.id)
    return {word: ids.pop() for word, ids in found.items() if len(ids) == 1}


def examples_of(rows: Sequence[Row], index: Mapping[str, str]) -> list[Example]:
    """Return rows as examples whose label is an agency: the first label cell that is one.

    Raises:
        AgencyUnknown: rows whose label cells name no agency.
    """
    examples, unknown = [], []
    for row in rows:
        known = [index[fold(cell)] for cell in row.labels if fold(cell) in index]
        if known:
            examples.append(Example(row.texts, known[0]))
        else:
            unknown.append(row)
    if unknown:
        first = unknown[0]
        value = " / ".join(filter(None, first.labels))[:80]
        raise AgencyUnknown(rows=len(unknown), line=first.line, value=value)
    return examples


def plain_examples(rows: Sequence[Row]) -> list[Example]:
    """Return rows as examples whose label is the first label cell that is filled, as it is."""
    return [Example(row.texts, next(filter(None, row.labels))) for row in rows]
