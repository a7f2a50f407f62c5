"""Whether a filter is true, false or undecided of a thing: None where a value is missing.

This is the meaning of a filter; what a database is asked only narrows what is looked at.
"""

import math
import operator
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

import re2
import shapely

from shizheng.places.domain.cql2.checking import NUMERIC, ORDERED, SPATIAL
from shizheng.places.domain.cql2.nodes import (
    Geometry,
    Instant,
    Interval,
    Node,
    Op,
    Property,
)

Values: TypeAlias = Mapping[str, Any]
Judge: TypeAlias = Callable[[Values], Any]
OPEN_ENDED = "valid_to"
"""A thing without this day still holds: of an interval it is the open end."""
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt,
    "<=": operator.le, ">=": operator.ge,
}  # fmt: skip
_RECKONED: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "%": math.fmod, "div": lambda a, b: float(math.trunc(a / b)), "^": math.pow,
}  # fmt: skip
_SPATIAL: dict[str, Callable[[Any, Any], Any]] = {
    "s_intersects": shapely.intersects, "s_equals": shapely.equals,
    "s_disjoint": shapely.disjoint, "s_touches": shapely.touches, "s_within": shapely.within,
    "s_overlaps": shapely.overlaps, "s_crosses": shapely.crosses,
    "s_contains": shapely.contains,
}  # fmt: skip
_MIRRORED = {"s_within": "s_contains", "s_contains": "s_within"}
_TEMPORAL: dict[str, Callable[[date, date, date, date], bool]] = {
    "t_after": lambda a, b, c, d: a > d,
    "t_before": lambda a, b, c, d: b < c,
    "t_contains": lambda a, b, c, d: a < c and b > d,
    "t_disjoint": lambda a, b, c, d: a > d or b < c,
    "t_during": lambda a, b, c, d: a > c and b < d,
    "t_equals": lambda a, b, c, d: a == c and b == d,
    "t_finishedby": lambda a, b, c, d: a < c and b == d,
    "t_finishes": lambda a, b, c, d: a > c and b == d,
    "t_intersects": lambda a, b, c, d: a <= d and b >= c,
    "t_meets": lambda a, b, c, d: b == c,
    "t_metby": lambda a, b, c, d: a == d,
    "t_overlappedby": lambda a, b, c, d: c < a < d < b,
    "t_overlaps": lambda a, b, c, d: a < c < b < d,
    "t_startedby": lambda a, b, c, d: a == c and b > d,
    "t_starts": lambda a, b, c, d: a == c and b < d,
}


def judge_of(tree: Node) -> Judge:
    """Return what says of a thing's values whether a filter is true of it.

    Args:
        tree: as ``checked`` returns it. Values are text, numbers, truth, days as ``date`` and
            shapes in degrees; what has no value is None or left out.
    """
    if isinstance(tree, Property):
        name = tree.name
        return lambda values: values.get(name)
    if isinstance(tree, Op):
        return _APPLIED[tree.name](tree, [judge_of(each) for each in tree.args])
    if isinstance(tree, Interval):
        return _span(tree)
    value = tree.shape if isinstance(tree, Geometry) else tree.value
    return lambda _: value


def _joined(parts: list[Judge], *, decisive: bool) -> Judge:
    def judge(values: Values) -> Any:
        is_open = False
        for part in parts:
            said = part(values)
            if said is decisive:
                return decisive
            is_open = is_open or said is None
        return None if is_open else not decisive

    return judge


def _not(tree: Op, parts: list[Judge]) -> Judge:
    (part,) = parts

    def judge(values: Values) -> bool | None:
        said = part(values)
        return None if said is None else not said

    return judge


def _known(parts: list[Judge], call: Callable[..., Any]) -> Judge:
    """Apply ``call`` where no value is missing and the values are of a kind."""

    def judge(values: Values) -> Any:
        given = [part(values) for part in parts]
        if any(each is None for each in given):
            return None
        try:
            return call(*given)
        except (TypeError, ValueError, ArithmeticError):
            return None

    return judge


