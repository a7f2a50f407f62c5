"""Laying out states in layers, from the first to the ends: where each box and line is drawn.

Sugiyama's way in small: links that lead back are turned, ranks are longest ways from the start, a
link over several ranks has a place in each of them, and its words have a place of their own, so
that words never lie on one another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

ROW_GAP, BOX_GAP, MARGIN = 26.0, 22.0, 12.0
SWEEPS = 8
PORT_GAP = 16.0

Link = tuple[str, str]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height of what stands in a place."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Box:
    """Where something stands: its middle, and its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """How a link runs (轉移線): its points from state to state, and the place of its words."""

    points: tuple[Point, ...]
    words: Box


@dataclass(frozen=True, slots=True)
class Layout:
    """Places of all states and links, and the size of the whole (狀態圖版面)."""

    width: float
    height: float
    boxes: Mapping[str, Box]
    lines: Mapping[Link, Line]


NO_SIZE = Size(8.0, 0.0)
Place = str | tuple[str, str, int]
"""A state, or the place of a link in one row."""


@dataclass(slots=True)
class _Rows:
    """Places by row, each with its size and neighbours."""

    rows: list[list[Place]]
    sizes: dict[Place, Size]
    above: dict[Place, list[Place]] = field(default_factory=dict)
    below: dict[Place, list[Place]] = field(default_factory=dict)

    def join(self, upper: Place, lower: Place) -> None:
        self.below.setdefault(upper, []).append(lower)
        self.above.setdefault(lower, []).append(upper)


def layout(states: Mapping[str, Size], start: str, links: Mapping[Link, Size]) -> Layout:
    """Return where states and links are drawn.

    Args:
        states: the size of each state's box, in order.
        start: the state with which a case begins.
        links: the size of the words on each way from one state to another; not to itself.
    """
    turned = turned_links(states, start, links)
    ranks = ranks_of(states, [_down(link, turned) for link in links])
    ways = {link: _way(link, turned, ranks) for link in links}
    rows = _rows(states, links, ranks, ways)
    _order(rows)
    across = _across(rows)
    down = _down_the_page(rows)
    boxes = {
        place: Box(across[place], down[place], size.width, size.height)
        for place, size in rows.sizes.items()
    }
    lines = {
        link: _line(link, way, rows, boxes, is_turned=link in turned) for link, way in ways.items()
    }
    return Layout(
        width=max(box.x + box.width / 2 for box in boxes.values()) + MARGIN,
        height=max(box.y + box.height / 2 for box in boxes.values()) + MARGIN,
        boxes={state: boxes[state] for state in states},
        lines=lines,
    )


def turned_links(states: Iterable[str], start: str, links: Iterable[Link]) -> frozenset[Link]:
    """Return the links that lead back to where a case has been on its way there."""
    onward: dict[str, list[str]] = {}
    for left, entered in links:
        onward.setdefault(left, []).append(entered)
    done: set[str] = set()
    found: set[Link] = set()
    for first in (start, *states):
        if first in done:
            continue
        trail, waiting = [first], [iter(onward.get(first, ()))]
        while trail:
            following = next(waiting[-1], None)
            if following is None:
                done.add(trail.pop())
                waiting.pop()
            elif following in trail:
                found.add((trail[-1], following))
            elif following not in done:
                trail.append(following)
                waiting.append(iter(onward.get(following, ())))
    return frozenset(found)


def ranks_of(states: Iterable[str], links: Sequence[Link]) -> dict[str, int]:
    """Return the rank of each state: how many steps the longest way to it has; no circles."""
    ranks = dict.fromkeys(states, 0)
    for _ in ranks:
        before = dict(ranks)
        for upper, lower in links:
            ranks[lower] = max(ranks[lower], ranks[upper] + 1)
        if before == ranks:
            break
    return ranks


def _down(link: Link, turned: frozenset[Link]) -> Link:
    return (link[1], link[0]) if link in turned else link


def _way(link: Link, turned: frozenset[Link], ranks: Mapping[str, int]) -> list[Place]:
    """Return the places of a link from the upper state to the lower; words are in the middle."""
    upper, lower = _down(link, turned)
    between: list[Place] = [(*link, row) for row in range(2 * ranks[upper] + 1, 2 * ranks[lower])]
    return [upper, *between, lower]


