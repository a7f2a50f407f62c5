"""Solar sites brought to what their register says, and their days to what gateways sent."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from shizheng.core.models import Agency
from shizheng.kernel.dates import parse_date
from shizheng.kernel.errors import DomainError
from shizheng.kernel.geodesy import distance_m
from shizheng.places.models import Feature, Register, Upkeep
from shizheng.places.upkeep.actions.reporting import Said, Source, fault_report
from shizheng.sensing import moments
from shizheng.sensing.alerting.nearby import hours_of
from shizheng.sensing.alerting.selectors import places_of
from shizheng.sensing.domain.quality import DOUBTFUL
from shizheng.sensing.domain.solar import Hour, dead_since, expected_kwh
from shizheng.sensing.energy.city import solar
from shizheng.sensing.energy.definitions import SolarBody
from shizheng.sensing.models import Datastream, Latest, SolarDay, SolarSite

HOUR = timedelta(hours=1)
LOOKED_BACK = timedelta(days=3)
FARTHEST_M = 20_000
"""So far away may the nearest irradiance be measured."""


@transaction.atomic
def sites_refresh(*, on: date) -> int:
    """Bring the sites to what the register says on a day; return how many stand."""
    body = solar()
    register = Register.objects.filter(code=body.register_).first() if body else None
    if body is None or register is None:
        return 0
    owner = Agency.objects.get(code=body.owner)
    rows = Feature.objects.filter(register=register, recorded_to=None).order_by("valid_from")
    found: dict[Any, Feature] = {row.thing_id: row for row in rows}  # the newest state of each
    for thing, row in found.items():
        capacity = row.properties.get(body.fields.capacity_kw)
        connected = _day(row.properties.get(body.fields.connected_on))
        if capacity is None or connected is None:
            continue  # planned: not connected yet
        ended = row.valid_to if row.valid_to and row.valid_to <= on else None
        SolarSite.objects.update_or_create(
            place_id=thing,
            defaults={
                "owner": owner, "capacity_kw": float(capacity), "connected_on": connected,
                "ended_on": ended, "is_synthetic": row.is_synthetic,
            },
        )  # fmt: skip
    SolarSite.objects.exclude(place__in=list(found)).delete()
    return SolarSite.objects.filter(ended_on=None).count()


def _day(said: Any) -> date | None:
    try:
        return parse_date(str(said)) if said else None
    except DomainError:
        return None


def streams_of(body: SolarBody, keys: Sequence[str]) -> dict[str, dict[str, list[Datastream]]]:
    """Return the streams of sites by key: ``energy`` of each inverter, ``state`` where sent."""
    kinds: dict[str, str] = {body.energy: "energy"}
    if body.state:
        kinds[body.state] = "state"
    rows = Datastream.objects.filter(
        observed_property__code__in=list(kinds),
        thing__properties__site__in=list(keys),
        is_multi=False,
    ).select_related("thing", "observed_property")
    found: dict[str, dict[str, list[Datastream]]] = {}
    for row in rows.order_by("pk"):
        if row.observed_property is not None:
            site = found.setdefault(str(row.thing.properties["site"]), {})
            site.setdefault(kinds[row.observed_property.code], []).append(row)
    return found


def irradiance_near(body: SolarBody, point: tuple[float, float] | None) -> Datastream | None:
    """Return the nearest public stream of irradiance; without a point, the first one."""
    rows = list(
        Datastream.objects.filter(observed_property__code=body.irradiance, is_multi=False)
        .select_related("thing", "observed_property")
        .order_by("pk")
    )
    if not rows or point is None:
        return rows[0] if rows else None
    places = places_of(rows)
    away = [
        (distance_m(point, (each.longitude, each.latitude)), row.pk, row)
        for row in rows
        for each in [places[row.pk]]
        if each.longitude is not None and each.latitude is not None
    ]
    nearest = min(away, default=None, key=lambda each: each[:2])
    return nearest[2] if nearest and nearest[0] <= FARTHEST_M else None


def hours_between(
    body: SolarBody, site: SolarSite, inverters: Sequence[Datastream], start: datetime,
    end: datetime,
) -> list[Hour]:  # fmt: skip
    """Return the hours of a site's inverters together, beside the sun nearest to it."""
    by_inverter = [hours_of({"kwh": each}, start, end)["kwh"] for each in inverters]
    sun_stream = irradiance_near(body, _point(site))
    sun = hours_of({"sun": sun_stream}, start, end)["sun"] if sun_stream else []
    first = int(start.timestamp()) // 3_600
    hours = []
    for place in range(round((end - start) / HOUR)):
        heard = [each[place] for each in by_inverter if each[place] is not None]
        total = sum(value for value in heard if value is not None) if heard else None
        hours.append(Hour(first + place, total, sun[place] if sun else None))
    return hours


