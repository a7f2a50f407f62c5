"""Charts of a series (圖): as an SVG that the server draws, and as the Vega-Lite spec of the same.

Both have the same scale, the same points and the same words, so a page says the same with scripts
and without.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shizheng.core.showing import number

WIDTH, HEIGHT = 720, 280
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 16, 32
SPARK_WIDTH, SPARK_HEIGHT = 96, 28
MOST_LABELS = 6
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of a chart: its period in words, its number, what is to be said of it."""

    label: str
    value: Decimal | None
    words: str
    marks: tuple[str, ...] = ()
    is_provisional: bool = False
    is_revised: bool = False
    target: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart; the first is drawn strong."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: all of its lines have the same periods (折線圖)."""

    name: str
    unit: str
    places: int
    lines: tuple[Line, ...]

    @property
    def points(self) -> tuple[Point, ...]:
        """The points of the first line."""
        return self.lines[0].points

    @property
    def numbers(self) -> list[float]:
        """Every number that is drawn."""
        drawn = [point.value for line in self.lines for point in line.points]
        targets = [point.target for point in self.points]
        return [float(each) for each in (*drawn, *targets) if each is not None]

    @property
    def is_drawn(self) -> bool:
        """Whether there is a line to see: two numbers or more."""
        return sum(point.value is not None for point in self.points) >= 2

    @property
    def has_target(self) -> bool:
        """Whether there is a line of targets."""
        return any(point.target is not None for point in self.points)

    @property
    def has_provisional(self) -> bool:
        """Whether a point is hollow."""
        return any(
            point.value is not None and _kind(point) == "provisional" for point in self.points
        )

    @property
    def has_revised(self) -> bool:
        """Whether a point is a diamond."""
        return any(point.value is not None and point.is_revised for point in self.points)

    @property
    def sentence(self) -> str:
        """The chart in one sentence, for those who do not see it."""
        known = [point for point in self.points if point.value is not None]
        if not known:
            return self.name
        low = min(known, key=lambda point: point.value or 0)
        high = max(known, key=lambda point: point.value or 0)
        return _(
            "{name}: from {first} ({first_value}) to {last} ({last_value}); lowest {low} "
            "({low_value}), highest {high} ({high_value})."
        ).format(
            name=self.name, first=known[0].label, first_value=known[0].words,
            last=known[-1].label, last_value=known[-1].words, low=low.label,
            low_value=low.words, high=high.label, high_value=high.words,
        )  # fmt: skip


