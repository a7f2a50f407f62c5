"""What booking publishes to ``statistics``: bookings, slots offered and used, who waits."""

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
    Standing,
    publish,
    total,
)
from shizheng.kernel.errors import N_
from shizheng.places.models import Booking, SlotTally, Waiting

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


def _slots(code: str, name: str, description: str, column: str) -> Measure:
    return Measure(
        code=f"places.{code}", name=name, description=description, unit="slot", table=SlotTally,
        aggregate=total(column), time="on", dimensions=SPLIT, synthetic="is_synthetic",
    )  # fmt: skip


publish(
    _slots("slots_offered", N_("Slots offered"), N_("Slots in which a place was open."), "offered"),
    _slots("slots_used", N_("Slots used"), N_("Slots that somebody had and came to."), "used"),
    _slots(
        "slots_missed", N_("Slots without a visitor"), N_("Slots whose person did not come."),
        "missed",
    ),
    _slots(
        "slots_waited", N_("Waited in vain"),
        N_("People who waited for a slot until it was over."), "waited",
    ),
    Measure(
        code="places.waiting", name=N_("Waiting lists"),
        description=N_("People who wait for a slot."), unit="person", table=Waiting,
        aggregate=COUNT, time=Standing("asked_at", "ended_at"), dimensions=SPLIT,
    ),
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
        "booking_fees", N_("Fees of bookings"),
        N_("Fees of the slots that were booked, by when they begin; paid or not."), HELD,
        unit="TWD", aggregate=total("fee_twd"),
    ),
    _of(
        "booked_hours", N_("Hours booked"), N_("Hours of the slots that were booked."), HELD,
        unit="h", aggregate=total(Span("starts_at", "ends_at"), per=HOUR_S),
    ),
)  # fmt: skip
