"""What the loaded city says to cases: its calendar by area, its zone, its notices, its zones."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from uuid import UUID

import shapely
from django.utils import timezone
from shapely import STRtree

from shizheng.core import city as core_city
from shizheng.core.areas import Version as AreasVersion
from shizheng.core.areas import version
from shizheng.core.models import Agency, Area, PublishedDefinition
from shizheng.kernel.time.calendar import WorkCalendar
from shizheng.services.domain.errors import CalendarUnset
from shizheng.services.kinds import NoticeTemplate, QuietHours
from shizheng.services.models import Service, Zone

current = core_city.current
loaded_at = core_city.loaded_at


def zone() -> tzinfo:
    """Return the time zone of the office."""
    return timezone.get_default_timezone()


def calendar_key() -> UUID:
    """Return the key of the calendar in force.

    Raises:
        CalendarUnset: no pack is loaded.
    """
    key = _newest_calendar(loaded_at())
    if key is None:
        raise CalendarUnset
    return key


@lru_cache(maxsize=4)
def _newest_calendar(at: datetime | None) -> UUID | None:
    """Return the calendar in force since the pack was loaded ``at``."""
    rows = PublishedDefinition.objects.filter(kind="calendar")
    newest = rows.order_by("-published_at", "-version").values_list("pk", flat=True)
    return newest.first()


@lru_cache(maxsize=4)
def agencies(at: datetime | None) -> dict[str, Agency]:
    """Return the agencies by code since the pack was loaded ``at``; to be read, not changed."""
    return {agency.code: agency for agency in Agency.objects.all()}


@lru_cache(maxsize=4)
def areas(at: datetime | None) -> dict[str, Area]:
    """Return the areas by code, without shapes, each with its parent; to be read, not changed."""
    rows = {area.pk: area for area in Area.objects.defer("shape")}
    for area in rows.values():
        area.parent = rows.get(area.parent_id) if area.parent_id else None
    return {area.code: area for area in rows.values()}


@lru_cache(maxsize=4)
def services(at: datetime | None) -> dict[str, Service]:
    """Return the services by code since the pack was loaded ``at``; to be read, not changed."""
    return {service.code: service for service in Service.objects.select_related("owner")}


@lru_cache(maxsize=4)
def by_key(at: datetime | None) -> dict[UUID, Agency | Area | Service]:
    """Return agencies, areas and services since the pack was loaded ``at``; to be read alone."""
    rows: tuple[Agency | Area | Service, ...] = (
        *agencies(at).values(), *areas(at).values(), *services(at).values(),
    )  # fmt: skip
    return {row.pk: row for row in rows}


@lru_cache(maxsize=4)
def areas_version(at: datetime | None) -> AreasVersion:
    """Return which areas there are since the pack was loaded ``at``."""
    return version()


def calendar_for(*areas: str) -> WorkCalendar:
    """Return the working calendar of an area: general days, and closures of any of ``areas``."""
    return calendar_of(calendar_key(), *areas)


def calendar_of(key: UUID, *areas: str) -> WorkCalendar:
    """Return a published calendar as it counts in areas; those it never names change nothing."""
    whole = _calendar(key)
    named = _areas_named(key)
    return _of_area(key, tuple(sorted(named.intersection(areas)))) if named else whole


@lru_cache(maxsize=8)
def _calendar(key: UUID) -> WorkCalendar:
    from shizheng.packs.kinds.calendar import Calendar

    body = PublishedDefinition.objects.values_list("body", flat=True).get(pk=key)
    return Calendar.model_validate(body).work_calendar()


@lru_cache(maxsize=8)
def _areas_named(key: UUID) -> frozenset[str]:
    return frozenset(record.area for record in _calendar(key).records if record.area)


@lru_cache(maxsize=2_000)
def _of_area(key: UUID, areas: tuple[str, ...]) -> WorkCalendar:
    whole = _calendar(key)
    return whole.for_area(*areas) if areas else whole


@dataclass(frozen=True, slots=True)
class Template:
    """A notice template in the version in force."""

    version: int
    body: NoticeTemplate


@lru_cache(maxsize=4)
def templates(at: datetime | None) -> dict[str, Template]:
    """Return the notice templates in force since the pack was loaded ``at``."""
    found: dict[str, Template] = {}
    rows = PublishedDefinition.objects.filter(kind="notice_template").order_by("version")
    for row in rows:
        found[row.identifier] = Template(row.version, NoticeTemplate.model_validate(row.body))
    return found


@lru_cache(maxsize=4)
def quiet_hours(at: datetime | None) -> QuietHours | None:
    """Return the quiet hours in force since the pack was loaded ``at``."""
    row = PublishedDefinition.objects.filter(kind="quiet_hours").order_by("-version").first()
    return QuietHours.model_validate(row.body) if row else None


@lru_cache(maxsize=4)
def district_offices(at: datetime | None) -> dict[str, str]:
    """Return district code to the code of its office (區公所), as of the pack loaded ``at``."""
    row = PublishedDefinition.objects.filter(kind="agency_tree").order_by("-version").first()
    agencies = row.body["agencies"] if row else []
    return {
        each["district"]: each["id"] for each in agencies if each.get("kind") == "district_office"
    }


@dataclass(frozen=True, slots=True)
class ZoneMap:
    """Zones of owners, ready to be asked for a point; the first by position owns it."""

    rows: tuple[tuple[str, str, str], ...]
    tree: STRtree

    def at(self, longitude: float, latitude: float) -> list[tuple[str, str, str]]:
        """Return (code, kind, owner) of the zones over a point, in order of position."""
        found = self.tree.query(shapely.Point(longitude, latitude), predicate="intersects")
        return [self.rows[index] for index in sorted(found.tolist())]


@lru_cache(maxsize=4)
def zones(at: datetime | None) -> ZoneMap:
    """Return the zones since the pack was loaded ``at``."""
    rows = list(Zone.objects.select_related("owner"))
    return ZoneMap(
        tuple((row.code, row.kind, row.owner.code) for row in rows),
        STRtree([shapely.from_wkb(bytes(row.shape)) for row in rows]),
    )


@dataclass(frozen=True, slots=True)
class Known:
    """A service, agency or area as filters name it: key, code, name, and what it belongs to."""

    key: UUID
    code: str
    name: dict[str, str]
    of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """What filters choose from (篩選目錄): services by owner, agencies, districts, villages."""

    services: dict[str, Known]
    agencies: dict[str, Known]
    districts: dict[str, Known]
    villages: dict[str, Known]


@lru_cache(maxsize=4)
def directory(at: datetime | None) -> Directory:
    """Return the services, agencies and areas since the pack was loaded ``at``."""
    services = Service.objects.values_list("pk", "code", "name", "owner")
    agencies = Agency.objects.values_list("pk", "code", "short_name", "name")
    areas = list(
        Area.objects.filter(valid_to=None).values_list("pk", "code", "name", "parent", "kind")
    )
    return Directory(
        {code: Known(key, code, name, owner) for key, code, name, owner in services},
        {code: Known(key, code, short or name) for key, code, short, name in agencies},
        *(
            {row[1]: Known(*row[:4]) for row in areas if row[4] == kind}
            for kind in ("district", "village")
        ),
    )


def forget() -> None:
    """Drop everything that was read, after a pack was loaded in this process."""
    core_city.forget()
    for cached in (
        _calendar,
        _areas_named,
        _of_area,
        templates,
        quiet_hours,
        zones,
        district_offices,
        directory,
        agencies,
        areas,
        services,
        by_key,
        areas_version,
        _newest_calendar,
    ):
        cached.cache_clear()
