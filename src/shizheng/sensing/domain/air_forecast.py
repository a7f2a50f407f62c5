"""The index expected for tomorrow by persistence (持續法), and how often that was right.

The simplest forecast that can be explained to anybody: as the day before. What it is worth is
counted on the days that are known, not claimed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Skill:
    """How forecasts of bad days came out (預報校驗): hits, misses, false alarms, quiet days."""

    hit_count: int = 0
    miss_count: int = 0
    false_count: int = 0
    quiet_count: int = 0

    @property
    def day_count(self) -> int:
        """Days that could be compared."""
        return self.hit_count + self.miss_count + self.false_count + self.quiet_count


def expected(days: Mapping[date, int], day: date) -> int | None:
    """Return the index expected for a day: that of the day before; None where it is not known."""
    return days.get(day - timedelta(days=1))


def skill(days: Mapping[date, int], bad_above: int) -> Skill:
    """Return how persistence would have done on days whose index is known.

    Args:
        days: the highest index of the city's stations on each day.
        bad_above: a day above it is bad.
    """
    counts = {(True, True): 0, (False, True): 0, (True, False): 0, (False, False): 0}
    for day, index in days.items():
        said = expected(days, day)
        if said is not None:
            counts[said > bad_above, index > bad_above] += 1
    return Skill(counts[True, True], counts[False, True], counts[True, False], counts[False, False])
