"""By when the city answers (個人資料保護法第13條), pure."""

from datetime import date, timedelta
from enum import StrEnum


class Asked(StrEnum):
    """What a person may ask of what is held of them (當事人權利, art. 3)."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"


DAYS = {Asked.ACCESS: 15, Asked.CORRECTION: 30, Asked.ERASURE: 30}
"""Days in which it is decided; the same again is the longest extension (art. 13)."""


def due_on(asked: Asked, received: date, *, is_extended: bool = False) -> date:
    """Return the last day of the answer; the day of receipt does not count.

    Source: 個人資料保護法 art. 13(1): 15 days for access, art. 13(2): 30 days for correction and
    erasure, each extended once by no more than as many days; 行政程序法 art. 48(2).
    """
    return received + timedelta(days=DAYS[asked] * (2 if is_extended else 1))


def years_later(day: date, years: int) -> date:
    """Return the same day so many years later; of February 29 the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
