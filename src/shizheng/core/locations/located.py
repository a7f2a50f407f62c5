"""What lies at a point: its district and village, or the nearest district of the city."""

from dataclasses import dataclass
from datetime import date

import shapely
from django.utils.translation import gettext
from shapely.ops import nearest_points

from shizheng.core import areas
from shizheng.core.locations.outlines import areas_on
from shizheng.core.models import Area, City
from shizheng.core.words import in_language
from shizheng.kernel.geodesy import distance_m


@dataclass(frozen=True, slots=True)
class Nearest:
    """The district nearest to a point outside the city, and how far off its border is."""

    district: Area
    distance_m: float


@dataclass(frozen=True, slots=True)
class Located:
    """Where a point lies (點位所在): a district, a village of it or neither."""

    district: Area | None
    village: Area | None
    nearest: Nearest | None = None

    @property
    def in_city(self) -> bool:
        """Whether the point lies in the city; harbours belong to a district but no village."""
        return self.district is not None

    def sentence(self) -> str:
        """Say it in words, in the language of the moment."""
        if self.district is not None:
            district = in_language(self.district.name)
            if self.village is None:
                return gettext("This place is in {district}.").format(district=district)
            return gettext("This place is in {village}, {district}.").format(
                village=in_language(self.village.name), district=district
            )
        if self.nearest is None:
            return gettext("Which district this is cannot be said: its borders are not known.")
        return gettext(
            "This place lies outside {city}. The nearest district is {district}, {km} km away."
        ).format(
            city=city_name(),
            district=in_language(self.nearest.district.name),
            km=f"{self.nearest.distance_m / 1000:.1f}",
        )


def city_name() -> str:
    """Return the city's name in the language of the moment."""
    city = City.objects.only("name").first()
    return in_language(city.name) if city else gettext("the city")


def located(longitude: float, latitude: float, *, on: date) -> Located:
    """Return where a point lies on a day; outside the city with the nearest district.

    Raises:
        CoordinatesSwapped: latitude first.
        CoordinatesUnfit: not a number, or not on the earth.
    """
    known = Area.objects.select_related("parent").defer("shape", "parent__shape")
    village_code = areas.area_of(longitude, latitude, on=on, kind=Area.Kind.VILLAGE)
    district_code = areas.area_of(longitude, latitude, on=on, kind=Area.Kind.DISTRICT)
    village = known.get(code=village_code) if village_code else None
    if village is not None and village.parent is not None:
        return Located(village.parent, village)
    if district_code is not None:
        return Located(known.get(code=district_code), village)
    return Located(None, village, _nearest(longitude, latitude, on))


def _nearest(longitude: float, latitude: float, on: date) -> Nearest | None:
    rows = list(areas_on(on, Area.Kind.DISTRICT).exclude(shape=None))
    if not rows:
        return None
    point = shapely.Point(longitude, latitude)
    shapes = [shapely.from_wkb(bytes(row.shape)) for row in rows if row.shape is not None]
    closest = min(range(len(rows)), key=lambda place: shapes[place].distance(point))
    border, _ = nearest_points(shapes[closest], point)
    return Nearest(rows[closest], distance_m((border.x, border.y), (longitude, latitude)))
