"""How good a version is, as a score with the parts that it is made of (品質報告)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shizheng.kernel.errors import N_
from shizheng.statistics.datasets.domain.findings import Finding, Problem


class Part(StrEnum):
    """What a score is made of."""

    COMPLETE = "complete"
    TYPED = "typed"
    CONSISTENT = "consistent"
    UNIQUE = "unique"
    DESCRIBED = "described"
    OPEN = "open"


WEIGHTS = {
    Part.COMPLETE: 20,
    Part.TYPED: 15,
    Part.CONSISTENT: 25,
    Part.UNIQUE: 10,
    Part.DESCRIBED: 20,
    Part.OPEN: 10,
}
MEANINGS = {
    Part.COMPLETE: N_("Share of cells that have a value"),
    Part.TYPED: N_("Share of columns read whole by one rule, or declared"),
    Part.CONSISTENT: N_("Share of rows without a grave finding"),
    Part.UNIQUE: N_("A key is declared, and each is there once"),
    Part.DESCRIBED: N_("Share of columns whose meaning is stated"),
    Part.OPEN: N_("A licence and a contact are stated"),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of a version."""

    rows: int
    columns: int
    empty_cells: int
    described: int
    has_key: bool
    has_licence: bool
    has_contact: bool
    problems: Sequence[Problem]


def quality_of(counted: Counted) -> dict[str, float]:
    """Return each part as a share, 0 to 1."""
    grave = sum(each.count for each in counted.problems if each.is_grave)
    untyped = {e.column for e in counted.problems if e.finding in UNTYPED}
    twice = any(e.finding in (Finding.KEY_TWICE, Finding.KEY_EMPTY) for e in counted.problems)
    cells = max(1, counted.rows * counted.columns)
    return {
        Part.COMPLETE: 1 - counted.empty_cells / cells,
        Part.TYPED: 1 - len(untyped) / max(1, counted.columns),
        Part.CONSISTENT: max(0.0, 1 - grave / max(1, counted.rows)),
        Part.UNIQUE: float(counted.has_key and not twice),
        Part.DESCRIBED: counted.described / max(1, counted.columns),
        Part.OPEN: (counted.has_licence + counted.has_contact) / 2,
    }


UNTYPED = frozenset({Finding.NEARLY_TYPED, Finding.NOT_AS_DECLARED, Finding.EXPONENT})


def score_of(parts: dict[str, float]) -> int:
    """Return the weighted score, 0 to 100, rounded down: 100 is without fault."""
    return int(sum(WEIGHTS[Part(name)] * share for name, share in parts.items()) + 1e-9)
