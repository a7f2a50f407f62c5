"""The planned curve against the actual one as shapes of a picture that the server draws."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shizheng.plan.works.domain.curves import Points
from shizheng.plan.works.domain.months import month_after, month_of

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 14, 34
MOST_TICKS = 9
GRID = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the picture; ``label`` is what stands there."""

    x: float
    y: float
    label: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture in user units: lines as lists of points, grid and months with their labels."""

    planned: str
    actual: str
    dots: tuple[Mark, ...]
    grid: tuple[Mark, ...]
    months: tuple[Mark, ...]
    today: Mark | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM
    label_y: int = HEIGHT - 12


def chart_of(points: Points, actual: Sequence[tuple[date, Decimal]], *, today: date) -> Chart:
    """Return the picture of a planned curve and the reported percentages by day."""
    days = [day for day, _ in (*points, *actual)]
    first, last = min(days), max(days)
    span = max((last - first).days, 1)

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span, 1)

    def y(percent: Decimal | int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * float(percent) / 100, 1)

    return Chart(
        planned=_line((x(day), y(percent)) for day, percent in points),
        actual=_line((x(day), y(percent)) for day, percent in actual),
        dots=tuple(Mark(x(day), y(percent), f"{percent:f}", day) for day, percent in actual),
        grid=tuple(Mark(LEFT, y(percent), str(percent)) for percent in GRID),
        months=tuple(Mark(x(day), HEIGHT - BOTTOM, day=day) for day in _ticks(first, last)),
        today=Mark(x(today), TOP) if first < today < last else None,
    )


def _line(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _ticks(first: date, last: date) -> list[date]:
    """Return first days of months within the span, few enough to be read."""
    months, day = [], month_after(month_of(first))
    while day <= last:
        months.append(day)
        day = month_after(day)
    step = -(-len(months) // MOST_TICKS) or 1
    return months[::step]
