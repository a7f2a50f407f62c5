"""The text of a filter cut into signs: names, numbers, texts, operators, and whole geometries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from shapely.errors import GEOSException

from shizheng.kernel.errors import N_
from shizheng.places.domain.cql2.errors import FilterTooLarge, FilterUnreadable
from shizheng.places.domain.cql2.nodes import MOST_SIGNS, Geometry

SHAPES = (
    "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
)  # fmt: skip
KEYWORDS = frozenset(
    {"AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "TRUE", "FALSE", "DIV"}
)
_START = r":_A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFE\u200C\u200D"
_START += r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
_SIGN = re.compile(
    rf"""\s*(?:
        (?P<name>[{_START}][{_START}.0-9\u0300-\u036F\u203F\u2040]*)
      | "(?P<quoted>[^"]+)"
      | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<text>'(?:[^'\\]|''|\\.)*')
      | (?P<mark><>|<=|>=|[=<>+\-*/%^(),])
    )""",
    re.VERBOSE | re.DOTALL,
)
_SHAPE = re.compile(rf"(?:{'|'.join(SHAPES)})(?:\s+Z)?", re.IGNORECASE)
_ESCAPES = {"a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_ESCAPE = re.compile(r"''|\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: what it is (``name``, ``keyword``, ``number`` …), its value, where it begins."""

    kind: str
    value: str
    at: int
    shape: Geometry | None = None


def signs_of(text: str) -> Iterator[Sign]:
    """Yield the signs of a filter, then one of the kind ``end``.

    Raises:
        FilterTooLarge, FilterUnreadable: it is too long, or no sign of CQL2 begins somewhere.
    """
    if len(text) > MOST_SIGNS:
        raise FilterTooLarge(what=N_("characters"), most=MOST_SIGNS)
    at = 0
    while (found := _SIGN.match(text, at)) is not None:
        kind = str(found.lastgroup)
        value, start = found[kind], found.start(kind)
        at = found.end()
        if kind == "name" and _SHAPE.fullmatch(value) and text[at:].lstrip()[:1] in ("(", "Z", "z"):
            at = _closing(text, at, start)
            yield Sign("shape", value, start, _shape(text[start:at], start))
        elif kind == "name" and value.upper() in KEYWORDS:
            yield Sign("keyword", value.upper(), start)
        elif kind == "text":
            yield Sign("text", _ESCAPE.sub(_unescaped, value[1:-1]), start)
        else:
            yield Sign("name" if kind == "quoted" else kind, value, start)
    rest = text[at:].lstrip()
    if rest:
        raise refused(len(text) - len(rest), rest[:20], N_("nothing of CQL2 begins so"))
    yield Sign("end", "", len(text))


def refused(at: int, found: str, reason: str) -> FilterUnreadable:
    """Return the refusal of what stands somewhere; characters are counted from 1."""
    return FilterUnreadable(at=at + 1, found=found[:40], reason=reason)


def _unescaped(found: re.Match[str]) -> str:
    """``\\%``, ``\\_`` and ``\\\\`` stay as they are: LIKE reads them."""
    sign = found[1]
    if sign is None or sign == "'":
        return "'"
    return _ESCAPES.get(sign, found[0])


def _closing(text: str, at: int, start: int) -> int:
    depth = 0
    for place in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0 and text[place] == ")":
            return place + 1
    raise refused(start, text[start : start + 20], N_("a bracket is not closed"))


def _shape(text: str, at: int) -> Geometry:
    try:
        return Geometry(shapely.from_wkt(text))
    except GEOSException:
        raise refused(at, text, N_("it is no geometry in WKT")) from None
