"""Whether checkpoints changed anything: crashes before and after, beside places without them.

Counts of crashes are taken as Poisson counts. The ratio of rates before and after has an exact
interval, conditional on their sum (Przyborowski and Wilenski 1940; Clopper and Pearson 1934). With
places for comparison, the ratio of both ratios has the usual interval on the logarithm, with one
half added to each count (Haldane 1956; Hauer 1997, ch. 9). An interval that holds 1 shows no
effect.
"""

from dataclasses import dataclass
from math import exp, inf, lgamma, log, sqrt

Z = 1.959964
STEPS = 100


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of rates with its 95 % interval (比值與信賴區間); ``high`` may be infinite."""

    value: float | None
    low: float
    high: float

    @property
    def is_open(self) -> bool:
        """Whether nothing bounds it from above."""
        return self.high == inf

    @property
    def says(self) -> str:
        """``fewer``, ``more`` or ``unclear``."""
        if self.high < 1:
            return "fewer"
        return "more" if self.low > 1 else "unclear"


def before_after(before: int, after: int, before_days: int, after_days: int) -> Ratio:
    """Return the ratio of the rate after to the rate before.

    Raises:
        ValueError: a count is negative or a span has no day.
    """
    if min(before, after) < 0 or min(before_days, after_days) < 1:
        raise ValueError(f"no counts: {before}, {after} in {before_days}, {after_days} days")
    whole = before + after
    if whole == 0:
        return Ratio(None, 0.0, inf)
    low = 0.0 if after == 0 else _share(after, whole, 0.975, above=True)
    high = 1.0 if after == whole else _share(after, whole, 0.025, above=False)
    days = before_days / after_days
    value = None if before == 0 else after / before * days
    return Ratio(value, _odds(low) * days, _odds(high) * days)


def compared(before: int, after: int, other_before: int, other_after: int) -> Ratio:
    """Return the ratio of the change here to the change in the places for comparison.

    Spans of both are the same, so that they fall out.
    """
    a, b, c, d = (count + 0.5 for count in (after, before, other_after, other_before))
    middle = log(a / b) - log(c / d)
    spread = Z * sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return Ratio(exp(middle), exp(middle - spread), exp(middle + spread))


def _odds(share: float) -> float:
    return inf if share >= 1 else share / (1 - share)


def _share(count: int, whole: int, level: float, *, above: bool) -> float:
    """Return the share at which so many or fewer of the whole have a probability.

    Args:
        level: the probability of fewer than ``count`` (``above``), or of at most ``count``.
    """
    low, high = 0.0, 1.0
    last = count - 1 if above else count
    for _ in range(STEPS):
        middle = (low + high) / 2
        if _at_most(last, whole, middle) > level:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(count: int, whole: int, share: float) -> float:
    """Return the probability of at most ``count`` of ``whole`` (binomial)."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return 1.0 if count >= whole else 0.0
    start = lgamma(whole + 1)
    return sum(
        exp(
            start - lgamma(k + 1) - lgamma(whole - k + 1) + k * log(share)
            + (whole - k) * log(1 - share)
        )
        for k in range(count + 1)
    )  # fmt: skip
