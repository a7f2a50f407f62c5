"""Lengths and areas on the ground, in metres of the national grid (TWD97 二度分帶, EPSG:3826).

Longitude and latitude are degrees on the ellipsoid GRS80; the datum of phones and maps (WGS 84)
differs from it by less than a metre, which changes no length.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asin, asinh, atan2, atanh, cos, cosh, hypot, radians, sin, sinh, sqrt
from typing import TypeAlias

Position: TypeAlias = tuple[float, float]

SEMI_MAJOR_M = 6_378_137.0
FLATTENING = 1 / 298.257222101
EARTH_RADIUS_M = 6_371_008.8
_N = FLATTENING / (2 - FLATTENING)
_ECCENTRICITY = sqrt(FLATTENING * (2 - FLATTENING))
_RECTIFYING_M = SEMI_MAJOR_M / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64 + _N**6 / 256)
_ALPHA = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440,
    61 * _N**3 / 240 - 103 * _N**4 / 140,
    49561 * _N**4 / 161280,
)


@dataclass(frozen=True, slots=True)
class Grid:
    """A transverse Mercator grid (橫麥卡托投影); metres, degrees."""

    central_meridian: float
    scale: float = 0.9999
    false_easting_m: float = 250_000.0

    def project(self, longitude: float, latitude: float) -> Position:
        """Return (easting, northing) in metres; within 3 degrees of the meridian to 1 mm.

        Source: Krüger's series as given by Karney, Transverse Mercator with an accuracy of a few
        nanometers, J. Geodesy 85 (2011), eqs. 7 to 11 and 35, cut after the fourth power of n.
        """
        phi, lam = radians(latitude), radians(longitude - self.central_meridian)
        if abs(latitude) >= 90:
            xi, eta = phi, 0.0
        else:
            sine = sin(phi)
            conformal = sinh(atanh(sine) - _ECCENTRICITY * atanh(_ECCENTRICITY * sine))
            xi = atan2(conformal, cos(lam))
            eta = asinh(sin(lam) / hypot(conformal, cos(lam)))
        terms = list(enumerate(_ALPHA, start=1))
        north = xi + sum(a * sin(2 * j * xi) * cosh(2 * j * eta) for j, a in terms)
        east = eta + sum(a * cos(2 * j * xi) * sinh(2 * j * eta) for j, a in terms)
        metres = self.scale * _RECTIFYING_M
        return self.false_easting_m + metres * east, metres * north


TWD97 = Grid(central_meridian=121.0)
"""EPSG:3826, the grid of the main island (臺灣本島)."""
TWD97_WIDTH = 2.0
"""Degrees on either side of 121° east within which the national grid is used for measuring."""


def grid_for(positions: Sequence[Position]) -> Grid:
    """Return the national grid, or far from it one like it around the positions' own meridian."""
    middle = (min(x for x, _ in positions) + max(x for x, _ in positions)) / 2
    if abs(middle - TWD97.central_meridian) <= TWD97_WIDTH:
        return TWD97
    return Grid(central_meridian=float(round(middle)))


def length_m(line: Sequence[Position]) -> float:
    """Return the length of a line in metres of the grid (longitude, latitude in degrees)."""
    if len(line) < 2:
        return 0.0
    grid = grid_for(line)
    corners = [grid.project(*position) for position in line]
    return sum(hypot(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(corners))


def area_m2(ring: Sequence[Position]) -> float:
    """Return the area inside a ring in square metres of the grid, whichever way it turns.

    Args:
        ring: corners as longitude, latitude in degrees; the last may repeat the first.
    """
    if len(ring) < 3:
        return 0.0
    grid = grid_for(ring)
    corners = [grid.project(*position) for position in ring]
    x0, y0 = corners[0]
    moved = [(x - x0, y - y0) for x, y in [*corners, corners[0]]]
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(moved))) / 2


def distance_m(start: Position, end: Position) -> float:
    """Return the distance between two positions along a great circle of a sphere, to 0.6 %."""
    (x1, y1), (x2, y2) = start, end
    turn = radians((x2 - x1 + 180) % 360 - 180)
    across = sin(radians(y2 - y1) / 2) ** 2
    across += cos(radians(y1)) * cos(radians(y2)) * sin(turn / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(across)))
