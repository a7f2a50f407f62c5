"""Views of a series that take the season out (季節調整): year on year, trend, decomposition.

Classical decomposition by moving averages: plain, explainable, and the same in every textbook. It
is no X-13ARIMA-SEATS: the seasons are taken to be the same in all years, and the trend has no
figure for the first and last half-year.

Source: D. R. Anderson, D. J. Sweeney, T. A. Williams, "Statistics for Business and Economics",
chapter on time series; R. J. Hyndman, G. Athanasopoulos, "Forecasting: Principles and Practice",
3rd ed., 3.4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shizheng.statistics.domain.errors import (
    SeriesGap,
    SeriesNotPositive,
    SeriesNotSeasonal,
    SeriesTooShort,
)
from shizheng.statistics.domain.formula.evaluate import PLACES, rounded
from shizheng.statistics.domain.formula.steps import EXACT
from shizheng.statistics.domain.periods import Period, periods_between

Numbers = Mapping[Period, Decimal | None]


class Model(StrEnum):
    """How season and trend go together: 乘法模型 trend × season, 加法模型 trend + season."""

    RATIO = "ratio"
    ADDITIVE = "additive"


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A series taken apart (時間數列分解); rounded to 10 decimal places.

    Args:
        seasons: one number for each season of a year, the first at 1; their mean is 1 in the
            ratio model and their sum 0 in the additive one.
        trend, remainder: None for half a year at both ends.
        adjusted: the series without its season.
    """

    model: Model
    seasons: Mapping[int, Decimal]
    trend: Mapping[Period, Decimal | None]
    remainder: Mapping[Period, Decimal | None]
    adjusted: Mapping[Period, Decimal]


def year_on_year(series: Numbers) -> dict[Period, Decimal | None]:
    """Return the change in per cent from the same period a year before (年增率).

    None where one of the two is missing or the earlier is not above 0.
    """
    found: dict[Period, Decimal | None] = {}
    for period in sorted(series):
        then = period.a_year_before()
        now, base = series[period], series.get(then) if then else None
        found[period] = None
        if now is not None and base is not None and base > 0:
            change = EXACT.subtract(EXACT.multiply(EXACT.divide(now, base), Decimal(100)), 100)
            found[period] = rounded(change, PLACES)
    return found


def moving_average(series: Numbers, span: int) -> dict[Period, Decimal | None]:
    """Return the centred moving average (中心化移動平均), None where half a span is missing.

    An even ``span`` takes one more period and halves the first and the last, so that the average
    stands in the middle.

    Raises:
        ValueError: ``span`` is below 2.
    """
    if span < 2:
        raise ValueError(f"a moving average needs 2 periods or more, got {span}")
    return {
        period: None if number is None else rounded(number, PLACES)
        for period, number in _centred(series, span).items()
    }


def decompose(series: Numbers, model: Model = Model.RATIO) -> Decomposition:
    """Take a series apart into trend, season and remainder.

    Args:
        series: half-years, quarters or months, two full years at least, without a gap; periods
            without a number before the first and after the last are left out.

    Raises:
        SeriesNotSeasonal: years, weeks or days.
        SeriesTooShort: less than two full years.
        SeriesGap: a period in between has no number.
        SeriesNotPositive: the ratio model has a number that is not above 0.
    """
    numbers = _complete(series)
    count = _seasons_in(numbers)
    if model == Model.RATIO:
        _refuse_not_positive(numbers)
    smooth = _centred(numbers, count)
    inner = {period: trend for period, trend in smooth.items() if trend is not None}
    without_trend = {
        period: _without(model, numbers[period], trend) for period, trend in inner.items()
    }
    seasons = _seasons(model, without_trend, count)
    adjusted = {
        period: _without(model, number, seasons[period.number])
        for period, number in numbers.items()
    }
    remainder = {
        period: _without(model, adjusted[period], trend) for period, trend in inner.items()
    }
    return Decomposition(
        model,
        {season: rounded(number, PLACES) for season, number in seasons.items()},
        {period: _maybe(inner.get(period)) for period in numbers},
        {period: _maybe(remainder.get(period)) for period in numbers},
        {period: rounded(number, PLACES) for period, number in adjusted.items()},
    )


def _complete(series: Numbers) -> dict[Period, Decimal]:
    known = sorted(period for period, number in series.items() if number is not None)
    if not known:
        raise SeriesTooShort(count=0, needed=2)
    found: dict[Period, Decimal] = {}
    for period in periods_between(known[0], known[-1]):
        number = series.get(period)
        if number is None:
            raise SeriesGap(period=period.code)
        found[period] = number
    return found


def _seasons_in(numbers: Mapping[Period, Decimal]) -> int:
    frequency = next(iter(numbers)).frequency
    count = frequency.in_a_year or 1
    if count == 1:
        raise SeriesNotSeasonal(frequency=frequency.value)
    if len(numbers) < 2 * count:
        raise SeriesTooShort(count=len(numbers), needed=2 * count)
    return count


def _refuse_not_positive(numbers: Mapping[Period, Decimal]) -> None:
    for period, number in numbers.items():
        if number <= 0:
            raise SeriesNotPositive(period=period.code, value=number)


def _centred(series: Numbers, span: int) -> dict[Period, Decimal | None]:
    half = span // 2
    weights = [Decimal(1)] * span if span % 2 else [Decimal("0.5"), *[Decimal(1)] * (span - 1)]
    if not span % 2:
        weights.append(Decimal("0.5"))
    found: dict[Period, Decimal | None] = {}
    for period in sorted(series):
        around = [series.get(period + at) for at in range(-half, half + 1)]
        known = [number for number in around if number is not None]
        found[period] = _weighted(known, weights, span) if len(known) == len(around) else None
    return found


def _weighted(numbers: Sequence[Decimal], weights: Sequence[Decimal], span: int) -> Decimal:
    total = Decimal(0)
    for number, weight in zip(numbers, weights, strict=True):
        total = EXACT.fma(number, weight, total)
    return EXACT.divide(total, Decimal(span))


def _seasons(
    model: Model, without_trend: Mapping[Period, Decimal], count: int
) -> dict[int, Decimal]:
    """Return the mean of each season, corrected so that a year as a whole has none."""
    raw: dict[int, Decimal] = {}
    for season in range(1, count + 1):
        of_season = [n for period, n in without_trend.items() if period.number == season]
        raw[season] = _weighted(of_season, [Decimal(1)] * len(of_season), len(of_season))
    mean = _weighted(list(raw.values()), [Decimal(1)] * count, count)
    return {season: _without(model, number, mean) for season, number in raw.items()}


def _without(model: Model, number: Decimal, part: Decimal) -> Decimal:
    if model == Model.RATIO:
        return EXACT.divide(number, part)
    return EXACT.subtract(number, part)


def _maybe(number: Decimal | None) -> Decimal | None:
    return None if number is None else rounded(number, PLACES)
