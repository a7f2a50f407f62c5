"""The figures of a formula for one cell: a number for each period, or the reason why not."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from shizheng.statistics.domain.formula.compiled import Formula
from shizheng.statistics.domain.formula.steps import Gap, Reason, Series
from shizheng.statistics.domain.periods import Period

PLACES, MOST_PLACES = 10, 20
LARGEST_EXPONENT = 24
_GUARDED = Context(prec=50, rounding=ROUND_HALF_EVEN, Emin=MIN_EMIN, Emax=MAX_EMAX)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, or why there is none (數值).

    ``name`` and ``period`` say which input is to blame, and where.
    """

    value: Decimal | None
    reason: Reason | None = None
    name: str = ""
    period: Period | None = None


def evaluate(
    formula: Formula,
    series: Series,
    periods: Iterable[Period] | None = None,
    *,
    places: int = PLACES,
) -> dict[Period, Figure]:
    """Return the figures of one area and breakdown, in order of time.

    An input without a number, or a division by zero, gives None with its reason, never 0.

    Args:
        series: for every input its numbers by period, all of one frequency; None is missing.
        periods: which to compute; left out, all for which some input has an entry.
        places: decimal places of the result; rounded half up (四捨五入), once, from 50 digits.

    Raises:
        TypeError: a number is no finite Decimal.
        ValueError: ``places`` is not 0 to 20.
    """
    if not 0 <= places <= MOST_PLACES:
        raise ValueError(f"a figure has 0 to {MOST_PLACES} decimal places, got {places}")
    if periods is None:
        periods = sorted({at for name in formula.inputs for at in series.get(name, {})})
    return {period: _figure(formula, series, period, places) for period in periods}


def rounded(number: Decimal, places: int) -> Decimal:
    """Return ``number`` with ``places`` decimal places, half away from zero (四捨五入)."""
    guarded = _GUARDED.plus(number)
    found = guarded.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _GUARDED)
    return found if found else abs(found)  # no figure is "minus nothing"


def _figure(formula: Formula, series: Series, period: Period, places: int) -> Figure:
    try:
        number = formula.step.at(series, period)
    except Gap as gap:
        return Figure(None, gap.reason, gap.name, gap.period)
    if number and number.adjusted() > LARGEST_EXPONENT:
        return Figure(None, Reason.TOO_LARGE, "", period)
    return Figure(rounded(number, places))
