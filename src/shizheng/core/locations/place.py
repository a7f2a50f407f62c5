"""A place that somebody gave, and the rules it must keep to."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import shapely

from shizheng.core import areas
from shizheng.core.locations.located import city_name, located
from shizheng.core.locations.outlines import areas_on
from shizheng.core.locations.shapes import (
    Kind,
    as_geojson,
    measured_area_m2,
    measured_length_m,
)
from shizheng.core.models import Area
from shizheng.kernel.errors import N_, DomainError
from shizheng.kernel.geodesy import Position

DECIMALS = 7
"""A hundredth of a metre; more would only be noise."""


class PlaceOutsideCity(DomainError):
    """The point lies in no district (地點不在本市)."""

    code = "core.place_outside_city"
    message = N_("This place lies outside {city}; choose one inside it.")


class PointOutsideCity(DomainError):
    """A point of a line or polygon lies in no district (圖形超出本市)."""

    code = "core.point_outside_city"
    message = N_("Point {number} of the shape lies outside {city}; move it inside.")


class AreaUnknown(DomainError):
    """No such district or village, or not one of the other (查無此行政區)."""

    code = "core.area_unknown"
    message = N_("There is no such district or village, or the village is in another district.")
    hint = N_("Choose both from the lists.")


@dataclass(frozen=True, slots=True)
class Place:
    """A place (地點) as a case keeps it.

    ``longitude`` and ``latitude`` (EPSG:4326) are the point itself or a point on the line or in
    the polygon of ``geometry``, a GeoJSON geometry; all three are None where only an address is
    known. Codes are empty where unknown; a harbour has a district and no village.
    """

    longitude: float | None
    latitude: float | None
    address: str = ""
    district_code: str = ""
    village_code: str = ""
    geometry: Mapping[str, Any] | None = None

    @property
    def length_m(self) -> float | None:
        """Length of the line or border in metres of the national grid (TWD97)."""
        return measured_length_m(self.geometry) if self.geometry else None

    @property
    def area_m2(self) -> float | None:
        """Area of the polygon in square metres of the national grid (TWD97)."""
        return measured_area_m2(self.geometry) if self.geometry else None

    def as_json(self) -> dict[str, Any]:
        """Return what can be kept in a JSON column and read by ``from_json``."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Place":
        """Return the place that ``as_json`` wrote."""
        return cls(**kept)


def place_at(points: Sequence[Position], kind: Kind, *, address: str = "", on: date) -> Place:
    """Return the place of a point, line or polygon with its district and village.

    Raises:
        CoordinatesSwapped: latitude first.
        CoordinatesUnfit: not on the earth.
        PlaceOutsideCity: the point is in no district.
        PointOutsideCity: a point of the line or polygon is in no district.
    """
    rounded = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in points]
    _refuse_outside(rounded, kind, on)
    longitude, latitude = _middle(rounded, kind)
    found = located(longitude, latitude, on=on)
    return Place(
        longitude,
        latitude,
        address=address,
        district_code=found.district.code if found.district else "",
        village_code=found.village.code if found.village else "",
        geometry=as_geojson(rounded, kind),
    )


def _refuse_outside(points: Sequence[Position], kind: Kind, on: date) -> None:
    districts, villages = (areas.areas_of(points, on=on, kind=kind) for kind in Area.Kind)
    inside = [either or other for either, other in zip(districts, villages, strict=True)]
    if all(inside) or not areas_on(on, Area.Kind.DISTRICT).exclude(shape=None).exists():
        return
    if kind is Kind.POINT:
        raise PlaceOutsideCity(city=city_name())
    raise PointOutsideCity(number=inside.index(None) + 1, city=city_name())


def _middle(points: Sequence[Position], kind: Kind) -> Position:
    """Return the point, the middle of the line, or a point inside the polygon."""
    if kind is Kind.POINT:
        return points[0]
    if kind is Kind.LINE:
        middle = shapely.LineString(points).interpolate(0.5, normalized=True)
    else:
        middle = shapely.Polygon(points).representative_point()
    return round(middle.x, DECIMALS), round(middle.y, DECIMALS)


def place_by_address(*, address: str, district_code: str, village_code: str, on: date) -> Place:
    """Return a place known by its address alone (只有地址的地點).

    Raises:
        AreaUnknown: no such district, or the village is not of it.
    """
    refuse_unknown_areas(district_code, village_code, on=on)
    return Place(None, None, address, district_code, village_code)


def refuse_unknown_areas(district_code: str, village_code: str, *, on: date) -> None:
    """Raise ``AreaUnknown`` unless the district exists, and the village, if given, lies in it."""
    is_known = areas_on(on, Area.Kind.DISTRICT).filter(code=district_code).exists()
    if is_known and village_code:
        villages = areas_on(on, Area.Kind.VILLAGE).filter(parent__code=district_code)
        is_known = villages.filter(code=village_code).exists()
    if not is_known:
        raise AreaUnknown
