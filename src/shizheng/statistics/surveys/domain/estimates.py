"""What a stratified sample of addresses says of all households, with its error (分層抽樣估計).

Addresses that were drawn and where nobody answered count as not drawn: this holds if they are like
those of their stratum that answered.

Source: Cochran, Sampling Techniques, 3rd ed., 1977, equations 5.1, 5.7 and 5.13; of a mean where
nobody lives at some addresses, the ratio of two totals, equation 6.49.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stratum:
    """A stratum (層): its number of addresses, and what was found at those that were visited.

    Args:
        values: a number of each household; None of an address where nobody lives.

    Raises:
        ValueError: more answered than there are.
    """

    size: int
    values: Sequence[float | None]

    def __post_init__(self) -> None:
        if len(self.values) > self.size:
            raise ValueError(f"{len(self.values)} of {self.size} addresses answered")

    def total(self, numbers: Sequence[float]) -> float:
        """Return the estimated total of a number of each address that answered."""
        return self.size * math.fsum(numbers) / len(numbers)

    def variance(self, numbers: Sequence[float]) -> float | None:
        """Return the estimated variance of ``total``.

        None where one address alone of several answered, which says nothing of the spread.
        """
        count = len(numbers)
        if count == self.size:
            return 0.0
        if count < 2:
            return None
        mean = math.fsum(numbers) / count
        spread = math.fsum((number - mean) ** 2 for number in numbers) / (count - 1)
        return self.size**2 * (1 - count / self.size) * spread / count


@dataclass(frozen=True, slots=True)
class Estimated:
    """A total and a mean of households with their standard errors (估計值與標準誤).

    Args:
        answers: households that answered.
        households: estimated number of all, in the strata in which somebody answered.
        unseen: addresses of strata in which nobody did; nothing is said of them.
        mean_error, total_error: None where a stratum has one answer alone.
    """

    answers: int
    households: float
    unseen: int
    mean: float
    total: float
    mean_error: float | None
    total_error: float | None


def estimated(strata: Mapping[str, Stratum]) -> Estimated | None:
    """Return the estimate of a number of households; None if none answered."""
    seen = [each for each in strata.values() if each.values]
    answers = sum(value is not None for each in seen for value in each.values)
    if not answers:
        return None
    numbers = [[value or 0.0 for value in each.values] for each in seen]
    lived = [[float(value is not None) for value in each.values] for each in seen]
    total = math.fsum(each.total(some) for each, some in zip(seen, numbers, strict=True))
    households = math.fsum(each.total(some) for each, some in zip(seen, lived, strict=True))
    mean = total / households
    rest = [[0.0 if value is None else value - mean for value in each.values] for each in seen]
    total_error, rest_error = _error(seen, numbers), _error(seen, rest)
    return Estimated(
        answers=answers,
        households=households,
        unseen=sum(each.size for each in strata.values() if not each.values),
        mean=mean,
        total=total,
        mean_error=None if rest_error is None else rest_error / households,
        total_error=total_error,
    )


def _error(strata: Sequence[Stratum], numbers: Sequence[Sequence[float]]) -> float | None:
    parts = [each.variance(some) for each, some in zip(strata, numbers, strict=True)]
    known = [part for part in parts if part is not None]
    return math.sqrt(math.fsum(known)) if len(known) == len(parts) else None
