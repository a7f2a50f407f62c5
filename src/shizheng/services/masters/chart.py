"""A bar chart of steps in time (甘特圖), measured in pixels for the template that draws it.

All numbers are whole, so that no language writes them with a comma.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import get_language

from shizheng.core.forms import writes_roc_years

LABELS, SPAN, ROW, HEAD = 240, 560, 30, 28
MOST_TICKS = 12
ROC = 1911


@dataclass(frozen=True, slots=True)
class Bar:
    """A step as the chart draws it; ``kind`` is its status, or critical."""

    label: str
    begins: date
    ends: date
    kind: str
    promised: date | None = None
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A bar in pixels; ``promise`` is where its promised day lies."""

    bar: Bar
    x: str
    y: str
    width: str
    middle: str
    end: str
    promise: str


@dataclass(frozen=True, slots=True)
class Tick:
    """The first day of a month on the axis."""

    x: str
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart in pixels."""

    width: str
    height: str
    bars: tuple[Placed, ...]
    ticks: tuple[Tick, ...]
    today: str
    head: str = str(HEAD)


def drawn(bars: Sequence[Bar], *, today: date) -> Chart:
    """Return where everything lies; the time from the first to the last day fills the width."""
    days = [today, *(d for bar in bars for d in (bar.begins, bar.ends, bar.promised) if d)]
    first, last = min(days), max(days) + timedelta(days=1)
    scale = SPAN / max(1, (last - first).days)

    def at(day: date) -> int:
        return LABELS + round((day - first).days * scale)

    return Chart(
        width=str(LABELS + SPAN + 30),
        height=str(HEAD + ROW * len(bars) + 8),
        bars=tuple(_placed(bar, index, at) for index, bar in enumerate(bars)),
        ticks=tuple(Tick(str(at(day)), _month(day)) for day in _months(first, last)),
        today=str(at(today)),
    )


def _placed(bar: Bar, index: int, at: Callable[[date], int]) -> Placed:
    left, right, top = at(bar.begins), at(bar.ends + timedelta(days=1)), HEAD + ROW * index
    return Placed(
        bar=bar, x=str(left), y=str(top + 8), width=str(max(3, right - left)),
        middle=str(top + 20), end=str(max(left + 3, right)),
        promise=str(at(bar.promised)) if bar.promised else "",
    )  # fmt: skip


def _months(first: date, last: date) -> Iterator[date]:
    """Yield first days of months, at most twelve, evenly."""
    count = (last.year - first.year) * 12 + last.month - first.month
    every = -(-max(1, count) // MOST_TICKS)
    for number in range(1, count + 1, every):
        year, month = divmod(first.month - 1 + number, 12)
        yield date(first.year + year, month + 1, 1)


def _month(day: date) -> str:
    is_roc = (get_language() or "").startswith("zh") and writes_roc_years()
    return f"{day.year - ROC if is_roc else day.year}/{day.month}"
