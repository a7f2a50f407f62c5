"""What a checked formula does at one period, and how far back it looks.

Every step gives a number or raises ``Gap`` with the reason why there is none. Arithmetic is
decimal with 60 digits; the one rounding comes at the end, in ``evaluate``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from shizheng.statistics.domain.periods import Period

EXACT = Context(
    prec=60,
    rounding=ROUND_HALF_EVEN,
    Emin=MIN_EMIN,
    Emax=MAX_EMAX,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
Series = Mapping[str, Mapping[Period, Decimal | None]]


class Reason(StrEnum):
    """Why there is no figure: 缺輸入值, 分母為零, 基期為負, 數值過大."""

    MISSING_INPUT = "missing_input"
    NOTHING_TO_DIVIDE_BY = "nothing_to_divide_by"
    NEGATIVE_BASE = "negative_base"
    TOO_LARGE = "too_large"


class Gap(Exception):
    """There is no number at a period, and why; ``name`` is the input that is to blame."""

    def __init__(self, reason: Reason, name: str, period: Period) -> None:
        super().__init__(reason)
        self.reason = reason
        self.name = name
        self.period = period


class Step(Protocol):
    """One part of a formula."""

    def at(self, series: Series, period: Period) -> Decimal:
        """Return the number at ``period``, or raise ``Gap``."""
        ...

    def earliest(self, period: Period) -> Iterator[tuple[str, Period]]:
        """Yield the inputs read for ``period``, each with the first period it is read at."""
        ...


@dataclass(frozen=True, slots=True)
class Given:
    """A measure or an indicator."""

    name: str

    def at(self, series: Series, period: Period) -> Decimal:  # noqa: D102 - as in Step
        value = series.get(self.name, {}).get(period)
        if value is None:
            raise Gap(Reason.MISSING_INPUT, self.name, period)
        if not isinstance(value, Decimal) or not value.is_finite():
            raise TypeError(f"{self.name} at {period} is no finite Decimal: {value!r}")
        return value

    def earliest(self, period: Period) -> Iterator[tuple[str, Period]]:  # noqa: D102 - as in Step
        yield self.name, period


@dataclass(frozen=True, slots=True)
class Constant:
    """A number written in the formula."""

    value: Decimal

    def at(self, series: Series, period: Period) -> Decimal:  # noqa: D102 - as in Step
        return self.value

    def earliest(self, period: Period) -> Iterator[tuple[str, Period]]:  # noqa: D102
        return iter(())


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left operator right`` with one of + - * /."""

    operator: str
    left: Step
    right: Step

    def at(self, series: Series, period: Period) -> Decimal:  # noqa: D102 - as in Step
        left, right = self.left.at(series, period), self.right.at(series, period)
        if self.operator == "/" and not right:
            raise Gap(Reason.NOTHING_TO_DIVIDE_BY, first_name(self.right, period), period)
        return _ARITHMETIC[self.operator](left, right)

    def earliest(self, period: Period) -> Iterator[tuple[str, Period]]:  # noqa: D102 - as in Step
        yield from self.left.earliest(period)
        yield from self.right.earliest(period)


@dataclass(frozen=True, slots=True)
class Before:
    """The number a period or a year before."""

    step: Step
    is_year: bool

    def at(self, series: Series, period: Period) -> Decimal:  # noqa: D102 - as in Step
        then = period.a_year_before() if self.is_year else period.previous()
        if then is None:
            raise Gap(Reason.MISSING_INPUT, first_name(self.step, period), period)
        return self.step.at(series, then)

    def earliest(self, period: Period) -> Iterator[tuple[str, Period]]:  # noqa: D102 - as in Step
        before = period.previous()
        if self.is_year:
            before = period.a_year_before() or before.a_year_before() or before
        yield from self.step.earliest(before)


@dataclass(frozen=True, slots=True)
class Change:
    """By how many per cent a number changed from another one (增減率)."""

    now: Step
    then: Step

    def at(self, series: Series, period: Period) -> Decimal:  # noqa: D102 - as in Step
        now, then = self.now.at(series, period), self.then.at(series, period)
        if then <= 0:
            reason = Reason.NEGATIVE_BASE if then else Reason.NOTHING_TO_DIVIDE_BY
            raise Gap(reason, first_name(self.then, period), period)
        return EXACT.divide(EXACT.multiply(EXACT.subtract(now, then), Decimal(100)), then)

    def earliest(self, period: Period) -> Iterator[tuple[str, Period]]:  # noqa: D102 - as in Step
        yield from self.now.earliest(period)
        yield from self.then.earliest(period)


@dataclass(frozen=True, slots=True)
class Rolling:
    """The sum or the mean of the last ``count`` periods (移動合計、移動平均); all must be there."""

    step: Step
    count: int
    is_mean: bool

    def at(self, series: Series, period: Period) -> Decimal:  # noqa: D102 - as in Step
        total = Decimal(0)
        for back in range(self.count):
            total = EXACT.add(total, self.step.at(series, period - back))
        return EXACT.divide(total, Decimal(self.count)) if self.is_mean else total

    def earliest(self, period: Period) -> Iterator[tuple[str, Period]]:  # noqa: D102 - as in Step
        yield from self.step.earliest(period - (self.count - 1))


@dataclass(frozen=True, slots=True)
class Cumulative:
    """The sum from the first period of the year to this one (累計); all must be there."""

    step: Step

    def at(self, series: Series, period: Period) -> Decimal:  # noqa: D102 - as in Step
        total = Decimal(0)
        for back in range(period.number):
            total = EXACT.add(total, self.step.at(series, period - back))
        return total

    def earliest(self, period: Period) -> Iterator[tuple[str, Period]]:  # noqa: D102 - as in Step
        yield from self.step.earliest(period - (period.number - 1))


@dataclass(frozen=True, slots=True)
class Extreme:
    """The least or the greatest of several numbers."""

    pick: Callable[..., Decimal]
    steps: tuple[Step, ...]

    def at(self, series: Series, period: Period) -> Decimal:  # noqa: D102 - as in Step
        return self.pick(step.at(series, period) for step in self.steps)

    def earliest(self, period: Period) -> Iterator[tuple[str, Period]]:  # noqa: D102 - as in Step
        for step in self.steps:
            yield from step.earliest(period)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The number if there is one, else another: said in the formula, never in silence."""

    step: Step
    instead: Step

    def at(self, series: Series, period: Period) -> Decimal:  # noqa: D102 - as in Step
        try:
            return self.step.at(series, period)
        except Gap:
            return self.instead.at(series, period)

    def earliest(self, period: Period) -> Iterator[tuple[str, Period]]:  # noqa: D102 - as in Step
        yield from self.step.earliest(period)
        yield from self.instead.earliest(period)


def scaled(step: Step, by: Fraction) -> Step:
    """Return ``step`` times ``by``."""
    above = Arithmetic("*", step, Constant(Decimal(by.numerator)))
    return Arithmetic("/", above, Constant(Decimal(by.denominator)))


def first_name(step: Step, period: Period) -> str:
    """Return the first input of ``step``, for saying which one is to blame."""
    return next((name for name, _ in step.earliest(period)), "")


_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": EXACT.divide,
}
