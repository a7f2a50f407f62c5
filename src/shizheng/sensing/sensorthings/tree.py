"""Filters of SensorThings as a tree, read with Lark (OGC 18-088, 9.3.3.5; OData 4.01 ABNF)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import shapely
from lark import Lark, Transformer, v_args
from lark.exceptions import LarkError, VisitError
from shapely.geometry.base import BaseGeometry

from shizheng.kernel.errors import N_
from shizheng.sensing.errors import QueryUnfit
from shizheng.sensing.moments import micros

LONGEST = 4_000
DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that was written: text, number, truth, null, moment in microseconds, geometry."""

    value: Any
    kind: str


@dataclass(frozen=True, slots=True)
class Path:
    """A property, reached over entities: ``Datastream/Thing/name``."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator with what it is applied to."""

    name: str
    over: tuple["Node", ...]


Node: TypeAlias = Literal | Path | Call
COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
RELATIONS = {
    "st_equals": "equals", "st_disjoint": "disjoint", "st_touches": "touches",
    "st_within": "within", "st_overlaps": "overlaps", "st_crosses": "crosses",
    "st_intersects": "intersects", "st_contains": "contains", "geo.intersects": "intersects",
}  # fmt: skip
"""Functions between two geometries to the predicates of shapely."""
FUNCTIONS = {
    "substringof": 2, "contains": 2, "endswith": 2, "startswith": 2, "length": 1, "indexof": 2,
    "substring": (2, 3), "tolower": 1, "toupper": 1, "trim": 1, "concat": 2, "year": 1, "month": 1,
    "day": 1, "hour": 1, "minute": 1, "second": 1, "fractionalseconds": 1, "date": 1, "time": 1,
    "totaloffsetminutes": 1, "now": 0, "mindatetime": 0, "maxdatetime": 0, "round": 1, "floor": 1,
    "ceiling": 1, "geo.distance": 2, "geo.length": 1, "st_relate": 3,
} | dict.fromkeys(RELATIONS, 2)  # fmt: skip
"""Each function to how many arguments it takes (table 24)."""

GRAMMAR = r"""
?start: either
?either: both ("or" both)*        -> or_
?both: negated ("and" negated)*   -> and_
?negated: "not" negated           -> not_
        | compared
?compared: sum
         | sum "eq" sum -> eq
         | sum "ne" sum -> ne
         | sum "gt" sum -> gt
         | sum "ge" sum -> ge
         | sum "lt" sum -> lt
         | sum "le" sum -> le
?sum: product
    | sum "add" product -> add
    | sum "sub" product -> sub
?product: atom
        | product "mul" atom -> mul
        | product "div" atom -> div
        | product "mod" atom -> mod
?atom: "(" either ")"
     | NAME "(" [either ("," either)*] ")" -> call
     | "true" -> yes
     | "false" -> no
     | "null" -> null
     | MOMENT -> moment
     | CLOCK -> text
     | NUMBER -> number
     | GEOMETRY -> geometry
     | DURATION -> duration
     | STRING -> string
     | NAME -> path
MOMENT.3: /\d{4}-\d\d-\d\dT[\d:.]+(Z|[+ -]\d\d:?\d\d)?(\/\d{4}-[\d:.T-]+(Z|[+ ]\d\d:?\d\d)?)?/
CLOCK.2: /\d{4}-\d\d-\d\d(?!T)|\d\d:\d\d(:\d\d(\.\d+)?)?/
NUMBER: /-?\d+(\.\d+)?([eE][+-]?\d+)?/
GEOMETRY.2: /(geography|geometry)'[^']*'/
DURATION.2: /duration'[^']*'/
STRING: /'([^']|'')*'/
NAME: /[A-Za-z_@][A-Za-z0-9_@.:]*(\/[A-Za-z0-9_@.:-]+)*/
%ignore /\s+/
"""


TIMES = ("phenomenonTime", "resultTime", "time")


