"""What goes together in a filter: kinds of values, names that are known, shapes that are sound."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from shizheng.kernel.errors import N_
from shizheng.places.domain.cql2.errors import FilterUnfit, PropertyUnknown
from shizheng.places.domain.cql2.nodes import (
    Geometry,
    Instant,
    Interval,
    Literal,
    Node,
    Op,
    Property,
)


class Kind(Enum):
    """What a value is: a day has no time, a span is an interval of days."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DAY = "day"
    SPAN = "span"
    SHAPE = "shape"


LARGEST = 1e300
_UNFIT = re.compile("[\x00\ud800-\udfff]")
SCALARS = frozenset({Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN, Kind.DAY})
SPATIAL = ("s_intersects", "s_equals", "s_disjoint", "s_touches", "s_within", "s_overlaps",
           "s_crosses", "s_contains")  # fmt: skip
INSTANTS = ("t_after", "t_before", "t_disjoint", "t_equals", "t_intersects")
SPANS = ("t_contains", "t_during", "t_finishedby", "t_finishes", "t_meets", "t_metby",
         "t_overlappedby", "t_overlaps", "t_startedby", "t_starts")  # fmt: skip
ORDERED = ("=", "<>", "<", ">", "<=", ">=")
NUMERIC = ("+", "-", "*", "/", "%", "div", "^")
_AS_COMPARED = {"t_after": ">", "t_before": "<", "t_equals": "=", "t_intersects": "=",
                "t_disjoint": "<>"}  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """What a filter may name and how its literals are meant.

    Args:
        kinds: kind by name of what can be queried.
        day_of: the day of a moment where the city is.
        placed: a shape of the filter's system in longitude and latitude.
    """

    kinds: Mapping[str, Kind]
    day_of: Callable[[datetime], date]
    placed: Callable[[BaseGeometry], BaseGeometry]


def checked(tree: Node, terms: Terms) -> Node:
    """Return the tree with days for moments and shapes in degrees.

    Raises:
        PropertyUnknown, FilterUnfit: a name that cannot be queried, or values of kinds that
            nothing compares.
    """
    node, kind = _checked(tree, terms)
    if kind is not Kind.BOOLEAN:
        raise _unfit(tree, N_("a filter is true or false of a thing; compare it with something"))
    return node


def _checked(node: Node, terms: Terms) -> tuple[Node, Kind]:
    if isinstance(node, Op):
        pairs = [_checked(each, terms) for each in node.args]
        args = tuple(each for each, _ in pairs)
        return _applied(Op(node.name, args), [kind for _, kind in pairs])
    if isinstance(node, Property):
        if node.name not in terms.kinds:
            raise PropertyUnknown(name=node.name[:60], known=", ".join(terms.kinds))
        return node, terms.kinds[node.name]
    if isinstance(node, Literal):
        return _literal(node)
    if isinstance(node, Instant):
        return _instant(node, terms), Kind.DAY
    if isinstance(node, Geometry):
        return Geometry(_sound(node, terms)), Kind.SHAPE
    return _interval(node, terms), Kind.SPAN


def _literal(node: Literal) -> tuple[Node, Kind]:
    value = node.value
    if isinstance(value, bool):
        return node, Kind.BOOLEAN
    if isinstance(value, str):
        if _UNFIT.search(value):
            raise _unfit(node, N_("the text has a character that no text can have"))
        return node, Kind.TEXT
    if not abs(value) < LARGEST:
        raise _unfit(node, N_("the number is too large"))
    return node, Kind.NUMBER


def _instant(node: Instant, terms: Terms) -> Instant:
    moment = node.value
    if not isinstance(moment, datetime):
        return node
    try:
        return Instant(terms.day_of(moment))
    except (OverflowError, ValueError):
        raise _unfit(node, N_("no calendar has this moment")) from None


def _sound(node: Geometry, terms: Terms) -> BaseGeometry:
    shape = shapely.force_2d(node.shape)
    is_finite = np.isfinite(shapely.get_coordinates(shape)).all()
    if shape.is_empty or not is_finite or not shapely.is_valid(shape):
        raise _unfit(node, N_("the geometry is empty, crosses itself or is not closed"))
    placed = terms.placed(shape)
    if not np.isfinite(shapely.get_coordinates(placed)).all():
        raise _unfit(node, N_("the geometry lies outside the system of filter-crs"))
    shapely.prepare(placed)
    return placed


def _interval(node: Interval, terms: Terms) -> Interval:
    ends = []
    for each in (node.begin, node.end):
        end, kind = _checked(each, terms)
        if kind is not Kind.DAY:
            raise _unfit(each, N_("an interval has two days or moments"))
        ends.append(end)
    begin, end = ends
    known = [each.value for each in ends if isinstance(each, Instant) and each.value]
    if len(known) == 2 and known[0] > known[1]:
        raise _unfit(node, N_("the interval ends before it begins"))
    return Interval(begin, end)


def _applied(node: Op, kinds: list[Kind]) -> tuple[Node, Kind]:
    for names, check in _CHECKS:
        if node.name in names:
            return check(node, kinds)
    raise FilterUnfit(part=node.name[:40], expected=N_("there is no such function here"))


