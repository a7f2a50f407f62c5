"""The tree of an expression; every node knows where in the source it begins."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A part of an expression, ``at`` an offset into its source."""

    at: int

    def parts(self) -> "tuple[Node, ...]":
        """Return the nodes directly inside."""
        return ()


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Node):
    """A number, text, true, false or null as written."""

    value: object


@dataclass(frozen=True, slots=True, eq=False)
class Name(Node):
    """A name of the context or of a loop."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Field(Node):
    """``of.name``; ``at`` is where the name begins."""

    of: Node
    name: str

    def parts(self) -> tuple[Node, ...]:  # noqa: D102 - as in Node
        return (self.of,)


@dataclass(frozen=True, slots=True, eq=False)
class Index(Node):
    """``of[key]``."""

    of: Node
    key: Node

    def parts(self) -> tuple[Node, ...]:  # noqa: D102 - as in Node
        return (self.of, self.key)


@dataclass(frozen=True, slots=True, eq=False)
class Call(Node):
    """``name(arguments)`` or ``receiver.name(arguments)``; ``at`` is where the name begins."""

    name: str
    arguments: tuple[Node, ...]
    receiver: Node | None

    def parts(self) -> tuple[Node, ...]:  # noqa: D102 - as in Node
        return self.arguments if self.receiver is None else (self.receiver, *self.arguments)


@dataclass(frozen=True, slots=True, eq=False)
class Unary(Node):
    """``-operand`` or ``!operand``."""

    operator: str
    operand: Node

    def parts(self) -> tuple[Node, ...]:  # noqa: D102 - as in Node
        return (self.operand,)


@dataclass(frozen=True, slots=True, eq=False)
class Binary(Node):
    """``left operator right``; ``at`` is where the operator stands."""

    operator: str
    left: Node
    right: Node

    def parts(self) -> tuple[Node, ...]:  # noqa: D102 - as in Node
        return (self.left, self.right)


@dataclass(frozen=True, slots=True, eq=False)
class Junction(Node):
    """Conditions joined by ``&&`` or by ``||``."""

    operator: str
    terms: tuple[Node, ...]

    def parts(self) -> tuple[Node, ...]:  # noqa: D102 - as in Node
        return self.terms


@dataclass(frozen=True, slots=True, eq=False)
class Choice(Node):
    """``condition ? then : otherwise``."""

    condition: Node
    then: Node
    otherwise: Node

    def parts(self) -> tuple[Node, ...]:  # noqa: D102 - as in Node
        return (self.condition, self.then, self.otherwise)


@dataclass(frozen=True, slots=True, eq=False)
class ListOf(Node):
    """``[a, b]``."""

    items: tuple[Node, ...]

    def parts(self) -> tuple[Node, ...]:  # noqa: D102 - as in Node
        return self.items


@dataclass(frozen=True, slots=True, eq=False)
class MapOf(Node):
    """``{key: value}``."""

    keys: tuple[Node, ...]
    values: tuple[Node, ...]

    def parts(self) -> tuple[Node, ...]:  # noqa: D102 - as in Node
        return (*self.keys, *self.values)


def walk(root: Node) -> Iterator[tuple[Node, int]]:
    """Yield every node with its depth, the root at 1; needs no recursion."""
    waiting = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((part, depth + 1) for part in node.parts())
