"""What enforcement publishes to ``statistics``: issued and refused, checkpoints, tests, crashes."""

from types import MappingProxyType

from shizheng.core.measures import (
    COUNT,
    Comparison,
    Condition,
    Dimension,
    DimensionKind,
    Measure,
    publish,
    total,
)
from shizheng.kernel.errors import N_
from shizheng.sensing.models import AlcoholStop, Checkpoint, Crash, ViolationFile

FILES = MappingProxyType(
    {"kind": Dimension("kind"), "agency": Dimension("agency.code", DimensionKind.AGENCY)}
)
POINTS = MappingProxyType(
    {
        "agency": Dimension("agency.code", DimensionKind.AGENCY),
        "area": Dimension("area.code", DimensionKind.AREA),
    }
)
STOPS = MappingProxyType({"outcome": Dimension("outcome")})
CRASHES = MappingProxyType({"area": Dimension("area.code", DimensionKind.AREA)})

publish(
    Measure(
        code="sensing.violations_issued", name=N_("Violations issued"),
        description=N_("Tickets issued by devices whose certificate covered the moment."),
        unit="violation", table=ViolationFile, aggregate=COUNT, time="decided_at", dimensions=FILES,
        where=(Condition("state", Comparison.EQUALS, "issued"),),
    ),
    Measure(
        code="sensing.violations_refused", name=N_("Refusals to issue"),
        description=N_("How often the system refused to issue what a device recorded."),
        unit="refusal", table=ViolationFile, aggregate=total("refused_count"),
        time="recorded_at", dimensions=FILES,
    ),
    Measure(
        code="sensing.violations_recorded", name=N_("Violations recorded"),
        description=N_("What enforcement devices recorded, issued or not."),
        unit="violation", table=ViolationFile, aggregate=COUNT, time="recorded_at",
        dimensions=FILES,
    ),
    Measure(
        code="sensing.checkpoints_planned", name=N_("Checkpoints planned"),
        description=N_("Checkpoints against drunk driving that should have been held."),
        unit="checkpoint", table=Checkpoint, aggregate=COUNT, time="starts_at", dimensions=POINTS,
    ),
    Measure(
        code="sensing.checkpoints_held", name=N_("Checkpoints held"),
        description=N_("Checkpoints against drunk driving that were held."),
        unit="checkpoint", table=Checkpoint, aggregate=COUNT, time="starts_at", dimensions=POINTS,
        where=(Condition("state", Comparison.EQUALS, "held"),),
    ),
    Measure(
        code="sensing.alcohol_stops", name=N_("Stops for alcohol"),
        description=N_("Drivers who were tested or refused the test, by what followed."),
        unit="stop", table=AlcoholStop, aggregate=COUNT, time="stopped_at", dimensions=STOPS,
    ),
    Measure(
        code="sensing.alcohol_crashes", name=N_("Crashes with alcohol"),
        description=N_("Accidents that were taken in whose cause names alcohol."),
        unit="crash", table=Crash, aggregate=COUNT, time="occurred_on", dimensions=CRASHES,
        where=(Condition("is_alcohol", Comparison.EQUALS, True),),
    ),
)  # fmt: skip
