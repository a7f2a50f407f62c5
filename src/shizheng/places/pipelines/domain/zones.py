"""The zone at risk around a leak: isolated all around, protected downwind.

Source: Emergency Response Guidebook 2020 (U.S. DOT, Transport Canada, SCT Mexico), the text on
Table 1: the initial isolation zone is a circle around the spill; the protective action zone is a
square downwind of it whose sides are the protective action distance, half of its width on each
side of the wind. Where the wind is not known, the circle of the protective distance is taken.
"""

from math import cos, radians, sin

import shapely

CORNERS = 16
"""Segments of a quarter of a circle."""


def zone_m(
    x: float, y: float, *, isolate_m: float, protect_m: float, wind_from_deg: float | None
) -> shapely.Polygon:
    """Return the zone at risk in metres of a grid, east and north.

    Args:
        x, y: where it leaks, metres.
        isolate_m, protect_m: the two distances, metres; the second not below the first.
        wind_from_deg: where the wind comes from, degrees clockwise from north; None if unknown.

    Raises:
        ValueError: distances that are no distances, or a wind outside 0 to 360.
    """
    if not 0 < isolate_m <= protect_m:
        raise ValueError(f"distances must be 0 < isolate <= protect, got {isolate_m}, {protect_m}")
    spill = shapely.Point(x, y)
    if wind_from_deg is None:
        return spill.buffer(protect_m, quad_segs=CORNERS)
    if not 0 <= wind_from_deg <= 360:
        raise ValueError(f"wind must come from 0 to 360 degrees, got {wind_from_deg}")
    to = radians(wind_from_deg + 180)
    east, north = sin(to), cos(to)
    half = protect_m / 2
    corners = [
        (x + along * east - across * north, y + along * north + across * east)
        for along, across in ((0, half), (protect_m, half), (protect_m, -half), (0, -half))
    ]
    square = shapely.Polygon(corners)
    circle = spill.buffer(isolate_m, quad_segs=CORNERS)
    return shapely.union_all([square, circle])  # type: ignore[return-value]  # they meet: one polygon
