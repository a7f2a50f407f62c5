"""What a breath test means by the limits of its day, and whether somebody did it before."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Outcome(StrEnum):
    """What follows from a stop (攔查結果)."""

    SOBER = "sober"
    WARNED = "warned"
    FINE = "fine"
    CRIMINAL = "criminal"
    REFUSED = "refused"
    UNUSABLE = "unusable"


OFFENCES = (Outcome.FINE, Outcome.CRIMINAL, Outcome.REFUSED)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits in mg per litre of breath (酒精濃度標準)."""

    fine: Decimal
    warn_over: Decimal
    criminal: Decimal


def outcome(mg_l: Decimal | None, limits: Limits, *, is_calibrated: bool) -> Outcome:
    """Return what a test leads to.

    Args:
        mg_l: what the device showed; None where the driver refused the test.
        is_calibrated: whether a certificate covered the moment. A result of a device without one
            proves nothing, for or against.

    Source: 道路交通安全規則 art. 114; 違反道路交通管理事件統一裁罰基準及處理細則 art. 12;
    刑法 art. 185-3.
    """
    if mg_l is None:
        return Outcome.REFUSED
    if not is_calibrated:
        return Outcome.UNUSABLE
    if mg_l < limits.fine:
        return Outcome.SOBER
    if mg_l >= limits.criminal:
        return Outcome.CRIMINAL
    return Outcome.WARNED if mg_l <= limits.fine + limits.warn_over else Outcome.FINE


def years_before(day: date, years: int) -> date:
    """Return the day so many years before; of 29 February in other years, the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
