"""The closed list of functions; a room adds its own to a copy of the list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation, Overflow
from typing import Any

import re2

from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.expressions import shapes, values
from shizheng.kernel.expressions.errors import BadArgument, NumberTooLarge
from shizheng.kernel.expressions.shapes import Kind, Shape
from shizheng.kernel.registry import Registry

PATTERN_LENGTH = 200
_RE2 = re2.Options()
_RE2.max_mem = 1 << 18
_RE2.log_errors = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function that expressions may call (函數).

    Args:
        parameters: what each argument may be; the last one may repeat if ``repeats``.
        result: what comes back, or how that follows from the arguments.
        call: the code; pure, quick, and refusing with ``BadArgument`` only.
        optional: how many of the last parameters may be left out.
        literals: arguments that must be written out, each with what prepares it once.
        example: a call as the reference shows it.
    """

    parameters: tuple[Kind, ...]
    result: Shape | Callable[[Sequence[Shape]], Shape]
    call: Callable[..., Any]
    example: str
    optional: int = 0
    repeats: bool = False
    literals: Mapping[int, Callable[[Any], Any]] = field(default_factory=dict)


def with_functions(name: str, more: Mapping[str, Function]) -> Registry[Function]:
    """Return a list of its own: the standard functions and ``more``.

    Raises:
        ValueError: a name is taken.
    """
    functions: Registry[Function] = Registry(name)
    for entries in (STANDARD, more):
        for key, function in entries.items():
            functions.register(key)(function)
    return functions


def _pattern(text: str) -> Any:
    if len(text) > PATTERN_LENGTH:
        raise BadArgument(
            function="matches", value=text[:20] + "…", reason=N_("Use a shorter pattern.")
        )
    try:
        return re2.compile(text, _RE2)
    except re2.error:
        raise BadArgument(
            function="matches", value=text, reason=N_("Write an RE2 regular expression.")
        ) from None


def _matches(text: str, pattern: Any) -> bool:
    return pattern.search(text.encode("utf-8", "replace")) is not None


def _extreme(pick: Callable[..., Any], name: str) -> Callable[..., Any]:
    def call(*items: Any) -> Any:
        if len(items) == 1:
            items = tuple(map(values.admit, items[0]))
        kinds = {shapes.kind_of(item) for item in items}
        if not items or not (len(kinds) == 1 or kinds <= {Kind.INT, Kind.DOUBLE}):
            reason = N_("Give at least one value, and values that can be compared.")
            raise BadArgument(function=name, value="[…]" if items else "[]", reason=reason)
        if not kinds <= {Kind.INT, Kind.DOUBLE, Kind.STRING, Kind.DATE, Kind.MOMENT}:
            reason = N_("Give numbers, texts or dates.")
            raise BadArgument(function=name, value="[…]", reason=reason)
        return pick(items)

    return call


def _extreme_shape(arguments: Sequence[Shape]) -> Shape:
    if len(arguments) == 1:
        return arguments[0].element or shapes.ANY
    whole = arguments[0]
    for argument in arguments[1:]:
        whole = whole | argument
    return whole


def _sum(items: Sequence[Any]) -> Any:
    total: Any = 0
    for item in map(values.admit, items):
        if type(item) not in (int, Decimal):
            raise BadArgument(
                function="sum", value=shapes.kind_of(item), reason=N_("Give numbers.")
            )
        is_whole = type(item) is int and type(total) is int
        total = values.whole(total + item) if is_whole else _added(total, item)
    return total


def _added(one: Any, other: Any) -> Decimal:
    try:
        return values.DECIMALS.add(one, other)
    except Overflow:
        raise NumberTooLarge() from None


def _abs(number: Any) -> Any:
    return values.whole(abs(number)) if type(number) is int else abs(number)


def _rounded(name: str, rounding: str) -> Callable[..., Any]:
    def call(number: Any, places: int = 0) -> Any:
        if not 0 <= places <= 10:
            raise BadArgument(function=name, value=places, reason=N_("Give 0 to 10 places."))
        if type(number) is int:
            return Decimal(number) if places else number
        if number.adjusted() > 15 or not places:
            cut = number.to_integral_value(rounding=rounding)
            return cut if places else values.truncated(cut)
        return number.quantize(Decimal(1).scaleb(-places), rounding, values.DECIMALS)

    return call


