"""Pipes in space as lines of SVG: turned, and seen at a slant from above (管線立體圖)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, cos, radians, sin

import numpy as np

from shizheng.kernel.errors import N_
from shizheng.places.maps.drawing import Stroke
from shizheng.places.maps.sections import Piece

WIDTH, HEIGHT, MARGIN = 1000.0, 480.0, 30.0
SLANT = radians(35)
SQUARES = 6
LARGER = (20, 10, 5, 2, 1)
"""So many times as large as lengths heights are drawn: the first that leaves the view flat."""
HEADINGS = {
    0: N_("north"), 45: N_("northeast"), 90: N_("east"), 135: N_("southeast"),
    180: N_("south"), 225: N_("southwest"), 270: N_("west"), 315: N_("northwest"),
}  # fmt: skip
"""Where one looks to, as a bearing in degrees."""


@dataclass(frozen=True, slots=True)
class Spatial:
    """What is drawn: the plane above the pipes, the pipes, and lines from their ends up to it.

    ``plane_m`` is the height of the plane; the surface of the ground, 0, where depths are told.
    """

    plane: tuple[str, ...]
    strokes: tuple[Stroke, ...]
    drops: tuple[str, ...]
    larger: int
    plane_m: float
    side_m: float
    wide: float = WIDTH
    high: float = HEIGHT


def spatial_of(pieces: Sequence[Piece], heading: int) -> Spatial:
    """Return the view of pieces of one measure for who looks towards ``heading``, in degrees."""
    runs = [
        (number, piece, np.array(course) * (1.0, 1.0, -1.0 if piece.measure == "depth" else 1.0))
        for number, piece in enumerate(pieces, 1)
        for course in piece.courses
    ]
    every = np.vstack([points for _number, _piece, points in runs])
    low, high = every.min(axis=0), every.max(axis=0)
    plane_m = 0.0 if pieces[0].measure == "depth" else float(ceil(high[2]))
    side = max(high[0] - low[0], high[1] - low[1], 1.0) * 1.15
    deep = max(plane_m - low[2], 0.01)
    larger = next((each for each in LARGER if deep * each <= side / 3), 1)
    middle = np.array([*((low[:2] + high[:2]) / 2), plane_m])
    seen = _Seen(middle, radians(heading), larger, side, deep)
    drawn = sorted(runs, key=lambda run: -float(seen.away(run[2]).mean()))
    return Spatial(
        plane=tuple(seen.line(each) for each in _squares(middle, side)),
        strokes=tuple(_stroke(number, piece, points, seen) for number, piece, points in drawn),
        drops=tuple(
            seen.line(np.array([end, [end[0], end[1], plane_m]]))
            for _number, _piece, points in drawn
            for end in (points[0], points[-1])
        ),
        larger=larger,
        plane_m=plane_m,
        side_m=float(round(side / SQUARES, 1)),
    )


class _Seen:
    """Turns metres in space into places in the drawing."""

    def __init__(
        self, middle: np.ndarray, bearing: float, larger: int, side: float, deep: float
    ) -> None:  # fmt: skip
        self._middle, self._larger = middle, larger
        self._right = np.array([cos(bearing), -sin(bearing)])
        self._ahead = np.array([sin(bearing), cos(bearing)])
        reach = side * 0.5 * 2**0.5  # whichever way it is turned, a corner stays inside
        self._below = reach * sin(SLANT) + deep * larger * cos(SLANT)
        tall = reach * sin(SLANT) + self._below
        self._per_m = min((WIDTH - 2 * MARGIN) / (2 * reach), (HEIGHT - 2 * MARGIN) / tall)

    def away(self, points: np.ndarray) -> np.ndarray:
        """Return how far ahead points are; what is far is drawn first."""
        ahead: np.ndarray = (points[:, :2] - self._middle[:2]) @ self._ahead
        return ahead

    def places(self, points: np.ndarray) -> np.ndarray:
        """Return where points stand in the drawing, one row each."""
        flat = points[:, :2] - self._middle[:2]
        up = (points[:, 2] - self._middle[2]) * self._larger
        rise = flat @ self._ahead * sin(SLANT) + up * cos(SLANT)
        across = WIDTH / 2 + flat @ self._right * self._per_m
        return np.column_stack([across, HEIGHT - MARGIN - (rise + self._below) * self._per_m])

    def line(self, points: np.ndarray) -> str:
        """Return points as those of a polyline."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.places(points))


def _stroke(number: int, piece: Piece, points: np.ndarray, seen: _Seen) -> Stroke:
    x, y = seen.places(points[len(points) // 2][None, :])[0]
    return Stroke(number, seen.line(points), piece.colour, round(x, 1), round(y - 8, 1))


def _squares(middle: np.ndarray, side: float) -> list[np.ndarray]:
    """Return the lines of the plane, in both directions."""
    steps = np.linspace(-side / 2, side / 2, SQUARES + 1)
    ends = np.array([-side / 2, side / 2])
    lines = []
    for step in steps:
        still = np.full(2, step)
        for x, y in ((still, ends), (ends, still)):
            lines.append(np.column_stack([x, y, np.zeros(2)]) + middle)
    return lines
