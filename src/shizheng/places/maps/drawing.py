"""A section as lines of SVG: where each pipe, each tick and each number stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from shizheng.places.maps.sections import Piece

WIDTH, HEIGHT = 1000.0, 360.0
LEFT, TOP, BOTTOM = 70.0, 20.0, 45.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on an axis, where it stands in the drawing."""

    at: float
    number: float


@dataclass(frozen=True, slots=True)
class Stroke:
    """A pipe as it is drawn: points of a polyline, colour, and the number by which it is told."""

    number: int
    points: str
    colour: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Both axes with their ticks, and the pipes."""

    across: tuple[Tick, ...]
    down: tuple[Tick, ...]
    strokes: tuple[Stroke, ...]
    left: float = LEFT
    right: float = WIDTH
    top: float = TOP
    bottom: float = HEIGHT - BOTTOM


def drawing_of(pieces: Sequence[Piece], length_m: float) -> Drawing:
    """Return the drawing of pieces of one measure; depths grow downwards, heights upwards."""
    is_depth = pieces[0].measure == "depth"
    low = min(piece.levels[0] for piece in pieces)
    high = max(piece.levels[1] for piece in pieces)
    low, high = (0.0, high + 0.5) if is_depth else (floor(low - 0.5), ceil(high + 0.5))
    wide, tall = WIDTH - LEFT, HEIGHT - TOP - BOTTOM

    def x(along: float) -> float:
        return round(LEFT + along / max(length_m, 1e-9) * wide, 1)

    def y(level: float) -> float:
        share = (level - low) / (high - low)
        return round(TOP + (share if is_depth else 1 - share) * tall, 1)

    strokes = [
        Stroke(
            number, " ".join(f"{x(along)},{y(level)}" for along, level in _shown(run)),
            piece.colour, x(run[0][0]), y(run[0][1]) - 6,
        )
        for number, piece in enumerate(pieces, 1)
        for run in piece.runs
    ]  # fmt: skip
    across = tuple(Tick(x(each), each) for each in ticks(0.0, length_m))
    return Drawing(across, tuple(Tick(y(each), each) for each in ticks(low, high)), tuple(strokes))


def _shown(run: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    """Draw a pipe that crosses the line as a short stroke, so that it is seen at all."""
    if max(along for along, _ in run) - min(along for along, _ in run) > 0.5:
        return run
    along, level = run[len(run) // 2]
    return [(max(along - 0.5, 0.0), level), (along + 0.5, level)]


def ticks(low: float, high: float, wanted: int = 6) -> list[float]:
    """Return round numbers from ``low`` to ``high``, about so many."""
    rough = max(high - low, 1e-9) / wanted
    power = 10.0 ** floor(log10(rough))
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough)
    first = ceil(low / step)
    return [round(each * step, 6) for each in range(first, floor(high / step + 1e-9) + 1)]
