"""Quality rules as expressions over the fields of a thing."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from shizheng.kernel.errors import DomainError
from shizheng.kernel.expressions.errors import ExpressionError
from shizheng.kernel.expressions.expression import Expression, compile_expression
from shizheng.kernel.expressions.shapes import Kind, Shape
from shizheng.places.definitions import RegisterBody, RuleOf
from shizheng.places.domain.errors import RuleBroken, RuleUndecided

_KINDS = {
    "text": Kind.STRING, "link": Kind.STRING, "code": Kind.STRING, "integer": Kind.INT,
    "decimal": Kind.DOUBLE, "boolean": Kind.BOOL, "date": Kind.DATE,
}  # fmt: skip
MEASURED = ("length_m", "area_m2")


def names_of(body: RegisterBody) -> dict[str, Shape]:
    """Return what a rule of the register may read: fields, the state, what the shape measures."""
    shapes = {
        each.id: Shape(_KINDS[each.type] if each.required else _KINDS[each.type] | Kind.NULL)
        for each in body.fields
    }
    measured = {name: Shape(Kind.DOUBLE | Kind.NULL) for name in MEASURED}
    return {**shapes, **measured, "state": Shape(Kind.STRING)}


def compiled(body: RegisterBody, source: str) -> Expression:
    """Return a rule ready to be asked.

    Raises:
        ExpressionError: it cannot be read, or reads what the register does not have.
    """
    return _compiled(source, tuple(names_of(body).items()))


@lru_cache(maxsize=512)
def _compiled(source: str, names: tuple[tuple[str, Shape], ...]) -> Expression:
    return compile_expression(source, dict(names), result=Kind.BOOL)


def rule_problem(body: RegisterBody, source: str) -> str:
    """Return what is wrong with a rule as a pack has it; nothing where it can be asked."""
    try:
        compiled(body, source)
    except ExpressionError as problem:
        return str(problem)
    return ""


def broken(body: RegisterBody, given: Mapping[str, Any]) -> list[tuple[RuleOf, DomainError]]:
    """Return the rules that values do not keep, with what to say of each.

    Args:
        given: every name of ``names_of``; None where there is no value.
    """
    found: list[tuple[RuleOf, DomainError]] = []
    for rule in body.rules:
        try:
            if not compiled(body, rule.holds).evaluate(given):
                found.append((rule, RuleBroken(rule=rule.id, says=dict(rule.says))))
        except ExpressionError as problem:
            found.append((rule, RuleUndecided(rule=rule.id, reason=str(problem))))
    return found
