"""Limits of permits (許可限值): averages over hours, what exceeds, and kilograms in an hour.

An average without enough hours is none: it can neither exceed nor prove that nothing did.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True, slots=True)
class Averaging:
    """How hourly values are averaged (平均規則).

    Args:
        hours: so many hours make an average.
        least: so many of them must be valid.
        in_blocks: averages of whole blocks, as of a local day; otherwise of each hour and those
            before it.

    Raises:
        ValueError: the numbers do not go together.
    """

    hours: int
    least: int
    in_blocks: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.least <= self.hours:
            raise ValueError(f"of {self.hours} hours, {self.least} cannot be valid")


@dataclass(frozen=True, slots=True)
class Average:
    """An average: the last hour of it, the value, how many hours were valid."""

    hour: int
    value: float
    valid: int


def averages(hours: Mapping[int, float], rule: Averaging, *, offset: int = 0) -> list[Average]:
    """Return the averages of hourly values that have enough hours, in order of time.

    Args:
        hours: by the number of the hour since 1970; what is missing is not there.
        offset: hours by which blocks begin before those of UTC, 8 for days of Taiwan.
    """
    found = []
    for last in _ends(hours, rule, offset):
        values = [
            hours[each]
            for each in range(last - rule.hours + 1, last + 1)
            if each in hours and isfinite(hours[each])
        ]
        if len(values) >= rule.least:
            found.append(Average(last, sum(values) / len(values), len(values)))
    return found


def _ends(hours: Mapping[int, float], rule: Averaging, offset: int) -> list[int]:
    if not rule.in_blocks:
        return sorted(hours)
    size = rule.hours
    return sorted({(each + offset) // size * size - offset + size - 1 for each in hours})


def exceeding(found: list[Average], limit: float) -> list[Average]:
    """Return the averages above a limit; one that equals it keeps it."""
    return [each for each in found if each.value > limit]


def kilograms(values: Mapping[int, float], flows: Mapping[int, float], factor: float) -> float:
    """Return what was emitted in the hours of which value and flow are known.

    Args:
        factor: kilograms in an hour for one unit of the value and one of the flow.
    """
    return sum(value * flows[hour] * factor for hour, value in values.items() if hour in flows)
