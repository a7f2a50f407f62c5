"""Solar sites (太陽光電): what they should give, when one is dead, years of the plan, their value.

Expected energy is capacity times irradiation times a performance ratio: the reference yield and
performance ratio of IEC 61724-1, with irradiation in kWh/m² (the sun at 1 kW/m² for an hour).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


def expected_kwh(capacity_kw: float, irradiation_kwh_m2: float, performance_ratio: float) -> float:
    """Return what a site should give under so much sun.

    Raises:
        ValueError: a number below 0, or a ratio above 1.
    """
    if capacity_kw < 0 or irradiation_kwh_m2 < 0 or not 0 <= performance_ratio <= 1:
        raise ValueError(
            "capacity, irradiation and performance ratio are 0 or more, a ratio at most 1"
        )
    return capacity_kw * irradiation_kwh_m2 * performance_ratio


@dataclass(frozen=True, slots=True)
class DeadRule:
    """When an inverter is dead (停機判定).

    Args:
        hours: so many sunny hours on end.
        sunny_w_m2: an hour is sunny with this mean irradiance or more.
        below: it gave less than this share of what is expected, 0 to 1.
    """

    hours: int
    sunny_w_m2: float
    below: float


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of a site: energy and mean irradiance, None where nothing was heard."""

    at: int
    kwh: float | None
    irradiance_w_m2: float | None


def dead_since(
    hours: Iterable[Hour], capacity_kw: float, ratio: float, rule: DeadRule
) -> int | None:
    """Return the sunny hour since which a site gives nothing until now; None if it gives.

    Dark hours are passed over, as night proves nothing. An hour without a reading is passed over
    too: silence is of the gateway, and is said elsewhere.
    """
    run: list[int] = []
    for each in sorted(hours, key=lambda hour: hour.at):
        if each.kwh is None or each.irradiance_w_m2 is None:
            continue
        if each.irradiance_w_m2 < rule.sunny_w_m2:
            continue
        should = expected_kwh(capacity_kw, each.irradiance_w_m2 / 1_000, ratio)
        run = [*run, each.at] if each.kwh < rule.below * should else []
    return run[0] if len(run) >= rule.hours else None


@dataclass(frozen=True, slots=True)
class Installed:
    """A site's capacity from the day it was connected until it ended, if it did."""

    capacity_kw: float
    connected_on: date
    ended_on: date | None = None


def capacity_kw(sites: Iterable[Installed], on: date) -> float:
    """Return the capacity that stands on a day."""
    return sum(
        each.capacity_kw
        for each in sites
        if each.connected_on <= on and (each.ended_on is None or each.ended_on > on)
    )


@dataclass(frozen=True, slots=True)
class Value:
    """The economic value of green energy (綠能產值) and its two parts, in New Taiwan dollars."""

    built_twd: int
    sold_twd: int

    @property
    def total_twd(self) -> int:
        """Both parts."""
        return self.built_twd + self.sold_twd


def value_of(capacity: float, kwh: float, rates: Mapping[str, float]) -> Value:
    """Return the value: capacity times the cost of building, energy times its price.

    Args:
        capacity: kilowatts built; ``rates``: ``twd_per_kw`` and ``twd_per_kwh``.
    """
    return Value(round(capacity * rates["twd_per_kw"]), round(kwh * rates["twd_per_kwh"]))
