"""From the address of the map to what it shows: layers, day, place, page of the table."""

from dataclasses import dataclass
from datetime import date
from math import cos, radians

import shapely
from django.http import QueryDict
from django.utils import timezone

from shizheng.core.locations.outlines import areas_on
from shizheng.core.models import Area
from shizheng.kernel.errors import N_
from shizheng.kernel.text import cleaned
from shizheng.places.boxes import Bounds
from shizheng.places.domain.errors import QuestionUnfit
from shizheng.places.domain.mercator import DEEPEST
from shizheng.places.pages.asking import day_of

VIEW_PX = (1000, 700)
"""The map that is taken to be before a browser has said how large its own is."""
CIRCLE_M = 40_075_016.7
MOST_LAYERS = 30


@dataclass(frozen=True, slots=True)
class At:
    """What the map looks at (視野): a point in degrees, and a zoom of tiles of 512 pixels."""

    latitude: float
    longitude: float
    zoom: float

    @property
    def metres_per_px(self) -> float:
        """Metres on the ground of one pixel."""
        return CIRCLE_M * cos(radians(self.latitude)) / (512 * 2**self.zoom)

    @property
    def bounds(self) -> Bounds:
        """The rectangle of a map of the usual size."""
        per_px = 360 / (512 * 2**self.zoom)
        wide, high = VIEW_PX[0] / 2 * per_px, VIEW_PX[1] / 2 * per_px * cos(radians(self.latitude))
        return (
            max(self.longitude - wide, -180.0), max(self.latitude - high, -90.0),
            min(self.longitude + wide, 180.0), min(self.latitude + high, 90.0),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.latitude:.5f},{self.longitude:.5f},{self.zoom:.2f}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says; ``bounds`` is None for the whole city.

    ``mark`` is a place that was found, latitude and longitude; empty where there is none.
    """

    layers: tuple[str, ...]
    on: date
    at: At | None = None
    bounds: Bounds | None = None
    district: str = ""
    mark: str = ""


def asked_of(given: QueryDict) -> Asked:
    """Return what an address asks for.

    Raises:
        QuestionUnfit: a day, place or rectangle that is none.
    """
    at = _at(_text(given, "at"))
    district = _text(given, "district")
    bounds = _bounds(_text(given, "bbox")) or (at.bounds if at else None)
    if district:
        at, bounds = None, _district(district)
    return Asked(
        tuple(dict.fromkeys(_plain(code) for code in given.getlist("layer")))[:MOST_LAYERS],
        day_of(_text(given, "on")), at, bounds, district, _mark(_text(given, "mark")),
    )  # fmt: skip


def _text(given: QueryDict, name: str) -> str:
    return _plain(given.get(name, ""))


def _plain(text: str | list[object]) -> str:
    return cleaned(str(text)).strip()[:100]


def numbers(text: str, count: int) -> list[float]:
    """Return so many finite numbers with commas between; none where it is something else."""
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        return []
    return found if len(found) == count and all(abs(each) < 1e6 for each in found) else []


def _at(text: str) -> At | None:
    if not text:
        return None
    found = numbers(text, 3)
    if not found or abs(found[0]) > 85 or abs(found[1]) > 180 or not 0 <= found[2] <= DEEPEST:
        raise QuestionUnfit(part="at", value=text[:60], expected=N_("latitude, longitude and zoom"))
    return At(*found)


def _mark(text: str) -> str:
    if not text:
        return ""
    found = numbers(text, 2)
    if not found or abs(found[0]) > 85 or abs(found[1]) > 180:
        raise QuestionUnfit(part="mark", value=text[:60], expected=N_("latitude and longitude"))
    return f"{found[0]:.6f},{found[1]:.6f}"


def _bounds(text: str) -> Bounds | None:
    if not text:
        return None
    found = numbers(text, 4)
    if not found or found[0] > found[2] or found[1] > found[3]:
        raise QuestionUnfit(part="bbox", value=text[:60], expected=N_("west, south, east, north"))
    return (found[0], found[1], found[2], found[3])


def _district(code: str) -> Bounds:
    shape = (
        areas_on(timezone.localdate(), Area.Kind.DISTRICT)
        .filter(code=code)
        .exclude(shape=None)
        .values_list("shape", flat=True)
        .first()
    )
    if shape is None:
        raise QuestionUnfit(part="district", value=code, expected=N_("a district of the city"))
    west, south, east, north = shapely.bounds(shapely.from_wkb(bytes(shape))).tolist()
    return (west, south, east, north)
