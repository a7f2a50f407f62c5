"""Lights by department as a picture (各局處燈號圖): bars that the page and the PDF share."""

from collections.abc import Sequence
from dataclasses import dataclass

from shizheng.plan.quarters.domain.totals import COLOURS
from shizheng.plan.quarters.showing import DepartmentLine

ROW, BAR, GAP = 22, 16, 8
WIDE, SLIM = (120, 640), (96, 360)
"""Where the bars begin and end: on a wide screen, and on a phone, where letters stay as large."""
NARROW = 16
"""A part that is less wide has no number in it; the table beside has all of them."""


@dataclass(frozen=True, slots=True)
class Part:
    """One colour of a bar; ``label`` is empty where there is no room."""

    colour: str
    x: float
    width: float
    label: str
    middle: float


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of one department."""

    name: str
    y: int
    text_y: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """All bars, in user units."""

    bars: tuple[Bar, ...]
    height: int
    width: int
    left: int
    bar: int = BAR


def charts_of(departments: Sequence[DepartmentLine]) -> dict[str, Chart]:
    """Return the picture for wide screens and for phones."""
    return {"wide": chart_of(departments, WIDE), "slim": chart_of(departments, SLIM)}


def chart_of(departments: Sequence[DepartmentLine], span: tuple[int, int] = WIDE) -> Chart:
    """Return the picture; every bar is as long as its department has promises."""
    left, width = span
    most = max((each.total for each in departments), default=1) or 1
    bars = []
    for row, each in enumerate(departments):
        x, parts = float(left), []
        for colour in COLOURS:
            long = round((width - left) * each.counts[colour] / most, 1)
            if long:
                label = str(each.counts[colour]) if long >= NARROW else ""
                parts.append(Part(colour, round(x, 1), long, label, round(x + long / 2, 1)))
            x += long
        bars.append(Bar(each.name, row * ROW + 2, row * ROW + 14, tuple(parts)))
    return Chart(tuple(bars), max(len(bars) * ROW + 4, ROW), width, left - GAP)


def bars_of(departments: Sequence[DepartmentLine]) -> list[list[object]]:
    """Return the same bars for print: name, and of each colour its share of the width and number.

    The longest bar is 100 wide; a part too narrow for a number has none.
    """
    most = max((each.total for each in departments), default=1) or 1
    return [
        [
            each.name,
            [
                [colour, round(100 * count / most, 2), str(count) if count / most > LEAST else ""]
                for colour in COLOURS
                if (count := each.counts[colour])
            ],
        ]
        for each in departments
    ]


LEAST = 0.04
"""The share of the width from which a number fits into a printed part."""
