"""A filter as a tree, whichever way it was written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

import shapely
from shapely.geometry.base import BaseGeometry

from shizheng.kernel.errors import N_
from shizheng.places.domain.cql2.errors import FilterTooLarge

MOST_SIGNS, MOST_TERMS, MOST_DEPTH, MOST_POSITIONS = 20_000, 200, 30, 2_000
"""Of one filter: characters, operators and values, levels of nesting, positions of geometries."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the things that are filtered."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """Text, a number, or true or false."""

    value: str | int | float | bool


@dataclass(frozen=True, slots=True)
class Instant:
    """A day or a moment with its zone; None is the open end of an interval (``..``)."""

    value: date | datetime | None


@dataclass(frozen=True, slots=True)
class Interval:
    """From one instant to another, both included; each may be a property."""

    begin: "Node"
    end: "Node"


@dataclass(frozen=True, slots=True)
class Geometry:
    """A shape in the system of ``filter-crs``."""

    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class Op:
    """An operator or function with what it is applied to, by its name in CQL2 JSON, small."""

    name: str
    args: tuple["Node", ...]


Node: TypeAlias = Property | Literal | Instant | Interval | Geometry | Op


def below(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below one."""
    if isinstance(node, Op):
        return node.args
    return (node.begin, node.end) if isinstance(node, Interval) else ()


def walk(node: Node) -> Iterator[tuple[Node, int]]:
    """Yield every node with its depth, itself at 1."""
    waiting = [(node, 1)]
    while waiting:
        each, depth = waiting.pop()
        yield each, depth
        waiting += [(child, depth + 1) for child in below(each)]


def bounded(node: Node) -> Node:
    """Return the tree as it is.

    Raises:
        FilterTooLarge: it is deeper or has more terms or positions than one filter may.
    """
    terms = positions = 0
    for each, depth in walk(node):
        terms += 1
        if isinstance(each, Geometry):
            positions += int(shapely.get_num_coordinates(each.shape))
        if depth > MOST_DEPTH:
            raise FilterTooLarge(what=N_("levels of nesting"), most=MOST_DEPTH)
    if terms > MOST_TERMS * 3:
        raise FilterTooLarge(what=N_("terms"), most=MOST_TERMS)
    if positions > MOST_POSITIONS:
        raise FilterTooLarge(what=N_("positions of geometries"), most=MOST_POSITIONS)
    return node


def conjoined(name: str, parts: list[Node]) -> Node:
    """Return parts joined by ``and`` or ``or``; a single part as it is."""
    return parts[0] if len(parts) == 1 else Op(name, tuple(parts))
