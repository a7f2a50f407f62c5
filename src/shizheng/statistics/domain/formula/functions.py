"""The closed list of functions in formulas: what each takes, in which units, and what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from shizheng.kernel.errors import N_
from shizheng.kernel.expressions import nodes
from shizheng.kernel.expressions.nodes import Node
from shizheng.statistics.domain.errors import (
    FormulaArgument,
    FormulaConstant,
    FormulaConvert,
    FormulaUnit,
    UnitUnknown,
    UnitUnreadable,
)
from shizheng.statistics.domain.formula import steps
from shizheng.statistics.domain.formula.parts import Part, unit_of_both, words
from shizheng.statistics.domain.units import PERCENT, Unit, Units, factor_between

LONGEST_ROLL = 366
LARGEST_PER = 10**9
DAYS_IN_YEAR = 366


class Checking(Protocol):
    """What a function needs of the one who checks the formula."""

    units: Units

    def part(self, node: Node) -> Part:
        """Return the checked part."""
        ...


@dataclass(frozen=True, slots=True)
class FormulaFunction:
    """A function of formulas: from ``least`` to ``most`` arguments, and what it makes of them."""

    least: int
    most: int
    example: str
    build: Callable[[Checking, nodes.Call], Part]


def _share(checking: Checking, call: nodes.Call) -> Part:
    """Return a of b in per cent; both in the same unit (百分比)."""
    part, whole = (_counting(checking, node) for node in call.arguments)
    unit_of_both(call.name, call.at, part, whole)
    above = steps.Arithmetic("*", part.step, steps.Constant(Decimal(100)))
    step = steps.Arithmetic("/", above, whole.step)
    return Part(call, step, PERCENT, part.work + whole.work)


def _rate(checking: Checking, call: nodes.Call) -> Part:
    """Return a for every ``per`` of b (每若干人之率)."""
    events, base = (_counting(checking, node) for node in call.arguments[:2])
    per = _whole(call, call.arguments[2], 1, LARGEST_PER, N_("a whole number of 1 or more"))
    above = steps.Arithmetic("*", events.step, steps.Constant(Decimal(per)))
    step = steps.Arithmetic("/", above, base.step)
    return Part(call, step, _unit(events) / _unit(base).times(per), events.work + base.work)


def _change(checking: Checking, call: nodes.Call) -> Part:
    """Return the change in per cent since a year or a period before (增減率)."""
    part, is_year = _with_lag(checking, call)
    step = steps.Change(part.step, steps.Before(part.step, is_year))
    return Part(call, step, PERCENT, 2 * part.work)


def _difference(checking: Checking, call: nodes.Call) -> Part:
    """Return the difference from a year or a period before (增減數)."""
    part, is_year = _with_lag(checking, call)
    step = steps.Arithmetic("-", part.step, steps.Before(part.step, is_year))
    return Part(call, step, part.unit, 2 * part.work)


def _rolling(checking: Checking, call: nodes.Call) -> Part:
    """Return the mean or the sum of the last n periods (移動平均)."""
    part = _counting(checking, call.arguments[0])
    count = _whole(
        call, call.arguments[1], 2, LONGEST_ROLL, N_("a whole number of periods from 2 to 366")
    )
    kind = "mean"
    if len(call.arguments) == 3:
        kind = _word(call, call.arguments[2], ("mean", "sum"), N_("“mean” or “sum”"))
    step = steps.Rolling(part.step, count, kind == "mean")
    return Part(call, step, part.unit, count * part.work)


def _cumulative(checking: Checking, call: nodes.Call) -> Part:
    """Return the sum since the beginning of the year (累計)."""
    part = _counting(checking, call.arguments[0])
    return Part(call, steps.Cumulative(part.step), part.unit, DAYS_IN_YEAR * part.work)


def _extreme(pick: Callable[..., Decimal]) -> Callable[[Checking, nodes.Call], Part]:
    def build(checking: Checking, call: nodes.Call) -> Part:
        parts = [checking.part(node) for node in call.arguments]
        unit = _common_unit(call, parts)
        step = steps.Extreme(pick, tuple(part.step for part in parts))
        return Part(call, step, unit, sum(part.work for part in parts))

    return build


def _coalesce(checking: Checking, call: nodes.Call) -> Part:
    """Return x, or the second number where x has none."""
    part, instead = _counting(checking, call.arguments[0]), checking.part(call.arguments[1])
    unit = unit_of_both(call.name, call.at, part, instead)
    step = steps.Otherwise(part.step, instead.step)
    return Part(call, step, unit, part.work + instead.work)


def _convert(checking: Checking, call: nodes.Call) -> Part:
    """Return x in another unit of the same kind (換算)."""
    part, wanted = _counting(checking, call.arguments[0]), call.arguments[1]
    if not isinstance(wanted, nodes.Literal) or not isinstance(wanted.value, str):
        raise _unfit(call, wanted, N_("a unit in quotes"))
    try:
        unit = checking.units.parse(wanted.value)
    except UnitUnknown as refusal:
        known = refusal.parameters
        raise FormulaUnit(wanted.at, name=known["name"], nearest=known["nearest"]) from None
    except UnitUnreadable:
        raise _unfit(call, wanted, N_("a unit in quotes")) from None
    if not unit.is_like(_unit(part)):
        raise FormulaConvert(call.at, part=part.words, found=str(part.unit), wanted=str(unit))
    step = steps.scaled(part.step, factor_between(_unit(part), unit))
    return Part(call, step, unit, part.work)


def _counting(checking: Checking, node: Node) -> Part:
    part = checking.part(node)
    if part.unit is None:
        raise FormulaConstant(node.at, part=part.words)
    return part


def _unit(part: Part) -> Unit:
    assert part.unit is not None  # noqa: S101 - such a part was refused by _counting
    return part.unit


def _common_unit(call: nodes.Call, parts: list[Part]) -> Unit | None:
    known = next((part for part in parts if part.unit is not None), parts[0])
    for part in parts:
        unit_of_both(call.name, call.at, known, part)
    return known.unit


def _with_lag(checking: Checking, call: nodes.Call) -> tuple[Part, bool]:
    part = _counting(checking, call.arguments[0])
    lag = _word(call, call.arguments[1], ("year", "period"), N_("“year” or “period”"))
    return part, lag == "year"


def _whole(call: nodes.Call, node: Node, least: int, most: int, expected: str) -> int:
    if isinstance(node, nodes.Literal) and type(node.value) is int and least <= node.value <= most:
        return node.value
    raise _unfit(call, node, expected)


def _word(call: nodes.Call, node: Node, allowed: tuple[str, ...], expected: str) -> str:
    if isinstance(node, nodes.Literal) and node.value in allowed:
        return str(node.value)
    raise _unfit(call, node, expected)


def _unfit(call: nodes.Call, node: Node, expected: str) -> FormulaArgument:
    example = FUNCTIONS[call.name].example
    return FormulaArgument(
        node.at, function=call.name, expected=expected, found=words(node), example=example
    )


FUNCTIONS: Mapping[str, FormulaFunction] = {
    "share": FormulaFunction(2, 2, "share(closed, received)", _share),
    "rate": FormulaFunction(3, 3, "rate(cases, population, 100000)", _rate),
    "change": FormulaFunction(2, 2, 'change(received, "year")', _change),
    "difference": FormulaFunction(2, 2, 'difference(received, "period")', _difference),
    "rolling": FormulaFunction(2, 3, 'rolling(received, 12, "mean")', _rolling),
    "cumulative": FormulaFunction(1, 1, "cumulative(received)", _cumulative),
    "min": FormulaFunction(2, 9, "min(planned, actual)", _extreme(min)),
    "max": FormulaFunction(2, 9, "max(planned, actual)", _extreme(max)),
    "coalesce": FormulaFunction(2, 2, "coalesce(received, 0)", _coalesce),
    "convert": FormulaFunction(2, 2, 'convert(waiting, "day")', _convert),
}
