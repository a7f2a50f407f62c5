"""Which numbers of a table are withheld so that no small group can be made out (小格遮蔽).

A number from 1 up to the least is withheld. As the sums of a table are told, more is withheld
until nobody who knows them and every other number can compute it (secondary suppression).
"""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

LEAST = 3
"""The smallest group that is told; 0 is told too, as there is nobody in it."""
Row = TypeVar("Row", bound=Hashable)
Column = TypeVar("Column", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Withheld(Generic[Row]):
    """What is not told of a list of numbers and their sum."""

    rows: frozenset[Row]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class WithheldByMonth(Generic[Row, Column]):
    """What is not told inside a table whose sums are told as ``withheld`` says.

    A number is withheld if its row or its column is.
    """

    rows: frozenset[Row]
    columns: frozenset[Column]

    def hides(self, row: Row, column: Column) -> bool:
        """Whether the number at ``row`` and ``column`` is not told."""
        return row in self.rows or column in self.columns


def is_small(number: int, least: int = LEAST) -> bool:
    """Whether a group is too small to be told."""
    return 0 < number < least


def withheld(numbers: Mapping[Row, int], least: int = LEAST) -> Withheld[Row]:
    """Return what is not told of a list whose sum is told.

    Beside the small ones the smallest others are withheld, until two or more are and any of them
    could be as large as ``least`` for all that the sum says. Where that cannot be reached,
    nothing but the sum is told, zeros neither, and without zeros not even the sum; a small sum
    is not told with all that it is of.
    """
    total = sum(numbers.values())
    if is_small(total, least):
        return Withheld(frozenset(numbers), is_total=True)
    hidden = {row for row, number in numbers.items() if is_small(number, least)}
    if not hidden:
        return Withheld(frozenset())
    left = _smallest_first(numbers, hidden)
    while not _is_open([numbers[row] for row in hidden], least):
        if not left:
            return Withheld(frozenset(numbers), is_total=all(numbers.values()))
        hidden.add(left.pop(0))
    return Withheld(frozenset(hidden))


def withheld_by_month(
    numbers: Mapping[Row, Mapping[Column, int]], least: int = LEAST
) -> WithheldByMonth[Row, Column]:
    """Return what is not told inside a table of which ``withheld`` sums are told on both sides.

    A row is told in full or not at all: not, if any of its numbers is small. Rows are added
    until each small number could be another one with all sums as they are.
    """
    sums = {row: sum(cells.values()) for row, cells in numbers.items()}
    by_column: dict[Column, int] = {}
    for cells in numbers.values():
        for column, number in cells.items():
            by_column[column] = by_column.get(column, 0) + number
    columns = withheld(by_column, least).rows
    rows = set(withheld(sums, least).rows)
    rows |= {
        row
        for row, cells in numbers.items()
        if any(is_small(number, least) for number in cells.values())
    }
    left = _smallest_first(sums, rows)
    while not _can_move(numbers, rows, columns, least):
        if not left:
            return WithheldByMonth(frozenset(numbers), columns)
        rows.add(left.pop(0))
    return WithheldByMonth(frozenset(rows), columns)


def _smallest_first(numbers: Mapping[Row, int], without: Collection[Row]) -> list[Row]:
    left = [row for row, number in numbers.items() if row not in without and number]
    return sorted(left, key=lambda row: (numbers[row], str(row)))


def _is_open(hidden: Collection[int], least: int) -> bool:
    """Whether each withheld number, 1 or more, could reach ``least`` within their known sum."""
    return len(hidden) > 1 and sum(hidden) - (len(hidden) - 1) >= least


def _can_move(
    numbers: Mapping[Row, Mapping[Column, int]],
    rows: Collection[Row],
    columns: Collection[Column],
    least: int,
) -> bool:
    """Whether for each small number a case of its row could change months with another row."""
    for row in rows:
        for column, number in numbers[row].items():
            if column in columns or not is_small(number, least):
                continue
            others = (numbers[each] for each in rows if each != row)
            if not any(_has_elsewhere(cells, column) for cells in others):
                return False
    return True


def _has_elsewhere(cells: Mapping[Column, int], column: Column) -> bool:
    return any(number for each, number in cells.items() if each != column)
