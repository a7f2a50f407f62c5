"""Where a case is: its district and village, the zones over it, the office of its district."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from shizheng.core.areas import areas_of
from shizheng.core.models import Agency, Area
from shizheng.services import city
from shizheng.services.domain.errors import PlaceOutside
from shizheng.services.domain.facts import PlaceFacts
from shizheng.services.models import Case


@dataclass(frozen=True, slots=True)
class Place:
    """A place as somebody gave it (地點): a point, a shape, an address, or a district alone."""

    longitude: float | None = None
    latitude: float | None = None
    address: str = ""
    district: str = ""
    village: str = ""
    geometry: dict[str, Any] | None = None

    @property
    def is_given(self) -> bool:
        """Whether it says where: a point, or an address with its district."""
        return self.longitude is not None or bool(self.address and self.district)


@dataclass(frozen=True, slots=True)
class Located:
    """A place with the areas and zones in which it lies."""

    place: Place
    district: Area | None
    village: Area | None
    zones: tuple[str, ...] = ()


def locate(place: Place, *, within_city: bool = True) -> Located:
    """Return the district, village and zones of a place.

    Raises:
        CoordinatesSwapped, CoordinatesUnfit: no place on the earth.
        PlaceOutside: not in the city, and it has to be.
    """
    if place.longitude is None or place.latitude is None:
        district = Area.objects.filter(code=place.district, kind="district").first()
        village = Area.objects.filter(code=place.village, kind="village").first()
        return Located(place, district or (village and village.parent), village)
    loaded = city.loaded_at()
    point = (place.longitude, place.latitude)
    on = timezone.localdate()
    known = city.areas_version(loaded)
    code = areas_of([point], on=on, known=known)[0]
    if code is None:  # a harbour lies in a district, but in no village
        inside = areas_of([point], on=on, kind=Area.Kind.DISTRICT, known=known)[0]
        if inside is not None:
            zones = tuple(zone for zone, _, _ in city.zones(loaded).at(*point))
            return Located(place, city.areas(loaded)[inside], None, zones)
        if within_city:
            raise PlaceOutside(longitude=place.longitude, latitude=place.latitude)
        return Located(place, None, None)
    village = city.areas(loaded)[code]
    found = city.zones(loaded).at(place.longitude, place.latitude)
    return Located(place, village.parent, village, tuple(zone for zone, _, _ in found))


def place_facts(case: Case) -> PlaceFacts:
    """Return where a case is, as rules see it."""
    by_code = {row[0]: row for row in city.zones(city.loaded_at()).rows} if case.zones else {}
    zones = [by_code[code] for code in case.zones if code in by_code]
    district = case.district.code if case.district else ""
    return PlaceFacts(
        district=district,
        village=case.village.code if case.village else "",
        zones=tuple(case.zones),
        zone_kinds=tuple(dict.fromkeys(kind for _, kind, _ in zones)),
        zone_owner=zones[0][2] if zones else "",
        owners={kind: owner for _, kind, owner in reversed(zones)},
        district_office=district_office(district) if district else "",
        is_given=case.longitude is not None or bool(case.address),
    )


def district_office(district: str) -> str:
    """Return the code of the agency that is the office of a district (區公所), or nothing."""
    offices = city.district_offices(city.loaded_at())
    return offices.get(district, "")


def agency_by(code: str) -> Agency:
    """Return the agency with a code.

    Raises:
        Agency.DoesNotExist: the pack and the tables part ways.
    """
    found = city.agencies(city.loaded_at()).get(code)
    return found or Agency.objects.get(code=code)
