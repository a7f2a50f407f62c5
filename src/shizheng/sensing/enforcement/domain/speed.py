"""Speed between two gates and what is left of it after every tolerance, for the driver."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

TENTH = Decimal("0.1")
KMH = Decimal("3.6")
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class SectionSpeed:
    """A speed over a section (區間平均速率) with the figures that it was made of."""

    distance_m: Decimal
    seconds: Decimal
    measured_kmh: Decimal
    least_kmh: Decimal


def section_speed(
    distance_m: Decimal, tolerance_m: Decimal, entered_at: datetime, left_at: datetime,
    clock_ms: int,
) -> SectionSpeed:  # fmt: skip
    """Return the mean speed between two gates and the least that it can have been.

    The least takes the way as short as its tolerance allows, and the time as long as both clocks
    allow; both are cut, not rounded, to a tenth of a km/h.

    Args:
        distance_m: shortest way between the gates, metres, as declared.
        tolerance_m: by how much it may be shorter.
        clock_ms: how far each gate's clock may be off, milliseconds.

    Raises:
        ValueError: the car left before it entered, or the way is not longer than its tolerance.
    """
    gone = left_at - entered_at
    seconds = Decimal(gone.days * 86_400 + gone.seconds) + Decimal(gone.microseconds) / 1_000_000
    if seconds <= 0 or distance_m <= tolerance_m or tolerance_m < 0 or clock_ms < 0:
        raise ValueError(f"no section of {distance_m} m in {seconds} s")
    longest = seconds + Decimal(2 * clock_ms) / 1_000
    measured = (distance_m / seconds * KMH).quantize(TENTH, ROUND_DOWN)
    least = ((distance_m - tolerance_m) / longest * KMH).quantize(TENTH, ROUND_DOWN)
    return SectionSpeed(distance_m, seconds, measured, least)


def counted(speed_kmh: Decimal, minus_kmh: Decimal, minus_percent: Decimal) -> Decimal:
    """Return what counts of a speed: less ``minus_kmh`` up to 100 km/h, a percentage above.

    Cut to a tenth and never below 0. Just above 100 the larger deduction of both counts, so that a
    faster car never counts as slower than one at 100 by more than the percentage.
    """
    minus = minus_kmh
    if speed_kmh > HUNDRED:
        minus = max(minus_kmh, speed_kmh * minus_percent / HUNDRED)
    return max(speed_kmh - minus, Decimal(0)).quantize(TENTH, ROUND_DOWN)


def excess(counted_kmh: Decimal, limit_kmh: int) -> Decimal:
    """Return by how much a counted speed exceeds the limit; below it that is negative."""
    return counted_kmh - limit_kmh
