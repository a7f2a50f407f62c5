"""CQL2 Text to tree: by descent, one method per level of binding.

Source: OGC 21-065r2, Common Query Language (CQL2), Annex B (BNF).
"""

from datetime import date, datetime

import shapely

from shizheng.kernel.errors import N_
from shizheng.places.domain.cql2.errors import FilterTooLarge, FilterUnreadable
from shizheng.places.domain.cql2.nodes import (
    MOST_DEPTH,
    MOST_TERMS,
    Geometry,
    Instant,
    Interval,
    Literal,
    Node,
    Op,
    Property,
    bounded,
    conjoined,
)
from shizheng.places.domain.cql2.signs import Sign, refused, signs_of

COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")


def from_text(text: str) -> Node:
    """Return the tree of a filter in CQL2 Text.

    Raises:
        FilterUnreadable, FilterTooLarge: it is not written so, or asks for too much.
    """
    reader = _Reader(text)
    tree = reader.any_of()
    if reader.now.kind != "end":
        raise reader.refused(N_("the filter should end here or go on with AND or OR"))
    return bounded(tree)


def instant_of(text: str, *, at: int = 0, is_open: bool = False) -> Instant:
    """Return the day or moment of RFC 3339 that a text names.

    Raises:
        FilterUnreadable: it names none.
    """
    if is_open and text == "..":
        return Instant(None)
    try:
        if len(text) == 10:
            return Instant(date.fromisoformat(text))
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None:
        raise refused(at, text, N_("it is no day such as 2020-01-31 and no moment in RFC 3339"))
    return Instant(moment)


def box_of(numbers: list[float], *, at: int = 0) -> Geometry:
    """Return the rectangle of four numbers, or of six with heights.

    Raises:
        FilterUnreadable: the numbers are others.
    """
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or numbers[1] > numbers[3] or numbers[0] > numbers[2]:
        raise refused(at, "BBOX", N_("it has four or six numbers: west, south, east, north"))
    west, south, east, north = numbers
    return Geometry(shapely.box(west, south, east, north))


class _Reader:
    """Reads signs one by one; ``now`` is the next to be read."""

    def __init__(self, text: str) -> None:
        self.signs = signs_of(text)
        self.now = next(self.signs)
        self.read = self.depth = 0

    def next(self) -> Sign:
        sign, self.now = self.now, next(self.signs)
        self.read += 1
        if self.read > MOST_TERMS * 5:
            raise FilterTooLarge(what=N_("terms"), most=MOST_TERMS)
        return sign

    def is_at(self, *values: str) -> bool:
        return self.now.kind in ("keyword", "mark") and self.now.value in values

    def take(self, *values: str) -> bool:
        is_there = self.is_at(*values)
        if is_there:
            self.next()
        return is_there

    def need(self, value: str) -> None:
        if not self.take(value):
            raise self.refused(
                N_("a bracket should stand here")
                if value in "()"
                else N_("a comma should stand here")
                if value == ","
                else N_("AND or NULL should stand here")
            )

    def refused(self, reason: str) -> FilterUnreadable:
        return refused(self.now.at, self.now.value or "…", reason)

    def any_of(self) -> Node:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise FilterTooLarge(what=N_("levels of nesting"), most=MOST_DEPTH)
        parts = [self.all_of()]
        while self.take("OR"):
            parts.append(self.all_of())
        self.depth -= 1
        return conjoined("or", parts)

    def all_of(self) -> Node:
        parts = [self.negated()]
        while self.take("AND"):
            parts.append(self.negated())
        return conjoined("and", parts)

    def negated(self) -> Node:
        count = 0
        while self.take("NOT"):
            count += 1
        found = self.predicate()
        for _ in range(min(count, MOST_DEPTH + 1)):
            found = Op("not", (found,))
        return found

    def predicate(self) -> Node:
        left = self.sum_of()
        if self.now.kind == "mark" and self.now.value in COMPARISONS:
            name = self.next().value
            return Op(name, (left, self.sum_of()))
        if self.take("IS"):
            is_not = self.take("NOT")
            self.need("NULL")
            return _not(Op("isnull", (left,)), is_not)
        is_not = self.take("NOT")
        if self.take("LIKE"):
            return _not(Op("like", (left, self.sum_of())), is_not)
        if self.take("BETWEEN"):
            least = self.sum_of()
            self.need("AND")
            return _not(Op("between", (left, least, self.sum_of())), is_not)
        if self.take("IN"):
            return _not(Op("in", (left, *self.listed())), is_not)
        if is_not:
            raise self.refused(N_("after NOT, LIKE, BETWEEN or IN should stand here"))
        return left

    def sum_of(self) -> Node:
        found = self.product()
        while self.is_at("+", "-"):
            found = Op(self.next().value, (found, self.product()))
        return found

    def product(self) -> Node:
        found = self.power()
        while self.is_at("*", "/", "%", "DIV"):
            found = Op(self.next().value.lower(), (found, self.power()))
        return found

    def power(self) -> Node:
        found = self.factor()
        return Op("^", (found, self.factor())) if self.take("^") else found

    def factor(self) -> Node:
        if not self.is_at("-", "+"):
            return self.primary()
        is_minus = self.next().value == "-"
        found = self.primary()
        if not is_minus:
            return found
        if isinstance(found, Literal) and not isinstance(found.value, str | bool):
            return Literal(-found.value)
        return Op("*", (Literal(-1), found))

    def primary(self) -> Node:
        if self.take("("):
            found = self.any_of()
            self.need(")")
            return found
        if self.is_at("TRUE", "FALSE"):
            return Literal(self.next().value == "TRUE")
        if self.now.kind not in ("number", "text", "shape", "name"):
            raise self.refused(N_("a property or a value should stand here"))
        sign = self.next()
        if sign.shape is not None:
            return sign.shape
        if sign.kind == "number":
            return Literal(_number(sign.value))
        if sign.kind == "text":
            return Literal(sign.value)
        return self.called(sign) if self.is_at("(") else Property(sign.value)

    def called(self, sign: Sign) -> Node:
        name = sign.value.lower()
        args = self.listed()
        texts = [each.value for each in args if isinstance(each, Literal)]
        if name in ("date", "timestamp"):
            if len(args) != 1 or len(texts) != 1:
                raise refused(sign.at, sign.value, N_("one text in quotes belongs in its brackets"))
            return instant_of(str(texts[0]), at=sign.at)
        if name == "interval":
            if len(args) != 2:
                raise refused(sign.at, sign.value, N_("an interval has a beginning and an end"))
            ends = [
                instant_of(str(each.value), at=sign.at, is_open=True)
                if isinstance(each, Literal)
                else each
                for each in args
            ]
            return Interval(*ends)
        if name == "bbox":
            numbers = [float(value) for value in texts if not isinstance(value, str | bool)]
            return box_of(numbers if len(numbers) == len(args) else [], at=sign.at)
        return Op(name, tuple(args))

    def listed(self) -> list[Node]:
        self.need("(")
        found = [self.any_of()]
        while self.take(","):
            found.append(self.any_of())
        self.need(")")
        return found


def _not(node: Node, is_not: bool) -> Node:
    return Op("not", (node,)) if is_not else node


def _number(text: str) -> int | float:
    return int(text) if text.isdecimal() and len(text) < 16 else float(text)
