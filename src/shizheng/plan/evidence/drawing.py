"""A figure over time as a small drawing (折線): points of an SVG, its target, its last value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shizheng.core.evidence import Observed
from shizheng.plan.domain.progress import Curve

LEFT, RIGHT, TOP, BOTTOM = 8.0, 560.0, 14.0, 106.0
"""Where the line may lie; to the right of it stand the numbers."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A line of at least two points (走勢圖). Coordinates are those of the view box."""

    line: str
    planned: str
    target_y: float | None
    floor_y: float | None
    last: tuple[float, float]
    first_name: str
    last_name: str


def drawing(
    numbers: Sequence[Observed],
    *,
    target: Decimal | None,
    floor: Decimal | None,
    curve: Curve | None,
) -> Drawing | None:
    """Return how a series looks; None where there are not two numbers to join."""
    known = [each for each in numbers if each.value is not None]
    if len(known) < 2:
        return None
    days = [each.dated_on for each in known]
    planned = _planned(curve, days)
    values = [each.value for each in known if each.value is not None]
    reached = [*values, *(value for _, value in planned)]
    reached += [goal for goal in (target, floor) if goal is not None and not planned]
    scale = _Scale(min(reached), max(reached), days[0], days[-1])
    points = [scale.point(each.dated_on, each.value) for each in known if each.value is not None]
    return Drawing(
        line=_path(points),
        planned=_path([scale.point(day, value) for day, value in planned]),
        target_y=None if target is None or planned else scale.y(target),
        floor_y=None if floor is None else scale.y(floor),
        last=points[-1],
        first_name=known[0].period,
        last_name=known[-1].period,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    low: Decimal
    high: Decimal
    first: date
    last: date

    def y(self, value: Decimal) -> float:
        """Higher numbers stand higher; equal ones in the middle."""
        if self.high == self.low:
            return (TOP + BOTTOM) / 2
        part = float((value - self.low) / (self.high - self.low))
        return round(BOTTOM - part * (BOTTOM - TOP), 1)

    def point(self, day: date, value: Decimal) -> tuple[float, float]:
        """Days lie evenly between the first and the last."""
        whole = (self.last - self.first).days
        part = (day - self.first).days / whole if whole else 0.0
        return round(LEFT + part * (RIGHT - LEFT), 1), self.y(value)


def _planned(curve: Curve | None, days: Sequence[date]) -> list[tuple[date, Decimal]]:
    """Return the planned curve where the numbers lie, with its own corners between them."""
    if curve is None:
        return []
    corners = [day for day, _ in curve.points if days[0] < day < days[-1]]
    found = [(day, curve.at(day)) for day in (days[0], *corners, days[-1])]
    return [(day, value) for day, value in found if value is not None]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)