def _rows(
    states: Mapping[str, Size], links: Mapping[Link, Size], ranks: Mapping[str, int],
    ways: Mapping[Link, list[Place]],
) -> _Rows:  # fmt: skip
    sizes: dict[Place, Size] = dict(states.items())
    rows = _Rows([[] for _ in range(2 * max(ranks.values()) + 1)], sizes)
    for state in states:
        rows.rows[2 * ranks[state]].append(state)
    for link, way in ways.items():
        for place in way[1:-1]:
            rows.sizes[place] = NO_SIZE
            rows.rows[int(place[2])].append(place)
        rows.sizes[_middle(way)] = links[link]
        for upper, lower in pairwise(way):
            rows.join(upper, lower)
    for row in rows.rows:  # a line passes beside boxes upright, or it would cut their corners
        height = max((rows.sizes[place].height for place in row), default=0.0)
        for place in row:
            if rows.sizes[place] is NO_SIZE:
                rows.sizes[place] = Size(NO_SIZE.width, height)
    return rows


def _middle(way: Sequence[Place]) -> Place:
    """Return the place of a link's words: in the row after a state, never beside states."""
    index = len(way) // 2
    return way[index if index % 2 else index - 1]


def _order(rows: _Rows) -> None:
    """Put the places of each row where their neighbours are, so that few lines cross."""
    for sweep in range(SWEEPS):
        is_down = sweep % 2 == 0
        order = rows.rows if is_down else rows.rows[::-1]
        beside = rows.above if is_down else rows.below
        for before, row in pairwise(order):
            at = {place: index / max(1, len(before) - 1) for index, place in enumerate(before)}
            now = {place: index / max(1, len(row) - 1) for index, place in enumerate(row)}
            wanted = {place: _mean(beside.get(place), at, now[place]) for place in row}
            row.sort(key=wanted.__getitem__)


def _mean(places: Sequence[Place] | None, at: Mapping[Place, float], otherwise: float) -> float:
    found = [at[place] for place in places or () if place in at]
    return sum(found) / len(found) if found else otherwise


def _across(rows: _Rows) -> dict[Place, float]:
    """Return the middle of each place from the left: near its neighbours, none over another."""
    at: dict[Place, float] = dict.fromkeys(rows.sizes, 0.0)
    for row in rows.rows:
        _spread(row, rows.sizes, at)
    for sweep in range(SWEEPS):
        is_down = sweep % 2 == 0
        beside = rows.above if is_down else rows.below
        for row in rows.rows if is_down else rows.rows[::-1]:
            at.update({place: _mean(beside.get(place), at, at[place]) for place in row})
            _spread(row, rows.sizes, at)
    left = min(at[place] - size.width / 2 for place, size in rows.sizes.items())
    return {place: x - left + MARGIN for place, x in at.items()}


def _spread(row: Sequence[Place], sizes: Mapping[Place, Size], at: dict[Place, float]) -> None:
    """Move the places of a row apart, on the whole where they were."""
    if not row:
        return
    wanted = [at[place] for place in row]
    at_least = float("-inf")
    for place in row:
        half = sizes[place].width / 2
        at[place] = max(at[place], at_least + half)
        at_least = at[place] + half + BOX_GAP
    shift = sum(was - at[place] for was, place in zip(wanted, row, strict=True)) / len(row)
    for place in row:
        at[place] += shift


def _down_the_page(rows: _Rows) -> dict[Place, float]:
    found: dict[Place, float] = {}
    top = MARGIN
    for row in rows.rows:
        height = max((rows.sizes[place].height for place in row), default=0.0)
        found.update(dict.fromkeys(row, top + height / 2))
        top += height + ROW_GAP
    return found


def _line(
    link: Link, way: Sequence[Place], rows: _Rows, boxes: Mapping[Place, Box], *, is_turned: bool
) -> Line:
    upper, lower = boxes[way[0]], boxes[way[-1]]
    points: list[Point] = [(_port(way[0], way[1], rows.below, boxes), upper.y + upper.height / 2)]
    for place in way[1:-1]:
        box = boxes[place]
        points += [(box.x, box.y - box.height / 2), (box.x, box.y + box.height / 2)]
    points.append((_port(way[-1], way[-2], rows.above, boxes), lower.y - lower.height / 2))
    return Line(tuple(points[::-1] if is_turned else points), boxes[_middle(way)])


def _port(
    state: Place, beside: Place, joined: Mapping[Place, list[Place]], boxes: Mapping[Place, Box]
) -> float:
    """Return where on the edge of a state's box a line begins, so that lines do not coincide."""
    every = sorted(joined[state], key=lambda place: boxes[place].x)
    gap = min(PORT_GAP, boxes[state].width / (len(every) + 1))
    return boxes[state].x + (every.index(beside) - (len(every) - 1) / 2) * gap