def _point(site: SolarSite) -> tuple[float, float] | None:
    row = (
        Feature.objects.filter(thing=site.place_id, recorded_to=None)
        .order_by("-valid_from")
        .first()
    )
    if row is None or row.min_x is None or row.min_y is None:
        return None
    return row.min_x, row.min_y


def days_compute(*, keys: Sequence[str], first: date, last: date) -> int:
    """Compute what sites gave on each local day of a span; return how many days."""
    body = solar()
    if body is None:
        return 0
    streams = streams_of(body, keys)
    sites = SolarSite.objects.filter(
        place__register__code=body.register_, place__key__in=list(streams)
    ).select_related("place")
    count = 0
    for site in sites:
        inverters = streams[site.place.key].get("energy", [])
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            start = datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
            hours = hours_between(body, site, inverters, start, start + timedelta(days=1))
            heard = [each.kwh for each in hours if each.kwh is not None]
            if not heard:
                continue
            sun = [each.irradiance_w_m2 for each in hours if each.irradiance_w_m2 is not None]
            expected = expected_kwh(
                site.capacity_kw, max(sum(sun), 0) / 1_000, body.performance_ratio
            )
            SolarDay.objects.update_or_create(
                site=site, day=day,
                defaults={
                    "kwh": sum(heard), "expected_kwh": expected if sun else None,
                    "hour_count": len(heard), "is_synthetic": site.is_synthetic,
                },
            )  # fmt: skip
            count += 1
    return count


def inverters_check(*, keys: Sequence[str], at: datetime) -> int:
    """Open a repair for each inverter that is dead; return how many are.

    An inverter is dead when its state says fault, or when it gives nothing under the sun for the
    hours of the pack. Told again it is the same repair.
    """
    body = solar()
    upkeep = Upkeep.objects.filter(code=body.upkeep).first() if body else None
    if body is None or upkeep is None:
        return 0
    streams = streams_of(body, keys)
    sites = SolarSite.objects.filter(
        place__register__code=body.register_, place__key__in=list(streams), ended_on=None
    ).select_related("place")
    found = 0
    for site in sites:
        for stream, since, state in _dead(body, site, streams[site.place.key], at):
            found += 1
            _repair(body, upkeep, site, stream, since, state, at)
    return found


def _dead(
    body: SolarBody, site: SolarSite, streams: dict[str, list[Datastream]], at: datetime
) -> list[tuple[Datastream, datetime, int | None]]:
    found: list[tuple[Datastream, datetime, int | None]] = []
    latest = Latest.objects.in_bulk([each.pk for each in streams.get("state", [])])
    for each in streams.get("state", []):
        row = latest.get(each.pk)
        if row and not row.quality & DOUBTFUL and row.value in body.dead.fault_states:
            found.append((each, moments.moment(row.time_us), round(row.value or 0)))
    told = {each.thing_id for each, _since, _state in found}
    inverters = streams.get("energy", [])
    end = at.replace(minute=0, second=0, microsecond=0) + HOUR
    for each in inverters:
        if each.thing_id not in told:
            part = site.capacity_kw / len(inverters)  # inverters of a site are alike
            hours = hours_between(body, site, [each], end - LOOKED_BACK, end)
            since = dead_since(hours, part, body.performance_ratio, body.rule)
            if since is not None:
                found.append((each, moments.moment(since * 3_600_000_000), None))
    return found


def _repair(  # noqa: PLR0917 - what one repair is made of
    body: SolarBody, upkeep: Upkeep, site: SolarSite, stream: Datastream, since: datetime,
    state: int | None, at: datetime,
) -> None:  # fmt: skip
    row = (
        Feature.objects.filter(thing=site.place_id, recorded_to=None)
        .order_by("-valid_from")
        .first()
    )
    field = body.fields.warranty_until
    until = _day(row.properties.get(field)) if row and field else None
    today = timezone.localdate(at)
    began = timezone.localtime(since)
    with override(settings.LANGUAGE_CODE):
        text = _told(
            stream, state, f"{began:%Y-%m-%d %H:%M}", until,
            until_past=until is not None and until < today,
        )  # fmt: skip
    fault_report(
        upkeep=upkeep, thing=site.place, fault=body.dead.fault, by=None, at=at,
        given=Said(
            Source.SENSOR, f"solar:{stream.thing_id}:{began:%Y%m%d}",
            text,
        ),
    )  # fmt: skip


def _told(
    stream: Datastream, state: int | None, since: str, until: date | None, *, until_past: bool
) -> str:
    """Return what is said of a dead inverter, with its warranty."""
    if state is not None:
        cause = _("{name}: the inverter reports state {state} since {since}.")
    else:
        cause = _("{name}: no energy under the sun since {since}.")
    if until is None:
        warranty = _("No warranty is on record.")
    elif until_past:
        warranty = _("The warranty ended on {until}.")
    else:
        warranty = _("Under warranty until {until}.")
    told = {"name": stream.thing.name, "state": state, "since": since, "until": until}
    return f"{cause.format(**told)} {warranty.format(**told)}"
