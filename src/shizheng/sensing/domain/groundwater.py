"""What pumping does to the level of a zone of groundwater (抽水試算): one bucket, by the day.

The zone is one bucket that the rain and its surroundings fill and pumps empty::

    level(d+1) = level(d) + (recharge + leak × (reference − level(d)) − pumping) / (area × storage)

It is deliberately simple, so that whoever decides can follow it: it says which way a zone moves and
about how fast, not how high a single well will stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean


@dataclass(frozen=True, slots=True)
class Zone:
    """What is known of a zone (地下水分區).

    Attributes:
        area_km2, storage: its area, and which share of its ground holds water (0 to 1).
        reference_m: the level without pumping; safe_m: the level below which it must not fall.
        recharge_m3_day: what comes in each day; leak_m3_day_m: what comes besides, for each metre
            that the level lies below the reference.
        permitted_m3_day: what may be pumped a day in all.
    """

    area_km2: float
    storage: float
    reference_m: float
    safe_m: float
    recharge_m3_day: float
    leak_m3_day_m: float
    permitted_m3_day: float

    @property
    def m3_per_metre(self) -> float:
        """How much water a metre of level is."""
        return self.area_km2 * 1e6 * self.storage


def levels_of(zone: Zone, begins_m: float, pumping_m3_day: float, days: int) -> list[float]:
    """Return the level of each day to come.

    Raises:
        ValueError: pumping or days are no amounts.
    """
    if pumping_m3_day < 0 or days < 1:
        raise ValueError("pumping is 0 or more, for a day or more")
    level, found = begins_m, []
    for _day in range(days):
        comes = zone.recharge_m3_day + zone.leak_m3_day_m * (zone.reference_m - level)
        level += (comes - pumping_m3_day) / zone.m3_per_metre
        found.append(level)
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """How a zone stands on a day (分區現況): mean level of the wells that were heard of.

    ``heard`` and ``expected`` count well days; what is missing is counted and never made up.
    """

    level_m: float | None
    drawdown_m: float | None
    above_safe_m: float | None
    pumped_m3_day: float | None
    wells: int
    wells_heard: int

    @property
    def state(self) -> str:
        """``unknown``, ``below``, ``near`` (less than a metre above the safe level) or ``safe``."""
        if self.above_safe_m is None:
            return "unknown"
        if self.above_safe_m < 0:
            return "below"
        return "near" if self.above_safe_m < 1 else "safe"


def standing(
    zone: Zone, levels: Sequence[float | None], pumped: Sequence[float | None]
) -> Standing:
    """Return how a zone stands, of the newest level of each well and of each meter's last day.

    The sum of pumping is unknown where a meter is missing: it is not taken as nothing.
    """
    heard = [each for each in levels if each is not None]
    level = fmean(heard) if heard else None
    known = [each for each in pumped if each is not None]
    return Standing(
        level_m=level,
        drawdown_m=None if level is None else zone.reference_m - level,
        above_safe_m=None if level is None else level - zone.safe_m,
        pumped_m3_day=sum(known) if known and len(known) == len(pumped) else None,
        wells=len(levels),
        wells_heard=len(heard),
    )


def highest_safe(zone: Zone, begins_m: float, days: int) -> float:
    """Return the most that may be pumped a day so that the level stays safe for so many days.

    Not above what is permitted; found by halving, to a cubic metre; 0 where no pumping is safe.
    """
    low, high = 0.0, zone.permitted_m3_day
    if min(levels_of(zone, begins_m, high, days)) >= zone.safe_m:
        return high
    if min(levels_of(zone, begins_m, low, days)) < zone.safe_m:
        return 0.0
    while high - low > 1:
        middle = (low + high) / 2
        is_safe = min(levels_of(zone, begins_m, middle, days)) >= zone.safe_m
        low, high = (middle, high) if is_safe else (low, middle)
    return float(int(low))
