"""A month of the property ledger as accounting reads it (財產增減表)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What an entry does to the value (異動種類)."""

    ACQUIRED = "acquired"
    ADDED = "added"
    REVALUED = "revalued"
    DISPOSED = "disposed"
    MOVED_IN = "moved_in"
    MOVED_OUT = "moved_out"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry (異動): ``amount_twd`` is what the value changes by, signed."""

    number: str
    category: str
    kind: Kind
    on: date
    amount_twd: int
    document: str


@dataclass(frozen=True, slots=True)
class Line:
    """One category in one month; ``closing`` is the sum of the others.

    Args:
        accounting_twd: what the books of accounting say at the end of the month, if entered.
    """

    category: str
    opening_twd: int
    added_twd: int
    disposed_twd: int
    revalued_twd: int
    accounting_twd: int | None

    @property
    def closing_twd(self) -> int:
        """What the ledger says at the end of the month."""
        return self.opening_twd + self.added_twd + self.disposed_twd + self.revalued_twd

    @property
    def difference_twd(self) -> int | None:
        """Ledger less accounting; None where accounting has entered nothing."""
        if self.accounting_twd is None:
            return None
        return self.closing_twd - self.accounting_twd


INCREASES = frozenset({Kind.ACQUIRED, Kind.ADDED, Kind.MOVED_IN})
DECREASES = frozenset({Kind.DISPOSED, Kind.MOVED_OUT})


def statement(
    entries: Iterable[Entry], first: date, until: date, accounting: dict[str, int]
) -> list[Line]:
    """Return the lines of ``first <= day < until``, by category in order of its name.

    Args:
        entries: all that happened before ``until``; later ones are passed over.
        accounting: by category, at the end of the month.
    """
    sums: dict[str, list[int]] = {category: [0, 0, 0, 0] for category in accounting}
    for each in entries:
        if each.on < until:
            sums.setdefault(each.category, [0, 0, 0, 0])[_column(each, first)] += each.amount_twd
    return [
        Line(category, opening, added, disposed, revalued, accounting.get(category))
        for category, (opening, added, disposed, revalued) in sorted(sums.items())
    ]


def _column(entry: Entry, first: date) -> int:
    if entry.on < first:
        return 0
    return 1 if entry.kind in INCREASES else 2 if entry.kind in DECREASES else 3


def explaining(entries: Iterable[Entry], line: Line) -> list[Entry]:
    """Return the entries of a category that alone make up its difference (差異說明).

    Such as one that accounting has not booked, or booked twice; none where no single entry does.
    """
    wanted = line.difference_twd
    if not wanted:
        return []
    return [
        each for each in entries
        if each.category == line.category and abs(each.amount_twd) == abs(wanted)
    ]  # fmt: skip
