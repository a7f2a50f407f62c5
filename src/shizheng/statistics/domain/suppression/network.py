"""What the sums of a table let an attacker work out: the table as a network of flows.

Every relation "these add up to that" is a node, every cell an arc between the two relations it
stands in, so changing cells without changing any sum is sending flow around a circle. How far a
hidden cell can go up or down is then a maximum flow through the other hidden cells; and as flows
have whole optima, the interval found is exact, not an estimate.

Source: L. H. Cox, "Network models for complementary cell suppression", JASA 90 (1995).
"""

import heapq
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from shizheng.statistics.domain.suppression.table import TOTAL, CountTable, Key

Node = tuple[str, ...]
GROUND: Node = ()
Move = tuple[int, bool]
"""A cell by its number, and whether it goes up."""


@dataclass(slots=True)
class Network:
    """The cells of a table as arcs between its relations.

    ``tail`` and ``head`` number the two relations of each cell; ``leaving`` lists for each
    relation the moves that carry flow away from it.
    """

    keys: Sequence[Key]
    values: Sequence[int]
    tail: list[int] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    leaving: list[list[Move]] = field(default_factory=list)

    def among(self, cells: Collection[int]) -> list[list[Move]]:
        """Return for each relation the moves of ``cells`` alone."""
        found: list[list[Move]] = [[] for _ in self.leaving]
        for cell in cells:
            self.add(found, cell)
        return found

    def add(self, moves: list[list[Move]], cell: int) -> None:
        """Enter the two moves of a cell."""
        moves[self.tail[cell]].append((cell, True))
        moves[self.head[cell]].append((cell, False))

    def target(self, move: Move) -> int:
        """Return the relation that a move carries flow to."""
        cell, is_up = move
        return self.head[cell] if is_up else self.tail[cell]


def network_of(table: CountTable) -> Network:
    """Return the network of a table with one breakdown, or two of which rows may be a tree."""
    cells = table.cells
    network = Network(tuple(cells), tuple(cells.values()))
    numbers: dict[Node, int] = {}
    leaves = frozenset(table.leaves)
    for key in network.keys:
        tail, head = _ends(table, leaves, key)
        network.tail.append(numbers.setdefault(tail, len(numbers)))
        network.head.append(numbers.setdefault(head, len(numbers)))
    network.leaving = [[] for _ in numbers]
    for cell in range(len(network.keys)):
        network.add(network.leaving, cell)
    return network


def _ends(table: CountTable, leaves: Collection[str], key: Key) -> tuple[Node, Node]:
    """Return the two relations that a cell stands in.

    Of the sum along an inner row none is needed: it follows from the others. The root's is the
    ground, and so is that of a row without columns. Parts of a row lie between its columns and
    its total.
    """
    row, column = key
    whole = table.row_of.get(row, row)
    along: Node = (whole,) if table.columns else GROUND
    if whole != row:
        return along, ("parts", whole, TOTAL)
    above: Node = GROUND if row == table.root else (table.parents.get(row, table.root), column)
    own = along if row in leaves else key
    if column != TOTAL:
        return above, own
    return ("parts", row, TOTAL) if row in table.parts else own, above


