"""Arithmetic, comparison and admission of values: exact, bounded, the same everywhere."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from math import isfinite

from shizheng.kernel.expressions.errors import NumberTooLarge, ValueUnfit
from shizheng.kernel.expressions.shapes import Kind, kind_of

INT_MIN, INT_MAX = -(2**63), 2**63 - 1
LARGEST_EXPONENT = 308
DECIMALS = Context(
    prec=28,
    rounding=ROUND_HALF_EVEN,
    Emin=-LARGEST_EXPONENT,
    Emax=LARGEST_EXPONENT,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
_PLAIN = frozenset({bool, str, type(None), date, list, tuple, dict})


def admit(value: object) -> object:
    """Return a value from outside as expressions hold it; lists and maps are admitted as read.

    Raises:
        ValueUnfit: a kind that expressions do not have, a naive datetime, a number too wide.
    """
    if type(value) in _PLAIN:
        return value
    admitted: object = None
    if isinstance(value, int | float | Decimal):
        admitted = _number(value)
    elif isinstance(value, datetime):
        admitted = _moment(value)
    elif isinstance(value, str):
        admitted = str.__str__(value)
    elif isinstance(value, Mapping):
        admitted = value
    if admitted is None:
        raise ValueUnfit(type=type(value).__name__)
    return admitted


def _number(value: float | Decimal) -> int | Decimal | None:
    if isinstance(value, int):
        return int(value) if INT_MIN <= value <= INT_MAX else None
    if isinstance(value, float):
        return DECIMALS.create_decimal(repr(float(value))) if isfinite(value) else None
    is_small = value.is_finite() and abs(value.adjusted()) <= LARGEST_EXPONENT
    return DECIMALS.plus(value) if is_small else None


def _moment(value: datetime) -> datetime | None:
    if value.utcoffset() is None:
        return None
    return datetime.combine(value.date(), value.time(), value.tzinfo)


def whole(number: int) -> int:
    """Return ``number`` if it fits in 64 bits.

    Raises:
        NumberTooLarge: it does not.
    """
    if INT_MIN <= number <= INT_MAX:
        return number
    raise NumberTooLarge()


def truncated(number: Decimal) -> int:
    """Return ``number`` without its fraction, as a whole number of 64 bits.

    Raises:
        NumberTooLarge: it does not fit.
    """
    if number.adjusted() > 19:
        raise NumberTooLarge()
    return whole(int(number))


def quotient(dividend: int, divisor: int) -> tuple[int, int]:
    """Return quotient and remainder, cut towards zero as in CEL; ``divisor`` is not 0."""
    count, rest = divmod(abs(dividend), abs(divisor))
    return (
        count if (dividend < 0) == (divisor < 0) else -count,
        -rest if dividend < 0 else rest,
    )


def written(number: Decimal) -> str:
    """Return a decimal in plain digits: 1.50 as ``1.5``, 2E+3 as ``2000``."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_equal(one: object, other: object) -> bool:
    """Return whether two values are equal: numbers by size, lists and maps by content."""
    kind, other_kind = kind_of(one), kind_of(other)
    if kind != other_kind:
        return kind in Kind.NUMBER and other_kind in Kind.NUMBER and one == other
    if kind is Kind.LIST:
        return len(one) == len(other) and all(map(_is_equal_inside, one, other))  # type: ignore[arg-type, call-overload]
    if kind is Kind.MAP:
        return one.keys() == other.keys() and all(  # type: ignore[attr-defined]
            _is_equal_inside(value, other[key])  # type: ignore[index]
            for key, value in one.items()  # type: ignore[attr-defined]
        )
    return one == other


def _is_equal_inside(one: object, other: object) -> bool:
    return is_equal(admit(one), admit(other))


def extent(value: object, limit: int) -> int:
    """Return how much there is to look at in ``value``, all levels; stops counting at ``limit``.

    An entry counts 1, and so do 64 characters of text.
    """
    total, waiting = 0, [value]
    while waiting and total <= limit:
        current = waiting.pop()
        if isinstance(current, str):
            total += len(current) // 64
        elif isinstance(current, list | tuple):
            total += len(current)
            waiting.extend(current)
        elif isinstance(current, Mapping):
            total += len(current)
            waiting.extend(current.values())
    return total
