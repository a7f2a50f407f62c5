"""Emissions and waters as pages show them: totals beside caps, basins over the years, samples."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Avg, Count, F, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.utils import timezone

from shizheng.core.access import Person
from shizheng.sensing import moments
from shizheng.sensing.domain.river_index import Pollution, class_of
from shizheng.sensing.models import (
    Datastream,
    DischargeDay,
    DischargeLimit,
    DischargePermit,
    Exceedance,
    WaterSample,
)
from shizheng.sensing.store.reading import readings_between
from shizheng.sensing.water.definitions import BasinOf, WaterBody

EVER = 2**62


@dataclass(frozen=True, slots=True)
class Total:
    """What was emitted in a year beside what is allowed (年排放量)."""

    district: str
    kind: str
    pollutant: Mapping[str, str] | str
    kg: float
    cap_kg: float | None
    source_count: int
    hour_count: int

    @property
    def percent(self) -> float | None:
        """Per cent of the cap; None without one."""
        return self.kg / self.cap_kg * 100 if self.cap_kg else None


def totals_by_area(year: int) -> list[Total]:
    """Return totals of a year by district, kind and pollutant, as everybody may see them."""
    rows = DischargeLimit.objects.filter(
        permit__valid_from__lte=date(year, 12, 31), permit__valid_until__gte=date(year, 1, 1)
    ).select_related("permit__district", "observed_property")
    emitted = _kilograms(year)
    found: dict[tuple[str, str, str], Total] = {}
    for row in rows.order_by("permit__district__code", "permit__kind", "observed_property__code"):
        kg, hours = emitted.get(row.pk, (0.0, 0))
        if row.cap_kg is None and not hours:
            continue
        area = row.permit.district
        key = (area.code if area else "", row.permit.kind, row.observed_property.code)
        name = name_of(row.observed_property.properties, row.observed_property.name)
        before = found.get(key) or Total(*key[:2], name, 0.0, None, 0, 0)
        caps = [each for each in (before.cap_kg, row.cap_kg) if each is not None]
        found[key] = Total(
            *key[:2], name, before.kg + kg, sum(caps) if caps else None,
            before.source_count + 1, before.hour_count + hours,
        )  # fmt: skip
    return list(found.values())


def _kilograms(year: int) -> dict[object, tuple[float, int]]:
    rows = DischargeDay.objects.filter(day__year=year).values("limit").annotate(
        kg=Sum("kg"), hours=Sum("hour_count")
    ).order_by("limit")  # fmt: skip
    return {row["limit"]: (row["kg"], row["hours"]) for row in rows}


def name_of(properties: object, usual: str) -> Mapping[str, str] | str:
    """Return the names of an observed property by language, as the pack has them."""
    names = properties.get("name") if isinstance(properties, dict) else None
    return names or usual


def permits_seen(viewer: Person) -> QuerySet[DischargePermit]:
    """Return the permits that a person may see, with how many inspections are open."""
    rows = DischargePermit.objects.visible_to(viewer).select_related("district", "thing", "owner")
    is_open = Q(limits__exceedances__state=Exceedance.State.OPEN)
    return rows.annotate(
        open_count=Count("limits__exceedances", filter=is_open, distinct=True)
    ).order_by("-open_count", "number")


def exceedances_seen(viewer: Person) -> QuerySet[Exceedance]:
    """Return exceedances: the open ones first, the next that is due on top."""
    rows = Exceedance.objects.visible_to(viewer).select_related(
        "limit__permit__owner", "limit__permit__district", "limit__observed_property", "version"
    )
    return rows.order_by(F("inspected_at").asc(nulls_first=True), "due_at", "pk")


def limits_of(permit: DischargePermit, year: int) -> list[tuple[DischargeLimit, float, int]]:
    """Return a permit's limits with the kilograms of a year and the hours behind them."""
    emitted = _kilograms(year)
    rows = permit.limits.select_related("observed_property").order_by("observed_property__code")
    return [(row, *emitted.get(row.pk, (0.0, 0))) for row in rows]


@dataclass(frozen=True, slots=True)
class BasinYear:
    """A basin in a year (流域年度水質): the index of its samples, the one that others published."""

    year: int
    index: float | None
    sample_count: int
    published: float | None

    @property
    def shown(self) -> float | None:
        """The index of our samples, or else the published one."""
        return self.published if self.index is None else self.index

    @property
    def pollution(self) -> Pollution | None:
        """The class of the index by the official table."""
        return None if self.shown is None else class_of(self.shown)


def basin_years(basin: BasinOf, body: WaterBody) -> list[BasinYear]:
    """Return the years of a basin, the newest last."""
    rows = (
        WaterSample.objects.filter(basin=basin.id, released_at__isnull=False)
        .annotate(year=ExtractYear("taken_at"))
        .values("year")
        .annotate(index=Avg("rpi"), samples=Count("pk"))
        .order_by("year")
    )
    ours = {row["year"]: (row["index"], row["samples"]) for row in rows}
    theirs = _published(basin, body)
    return [
        BasinYear(year, *ours.get(year, (None, 0)), theirs.get(year))
        for year in sorted(ours.keys() | theirs.keys())
    ]


def _published(basin: BasinOf, body: WaterBody) -> dict[int, float]:
    if basin.published is None:
        return {}
    stream = Datastream.objects.filter(
        thing__code=basin.published, observed_property__code=body.index.yearly,
        thing__seen_by="public",
    ).first()  # fmt: skip
    if stream is None:
        return {}
    them = readings_between(stream.pk, -EVER, EVER, stream.block_us)
    return {
        timezone.localtime(moments.moment(time)).year: value
        for time, value in zip(them.times.tolist(), them.values.tolist(), strict=True)
    }


def samples_seen(viewer: Person, basin: str = "") -> QuerySet[WaterSample]:
    """Return samples, the newest first: to everybody the released ones."""
    rows = WaterSample.objects.visible_to(viewer).select_related("owner")
    if basin:
        rows = rows.filter(basin=basin)
    return rows.prefetch_related("results__observed_property").order_by("-taken_at", "number")


def trend(years: list[BasinYear]) -> str:
    """Return whether the newest index is better, worse or the same as the one before."""
    known = [each.shown for each in years if each.shown is not None][-2:]
    if len(known) < 2:
        return ""
    return "better" if known[1] < known[0] else "worse" if known[1] > known[0] else "same"


def now_year(at: datetime) -> int:
    """Return the year of a moment in the city."""
    return timezone.localdate(at).year