def _rounded_shape(arguments: Sequence[Shape]) -> Shape:
    return shapes.INT if len(arguments) == 1 else shapes.DOUBLE


def _date(text: Any) -> date:
    if isinstance(text, date):
        return text
    try:
        return parse_date(text)
    except DomainError as refusal:
        raise BadArgument(function="date", value=text[:40], reason=refusal.hint) from None


def _add_days(day: date, count: int) -> date:
    try:
        return day + timedelta(days=count)
    except OverflowError:
        reason = N_("The day must lie in the years 1 to 9999.")
        raise BadArgument(function="addDays", value=count, reason=reason) from None


def _int(value: Any) -> int:
    if isinstance(value, str):
        digits = value.strip()
        if not digits.lstrip("-").isascii() or not digits.lstrip("-").isdigit() or len(digits) > 20:
            raise BadArgument(function="int", value=value[:40], reason=N_("Give digits only."))
        return values.whole(int(digits))
    return value if type(value) is int else values.truncated(value)


def _double(value: Any) -> Decimal:
    try:
        number = values.DECIMALS.create_decimal(value)
    except (InvalidOperation, Overflow):
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadArgument(function="double", value=str(value)[:40], reason=N_("Give a number."))
    return number


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return values.written(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _same_number(arguments: Sequence[Shape]) -> Shape:
    return Shape(arguments[0].kind & Kind.NUMBER)


_S, _N, _D = Kind.STRING, Kind.NUMBER, Kind.DATE
_SIZED = Kind.STRING | Kind.LIST | Kind.MAP
_COMPARED = Kind.NUMBER | Kind.STRING | Kind.DATE | Kind.MOMENT | Kind.LIST

STANDARD: Registry[Function] = Registry("Functions of expressions")
for _name, _function in {
    "size": Function((_SIZED,), shapes.INT, len, "size(children)"),
    "contains": Function((_S, _S), shapes.BOOL, str.__contains__, 'name.contains("路")'),
    "startsWith": Function((_S, _S), shapes.BOOL, str.startswith, 'code.startsWith("64")'),
    "endsWith": Function((_S, _S), shapes.BOOL, str.endswith, 'name.endsWith("里")'),
    "matches": Function(
        (_S, _S), shapes.BOOL, _matches, 'phone.matches("^09[0-9]{8}$")', literals={1: _pattern}
    ),
    "min": Function((_COMPARED,), _extreme_shape, _extreme(min, "min"), "min(a, b)", repeats=True),
    "max": Function((_COMPARED,), _extreme_shape, _extreme(max, "max"), "max(a, b)", repeats=True),
    "sum": Function((Kind.LIST,), shapes.NUMBER, _sum, "sum(amounts)"),
    "abs": Function((_N,), _same_number, _abs, "abs(a - b)"),
    "round": Function(
        (_N, Kind.INT), _rounded_shape, _rounded("round", ROUND_HALF_UP), "round(x, 2)", 1
    ),
    "floor": Function((_N,), shapes.INT, _rounded("floor", ROUND_FLOOR), "floor(x)"),
    "ceil": Function((_N,), shapes.INT, _rounded("ceil", ROUND_CEILING), "ceil(x)"),
    "date": Function((_S | _D,), shapes.DATE, _date, 'date("109-03-02")'),
    "daysBetween": Function(
        (_D, _D), shapes.INT, lambda first, last: (last - first).days, "daysBetween(start, end)"
    ),
    "addDays": Function((_D, Kind.INT), shapes.DATE, _add_days, "addDays(day, 14)"),
    "year": Function((_D,), shapes.INT, lambda day: day.year, "year(day)"),
    "month": Function((_D,), shapes.INT, lambda day: day.month, "month(day)"),
    "day": Function((_D,), shapes.INT, lambda day: day.day, "day(day)"),
    "int": Function((_N | _S,), shapes.INT, _int, 'int("12")'),
    "double": Function((_N | _S,), shapes.DOUBLE, _double, "double(count)"),
    "string": Function(
        (_N | _S | _D | Kind.MOMENT | Kind.BOOL,), shapes.STRING, _string, "string(count)"
    ),
}.items():
    STANDARD.register(_name)(_function)
