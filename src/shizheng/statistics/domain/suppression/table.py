"""A table of counts with all its sums (次數表): one breakdown, two, or areas inside areas."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

TOTAL = "_T"
Key = tuple[str, str]


@dataclass(frozen=True)
class CountTable:
    """Counts by row and column with every sum that is published beside them.

    Rows may form a tree, such as village, district, city: each inner row is the sum of its
    children and needs no counts of its own. ``TOTAL`` is the column of sums over all columns.
    What is known only of a district is counted under a child of it, such as ``unknown``.

    Args:
        counts: of each (leaf row, column); a pair that is left out is 0. Without columns the
            column is ``TOTAL``.
        parents: row to the row it is summed into; rows without one are summed into ``root``.
        root: name of the row that is the sum of all.
        parts: of a leaf row its total by parts that have no columns of their own, such as the
            villages of a district whose cases are told by kind for the district only.

    Raises:
        ValueError: no counts, a negative one, a count of an inner row, a column ``TOTAL`` beside
            others, rows that are inside each other, or parts that do not make up their row.
    """

    counts: Mapping[Key, int]
    parents: Mapping[str, str]
    root: str = TOTAL
    parts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.counts or min(self.counts.values()) < 0:
            raise ValueError("a table needs counts of 0 or more")
        columns = {column for _, column in self.counts}
        if TOTAL in columns and len(columns) > 1:
            raise ValueError(f"{TOTAL} is the sum of the columns and cannot be given")
        inner = {*self.parents.values(), self.root}
        for row, _ in self.counts:
            if row in inner:
                raise ValueError(f"{row!r} is the sum of other rows and cannot be given")
            self._refuse_circle(row)
        self._refuse_parts(inner | {row for row, _ in self.counts})

    def _refuse_parts(self, rows: set[str]) -> None:
        names = [part for parts in self.parts.values() for part in parts]
        if rows & set(names) or len(set(names)) < len(names):
            raise ValueError("a part of a row has a name of its own")
        for row, parts in self.parts.items():
            total = sum(number for (own, _), number in self.counts.items() if own == row)
            if min(parts.values(), default=0) < 0 or sum(parts.values()) != total:
                raise ValueError(f"the parts of {row!r} do not make up its {total}")

    def _refuse_circle(self, row: str) -> None:
        passed = {row}
        while row != self.root:
            row = self.parents.get(row, self.root)
            if row in passed:
                raise ValueError(f"{row!r} is inside itself")
            passed.add(row)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """The rows that are not sums, in order."""
        return tuple(sorted({row for row, _ in self.counts}))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that are not sums, in order; none for a single breakdown."""
        return tuple(sorted({column for _, column in self.counts} - {TOTAL}))

    @cached_property
    def cells(self) -> Mapping[Key, int]:
        """Every count and every sum that the table publishes."""
        found: dict[Key, int] = {}
        for row in self.leaves:
            numbers = {c: self.counts.get((row, c), 0) for c in self.columns or (TOTAL,)}
            numbers[TOTAL] = sum(numbers.values())
            for above in (row, *self.above(row)):
                for column, number in numbers.items():
                    found[above, column] = found.get((above, column), 0) + number
        for parts in self.parts.values():
            found |= {(part, TOTAL): number for part, number in parts.items()}
        return found

    @cached_property
    def row_of(self) -> Mapping[str, str]:
        """The row that each part belongs to."""
        return {part: row for row, parts in self.parts.items() for part in parts}

    def above(self, row: str) -> tuple[str, ...]:
        """Return the rows that ``row`` is summed into, from the nearest to the root."""
        path: list[str] = []
        while row != self.root:
            row = self.parents.get(row, self.root)
            path.append(row)
        return tuple(path)


def breakdown(counts: Mapping[str, int]) -> CountTable:
    """Return a table of one breakdown and its total (單一分類)."""
    return CountTable({(row, TOTAL): number for row, number in counts.items()}, {})


def cross_table(counts: Mapping[Key, int]) -> CountTable:
    """Return a table of two breakdowns with sums of rows, of columns and of all (交叉表)."""
    return CountTable(counts, {})


def areas(counts: Mapping[str, int], parents: Mapping[str, str], city: str) -> CountTable:
    """Return counts of villages with the sums of districts and of the city (村里、區、市)."""
    return CountTable({(row, TOTAL): number for row, number in counts.items()}, parents, city)
