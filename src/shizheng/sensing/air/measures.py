"""What air publishes to ``statistics``: days of stations, the good ones, hours that are missing."""

from types import MappingProxyType

from shizheng.core.measures import (
    COUNT,
    Aggregate,
    Column,
    Comparison,
    Condition,
    Dimension,
    DimensionKind,
    Measure,
    publish,
    total,
)
from shizheng.kernel.errors import N_
from shizheng.sensing.models import AirDay, AirMeasure

STATION = MappingProxyType({"station": Dimension("thing.code")})
PUBLIC = (Condition("thing.seen_by", Comparison.EQUALS, "public"),)
FIXED = Condition("is_mobile", Comparison.EQUALS, False)
KNOWN = Condition("index", Comparison.NOT_NULL)


def _days(
    code: str, name: str, description: str, *where: Condition, unit: str = "station_day",
    aggregate: Aggregate = COUNT,
) -> Measure:  # fmt: skip
    return Measure(
        code=f"sensing.{code}", name=name, description=description, unit=unit, table=AirDay,
        aggregate=aggregate, time="day", dimensions=STATION, where=(FIXED, *where), public=PUBLIC,
    )  # fmt: skip


publish(
    _days(
        "air_days_known", N_("Station days with an index"),
        N_("Days of fixed stations whose Air Quality Index could be computed."), KNOWN,
    ),
    _days(
        "air_days_good", N_("Station days with an index below 100"),
        N_("Days of fixed stations whose Air Quality Index was below 100."), KNOWN,
        Condition("is_good", Comparison.EQUALS, True),
    ),
    _days(
        "air_hours_missing", N_("Hours without air readings"),
        N_("Hours of fixed stations with neither particles nor ozone."), unit="hour",
        aggregate=total("missing_hour_count"),
    ),
    Measure(
        code="sensing.air_measures_due", name=N_("Measures against bad air"),
        description=N_("Measures that a forecast of bad air started, by the day that was meant."),
        unit="measure", table=AirMeasure, aggregate=COUNT, time="day",
        dimensions=MappingProxyType({"agency": Dimension("owner.code", DimensionKind.AGENCY)}),
    ),
    Measure(
        code="sensing.air_measures_in_time", name=N_("Measures against bad air done in time"),
        description=N_("Of these, the ones reported done within their hours."),
        unit="measure", table=AirMeasure, aggregate=COUNT, time="day",
        dimensions=MappingProxyType({"agency": Dimension("owner.code", DimensionKind.AGENCY)}),
        where=(
            Condition("done_at", Comparison.NOT_NULL),
            Condition("done_at", Comparison.AT_MOST, Column("due_at")),
        ),
    ),
)  # fmt: skip
