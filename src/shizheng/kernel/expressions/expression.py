"""Compile once, evaluate often: the door to the expression language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shizheng.kernel.errors import N_
from shizheng.kernel.expressions import nodes
from shizheng.kernel.expressions.check import Checker, Limits
from shizheng.kernel.expressions.errors import ExpressionError, TooComplex, WrongResult
from shizheng.kernel.expressions.evaluate import Builder
from shizheng.kernel.expressions.functions import STANDARD, Function
from shizheng.kernel.expressions.nodes import Node
from shizheng.kernel.expressions.parse import parse
from shizheng.kernel.expressions.run import Run, Step
from shizheng.kernel.expressions.shapes import Kind, Shape, bit_of, kind_of

LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression (運算式).

    ``names`` are the names and fields that it reads (``applicant.age``), ``functions`` what it
    calls, ``result`` the shape of what it gives.
    """

    source: str
    names: frozenset[str]
    functions: frozenset[str]
    result: Shape
    limits: Limits = field(repr=False)
    _step: Step = field(repr=False, compare=False)

    def evaluate(self, given: Mapping[str, Any]) -> Any:
        """Return the value for the names in ``given``; a pure function of them.

        Decimals come back as Decimal, lists as list or tuple.

        Raises:
            ExpressionError: a value is missing or unfit, an operation cannot be done, or the
                work passes the limit; it points at the column.
        """
        try:
            found = self._step(Run(given, self.limits))
            if not bit_of(found) & self.result.kind.value:
                raise WrongResult(0, found=str(kind_of(found)), expected=str(self.result))
        except ExpressionError as error:
            raise error.locate(self.source) from None
        return found


def compile_expression(
    source: str,
    context: Mapping[str, Shape],
    *,
    functions: Mapping[str, Function] = STANDARD,
    result: Kind = Kind.ANY,
    limits: Limits = LIMITS,
) -> Expression:
    """Parse and check ``source`` against the names that ``context`` declares.

    Args:
        source: the text, for example ``applicant.age >= 65``.
        context: shape of every name that it may read.
        functions: the closed list; ``functions.with_functions`` adds to the standard one.
        result: kinds of value that its place can use.
        limits: how large it may be and how much work it may cause.

    Raises:
        ExpressionError: what is wrong, with line, column and a way out.
    """
    try:
        if len(source) > limits.characters:
            raise TooComplex(
                0, measure=N_("its length in characters"), size=len(source), limit=limits.characters
            )
        tree = parse(source)
        _measure(tree, limits)
        checker = Checker(context, functions, limits)
        found = checker.shape(tree)
        if not found.kind & result:
            raise WrongResult(0, found=str(found), expected=str(result))
        step = Builder(checker).step(tree)
    except ExpressionError as error:
        raise error.locate(source) from None
    given = Shape(found.kind & result, found.element, found.fields)
    return Expression(source, _longest(checker.names), frozenset(checker.used), given, limits, step)


def _measure(tree: Node, limits: Limits) -> None:
    for count, (node, depth) in enumerate(nodes.walk(tree), 1):
        if depth > limits.depth:
            raise TooComplex(
                node.at, measure=N_("its depth of nesting"), size=depth, limit=limits.depth
            )
        if count > limits.nodes:
            raise TooComplex(
                node.at, measure=N_("its number of parts"), size=count, limit=limits.nodes
            )


def _longest(names: set[str]) -> frozenset[str]:
    """Return ``names`` without those that only lead to a longer one, as a to a.b."""
    leading = {name.rpartition(".")[0] for name in names}
    return frozenset(names - leading)
