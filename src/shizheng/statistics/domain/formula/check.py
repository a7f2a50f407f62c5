"""From the text of a formula to a checked one: known names, fitting units, bounded size.

The text is read by the parser of the kernel's expression language; of its tree only arithmetic,
names and the functions of the closed list are let through.

A bare number takes the unit of what it is added to or compared with (``max(backlog, 0)``,
``100 - share(a, b)``); a number that multiplies or divides has none. Units are never converted
in silence: hour and day, or a ratio and per cent, meet through ``convert`` or not at all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from shizheng.kernel.errors import N_
from shizheng.kernel.expressions import nodes
from shizheng.kernel.expressions.errors import (
    ExpressionError,
    TooComplex,
    UnknownFunction,
    UnknownName,
    WrongArguments,
)
from shizheng.kernel.expressions.nodes import Node
from shizheng.kernel.expressions.parse import parse
from shizheng.statistics.domain.errors import (
    FormulaConstant,
    FormulaConstruct,
    FormulaUnitDeclared,
)
from shizheng.statistics.domain.formula import steps
from shizheng.statistics.domain.formula.compiled import Formula
from shizheng.statistics.domain.formula.functions import FUNCTIONS
from shizheng.statistics.domain.formula.parts import Part, dotted, start, unit_of_both
from shizheng.statistics.domain.units import ONE, STANDARD, Unit, Units


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a formula may be (上限); ``work`` is how many inputs one figure may read."""

    characters: int = 1_000
    parts: int = 200
    depth: int = 30
    work: int = 10_000


LIMITS = Limits()
_CONSTRUCTS: Mapping[type[Node], str] = {
    nodes.Junction: N_("conditions"),
    nodes.Choice: N_("conditions"),
    nodes.ListOf: N_("lists"),
    nodes.MapOf: N_("maps"),
    nodes.Index: N_("places of a list"),
    nodes.Field: N_("fields of anything but a name"),
    nodes.Literal: N_("text, true, false or null here"),
    nodes.Unary: N_("the sign “!”"),
    nodes.Binary: N_("comparisons and remainders"),
    nodes.Call: N_("calls on a name"),
}


def check(
    source: str,
    units_of_inputs: Mapping[str, Unit],
    declared_unit: Unit,
    *,
    units: Units = STANDARD,
    limits: Limits = LIMITS,
) -> Formula:
    """Parse and check a formula such as ``rate(dengue.cases, population, 100000)``.

    Args:
        units_of_inputs: every measure and indicator that it may name, with its unit.
        declared_unit: the unit of the indicator; the formula must give exactly this one.
        units: the list in which ``convert`` looks up its unit.

    Raises:
        ExpressionError: unknown name or function, units that do not fit, a construct that
            formulas do not have, too large; with line, column and a way out.
    """
    try:
        if len(source) > limits.characters:
            _refuse_size(0, N_("its length in characters"), len(source), limits.characters)
        tree = parse(source)
        _measure(tree, limits)
        checker = _Checker(units_of_inputs, units)
        found = checker.part(tree)
        if found.work > limits.work:
            _refuse_size(0, N_("the number of figures it reads"), found.work, limits.work)
        if found.unit is None:
            raise FormulaConstant(0, part=found.words)
        if found.unit != declared_unit:
            raise FormulaUnitDeclared(0, found=str(found.unit), declared=str(declared_unit))
    except ExpressionError as error:
        raise error.locate(source) from None
    return Formula(source, declared_unit, tuple(sorted(checker.names)), found.step)


@dataclass(slots=True)
class _Checker:
    """Walks a tree once; every part learns its unit and its step."""

    inputs: Mapping[str, Unit]
    units: Units
    names: set[str] = field(default_factory=set)

    def part(self, node: Node) -> Part:
        rule = _RULES.get(type(node))
        if rule is None:
            raise _construct(node)
        return rule(self, node)

    def _literal(self, node: nodes.Literal) -> Part:
        if type(node.value) not in (int, Decimal):
            raise _construct(node)
        return Part(node, steps.Constant(Decimal(str(node.value))), None, 0)

    def _name(self, node: nodes.Name | nodes.Field) -> Part:
        name = dotted(node)
        if not name:
            raise _construct(node)
        if name not in self.inputs:
            near = get_close_matches(name[:60], [*self.inputs], 10, 0.0) or ["-"]
            known = ", ".join(near)
            raise UnknownName(start(node), name=name[:60], nearest=near[0], known=known)
        self.names.add(name)
        return Part(node, steps.Given(name), self.inputs[name], 1)

    def _unary(self, node: nodes.Unary) -> Part:
        if node.operator != "-":
            raise _construct(node)
        part = self.part(node.operand)
        step = steps.Arithmetic("-", steps.Constant(Decimal(0)), part.step)
        return Part(node, step, part.unit, part.work)

    def _binary(self, node: nodes.Binary) -> Part:
        if node.operator not in ("+", "-", "*", "/"):
            raise _construct(node)
        left, right = self.part(node.left), self.part(node.right)
        step = steps.Arithmetic(node.operator, left.step, right.step)
        return Part(node, step, _unit(node, left, right), left.work + right.work)

    def _call(self, node: nodes.Call) -> Part:
        if node.receiver is not None:
            raise _construct(node)
        function = FUNCTIONS.get(node.name)
        if function is None:
            near = get_close_matches(node.name[:60], [*FUNCTIONS], 1, 0.0)
            known = ", ".join(FUNCTIONS)
            raise UnknownFunction(node.at, name=node.name[:60], nearest=near[0], known=known)
        count = len(node.arguments)
        if not function.least <= count <= function.most:
            span = sorted({function.least, function.most})
            raise WrongArguments(
                node.at,
                function=node.name,
                expected="-".join(map(str, span)),
                count=count,
                example=function.example,
            )
        return function.build(self, node)


_RULES: Mapping[type[Node], Callable[[_Checker, Any], Part]] = {
    nodes.Literal: _Checker._literal,
    nodes.Name: _Checker._name,
    nodes.Field: _Checker._name,
    nodes.Unary: _Checker._unary,
    nodes.Binary: _Checker._binary,
    nodes.Call: _Checker._call,
}


def _unit(node: nodes.Binary, left: Part, right: Part) -> Unit | None:
    if node.operator in "+-":
        return unit_of_both(node.operator, node.at, left, right)
    if left.unit is None and right.unit is None:
        return None
    one, other = left.unit or ONE, right.unit or ONE
    return one * other if node.operator == "*" else one / other


def _construct(node: Node) -> FormulaConstruct:
    known = ", ".join(FUNCTIONS)
    return FormulaConstruct(node.at, construct=_CONSTRUCTS[type(node)], functions=known)


def _measure(tree: Node, limits: Limits) -> None:
    for count, (node, depth) in enumerate(nodes.walk(tree), 1):
        if depth > limits.depth:
            _refuse_size(node.at, N_("its depth of nesting"), depth, limits.depth)
        if count > limits.parts:
            _refuse_size(node.at, N_("its number of parts"), count, limits.parts)


def _refuse_size(at: int, measure: str, size: int, limit: int) -> None:
    raise TooComplex(at, measure=measure, size=size, limit=limit)
