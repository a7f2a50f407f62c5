"""What everybody may know of the city's security (公開揭露): shares of many, and nothing of one.

A share of few things, or one that tells of the last one, points at a single system. So there are
whole quarters only, whole per cents, and no figure below a least count.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from shizheng.plan.security.domain.drills import month_day_later


def share_told(part: int, whole: int, *, least: int) -> Decimal | None:
    """Return a share in whole per cents, or None where too few stand behind it.

    Few behind either side tell of a single one as well: with 1 of 40 left, everybody who knows one
    knows the rest. Then the share is told as 0 or 100 only if nothing is on that side, and is
    otherwise withheld.
    """
    other = whole - part
    if whole < least or 0 < part < least or 0 < other < least:
        return None
    return (Decimal(part) * 100 / whole).quantize(Decimal(1), ROUND_HALF_UP)


def quarters_before(today: date, count: int) -> list[tuple[str, date, date]]:
    """Return the last quarters that are over, oldest first: name, first day, day after the last."""
    end = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    found = []
    for _ in range(count):
        start = month_day_later(end, -3)
        found.append((f"{start.year}-Q{(start.month - 1) // 3 + 1}", start, end))
        end = start
    return found[::-1]