@dataclass(slots=True)
class Flow:
    """How far one cell is moved in one direction, and by what the others make up for it.

    Args:
        cell, is_up: what is moved.
        least: what an attacker knows each hidden cell to be at least.
    """

    network: Network
    cell: int
    is_up: bool
    least: int
    amount: int = 0
    changes: dict[int, int] = field(default_factory=dict)

    @property
    def limit(self) -> int | None:
        """How far the cell itself can go."""
        return None if self.is_up else self.network.values[self.cell] - self.least

    @property
    def ends(self) -> tuple[int, int]:
        """From which relation to which the others must carry what the cell is moved by."""
        tail, head = self.network.tail[self.cell], self.network.head[self.cell]
        return (head, tail) if self.is_up else (tail, head)

    def room(self, move: Move) -> int | None:
        """Return how far another cell can still go; None is without limit."""
        cell, is_up = move
        if cell == self.cell:
            return 0
        if is_up:
            return None
        return self.network.values[cell] - self.least + self.changes.get(cell, 0)

    def push(self, path: Sequence[Move], at_most: int | None) -> int | None:
        """Move along ``path`` as far as it goes; return how far, None for without limit."""
        rooms = [room for move in path if (room := self.room(move)) is not None]
        if at_most is not None:
            rooms.append(at_most)
        if self.limit is not None:
            rooms.append(self.limit - self.amount)
        if not rooms:
            return None
        amount = min(rooms)
        for cell, is_up in path:
            self.changes[cell] = self.changes.get(cell, 0) + (amount if is_up else -amount)
        self.amount += amount
        return amount

    @property
    def is_stuck(self) -> bool:
        """Whether the cell itself can go no further."""
        return self.limit is not None and self.amount >= self.limit


def shortest(flow: Flow, moves: Sequence[Sequence[Move]]) -> list[Move] | None:
    """Return a path of fewest ``moves`` that ``flow`` can still take, or None."""
    start, goal = flow.ends
    came: dict[int, Move | None] = {start: None}
    waiting = deque([start])
    while waiting and goal not in came:
        for move in moves[waiting.popleft()]:
            node = flow.network.target(move)
            if node not in came and flow.room(move) != 0:
                came[node] = move
                waiting.append(node)
    return _path(flow, came, goal)


def cheapest(
    flow: Flow, price: Callable[[int], int | None]
) -> tuple[int, list[Move]] | tuple[None, None]:
    """Return the path of least price that ``flow`` can still take, with its price, or nothing.

    Args:
        price: of using a cell; None is not for sale.
    """
    start, goal = flow.ends
    came: dict[int, Move | None] = {}
    waiting: list[tuple[int, int, int, Move | None]] = [(0, 0, start, None)]
    while waiting and goal not in came:
        paid, steps, node, by = heapq.heappop(waiting)
        if node in came:
            continue
        came[node] = by
        if node == goal:
            return paid, _path(flow, came, goal) or []
        for move in flow.network.leaving[node]:
            there = flow.network.target(move)
            if there in came or flow.room(move) == 0:
                continue
            more = price(move[0])
            if more is not None:
                heapq.heappush(waiting, (paid + more, steps + 1, there, move))
    return None, None


def intervals(
    table: CountTable, hidden: Collection[Key], *, least: int = 1
) -> dict[Key, tuple[int, int | None]]:
    """Return what each hidden cell can be, for one who knows all others and every sum.

    The bounds are exact and reached; None is no upper bound. A cell whose two bounds are equal
    is disclosed.

    Args:
        least: what is known of every hidden cell beforehand: 1, as zeros are told, or 0.
    """
    network = network_of(table)
    numbers = {key: cell for cell, key in enumerate(network.keys)}
    cells = sorted(numbers[key] for key in hidden)
    moves = network.among(cells)
    found: dict[Key, tuple[int, int | None]] = {}
    for cell in cells:
        up, down = (_furthest(Flow(network, cell, is_up, least), moves) for is_up in (True, False))
        value = network.values[cell]
        assert down is not None  # noqa: S101 - a count cannot fall without limit
        found[network.keys[cell]] = (value - down, None if up is None else value + up)
    return found


def _furthest(flow: Flow, moves: Sequence[Sequence[Move]]) -> int | None:
    while not flow.is_stuck:
        path = shortest(flow, moves)
        if path is None:
            break
        if flow.push(path, None) is None:
            return None
    return flow.amount


def _path(flow: Flow, came: Mapping[int, Move | None], goal: int) -> list[Move] | None:
    if goal not in came:
        return None
    path: list[Move] = []
    node = goal
    while (move := came[node]) is not None:
        path.append(move)
        cell, is_up = move
        node = flow.network.tail[cell] if is_up else flow.network.head[cell]
    return path[::-1]