def scale_of(numbers: Sequence[float]) -> tuple[float, float, float]:
    """Return lowest and highest value of an axis and the step between its ticks.

    The axis begins at zero unless that would flatten the line.
    """
    low, high = min(numbers, default=0.0), max(numbers, default=1.0)
    if low >= 0 and low < high * 0.6:
        low = 0.0
    if high == low:
        low, high = min(low, 0.0), high if high > 0 else 1.0
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in (1, 2, 2.5, 5, 10) if power * each >= rough * 0.999)
    return math.floor(low / step) * step, math.ceil(high / step - 1e-9) * step, step


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of an SVG: where it is and how it is drawn."""

    x: str
    y: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Svg:
    """What the template of a chart puts into its elements; numbers are written already."""

    lines: tuple[tuple[int, str], ...]
    target: str
    marks: tuple[Mark, ...]
    y_ticks: tuple[tuple[str, str], ...]
    x_ticks: tuple[tuple[str, str, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    foot: int = HEIGHT - BOTTOM


def svg_of(chart: Chart) -> Svg:
    """Return a chart as the parts of an SVG."""
    low, high, step = scale_of(chart.numbers)
    count = len(chart.points)

    def x(at: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (at / (count - 1) if count > 1 else 0.5)

    def y(value: Decimal | float) -> float:
        share = (float(value) - low) / (high - low)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    def runs(values: Sequence[Decimal | None]) -> str:
        found = []
        is_open = False
        for at, value in enumerate(values):
            if value is not None:
                found.append(f"{'L' if is_open else 'M'}{_n(x(at))} {_n(y(value))}")
            is_open = value is not None
        return "".join(found)

    marks = tuple(
        Mark(_n(x(at)), _n(y(point.value)), _kind(point), _title(point))
        for at, point in enumerate(chart.points)
        if point.value is not None and (count <= 40 or point.is_provisional or point.is_revised)
    )
    return Svg(
        lines=tuple(
            (at, runs([point.value for point in line.points]))
            for at, line in enumerate(chart.lines)
        ),
        target=runs([point.target for point in chart.points]),
        marks=marks,
        y_ticks=tuple((_n(y(tick)), _tick(tick, step)) for tick in _ticks(low, high, step)),
        x_ticks=tuple(_x_ticks(chart.points, x)),
    )


def _kind(point: Point) -> str:
    return "revised" if point.is_revised else "provisional" if point.is_provisional else "plain"


def _title(point: Point) -> str:
    return " · ".join([point.label, point.words, *point.marks])


def _x_ticks(points: Sequence[Point], x: Any) -> Iterator[tuple[str, str, str]]:
    """Yield place, anchor and words of some labels, the last one always."""
    count = len(points)
    every = max(1, math.ceil(count / MOST_LABELS))
    for at in range((count - 1) % every, count, every):
        anchor = "end" if at == count - 1 and count > 1 else "middle"
        anchor = "start" if at == 0 and count > 1 else anchor
        yield _n(x(at)), anchor, points[at].label


def _ticks(low: float, high: float, step: float) -> list[float]:
    return [low + step * at for at in range(round((high - low) / step) + 1)]


def _tick(value: float, step: float) -> str:
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    if places and round(step * 10**places) != step * 10**places:
        places += 1
    return number(round(value, places) + 0.0, places)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def spark_of(values: Sequence[Decimal | None]) -> str:
    """Return a tiny line (走勢) as the path of an SVG; empty of fewer than two numbers."""
    return path_of(values, SPARK_WIDTH, SPARK_HEIGHT, None)


def path_of(
    values: Sequence[Decimal | None], width: int, height: int, bounds: tuple[float, float] | None
) -> str:
    """Return a line without axes; ``bounds`` are those of its lowest and highest value."""
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = bounds or (min(known), max(known))
    span = (high - low) or 1.0
    found, is_open = [], False
    for at, value in enumerate(values):
        if value is not None:
            x = 2 + (width - 4) * at / max(1, len(values) - 1)
            y = height - 3 - (height - 6) * (float(value) - low) / span
            found.append(f"{'L' if is_open else 'M'}{_n(x)} {_n(y)}")
        is_open = value is not None
    return "".join(found)


def spec_of(chart: Chart) -> dict[str, Any]:
    """Return a chart as a Vega-Lite specification; its colours come from the page."""
    low, high, _step = scale_of(chart.numbers)
    value = {
        "field": "value", "type": "quantitative", "title": chart.unit,
        "scale": {"domain": [low, high], "nice": False, "zero": False},
    }  # fmt: skip
    layers: list[dict[str, Any]] = []
    for at in range(len(chart.lines)):
        style = "figure-line" if at == 0 else f"figure-line-{at}"
        layers.append({
            "transform": [{"filter": f"datum.line === {at}"}],
            "mark": {"type": "line", "style": style}, "encoding": {"y": value},
        })  # fmt: skip
    if chart.has_target:
        layers.append({
            "transform": [{"filter": "datum.line === 0"}],
            "mark": {"type": "line", "style": "figure-target"},
            "encoding": {"y": value | {"field": "target"}},
        })  # fmt: skip
    points = {"y": value, "tooltip": {"field": "words", "type": "nominal"}}
    hollow = {"condition": {"test": "datum.kind === 'provisional'", "value": 0}, "value": 1}
    for test, style, more in (
        ("!==", "figure-point", {"fillOpacity": hollow}), ("===", "figure-revised", {}),
    ):  # fmt: skip
        shown = f"datum.line === 0 && isValid(datum.value) && datum.kind {test} 'revised'"
        layers.append({
            "transform": [{"filter": shown}],
            "mark": {"type": "point", "filled": True, "style": style}, "encoding": points | more,
        })  # fmt: skip
    return {
        "$schema": SCHEMA, "description": chart.sentence, "width": "container",
        "height": HEIGHT - TOP - BOTTOM, "data": {"values": _rows_of(chart)},
        "encoding": {"x": {"field": "period", "type": "ordinal", "sort": None, "title": None}},
        "layer": layers,
    }  # fmt: skip


def _rows_of(chart: Chart) -> list[dict[str, Any]]:
    return [
        {
            "line": at, "period": point.label, "kind": _kind(point), "words": _title(point),
            "value": None if point.value is None else float(point.value),
            "target": None if point.target is None else float(point.target),
        }
        for at, line in enumerate(chart.lines)
        for point in line.points
    ]  # fmt: skip
