"""Solar sites as pages show them: years of the plan, what they gave, what is dead, the value."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import ExtractYear
from django.utils import timezone

from shizheng.places.models import Feature, WorkOrder
from shizheng.sensing import moments
from shizheng.sensing.domain.quality import DOUBTFUL
from shizheng.sensing.domain.solar import Installed, Value, capacity_kw, value_of
from shizheng.sensing.energy.definitions import SolarBody
from shizheng.sensing.energy.keeping import streams_of
from shizheng.sensing.models import Datastream, SolarDay, SolarSite
from shizheng.sensing.store.reading import readings_between

PAST_DAYS = 30
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PlanYear:
    """A year of the plan: what is to stand at its end and what stood, megawatts and energy."""

    ends_on: date
    target_mw: float
    mw: float
    kwh: float
    is_over: bool

    @property
    def percent(self) -> float:
        """Per cent of the target that stands."""
        return self.mw / self.target_mw * 100 if self.target_mw else 0.0


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site with the last month of its energy, and the repair that is open."""

    site: SolarSite
    key: str
    title: str
    kwh: float
    expected_kwh: float | None
    order: WorkOrder | None

    @property
    def percent(self) -> float | None:
        """Per cent of what the sun would have allowed; None where the sun is not known."""
        return self.kwh / self.expected_kwh * 100 if self.expected_kwh else None


def plan_years(body: SolarBody, today: date) -> list[PlanYear]:
    """Return the years of the plan; of one that runs, what stands today."""
    installed = [
        Installed(each.capacity_kw, each.connected_on, each.ended_on)
        for each in SolarSite.objects.all()
    ]
    energy = dict(
        SolarDay.objects.annotate(year=ExtractYear("day"))
        .values_list("year")
        .annotate(kwh=Sum("kwh"))
        .order_by("year")
    )
    return [
        PlanYear(
            each.ends_on, each.mw, capacity_kw(installed, min(each.ends_on, today)) / 1_000,
            energy.get(each.ends_on.year, 0.0), each.ends_on < today,
        )
        for each in body.years
        if each.ends_on.year <= today.year or each is _next(body, today)
    ]  # fmt: skip


def _next(body: SolarBody, today: date) -> object:
    return next((each for each in body.years if each.ends_on >= today), None)


def site_rows(body: SolarBody, today: date) -> list[SiteRow]:
    """Return the sites that stand: those with an open repair first, then by key."""
    sites = SolarSite.objects.filter(ended_on=None).select_related("place")
    since = today - timedelta(days=PAST_DAYS)
    rows = (
        SolarDay.objects.filter(day__gte=since)
        .values("site")
        .annotate(kwh=Sum("kwh"), expected=Sum("expected_kwh"))
        .order_by("site")
    )
    energy = {row["site"]: (row["kwh"], row["expected"]) for row in rows}
    orders = {
        order.thing_id: order
        for order in WorkOrder.objects.filter(
            upkeep__code=body.upkeep, fault=body.dead.fault, state__in=WorkOrder.LIVE
        ).select_related("upkeep")
    }
    names = _names([each.pk for each in sites])
    found = [
        SiteRow(
            each, each.place.key, names.get(each.pk, each.place.key),
            *energy.get(each.pk, (0.0, None)), orders.get(each.pk),
        )
        for each in sites
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.order is None, each.key))


def _names(places: list[UUID]) -> dict[UUID, str]:
    rows = Feature.objects.filter(thing__in=places, recorded_to=None).order_by("valid_from")
    return {row.thing_id: str(row.properties["name"]) for row in rows if row.properties.get("name")}


def value_now(body: SolarBody) -> Value:
    """Return the value of green energy until now by the method of the pack."""
    built = sum(SolarSite.objects.values_list("capacity_kw", flat=True))
    given = SolarDay.objects.aggregate(kwh=Sum("kwh"))["kwh"] or 0.0
    return value_of(built, given, body.rates)


@dataclass(frozen=True, slots=True)
class Interval:
    """One interval of a meter as Green Button has it: start, end, kilowatt-hours, a note."""

    start: datetime
    end: datetime
    kwh: float
    meter: str
    note: str


def intervals(body: SolarBody, key: str, start: datetime, end: datetime) -> Iterator[Interval]:
    """Yield the hourly values of a site's inverters, in order of time for each."""
    streams: list[Datastream] = streams_of(body, [key]).get(key, {}).get("energy", [])
    for stream in streams:
        them = readings_between(stream.pk, moments.of(start), moments.of(end), stream.block_us)
        for time, value, flags in zip(
            them.times.tolist(), them.values.tolist(), them.quality.tolist(), strict=True
        ):
            if value == value:  # noqa: PLR0124 - no number is no reading
                at = timezone.localtime(moments.moment(time))
                note = "doubtful" if flags & DOUBTFUL else ""
                yield Interval(at, at + HOUR, value, stream.thing.name, note)