def _ordered(tree: Op, parts: list[Judge]) -> Judge:
    return _known(parts, _COMPARED[tree.name])


def _between(tree: Op, parts: list[Judge]) -> Judge:
    return _known(parts, lambda value, least, most: least <= value <= most)


def _in(tree: Op, parts: list[Judge]) -> Judge:
    first, *rest = parts

    def judge(values: Values) -> bool | None:
        value = first(values)
        others = [part(values) for part in rest]
        if value is None:
            return None
        if value in others:
            return True
        return None if None in others else False

    return judge


def _is_null(tree: Op, parts: list[Judge]) -> Judge:
    (part,) = parts
    return lambda values: part(values) is None


def _reckoned(tree: Op, parts: list[Judge]) -> Judge:
    reckon = _RECKONED[tree.name]
    return _known(parts, lambda a, b: reckon(float(a), float(b)))


def folded(text: str) -> str:
    """Return a text as CASEI compares it."""
    return unicodedata.normalize("NFC", text.casefold())


def unaccented(text: str) -> str:
    """Return a text as ACCENTI compares it: without its diacritics."""
    apart = unicodedata.normalize("NFD", text)
    plain = "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")
    return unicodedata.normalize("NFC", plain)


def _like(tree: Op, parts: list[Judge]) -> Judge:
    sought = pattern_of(str(parts[1]({})))
    return _known(parts[:1], lambda text: sought.fullmatch(text) is not None)


def pattern_of(like: str) -> Any:
    """Return a pattern of LIKE as one that takes linear time."""
    options = re2.Options()
    options.dot_nl, options.log_errors, options.never_capture = True, False, True
    said, signs = "", iter(like)
    for sign in signs:
        if sign == "\\":
            said += re2.escape(next(signs, "\\"))
        else:
            said += {"%": ".*", "_": "."}.get(sign) or re2.escape(sign)
    return re2.compile(said, options)


def _spatial(tree: Op, parts: list[Judge]) -> Judge:
    """The literal goes first: it is prepared, so that many shapes are held to it fast."""
    name = tree.name
    if isinstance(tree.args[1], Geometry) and not isinstance(tree.args[0], Geometry):
        name, parts = _MIRRORED.get(name, name), parts[::-1]
    compare = _SPATIAL[name]
    return _known(parts, lambda one, other: bool(compare(one, other)))


def _span(tree: Interval) -> Judge:
    begin, end = (_end(tree.begin, date.min), _end(tree.end, date.max))

    def judge(values: Values) -> tuple[date, date] | None:
        pair = begin(values), end(values)
        return None if None in pair or pair[0] > pair[1] else pair

    return judge


def _end(node: Node, unbounded: date) -> Judge:
    if isinstance(node, Instant) and node.value is None:
        return lambda _: unbounded
    if isinstance(node, Property) and node.name == OPEN_ENDED:
        return lambda values: values.get(OPEN_ENDED) or unbounded
    return judge_of(node)


def _temporal(tree: Op, parts: list[Judge]) -> Judge:
    holds = _TEMPORAL[tree.name]

    def compare(one: Any, other: Any) -> bool:
        one, other = (each if isinstance(each, tuple) else (each, each) for each in (one, other))
        return holds(*one, *other)

    return _known(parts, compare)


_APPLIED: dict[str, Callable[[Op, list[Judge]], Judge]] = {
    "and": lambda _, parts: _joined(parts, decisive=False),
    "or": lambda _, parts: _joined(parts, decisive=True),
    "not": _not, "between": _between, "in": _in, "isnull": _is_null, "like": _like,
    "casei": lambda _, parts: _known(parts, folded),
    "accenti": lambda _, parts: _known(parts, unaccented),
    **dict.fromkeys(ORDERED, _ordered), **dict.fromkeys(NUMERIC, _reckoned),
    **dict.fromkeys(SPATIAL, _spatial), **dict.fromkeys(_TEMPORAL, _temporal),
}  # fmt: skip
