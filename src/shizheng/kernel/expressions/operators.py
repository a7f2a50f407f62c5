"""Operators as steps: comparison, membership, arithmetic, and/or with CEL's rule for errors."""

import operator
from collections.abc import Callable, Iterable, Mapping
from decimal import Overflow
from typing import Any

from shizheng.kernel.expressions import values
from shizheng.kernel.expressions.errors import (
    CostExceeded,
    DividedByZero,
    ExpressionError,
    NumberTooLarge,
)
from shizheng.kernel.expressions.run import Run, Step, admitted, placed, wrong
from shizheng.kernel.expressions.shapes import MAP_BIT, Kind, bit_of

ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DECIMAL: dict[str, Callable[[Any, Any], Any]] = {
    "+": values.DECIMALS.add,
    "-": values.DECIMALS.subtract,
    "*": values.DECIMALS.multiply,
    "/": values.DECIMALS.divide,
}
_WHOLE: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda one, other: values.quotient(one, other)[0],
    "%": lambda one, other: values.quotient(one, other)[1],
}
LIST_BIT, STRING_BIT = Kind.LIST.value, Kind.STRING.value
NUMBER_BITS, HOLDER_BITS = Kind.NUMBER.value, (Kind.LIST | Kind.MAP).value
ORDERED_BITS = (Kind.STRING | Kind.DATE | Kind.MOMENT).value


def junction(terms: list[Step], *, wanted: bool) -> Step:
    """Return a step for ``||`` (one that is true decides) or ``&&`` (one that is false does)."""
    return lambda run: decide(terms, run, wanted=wanted)


def decide(terms: Iterable[Step], run: Run, *, wanted: bool) -> bool:
    """Return ``wanted`` as soon as a term is that, and the opposite when none is.

    As in CEL a deciding term counts even when another one fails, before or after it.
    """
    failure: ExpressionError | None = None
    for term in terms:
        try:
            found: bool = term(run)
            if found is wanted:
                return wanted
        except CostExceeded:
            raise
        except ExpressionError as error:
            failure = error if failure is None else failure
    if failure:
        raise failure
    return not wanted


def equality(left: Step, right: Step, at: int, is_negated: bool) -> Step:
    """Return a step for ``==`` or ``!=``."""

    def compare(run: Run) -> bool:
        one, other = left(run), right(run)
        if isinstance(one, str | list | tuple | Mapping):
            run.spend(values.extent(one, run.left), at)
        found: bool = placed(at, values.is_equal, one, other)
        return found is not is_negated

    return compare


def membership(left: Step, right: Step, at: int) -> Step:
    """Return a step for ``in``."""

    def ask(run: Run) -> bool:
        item, holder = left(run), right(run)
        kind = bit_of(holder)
        if kind == MAP_BIT:
            return type(item) in (int, str) and bool(item in holder)
        if kind != LIST_BIT:
            raise wrong(at, "in", Kind.LIST | Kind.MAP, holder)
        for candidate in holder:
            run.spend(2 + values.extent(candidate, run.left), at)
            if placed(at, values.is_equal, item, admitted(candidate, at)):
                return True
        return False

    return ask


def order(left: Step, right: Step, at: int, sign: str) -> Step:
    """Return a step for ``<``, ``<=``, ``>`` or ``>=``."""
    compare = ORDER[sign]

    def ordered(run: Run) -> bool:
        one, other = left(run), right(run)
        if type(one) is int and type(other) is int:
            return compare(one, other)
        kind, other_kind = bit_of(one), bit_of(other)
        is_number = kind & NUMBER_BITS and other_kind & NUMBER_BITS
        if not (is_number or (kind == other_kind and kind & ORDERED_BITS)):
            raise wrong(at, sign, Kind(kind), other)
        if kind == STRING_BIT:
            run.spend(len(one) // 64, at)
        return compare(one, other)

    return ordered


def arithmetic(left: Step, right: Step, at: int, sign: str, text_limit: int) -> Step:
    """Return a step for ``+ - * / %``."""
    compute = _WHOLE[sign]

    def compute_both(run: Run) -> Any:
        one, other = left(run), right(run)
        if type(one) is int and type(other) is int:
            if other == 0 and sign in "/%":
                raise DividedByZero(at)
            number = compute(one, other)
            if values.INT_MIN <= number <= values.INT_MAX:
                return number
            raise NumberTooLarge(at)
        kind, other_kind = bit_of(one), bit_of(other)
        if kind & NUMBER_BITS and other_kind & NUMBER_BITS and sign in _DECIMAL:
            return _decimal(at, sign, one, other)
        if kind != other_kind:
            raise wrong(at, sign, Kind(kind), other)
        if sign != "+" or not kind & (STRING_BIT | LIST_BIT):
            raise wrong(at, sign, Kind.NUMBER, one)
        length = len(one) + len(other)
        run.spend(1 + length // 4, at)
        if length > text_limit:
            raise CostExceeded(at, limit=text_limit)
        return one + other if kind == STRING_BIT else [*one, *other]

    return compute_both


def _decimal(at: int, sign: str, one: Any, other: Any) -> Any:
    if sign == "/" and not other:
        raise DividedByZero(at)
    try:
        return _DECIMAL[sign](one, other)
    except Overflow:
        raise NumberTooLarge(at) from None
