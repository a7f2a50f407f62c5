"""When rent falls due, and how much: by period, with steps; whole New Taiwan dollars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

MOST_YEARS = 20
PERIODS = (1, 2, 3, 4, 6, 12)


@dataclass(frozen=True, slots=True)
class Step:
    """From a day on the rent is ``percent`` of the first rent (租金調整)."""

    from_: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Rent:
    """Rent of one period (一期租金): for ``first <= day < until``, due on ``due_on``."""

    due_on: date
    first: date
    until: date
    amount_twd: int


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of that month."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def rent_schedule(
    starts: date, ends: date, *, amount_twd: int, period_months: int,
    steps: Sequence[Step] = (), due_days: int = 0,
) -> list[Rent]:  # fmt: skip
    """Return what falls due in a term ``starts <= day < ends`` (租金繳納表).

    The first day of a period says which step holds. The last period may be shorter; its rent is
    in proportion to its days. Halves are rounded up, as money rooms do (四捨五入).

    Args:
        amount_twd: for a whole period, before any step; 0 or more.
        period_months: one of ``PERIODS``.
        due_days: so many days after a period begins its rent is due.

    Raises:
        ValueError: the term has no length or is very long, the amount is negative, a step lies
            outside the term, or the period is none.
    """
    if not starts < ends <= months_later(starts, 12 * MOST_YEARS):
        raise ValueError(f"a term ends after it begins, within {MOST_YEARS} years")
    if amount_twd < 0 or period_months not in PERIODS or due_days < 0:
        raise ValueError("rent, period or days to pay are out of range")
    if any(not starts < step.from_ < ends or step.percent <= 0 for step in steps):
        raise ValueError("a step lies outside the term")
    found, number = [], 0
    while (first := months_later(starts, number * period_months)) < ends:
        number += 1
        whole = months_later(starts, number * period_months)
        until = min(whole, ends)
        held = [step for step in sorted(steps, key=lambda each: each.from_) if step.from_ <= first]
        percent = held[-1].percent if held else Decimal(100)
        share = Decimal((until - first).days) / Decimal((whole - first).days)
        amount = (Decimal(amount_twd) * percent / 100 * share).quantize(Decimal(1), ROUND_HALF_UP)
        found.append(Rent(first + timedelta(days=due_days), first, until, int(amount)))
    return found
