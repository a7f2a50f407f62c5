"""What cameras publish to ``statistics``: time with a picture, repairs, footage asked for."""

from types import MappingProxyType

from shizheng.core.measures import (
    COUNT,
    HOUR_S,
    Comparison,
    Condition,
    Dimension,
    DimensionKind,
    Measure,
    Span,
    median,
    publish,
    total,
)
from shizheng.kernel.errors import N_
from shizheng.sensing.models import CameraDay, CameraRepair, FootageRelease, FootageRequest

PRECINCT = MappingProxyType({"precinct": Dimension("precinct")})
OWNER = MappingProxyType({"agency": Dimension("owner.code", DimensionKind.AGENCY)})
COPIES = MappingProxyType({"agency": Dimension("request.owner.code", DimensionKind.AGENCY)})
REPAIRED = Condition("done_at", Comparison.NOT_NULL)

publish(
    Measure(
        code="sensing.camera_seconds_up", name=N_("Seconds of cameras with a picture"),
        description=N_("For how long heartbeats vouch that cameras gave a picture."),
        unit="s", table=CameraDay, aggregate=total("up_s"), time="day", dimensions=PRECINCT,
    ),
    Measure(
        code="sensing.camera_seconds", name=N_("Seconds of cameras"),
        description=N_("For how long cameras in use should have given a picture."),
        unit="s", table=CameraDay, aggregate=total("expected_s"), time="day", dimensions=PRECINCT,
    ),
    Measure(
        code="sensing.camera_repair_hours", name=N_("Median hours to repair a camera"),
        description=N_("From the first report to the repair, by the work orders."),
        unit="h", table=CameraRepair,
        aggregate=median(Span("opened_at", "done_at"), per=HOUR_S), time="done_at",
        dimensions=PRECINCT, where=(REPAIRED,),
    ),
    Measure(
        code="sensing.camera_repairs", name=N_("Repairs of cameras"),
        description=N_("Work orders of cameras that were repaired."),
        unit="order", table=CameraRepair, aggregate=COUNT, time="done_at", dimensions=PRECINCT,
        where=(REPAIRED,),
    ),
    Measure(
        code="sensing.footage_requests", name=N_("Requests for footage"),
        description=N_("How often recordings of public cameras were asked for."),
        unit="request", table=FootageRequest, aggregate=COUNT, time="asked_at", dimensions=OWNER,
    ),
    Measure(
        code="sensing.footage_proven", name=N_("Copies proven deleted"),
        description=N_("Copies of recordings that were deleted and are proven gone."),
        unit="copy", table=FootageRelease, aggregate=COUNT, time="proven_at", dimensions=COPIES,
        where=(Condition("proven_at", Comparison.NOT_NULL),),
    ),
)  # fmt: skip
