"""What an expression means before it runs: known names, known functions, fitting kinds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from shizheng.kernel.errors import N_
from shizheng.kernel.expressions import nodes, shapes
from shizheng.kernel.expressions.errors import (
    ExpressionError,
    NameTaken,
    NotWrittenOut,
    TooComplex,
    UnknownFunction,
    UnknownName,
    WrongArguments,
    WrongKind,
)
from shizheng.kernel.expressions.functions import Function
from shizheng.kernel.expressions.nodes import Node
from shizheng.kernel.expressions.shapes import Kind, Shape, kind_of

LOOPS = frozenset({"all", "exists", "exists_one", "filter", "map"})
_SAME = Kind.STRING | Kind.DATE | Kind.MOMENT
_ARITHMETIC = {
    "+": (Kind.INT, Kind.DOUBLE, Kind.STRING, Kind.LIST),
    "-": (Kind.INT, Kind.DOUBLE),
    "*": (Kind.INT, Kind.DOUBLE),
    "/": (Kind.INT, Kind.DOUBLE),
    "%": (Kind.INT,),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How large an expression may be and how much work it may cause (上限)."""

    characters: int = 2_000
    nodes: int = 400
    depth: int = 40
    loops: int = 3
    cost: int = 50_000
    text: int = 50_000


@dataclass(slots=True)
class Checker:
    """Walks a tree once and learns the shape of every node.

    Raises:
        ExpressionError: at the first thing that does not fit.
    """

    context: Mapping[str, Shape]
    functions: Mapping[str, Function]
    limits: Limits
    names: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    literals: dict[Node, object] = field(default_factory=dict)
    slots: dict[Node, int] = field(default_factory=dict)
    shapes: dict[Node, Shape] = field(default_factory=dict)
    _variables: dict[str, tuple[Shape, int]] = field(default_factory=dict)

    def shape(self, node: Node) -> Shape:
        """Return the shape of ``node`` after checking everything inside it."""
        self.shapes[node] = found = _RULES[type(node)](self, node)
        return found

    def _literal(self, node: nodes.Literal) -> Shape:
        return Shape(kind_of(node.value))

    def _junction(self, node: nodes.Junction) -> Shape:
        for term in node.terms:
            self._expect(term, Kind.BOOL, node.operator)
        return shapes.BOOL

    def _choice(self, node: nodes.Choice) -> Shape:
        self._expect(node.condition, Kind.BOOL, "?:")
        return self.shape(node.then) | self.shape(node.otherwise)

    def _list(self, node: nodes.ListOf) -> Shape:
        return Shape(Kind.LIST, _merged([self.shape(item) for item in node.items]))

    def _map(self, node: nodes.MapOf) -> Shape:
        for key in node.keys:
            self._expect(key, Kind.STRING | Kind.INT, "{}")
        return Shape(Kind.MAP, _merged([self.shape(entry) for entry in node.values]))

    def _expect(self, node: Node, kinds: Kind, what: str) -> Shape:
        found = self.shape(node)
        if not found.kind & kinds:
            raise WrongKind(node.at, what=what, expected=str(kinds), found=str(found))
        return found

    def _name(self, node: nodes.Name) -> Shape:
        if node.name in self._variables:
            shape, slot = self._variables[node.name]
            self.slots[node] = slot
            return shape
        if node.name not in self.context:
            raise _unknown(UnknownName, node.at, node.name, [*self.context, *self._variables])
        self.names.add(node.name)
        return self.context[node.name]

    def _field(self, node: nodes.Field) -> Shape:
        of = self._expect(node.of, Kind.MAP, f".{node.name}")
        if of.fields is None:
            return of.element or shapes.ANY
        if node.name not in of.fields:
            raise _unknown(UnknownName, node.at, node.name, list(of.fields))
        if path := self._path(node):
            self.names.add(path)
        return of.fields[node.name]

    def _path(self, node: nodes.Field) -> str:
        """Return ``applicant.age`` for a field of the context, and nothing for one of a loop."""
        path, of = node.name, node.of
        while isinstance(of, nodes.Field):
            path, of = f"{of.name}.{path}", of.of
        is_context = isinstance(of, nodes.Name) and of.name not in self._variables
        return f"{of.name}.{path}" if is_context and isinstance(of, nodes.Name) else ""

    def _index(self, node: nodes.Index) -> Shape:
        of = self._expect(node.of, Kind.LIST | Kind.MAP, "[]")
        keys = (Kind.INT if Kind.LIST & of.kind else Kind(0)) | (
            Kind.STRING | Kind.INT if Kind.MAP & of.kind else Kind(0)
        )
        self._expect(node.key, keys, "[]")
        if of.fields is None:
            return of.element or shapes.ANY
        name = node.key.value if isinstance(node.key, nodes.Literal) else None
        if isinstance(name, str) and name not in of.fields:
            raise _unknown(UnknownName, node.at, name, list(of.fields))
        return of.fields[name] if isinstance(name, str) else shapes.ANY

    def _unary(self, node: nodes.Unary) -> Shape:
        kinds = Kind.BOOL if node.operator == "!" else Kind.NUMBER
        return Shape(self._expect(node.operand, kinds, node.operator).kind & kinds)

    def _binary(self, node: nodes.Binary) -> Shape:
        left, right = self.shape(node.left), self.shape(node.right)
        if node.operator == "in":
            if not right.kind & (Kind.LIST | Kind.MAP):
                raise _no_fit(node, Shape(Kind.LIST | Kind.MAP), right)
            return shapes.BOOL
        if node.operator in _ARITHMETIC:
            kinds = Kind(0)
            for kind in _ARITHMETIC[node.operator]:
                kinds |= kind & left.kind & right.kind
            if Kind.DOUBLE in _ARITHMETIC[node.operator] and _mixes(left.kind, right.kind):
                kinds |= Kind.DOUBLE
            if not kinds:
                raise _no_fit(node, left, right)
            element = left.element if left.element == right.element else None
            return Shape(kinds, element if Kind.LIST in kinds else None)
        if not _comparable(left.kind, right.kind, is_ordered=node.operator not in ("==", "!=")):
            raise _no_fit(node, left, right)
        return shapes.BOOL

    def _call(self, node: nodes.Call) -> Shape:
        if node.name == "has" and node.receiver is None:
            return self._has(node)
        if node.name in LOOPS and node.receiver is not None:
            return self._loop(node)
        if node.name not in self.functions:
            known = [*self.functions, "has", *sorted(LOOPS)]
            raise _unknown(UnknownFunction, node.at, node.name, known)
        self.used.add(node.name)
        return self._function(node, self.functions[node.name])

    def _function(self, node: nodes.Call, function: Function) -> Shape:
        arguments, most = node.parts(), len(function.parameters)
        fewest = most - function.optional
        if len(arguments) < fewest or (len(arguments) > most and not function.repeats):
            raise WrongArguments(
                node.at,
                function=node.name,
                expected=f"{fewest}–{most}" if function.optional else str(most),
                count=len(arguments),
                example=function.example,
            )
        found = []
        for at, argument in enumerate(arguments):
            kinds = function.parameters[min(at, most - 1)]
            found.append(self._expect(argument, kinds, node.name))
            if at in function.literals:
                self._prepare(node.name, argument, function, at)
        return function.result(found) if callable(function.result) else function.result

    def _prepare(self, name: str, argument: Node, function: Function, at: int) -> None:
        if not isinstance(argument, nodes.Literal):
            raise NotWrittenOut(argument.at, function=name, example=function.example)
        try:
            self.literals[argument] = function.literals[at](argument.value)
        except ExpressionError as refusal:
            refusal.at = argument.at
            raise

    def _has(self, node: nodes.Call) -> Shape:
        self.used.add("has")
        if len(node.arguments) != 1 or not isinstance(node.arguments[0], nodes.Field):
            raise WrongArguments(
                node.at,
                function="has",
                expected=1,
                count=len(node.arguments),
                example="has(applicant.age)",
            )
        self.shape(node.arguments[0])
        return shapes.BOOL

    def _loop(self, node: nodes.Call) -> Shape:
        if len(node.arguments) != 2 or not isinstance(node.arguments[0], nodes.Name):
            raise WrongArguments(
                node.at,
                function=node.name,
                expected=2,
                count=len(node.arguments),
                example=f"items.{node.name}(item, item > 0)",
            )
        variable, body = node.arguments
        name = variable.name if isinstance(variable, nodes.Name) else ""
        if name in self._variables or name in self.context:
            raise NameTaken(variable.at, name=name, loop=node.name)
        depth = len(self._variables)
        if depth >= self.limits.loops:
            raise TooComplex(
                node.at, measure=N_("loops inside loops"), size=depth + 1, limit=self.limits.loops
            )
        self.used.add(node.name)
        assert node.receiver is not None  # noqa: S101 - a loop is always called on something
        items = self._expect(node.receiver, Kind.LIST | Kind.MAP, node.name)
        is_list = Kind.MAP not in items.kind
        element = (items.element if is_list else None) or shapes.ANY
        self._variables[name] = (element, depth)
        self.slots[node] = depth
        found = self._expect(body, Kind.ANY if node.name == "map" else Kind.BOOL, node.name)
        del self._variables[name]
        if node.name == "map":
            return shapes.list_of(found)
        return shapes.list_of(element) if node.name == "filter" else shapes.BOOL


