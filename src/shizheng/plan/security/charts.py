"""Energy of the machine room before and after, month by month, as shapes of a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shizheng.plan.security.domain.hosts import RoomMonth

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 60, 12, 14, 34
MOST_LABELS = 9
LINES = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """Two bars of a month: before and now."""

    month: date
    x: float
    before_y: float
    before_height: float
    now_y: float
    now_height: float
    has_label: bool


@dataclass(frozen=True, slots=True)
class EnergyChart:
    """A picture in user units; grid lines as place and label."""

    bars: tuple[Bar, ...]
    grid: tuple[tuple[float, str], ...]
    bar_width: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    label_y: int = HEIGHT - 12


def chart_of(months: Sequence[RoomMonth]) -> EnergyChart | None:
    """Return the picture of the months, or None when there is nothing to draw."""
    top = max((max(each.before, each.kwh) for each in months), default=Decimal(0))
    if not top:
        return None
    step = (WIDTH - LEFT - RIGHT) / len(months)
    width = round(min(step * 0.36, 26), 1)
    every = -(-len(months) // MOST_LABELS)

    def height(kwh: Decimal) -> float:
        return round((HEIGHT - TOP - BOTTOM) * float(kwh / top), 1)

    bars = []
    for index, each in enumerate(months):
        before, now = height(each.before), height(each.kwh)
        bars.append(
            Bar(
                month=each.month,
                x=round(LEFT + step * (index + 0.5), 1),
                before_y=HEIGHT - BOTTOM - before,
                before_height=before,
                now_y=HEIGHT - BOTTOM - now,
                now_height=now,
                has_label=index % every == 0,
            )
        )
    grid = tuple(
        (round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * part / LINES, 1),
         f"{top * part / LINES:,.0f}")
        for part in range(LINES + 1)
    )  # fmt: skip
    return EnergyChart(tuple(bars), grid, width)
