"""What booking publishes to ``statistics``: bookings, those cancelled, hours taken, no-shows."""

from types import MappingProxyType

from shizheng.core.measures import (
    COUNT,
    HOUR_S,
    Aggregate,
    Comparison,
    Condition,
    Dimension,
    DimensionKind,
    Measure,
    Span,
    publish,
    total,
)
from shizheng.kernel.errors import N_
from shizheng.places.models import Booking

SPLIT = MappingProxyType(
    {
        "bookable": Dimension("bookable.code"),
        "agency": Dimension("bookable.owner.code", DimensionKind.AGENCY),
    }
)
HELD = Condition("state", Comparison.IN, ("booked", "no_show"))


def _of(
    code: str, name: str, description: str, *where: Condition, time: str = "starts_at",
    unit: str = "booking", aggregate: Aggregate = COUNT,
) -> Measure:  # fmt: skip
    return Measure(
        code=f"places.{code}", name=name, description=description, unit=unit, table=Booking,
        aggregate=aggregate, time=time, dimensions=SPLIT, where=where,
    )  # fmt: skip


publish(
    _of("bookings", N_("Bookings"), N_("Slots that were booked, by when they begin."), HELD),
    _of(
        "bookings_cancelled", N_("Cancelled bookings"),
        N_("Bookings that the person or the owner cancelled, by when."),
        Condition("state", Comparison.EQUALS, "cancelled"), time="ended_at",
    ),
    _of(
        "bookings_no_show", N_("Bookings without a visitor"),
        N_("Booked slots to which the person did not come."),
        Condition("state", Comparison.EQUALS, "no_show"),
    ),
    _of(
        "booked_hours", N_("Hours booked"), N_("Hours of the slots that were booked."), HELD,
        unit="h", aggregate=total(Span("starts_at", "ends_at"), per=HOUR_S),
    ),
)  # fmt: skip