@v_args(inline=True)
class _Grown(Transformer[Any, Any]):
    """Turns what Lark read into nodes."""

    def or_(self, *over: Node) -> Node:
        return over[0] if len(over) == 1 else Call("or", over)

    def and_(self, *over: Node) -> Node:
        return over[0] if len(over) == 1 else Call("and", over)

    def not_(self, node: Node) -> Node:
        return Call("not", (node,))

    def call(self, name: str, *over: Node | None) -> Node:
        given = tuple(each for each in over if each is not None)
        known = FUNCTIONS.get(str(name))
        if known is None:
            raise QueryUnfit(option=f"“{name}”", reason=N_("there is no such function"))
        if len(given) not in (known if isinstance(known, tuple) else (known,)):
            reason = N_("it takes another number of arguments")
            raise QueryUnfit(option=f"“{name}”", reason=reason)
        return Call(str(name), given)

    def yes(self) -> Node:
        return Literal(True, "truth")

    def no(self) -> Node:
        return Literal(False, "truth")

    def null(self) -> Node:
        return Literal(None, "null")

    def moment(self, token: str) -> Node:
        try:
            first, last = micros(str(token).replace(" ", "+"))
        except ValueError:
            reason = N_("it is no moment with a zone, such as 2025-07-06T03:00:00Z")
            raise QueryUnfit(option=f"“{token}”", reason=reason) from None
        return Literal(first, "moment") if last is None else Literal((first, last), "interval")

    def text(self, token: str) -> Node:
        return Literal(str(token), "text")

    def number(self, token: str) -> Node:
        whole = str(token).lstrip("-").isdecimal()
        return Literal(int(token) if whole else float(token), "number")

    def geometry(self, token: str) -> Node:
        try:
            return Literal(shapely.from_wkt(str(token).partition("'")[2][:-1]), "geometry")
        except shapely.errors.ShapelyError:
            reason = N_("it is no geometry as well-known text, such as POINT (120.3 22.6)")
            raise QueryUnfit(option=f"“{str(token)[:60]}”", reason=reason) from None

    def duration(self, token: str) -> Node:
        raise QueryUnfit(option=f"“{token}”", reason=N_("spans of time are not read here"))

    def string(self, token: str) -> Node:
        return Literal(str(token)[1:-1].replace("''", "'"), "text")

    def path(self, token: str) -> Node:
        return Path(tuple(str(token).split("/")))


def _timed(over: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return both sides of a comparison; a text beside a time is read as a moment.

    Raises:
        QueryUnfit: it is no moment with a zone, and no day.
    """
    if not any(isinstance(each, Path) and each.parts[-1] in TIMES for each in over):
        return over
    if any(
        isinstance(each, Path) and {"properties", "parameters"} & {*each.parts} for each in over
    ):
        return over
    return tuple(_moment_of(each) if _is_text(each) else each for each in over)


def _is_text(node: Node) -> bool:
    return isinstance(node, Literal) and node.kind == "text"


def _moment_of(node: Node) -> Node:
    said = str(node.value) if isinstance(node, Literal) else ""
    try:
        first, last = micros(f"{said}T00:00:00Z" if len(said) == 10 else said)
    except ValueError:
        reason = N_("it is no moment with a zone, such as 2025-07-06T03:00:00Z")
        raise QueryUnfit(option=f"“{said[:60]}”", reason=reason) from None
    return Literal(first, "moment") if last is None else Literal((first, last), "interval")


for _name in COMPARISONS:
    setattr(_Grown, _name, v_args(inline=True)(
        lambda self, *over, _name=_name: Call(_name, _timed(over))
    ))  # fmt: skip
for _name in ("add", "sub", "mul", "div", "mod"):
    setattr(_Grown, _name, v_args(inline=True)(
        lambda self, *over, _name=_name: Call(_name, over)
    ))  # fmt: skip


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr")


@lru_cache(maxsize=512)
def tree_of(text: str, option: str = "$filter") -> Node:
    """Return a filter as a tree.

    Raises:
        QueryUnfit: it cannot be read; the sentence says from where on.
    """
    if len(text) > LONGEST:
        raise QueryUnfit(option=option, reason=N_("it is longer than 4,000 characters"))
    try:
        node: Node = _Grown().transform(_parser().parse(text))
    except VisitError as error:
        if isinstance(error.orig_exc, QueryUnfit):
            raise error.orig_exc from None
        raise QueryUnfit(option=option, reason=N_("it is not of the language")) from None
    except LarkError as error:
        at = getattr(error, "pos_in_stream", None)
        rest = text[at:] if isinstance(at, int) and 0 <= at < len(text) else ""
        raise QueryUnfit(
            option=f"{option} at “{(rest or text)[:40]}”",
            reason=N_("another word is expected here"),
        ) from None
    except RecursionError:
        raise QueryUnfit(option=option, reason=N_("it is nested too deeply")) from None
    if depth(node) > DEEPEST:
        raise QueryUnfit(option=option, reason=N_("it is nested too deeply"))
    return node


def depth(node: Node) -> int:
    """Return how deep a tree is."""
    deep, level = 0, [node]
    while level:
        deep += 1
        level = [each for one in level if isinstance(one, Call) for each in one.over]
    return deep


def paths_of(node: Node) -> Iterator[Path]:
    """Yield the properties that a tree names."""
    if isinstance(node, Path):
        yield node
    elif isinstance(node, Call):
        for each in node.over:
            yield from paths_of(each)


def conjuncts(node: Node | None) -> list[Node]:
    """Return the parts that must all hold."""
    if node is None:
        return []
    if isinstance(node, Call) and node.name == "and":
        return [part for each in node.over for part in conjuncts(each)]
    return [node]


def geometry_in(node: Node) -> BaseGeometry | None:
    """Return the geometry that a call names, if it does."""
    if isinstance(node, Call):
        for each in node.over:
            if isinstance(each, Literal) and isinstance(each.value, BaseGeometry):
                return each.value
    return None
