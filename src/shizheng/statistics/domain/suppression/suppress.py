"""Which numbers of a table are hidden so that no small group can be made out (小格遮蔽).

The guarantee. Let an attacker know every published number of the table, zeros included, that its
sums add up, and that a hidden number is 1 or more (zeros are always told). Then for every hidden
cell, primary or secondary, there are tables of whole numbers that fit all he knows, and over
these tables the cell takes every value of an interval of ``protection + 1`` or more values.
He can therefore name no hidden number, nor any narrower interval. Someone who knows less, such as
not that hidden numbers are above 0, can deduce less.

Not covered: what a member of a small group knows of it, other tables of the same cases with other
breakdowns, and the same table of another time. Figures derived from hidden counts are hidden with
``touched``.

It holds for one breakdown with its total, two breakdowns with all sums, and rows that form a tree
(village, district, city), alone or with one more breakdown, which may stop above the finest rows;
for these the network model is exact. Tables that share cells (one city, two breakdowns) are not
one network: hiding in turn what each hides keeps any cell from being worked out from one table,
but both together may tell a narrower interval.
"""

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from shizheng.statistics.domain.errors import TableNotProtected
from shizheng.statistics.domain.quality import ConfidentialityStatus
from shizheng.statistics.domain.suppression.network import (
    Flow,
    Move,
    Network,
    cheapest,
    network_of,
    shortest,
)
from shizheng.statistics.domain.suppression.table import TOTAL, CountTable, Key

Derived = TypeVar("Derived", bound=Hashable)
LEAST = 1


@dataclass(frozen=True, slots=True)
class DisclosureRule:
    """How small a group is told (揭露規則).

    Args:
        threshold: numbers from 1 up to this less 1 are hidden.
        protection: how wide the interval must at least be that can be deduced for any hidden
            number. Left out, as wide as the rule itself leaves it: from 1 to threshold - 1.

    Raises:
        ValueError: ``threshold`` is below 2 or ``protection`` below 1.
    """

    threshold: int
    protection: int = 0

    def __post_init__(self) -> None:
        if self.threshold < 2 or self.protection < 0:
            raise ValueError(f"a threshold is 2 or more and protection 1 or more, got {self}")

    @property
    def width(self) -> int:
        """The least width of an interval; its number of values is one more."""
        return self.protection or max(1, self.threshold - 2)

    def is_small(self, number: int) -> bool:
        """Whether a number is too small to be told; 0 is told, as there is nobody in it."""
        return 0 < number < self.threshold


@dataclass(frozen=True, slots=True)
class Suppression:
    """What is not told of a table (遮蔽結果): small cells, and others that would give them away."""

    primary: frozenset[Key]
    secondary: frozenset[Key]

    @property
    def hidden(self) -> frozenset[Key]:
        """All cells that are not told."""
        return self.primary | self.secondary

    def hides(self, row: str, column: str = TOTAL) -> bool:
        """Whether the number at ``row`` and ``column`` is not told."""
        return (row, column) in self.primary or (row, column) in self.secondary

    def status(self, row: str, column: str = TOTAL) -> ConfidentialityStatus:
        """Return why a number is hidden; not for publication, as it tells small from large."""
        if (row, column) in self.primary:
            return ConfidentialityStatus.SMALL_COUNT
        if (row, column) in self.secondary:
            return ConfidentialityStatus.SECONDARY
        return ConfidentialityStatus.FREE


def suppress(
    table: CountTable,
    rule: DisclosureRule,
    *,
    sensitive: Collection[Key] = (),
    published: Collection[Key] = (),
) -> Suppression:
    """Return which cells are hidden so that the guarantee of this module holds.

    Each hidden cell whose interval is too narrow gets a circle of cells through it along which
    it can move, hiding those of least total value; this repeats until all are wide enough.

    Args:
        sensitive: more cells to hide for a reason of their own, such as ``is_dominated``.
        published: cells that are known already and cannot be hidden.

    Raises:
        TableNotProtected: cells in ``published`` leave no way; names the cell given away.
        ValueError: a sensitive cell is 0 or not in the table.
    """
    if any(not table.cells.get(key) for key in sensitive):
        raise ValueError("a sensitive cell is one of the table and not 0")
    small = {key for key, number in table.cells.items() if rule.is_small(number)}
    primary = small | set(sensitive)
    known = primary & set(published)
    if known:
        row, column = min(known)
        raise TableNotProtected(row=row, column=column)
    network = network_of(table)
    hiding = _Hiding(network, rule.width, frozenset(published))
    for cell, key in enumerate(network.keys):
        if key in primary:
            hiding.hide(cell)
    hiding.widen_all()
    hidden = frozenset(network.keys[cell] for cell in hiding.hidden)
    return Suppression(frozenset(primary), hidden - primary)


def touched(made_of: Mapping[Derived, Iterable[Key]], hidden: Collection[Key]) -> set[Derived]:
    """Return the derived figures that would tell something of a hidden count (衍生值遮蔽).

    Args:
        made_of: of each share, rate, running sum or mean the cells it is computed from.
    """
    return {figure for figure, cells in made_of.items() if any(cell in hidden for cell in cells)}


def is_dominated(contributions: Iterable[Decimal], *, largest: int, share: Decimal) -> bool:
    """Return whether few contributors make up most of an amount (優勢規則, (n, k) rule).

    Args:
        contributions: of every contributor to the cell, 0 or more.
        largest: how many of the largest are added up.
        share: 0 to 1; above it the cell is sensitive.
    """
    ordered = sorted(contributions, reverse=True)
    return sum(ordered[:largest]) > share * sum(ordered)


class _Hiding:
    """The cells hidden so far, and the search for more."""

    def __init__(self, network: Network, width: int, published: Collection[Key]) -> None:
        self.network = network
        self.width = width
        self.published = published
        self.hidden: set[int] = set()
        self.moves = network.among(())
        self.waiting: deque[int] = deque()

    def hide(self, cell: int) -> None:
        self.hidden.add(cell)
        self.network.add(self.moves, cell)
        self.waiting.append(cell)

    def widen_all(self) -> None:
        """Hide more until every hidden cell can move far enough; more hiding never narrows."""
        while self.waiting:
            self._widen(self.waiting.popleft())

    def _widen(self, cell: int) -> None:
        flows = [Flow(self.network, cell, is_up, LEAST) for is_up in (True, False)]
        for flow in flows:
            while not flow.is_stuck and self._missing(flows):
                path = shortest(flow, self.moves)
                if path is None:
                    break
                flow.push(path, self._missing(flows))
        while missing := self._missing(flows):
            flow, path = self._cheapest(flows)
            for other, _ in path:
                if other not in self.hidden:
                    self.hide(other)
            flow.push(path, missing)

    def _missing(self, flows: Sequence[Flow]) -> int:
        return max(0, self.width - sum(flow.amount for flow in flows))

    def _cheapest(self, flows: Sequence[Flow]) -> tuple[Flow, list[Move]]:
        best: tuple[int, Flow, list[Move]] | None = None
        for flow in flows:
            if flow.is_stuck:
                continue
            paid, path = cheapest(flow, self._price)
            if paid is not None and path is not None and (best is None or paid < best[0]):
                best = (paid, flow, path)
        if best is None:
            row, column = self.network.keys[flows[0].cell]
            raise TableNotProtected(row=row, column=column)
        return best[1], best[2]

    def _price(self, cell: int) -> int | None:
        if cell in self.hidden:
            return 0
        value = self.network.values[cell]
        if not value or self.network.keys[cell] in self.published:
            return None
        return value