_RULES: dict[type[Node], Callable[[Checker, Any], Shape]] = {
    nodes.Literal: Checker._literal,
    nodes.Name: Checker._name,
    nodes.Field: Checker._field,
    nodes.Index: Checker._index,
    nodes.Unary: Checker._unary,
    nodes.Binary: Checker._binary,
    nodes.Call: Checker._call,
    nodes.Junction: Checker._junction,
    nodes.Choice: Checker._choice,
    nodes.ListOf: Checker._list,
    nodes.MapOf: Checker._map,
}


def _mixes(one: Kind, other: Kind) -> bool:
    """Whether one side may be a whole number where the other is a double."""
    return any(
        Kind.INT in left and Kind.DOUBLE in right for left, right in ((one, other), (other, one))
    )


def _comparable(left: Kind, right: Kind, *, is_ordered: bool) -> bool:
    if left & Kind.NUMBER and right & Kind.NUMBER:
        return True
    if is_ordered:
        return bool(left & right & _SAME)
    return bool(left & right) or Kind.NULL in (left, right)


def _merged(found: list[Shape]) -> Shape | None:
    whole = found[0] if found else None
    for shape in found[1:]:
        whole = shape if whole is None else whole | shape
    return whole


def _no_fit(node: nodes.Binary, left: Shape, right: Shape) -> ExpressionError:
    return WrongKind(node.at, what=node.operator, expected=str(left), found=str(right))


def _unknown(refusal: type[UnknownName], at: int, name: str, known: list[str]) -> ExpressionError:
    nearest = get_close_matches(name[:60], known, 1, 0.0) or ["-"]
    listed = ", ".join(sorted(known)[:30]) or "-"
    return refusal(at, name=name[:60], nearest=nearest[0], known=listed)