def _logical(node: Op, kinds: list[Kind]) -> tuple[Node, Kind]:
    is_count_right = len(kinds) == 1 if node.name == "not" else len(kinds) >= 2
    if not is_count_right or set(kinds) != {Kind.BOOLEAN}:
        wrong = next(
            (a for a, kind in zip(node.args, kinds, strict=True) if kind is not Kind.BOOLEAN), node
        )
        raise _unfit(wrong, N_("AND, OR and NOT join what is true or false"))
    return node, Kind.BOOLEAN


def _comparison(node: Op, kinds: list[Kind]) -> tuple[Node, Kind]:
    least = {"between": 3}.get(node.name, 2)
    if len(kinds) < least or (node.name != "in" and len(kinds) > least):
        raise _unfit(node, N_("it compares a value with another"))
    first = kinds[0]
    for each, kind in zip(node.args, kinds, strict=True):
        if kind is first and kind in SCALARS:
            continue
        if {kind, first} == {Kind.TEXT, Kind.DAY}:
            raise _unfit(each, N_("a day is compared with a day, such as DATE('2020-01-31')"))
        raise _unfit(each, N_("only texts, numbers or days are compared, each with its like"))
    if first is Kind.BOOLEAN and node.name not in ("=", "<>", "in"):
        raise _unfit(node, N_("true is neither more nor less than false"))
    return node, Kind.BOOLEAN


def _like(node: Op, kinds: list[Kind]) -> tuple[Node, Kind]:
    pattern: Node | None = node.args[-1] if kinds == [Kind.TEXT, Kind.TEXT] else None
    while isinstance(pattern, Op) and pattern.name in ("casei", "accenti"):
        pattern = pattern.args[0]
    if not isinstance(pattern, Literal):
        raise _unfit(node, N_("LIKE compares a text with a pattern in quotes"))
    return node, Kind.BOOLEAN


def _folding(node: Op, kinds: list[Kind]) -> tuple[Node, Kind]:
    if kinds != [Kind.TEXT]:
        raise _unfit(node, N_("it takes one text"))
    return node, Kind.TEXT


def _is_null(node: Op, kinds: list[Kind]) -> tuple[Node, Kind]:
    if len(kinds) != 1:
        raise _unfit(node, N_("it takes one value"))
    return node, Kind.BOOLEAN


def _spatial(node: Op, kinds: list[Kind]) -> tuple[Node, Kind]:
    if kinds != [Kind.SHAPE, Kind.SHAPE]:
        raise _unfit(node, N_("it compares two geometries"))
    return node, Kind.BOOLEAN


def _arithmetic(node: Op, kinds: list[Kind]) -> tuple[Node, Kind]:
    if kinds != [Kind.NUMBER, Kind.NUMBER]:
        raise _unfit(node, N_("it reckons with two numbers"))
    return node, Kind.NUMBER


def _temporal(node: Op, kinds: list[Kind]) -> tuple[Node, Kind]:
    if len(kinds) != 2 or not set(kinds) <= {Kind.DAY, Kind.SPAN}:
        raise _unfit(node, N_("it compares two days or intervals"))
    if node.name in SPANS and Kind.DAY in kinds:
        raise _unfit(node, N_("it compares two intervals"))
    if kinds == [Kind.DAY, Kind.DAY]:
        return Op(_AS_COMPARED[node.name], node.args), Kind.BOOLEAN
    return _day_and_span(node, kinds) or node, Kind.BOOLEAN


def _day_and_span(node: Op, kinds: list[Kind]) -> Node | None:
    """Return a day beside an interval as comparisons of the day, which databases know."""
    day, span = node.args
    if kinds != [Kind.DAY, Kind.SPAN] or not isinstance(span, Interval):
        return None
    begin, end = span.begin, span.end
    if not isinstance(begin, Instant) or not isinstance(end, Instant):
        return None
    first = Instant(begin.value or date.min)
    last = Instant(end.value or date.max)
    if node.name == "t_after":
        return Op(">", (day, last))
    if node.name == "t_before":
        return Op("<", (day, first))
    inside = Op("between", (day, first, last))
    return {"t_intersects": inside, "t_disjoint": Op("not", (inside,))}.get(node.name)


_CHECKS = (
    (("and", "or", "not"), _logical), ((*ORDERED, "between", "in"), _comparison),
    (("like",), _like), (("casei", "accenti"), _folding), (("isnull",), _is_null),
    (SPATIAL, _spatial), (NUMERIC, _arithmetic), ((*INSTANTS, *SPANS), _temporal),
)  # fmt: skip


def _unfit(node: Node, expected: str) -> FilterUnfit:
    return FilterUnfit(part=shown(node)[:60], expected=expected)


def shown(node: Node) -> str:
    """Return what a refusal calls a part of a filter."""
    if isinstance(node, Op):
        return node.name.upper()
    if isinstance(node, Property):
        return node.name
    if isinstance(node, Geometry):
        return str(node.shape.geom_type).upper()
    return "INTERVAL" if isinstance(node, Interval) else str(node.value)
