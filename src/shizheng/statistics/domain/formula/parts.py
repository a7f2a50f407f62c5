"""Parts of a formula while it is checked: what each does, in which unit, and how to name it."""

from dataclasses import dataclass
from decimal import Decimal

from shizheng.kernel.expressions import nodes
from shizheng.kernel.expressions.nodes import Node
from shizheng.kernel.expressions.values import written
from shizheng.statistics.domain.errors import FormulaUnits
from shizheng.statistics.domain.formula.steps import Step
from shizheng.statistics.domain.units import Unit

LONGEST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Part:
    """A checked part. ``unit`` is None for a bare number; ``work`` counts inputs it reads."""

    node: Node
    step: Step
    unit: Unit | None
    work: int

    @property
    def words(self) -> str:
        """The part as a refusal names it."""
        return words(self.node)


def unit_of_both(operation: str, at: int, left: Part, right: Part) -> Unit | None:
    """Return the unit of two parts that are added or compared; a bare number takes the other's.

    Raises:
        FormulaUnits: the units differ, be it only in scale (hour and day).
    """
    if left.unit is None or right.unit is None:
        return left.unit or right.unit
    if left.unit != right.unit:
        raise FormulaUnits(
            at,
            operation=operation,
            left=left.words,
            left_unit=str(left.unit),
            right=right.words,
            right_unit=str(right.unit),
        )
    return left.unit


def words(node: Node) -> str:
    """Return a node roughly as it was written, cut where long."""
    text = _words(node)
    return text if len(text) <= LONGEST_WORDS else text[: LONGEST_WORDS - 1] + "…"


def dotted(node: Node) -> str:
    """Return ``services.closed`` for a name or a field of names, and nothing for other nodes."""
    path: list[str] = []
    while isinstance(node, nodes.Field):
        path.append(node.name)
        node = node.of
    return ".".join([node.name, *reversed(path)]) if isinstance(node, nodes.Name) else ""


def start(node: Node) -> int:
    """Return where a name with its dots begins."""
    while isinstance(node, nodes.Field):
        node = node.of
    return node.at


def _words(node: Node) -> str:
    text = "…"
    match node:
        case nodes.Name() | nodes.Field():
            text = dotted(node) or text
        case nodes.Literal(value=Decimal() as value):
            text = written(value)
        case nodes.Literal():
            text = str(node.value)
        case nodes.Call():
            text = f"{node.name}({', '.join(_words(part) for part in node.arguments)})"
        case nodes.Unary():
            text = f"{node.operator}{_words(node.operand)}"
        case nodes.Binary():
            text = f"{_words(node.left)} {node.operator} {_words(node.right)}"
    return text
