"""Which reckoned scenario a forecast of rain and tide is matched to (情境比對), and why."""

from collections.abc import Sequence
from dataclasses import dataclass

DAY_HOURS = 24


@dataclass(frozen=True, slots=True)
class Match:
    """The scenario that a forecast is matched to.

    Attributes:
        rain_mm: rain of the scenario; None where the forecast is below what is worth matching.
        asked_mm: the forecast as rain of the scenario's hours.
        is_beyond: more rain is forecast than the biggest scenario has.
        is_raised: the tide is so high that the next bigger scenario was taken.
    """

    rain_mm: float | None
    asked_mm: float
    is_beyond: bool = False
    is_raised: bool = False


def matched(
    scenarios: Sequence[float], rain_mm: float, hours: float, tide_m: float | None = None, *,
    scenario_hours: float = DAY_HOURS, least_mm: float = 0.0, tide_raises_m: float | None = None,
) -> Match:  # fmt: skip
    """Return the smallest scenario that has as much rain as is forecast, or the biggest there is.

    Rain of fewer hours than the scenario's counts as it is, as it falls faster; rain of more hours
    counts by its mean. Errs on the side of more water, never of less.

    Args:
        scenarios: rain of each scenario in mm.
        rain_mm, hours: the forecast; tide_m: the highest tide in that time, above mean sea level.
        least_mm: below it nothing is matched.
        tide_raises_m: from this tide on the next bigger scenario is taken, as drains back up.

    Raises:
        ValueError: there is no scenario, or rain or hours are no amounts.
    """
    if not scenarios or rain_mm < 0 or hours <= 0:
        raise ValueError("a forecast of rain over hours is matched to one of some scenarios")
    asked = rain_mm if hours <= scenario_hours else rain_mm * scenario_hours / hours
    if asked < least_mm:
        return Match(None, asked)
    known = sorted(scenarios)
    place = next((n for n, rain in enumerate(known) if rain >= asked), len(known) - 1)
    is_beyond = asked > known[-1]
    is_raised = tide_raises_m is not None and tide_m is not None and tide_m >= tide_raises_m
    if is_raised and place == len(known) - 1:
        is_raised, is_beyond = False, True
    return Match(known[min(place + is_raised, len(known) - 1)], asked, is_beyond, is_raised)
