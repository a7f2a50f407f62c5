"""CQL2 JSON to the same tree as CQL2 Text. Source: OGC 21-065r2, Annex C (JSON Schema)."""

import json
from typing import Any

import shapely
from shapely.errors import GEOSException

from shizheng.kernel.errors import N_
from shizheng.places.domain.cql2.errors import FilterTooLarge
from shizheng.places.domain.cql2.nodes import (
    MOST_DEPTH,
    MOST_SIGNS,
    Geometry,
    Interval,
    Literal,
    Node,
    Op,
    Property,
    bounded,
)
from shizheng.places.domain.cql2.signs import refused
from shizheng.places.domain.cql2.text import box_of, instant_of

HUGE = 10**305
"""More than any number that is compared."""


def from_json(text: str) -> Node:
    """Return the tree of a filter in CQL2 JSON.

    Raises:
        FilterUnreadable, FilterTooLarge: it is not written so, or asks for too much.
    """
    if len(text) > MOST_SIGNS:
        raise FilterTooLarge(what=N_("characters"), most=MOST_SIGNS)
    try:
        given = json.loads(text, parse_constant=str)
    except json.JSONDecodeError as problem:
        raise refused(problem.pos, text[problem.pos :][:20], N_("it is no JSON")) from None
    except ValueError:
        raise refused(0, text[:20], N_("a number in it is too long")) from None
    except RecursionError:
        raise FilterTooLarge(what=N_("levels of nesting"), most=MOST_DEPTH) from None
    return bounded(_node(given, 1))


def _node(given: Any, depth: int) -> Node:
    if depth > MOST_DEPTH:
        raise FilterTooLarge(what=N_("levels of nesting"), most=MOST_DEPTH)
    if isinstance(given, bool | str | float):
        return Literal(given)
    if isinstance(given, int):
        return Literal(given if abs(given) < 2**53 else float(max(-HUGE, min(given, HUGE))))
    if isinstance(given, dict):
        for key, read in _READ.items():
            if key in given:
                return read(given, depth)
    raise _unfit(given)


def _unfit(given: Any) -> Exception:
    return refused(0, json.dumps(given, ensure_ascii=False)[:40], N_("it is nothing of CQL2 JSON"))


def _op(given: dict[str, Any], depth: int) -> Node:
    name, args = given["op"], given.get("args")
    if not isinstance(name, str) or not isinstance(args, list):
        raise _unfit(given)
    if name == "in" and len(args) == 2 and isinstance(args[1], list):
        args = [args[0], *args[1]]
    return Op(name.lower(), tuple(_node(each, depth + 1) for each in args))


def _property(given: dict[str, Any], depth: int) -> Node:
    if not isinstance(given["property"], str):
        raise _unfit(given)
    return Property(given["property"])


def _instant(given: dict[str, Any], depth: int) -> Node:
    return instant_of(str(given.get("date", given.get("timestamp"))))


def _interval(given: dict[str, Any], depth: int) -> Node:
    ends = given["interval"]
    if not isinstance(ends, list) or len(ends) != 2:
        raise _unfit(given)
    begin, end = (
        instant_of(each, is_open=True) if isinstance(each, str) else _node(each, depth + 1)
        for each in ends
    )
    return Interval(begin, end)


def _box(given: dict[str, Any], depth: int) -> Node:
    numbers = given["bbox"]
    is_sound = isinstance(numbers, list) and all(isinstance(each, int | float) for each in numbers)
    return box_of([float(each) for each in numbers] if is_sound else [])


def _shape(given: dict[str, Any], depth: int) -> Node:
    try:
        return Geometry(shapely.from_geojson(json.dumps(given)))
    except GEOSException:
        raise _unfit(given) from None


_READ = {
    "op": _op, "property": _property, "date": _instant, "timestamp": _instant,
    "interval": _interval, "bbox": _box, "type": _shape,
}  # fmt: skip
