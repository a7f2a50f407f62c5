"""Maps of figures by district or village (分層設色圖): shapes, classes, and the legend in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import cos, radians
from typing import Protocol

import shapely
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from shizheng.core import areas
from shizheng.core.locations.outlines import areas_on
from shizheng.core.models import Area
from shizheng.core.words import in_language
from shizheng.statistics.showing.words import Figure, value_words, without_value

UNITS = 4_000
"""Width or height of a drawing, whichever is larger; a unit is a few tens of metres."""
TOLERANCES = {"district": 0.0016, "village": 0.0006}
INSIDE = 0.0001
"""Degrees by which a line may move in the map of a single district."""
MOST_CLASSES = 5
SHADES = {1: "3", 2: "24", 3: "135", 4: "1245", 5: "12345"}
"""By how many classes there are, the shade of each."""
_KEPT = 64


class Measured(Protocol):
    """How the numbers of a map are written."""

    @property
    def places(self) -> int:
        """Decimals."""

    @property
    def unit_name(self) -> Mapping[str, str] | None:
        """Language to unit."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An area as the path of an SVG."""

    code: str
    name: str
    district: str
    path: str


@dataclass(frozen=True, slots=True)
class Outline:
    """The shapes of one kind of area, and the box in which they lie."""

    view_box: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Shaded:
    """An area with its figure; ``shade`` is 1 for the lowest class, or a word."""

    shape: Shape
    value: Figure | None
    words: str
    shade: str

    @property
    def title(self) -> str:
        """What is said of it."""
        return f"{self.shape.name} {self.words}"


@dataclass(frozen=True, slots=True)
class Legend:
    """One class of a map in words, and how many areas are in it."""

    shade: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class AreaMap:
    """A map of figures: every area with its class, and the legend."""

    outline: Outline
    areas: tuple[Shaded, ...]
    legend: tuple[Legend, ...]


def outline_of(kind: str, *, parent: str = "", on: date | None = None) -> Outline:
    """Return the outline of all districts or villages, or of the villages of one district."""
    day = on or timezone.localdate()
    return _outline(kind, parent, day, get_language() or "", areas.version())


@lru_cache(maxsize=_KEPT)
def _outline(kind: str, parent: str, on: date, language: str, version: areas.Version) -> Outline:
    found = areas_on(on, Area.Kind(kind)).select_related("parent")
    if parent:
        found = found.filter(parent__code=parent)
    rows = list(found.only("code", "name", "shape", "parent__code", "parent__name"))
    known = [row for row in rows if row.shape is not None]
    shapes = [shapely.from_wkb(bytes(row.shape)) for row in known if row.shape is not None]
    tolerance = INSIDE if parent else TOLERANCES[kind]
    simple: list[BaseGeometry] = (
        list(shapely.coverage_simplify(shapes, tolerance)) if shapes else []
    )
    frame = _Frame(shapes)
    paths = dict(zip([row.code for row in known], map(frame.path, simple), strict=True))
    return Outline(
        frame.view_box,
        tuple(
            Shape(
                row.code, in_language(row.name, language),
                in_language(row.parent.name, language) if row.parent else "",
                paths.get(row.code, ""),
            )
            for row in rows
        ),
    )  # fmt: skip


class _Frame:
    """From degrees to the units of a drawing, north up, equal lengths in both directions."""

    def __init__(self, shapes: Sequence[BaseGeometry]) -> None:
        """Take the box of the largest part of each area: an island far off does not count."""
        largest = [max(shapely.get_parts(each), key=shapely.area) for each in shapes]
        bounds = shapely.total_bounds(largest) if largest else (0, 0, 1, 1)
        self.west, south, east, self.north = map(float, bounds)
        self.stretch = cos(radians((south + self.north) / 2))
        wide, high = (east - self.west) * self.stretch, self.north - south
        self.scale = UNITS / max(wide, high, 1e-9)
        self.box = shapely.box(self.west, south, east, self.north)
        self.view_box = f"-20 -20 {round(wide * self.scale) + 40} {round(high * self.scale) + 40}"

    def path(self, shape: BaseGeometry) -> str:
        """Return the parts of a shape that lie in the frame, in steps from point to point."""
        found = []
        for part in shapely.get_parts(shape):
            if part.intersects(self.box):
                for ring in (part.exterior, *part.interiors):
                    found.append(self._ring(ring.coords))
        return "".join(found)

    def _ring(self, points: Sequence[tuple[float, ...]]) -> str:
        found: list[str] = []
        last = (0, 0)
        for point in points[:-1]:
            x = round((point[0] - self.west) * self.stretch * self.scale)
            y = round((self.north - point[1]) * self.scale)
            if found and (x, y) == last:
                continue
            found.append(f"M{x} {y}" if not found else _step(x - last[0], y - last[1], found))
            last = (x, y)
        return "".join(found).replace(" -", "-") + "z" if len(found) > 2 else ""


def _step(x: int, y: int, before: Sequence[str]) -> str:
    return f"{'l' if len(before) == 1 else ' '}{x} {y}"


def map_of(outline: Outline, values: Mapping[str, Figure], body: Measured) -> AreaMap:
    """Return a map with the figures of one period.

    Args:
        values: by code of the area; what is not there was not counted.
    """
    told = sorted(each.value for each in values.values() if each.value is not None)
    tops = breaks(told)
    shaded = []
    for shape in outline.shapes:
        value = values.get(shape.code)
        if value is None:
            shaded.append(Shaded(shape, None, _("no figure"), "none"))
        elif value.value is None:
            shade = "withheld" if value.reason == "withheld" else "none"
            shaded.append(Shaded(shape, value, without_value(value), shade))
        else:
            number = value.value
            at = next(at for at, top in enumerate(tops) if number <= top)
            shade = SHADES[len(tops)][at]
            words = value_words(number, body.places, body.unit_name)
            shaded.append(Shaded(shape, value, words, shade))
    return AreaMap(outline, tuple(shaded), tuple(_legend(shaded, body)))


def breaks(told: Sequence[Decimal]) -> list[Decimal]:
    """Return the highest value of each class; classes hold about as many areas each.

    Equal values are in one class, so there may be fewer than five.
    """
    if not told:
        return []
    tops: list[Decimal] = []
    for share in range(1, MOST_CLASSES + 1):
        top = told[-(-len(told) * share // MOST_CLASSES) - 1]
        if not tops or top != tops[-1]:
            tops.append(top)
    return tops


def _legend(shaded: Sequence[Shaded], body: Measured) -> list[Legend]:
    found = []
    for shade in map(str, range(1, MOST_CLASSES + 1)):
        inside = [each for each in shaded if each.shade == shade and each.value is not None]
        numbers = sorted(each.value.value for each in inside if each.value and
                         each.value.value is not None)  # fmt: skip
        if not numbers:
            continue
        low = value_words(numbers[0], body.places, None)
        high = value_words(numbers[-1], body.places, body.unit_name)
        words = high if numbers[0] == numbers[-1] else _("{low} to {high}").format(
            low=low, high=high
        )  # fmt: skip
        found.append(Legend(shade, words, len(inside)))
    for shade, words in (
        ("withheld", pgettext("statistics", "withheld")),
        ("none", _("no figure")),
    ):
        count = sum(each.shade == shade for each in shaded)
        if count:
            found.append(Legend(shade, words, count))
    return found
