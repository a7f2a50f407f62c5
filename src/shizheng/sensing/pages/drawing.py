"""Readings as a line that the server draws: small beside a name, or large with its axes."""

from dataclasses import dataclass

import numpy as np

from shizheng.core.showing import city_datetime, number
from shizheng.sensing import moments
from shizheng.sensing.domain.packing import Readings
from shizheng.sensing.selectors.things import thinned

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 260, 64, 12, 28
GAPS = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the grid with what stands beside it."""

    at: str
    words: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A line over time: its path, its axes, and the same in words."""

    path: str
    width: int
    height: int
    levels: tuple[Mark, ...]
    times: tuple[Mark, ...]
    lowest: str
    highest: str


def spark(readings: Readings, width: int = 120, height: int = 28) -> str:
    """Return the path of a small line; nothing where there is no line to see."""
    some = thinned(readings, 80)
    if len(some) < 2:
        return ""
    return _path(some, (2, width - 2), (2, height - 2))


def drawn(readings: Readings, places: int | None) -> Drawing | None:
    """Return readings as a large line; None where there are fewer than two numbers."""
    some = thinned(readings)
    if len(some) < 2:
        return None
    low, high = float(some.values.min()), float(some.values.max())
    top, bottom = TOP, HEIGHT - BOTTOM
    span = high - low or 1.0
    steps = [low + span * part / GAPS for part in range(GAPS + 1)] if high > low else [low]
    levels = tuple(
        Mark(
            str(round(bottom - (each - low) / span * (bottom - top), 1)), number(round(each, 2), 2)
        )
        for each in steps
    )
    first, last = int(some.times[0]), int(some.times[-1])
    times = tuple(
        Mark(str(round(LEFT + part * (WIDTH - LEFT - 120), 1)), city_datetime(moments.moment(when)))
        for part, when in ((0.0, first), (1.0, last))
    )
    return Drawing(
        _path(some, (LEFT, WIDTH - 8), (top, bottom)), WIDTH, HEIGHT, levels, times,
        number(low, places), number(high, places),
    )  # fmt: skip


def _path(some: Readings, across: tuple[int, int], down: tuple[int, int]) -> str:
    span = float(some.times[-1] - some.times[0]) or 1.0
    low, high = float(some.values.min()), float(some.values.max())
    tall = high - low or 1.0
    x = across[0] + (some.times - some.times[0]) / span * (across[1] - across[0])
    y = down[1] - (some.values - low) / tall * (down[1] - down[0])
    if high == low:
        y = np.full(len(some), (down[0] + down[1]) / 2)
    points = " ".join(f"{a:.1f} {b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True))
    return f"M{points}"
