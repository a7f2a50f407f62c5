"""What emissions and waters publish to ``statistics``: kilograms, exceedances, samples."""

from types import MappingProxyType

from shizheng.core.measures import (
    COUNT,
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
from shizheng.sensing.models import DischargeDay, Exceedance, WaterSample

SOURCES = MappingProxyType(
    {
        "district": Dimension("limit.permit.district.code", DimensionKind.AREA),
        "kind": Dimension("limit.permit.kind", values=("stack", "outfall")),
        "pollutant": Dimension("limit.observed_property.code"),
    }
)
BASINS = MappingProxyType({"basin": Dimension("basin"), "kind": Dimension("kind")})
RELEASED = (Condition("released_at", Comparison.NOT_NULL),)

publish(
    Measure(
        code="sensing.emitted", name=N_("Emissions weighed"),
        description=N_("Kilograms that permitted sources emitted in hours that were measured."),
        unit="kg", table=DischargeDay, aggregate=total("kg"), time="day", dimensions=SOURCES,
    ),
    Measure(
        code="sensing.exceedances", name=N_("Exceedances of permits"),
        description=N_("Inspections that averages above a limit opened."),
        unit="inspection", table=Exceedance, aggregate=COUNT, time="opened_at",
        dimensions=SOURCES,
    ),
    Measure(
        code="sensing.exceedances_inspected_in_time", name=N_("Exceedances inspected in time"),
        description=N_("Of these, the ones inspected before their limit ran out."),
        unit="inspection", table=Exceedance, aggregate=COUNT, time="opened_at",
        dimensions=SOURCES,
        where=(
            Condition("inspected_at", Comparison.NOT_NULL),
            Condition("inspected_at", Comparison.AT_MOST, Column("due_at")),
        ),
    ),
    Measure(
        code="sensing.water_samples", name=N_("Water samples released"),
        description=N_("Samples of rivers, the sea and groundwater whose results are public."),
        unit="sample", table=WaterSample, aggregate=COUNT, time="taken_at", dimensions=BASINS,
        where=RELEASED,
    ),
    Measure(
        code="sensing.river_samples_unpolluted", name=N_("River samples below 3.1"),
        description=N_("Released samples of rivers that are at most lightly polluted."),
        unit="sample", table=WaterSample, aggregate=COUNT, time="taken_at", dimensions=BASINS,
        where=(*RELEASED, Condition("rpi", Comparison.NOT_NULL),
               Condition("rpi", Comparison.AT_MOST, 3)),
    ),
    Measure(
        code="sensing.river_samples_rated", name=N_("River samples with an index"),
        description=N_("Released samples of rivers whose River Pollution Index could be computed."),
        unit="sample", table=WaterSample, aggregate=COUNT, time="taken_at", dimensions=BASINS,
        where=(*RELEASED, Condition("rpi", Comparison.NOT_NULL)),
    ),
)  # fmt: skip
