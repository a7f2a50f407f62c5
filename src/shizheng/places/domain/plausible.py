"""Coordinates that cannot be right, and what they would be if somebody had slipped.

Swapped axes, degrees for metres, the zone of Penghu, the datum of 1967: each is told by where the
point would lie if it had been stated so.
"""

from dataclasses import dataclass
from math import hypot, isfinite

from shizheng.kernel.errors import DomainError
from shizheng.kernel.geodesy import distance_m
from shizheng.places.domain.errors import AxesSwapped, GeometryNotANumber, GridWrong, OutsideCity
from shizheng.places.domain.grids import NAMES, WGS84, positions

MARGIN = 0.02
"""Degrees around the city's rectangle that still count as at its edge."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in degrees: west, south, east, north."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, longitude: float, latitude: float, margin: float = 0.0) -> bool:
        """Whether the point lies inside, or no farther outside than the margin."""
        return (
            self.west - margin <= longitude <= self.east + margin
            and self.south - margin <= latitude <= self.north + margin
        )

    def distance_km(self, longitude: float, latitude: float) -> float:
        """Return how far outside the point lies; 0 inside."""
        nearest = (
            min(max(longitude, self.west), self.east),
            min(max(latitude, self.south), self.north),
        )
        if not (abs(longitude) <= 180 and abs(latitude) <= 90):
            return hypot(longitude - nearest[0], latitude - nearest[1]) * 111
        return distance_m(nearest, (longitude, latitude)) / 1000


def slip(x: float, y: float, *, stated: int, city: tuple[Box, ...]) -> DomainError | None:
    """Return what is wrong with a point, or None where it lies in the city's rectangles.

    Args:
        x, y: as they came, in the system that was stated.
        stated: EPSG code of that system.
        city: rectangles that the city fills; an island far off has one of its own.
    """
    if not (isfinite(x) and isfinite(y)):
        return GeometryNotANumber()
    if _inside(x, y, stated, city):
        return None
    given = {"x": _shown(x), "y": _shown(y)}
    if _inside(y, x, stated, city):
        return AxesSwapped(**given)
    for epsg in NAMES:
        if epsg != stated and (_inside(x, y, epsg, city) or _inside(y, x, epsg, city)):
            return GridWrong(**given, stated=stated, fitting=epsg)
    longitude, latitude = _degrees(x, y, stated)
    if not (isfinite(longitude) and isfinite(latitude)):
        return GeometryNotANumber()
    far = min(box.distance_km(longitude, latitude) for box in city)
    return OutsideCity(**given, distance=max(1, round(far)))


def _degrees(x: float, y: float, epsg: int) -> tuple[float, float]:
    longitude, latitude = positions([x], [y], source=epsg)
    return float(longitude[0]), float(latitude[0])


def _inside(x: float, y: float, epsg: int, city: tuple[Box, ...]) -> bool:
    if epsg == WGS84 and not (abs(x) <= 180 and abs(y) <= 90):
        return False
    longitude, latitude = _degrees(x, y, epsg)
    return any(box.holds(longitude, latitude, MARGIN) for box in city)


def _shown(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")
