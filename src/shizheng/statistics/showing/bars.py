"""Bars (長條圖): an SVG that the server draws, and the Vega-Lite specification of the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shizheng.statistics.showing.drawing import SCHEMA, scale_of

WIDTH, ROW, LABEL, VALUE = 720, 36, 220, 150
"""Room for the name on the left and for the number on the right of every bar."""
THICK = 22
SHOWN = 9
"""So many signs of a name fit beside its bar on a phone; the table has all of it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its number, and the number in words."""

    name: str
    value: Decimal | None
    words: str

    @property
    def short(self) -> str:
        """The name as far as there is room for it."""
        return self.name if len(self.name) <= SHOWN else f"{self.name[: SHOWN - 1]}…"


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars under one name, in order."""

    name: str
    unit: str
    bars: tuple[Bar, ...]

    @property
    def is_drawn(self) -> bool:
        """Whether there is a bar to see."""
        return any(bar.value is not None for bar in self.bars)

    @property
    def sentence(self) -> str:
        """The bars in one sentence, for those who do not see them."""
        known = [bar for bar in self.bars if bar.value is not None]
        if not known:
            return self.name
        low = min(known, key=lambda bar: bar.value or 0)
        high = max(known, key=lambda bar: bar.value or 0)
        return _(
            "{name}: {count} bars; lowest {low} ({low_value}), highest {high} ({high_value})."
        ).format(
            name=self.name, count=len(known), low=low.name, low_value=low.words, high=high.name,
            high_value=high.words,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bar as an SVG has it."""

    bar: Bar
    y: int
    middle: int
    x: str
    width: str
    end: str


@dataclass(frozen=True, slots=True)
class BarsPicture:
    """Bars with their specification for the browser and the drawing of the server."""

    chart: Bars
    drawn: tuple[Drawn, ...]
    spec: dict[str, Any]
    zero: str
    height: int
    width: int = WIDTH
    label: int = LABEL - 12
    thick: int = THICK


def bars_picture(chart: Bars) -> BarsPicture | None:
    """Return bars as they are drawn, from zero; None if there is no number."""
    if not chart.is_drawn:
        return None
    low, high, _step = scale_of([0.0, *_numbers(chart)])

    def x(value: float) -> float:
        return LABEL + (WIDTH - LABEL - VALUE) * (value - low) / (high - low)

    drawn = []
    for at, bar in enumerate(chart.bars):
        value = float(bar.value or 0)
        left, right = sorted((x(0), x(value)))
        drawn.append(
            Drawn(
                bar, at * ROW + (ROW - THICK) // 2, at * ROW + ROW // 2, f"{left:.1f}",
                f"{right - left:.1f}", f"{right + 8:.1f}",
            )
        )  # fmt: skip
    return BarsPicture(
        chart, tuple(drawn), _spec(chart, low, high), f"{x(0):.1f}", len(chart.bars) * ROW
    )


def _numbers(chart: Bars) -> Sequence[float]:
    return [float(bar.value) for bar in chart.bars if bar.value is not None]


def _spec(chart: Bars, low: float, high: float) -> dict[str, Any]:
    return {
        "$schema": SCHEMA, "description": chart.sentence, "width": "container",
        "height": 30 * len(chart.bars),
        "data": {"values": [
            {
                "at": at, "name": bar.name, "words": f"{bar.name} · {bar.words}",
                "value": None if bar.value is None else float(bar.value),
            }
            for at, bar in enumerate(chart.bars)
        ]},
        "mark": {"type": "bar"},
        "encoding": {
            "y": {"field": "name", "type": "nominal", "sort": None, "title": None,
                  "axis": {"labelLimit": 150}},
            "x": {"field": "value", "type": "quantitative", "title": chart.unit,
                  "scale": {"domain": [low, high], "nice": False}, "axis": {"grid": True}},
            "tooltip": {"field": "words", "type": "nominal"},
        },
    }  # fmt: skip
