"""What looking after things publishes to ``statistics``: looks in time, faults by age, cost."""

from types import MappingProxyType

from shizheng.core.measures import (
    COUNT,
    DAY_S,
    Aggregate,
    Comparison,
    Condition,
    Dimension,
    DimensionKind,
    Measure,
    Span,
    Standing,
    count_distinct,
    median,
    publish,
    total,
)
from shizheng.kernel.errors import N_
from shizheng.places.models import Inspection, WorkOrder

LOOKS = MappingProxyType(
    {
        "upkeep": Dimension("upkeep.code"),
        "agency": Dimension("upkeep.agency.code", DimensionKind.AGENCY),
    }
)
ORDERS = MappingProxyType(
    {
        "upkeep": Dimension("upkeep.code"),
        "agency": Dimension("upkeep.agency.code", DimensionKind.AGENCY),
        "severity": Dimension("severity", values=("urgent", "serious", "minor")),
    }
)
REPAIRED = Condition("done_at", Comparison.NOT_NULL)


def _look(
    code: str, name: str, description: str, *where: Condition, aggregate: Aggregate = COUNT,
    unit: str = "inspection",
) -> Measure:  # fmt: skip
    return Measure(
        code=f"places.{code}", name=name, description=description, unit=unit, table=Inspection,
        aggregate=aggregate, time="inspected_at", dimensions=LOOKS, where=where,
        synthetic="is_synthetic",
    )  # fmt: skip


def _order(
    code: str, name: str, description: str, *where: Condition, time: str | Standing,
    aggregate: Aggregate = COUNT, unit: str = "order",
) -> Measure:  # fmt: skip
    return Measure(
        code=f"places.{code}", name=name, description=description, unit=unit, table=WorkOrder,
        aggregate=aggregate, time=time, dimensions=ORDERS, where=where,
        synthetic="is_synthetic",
    )  # fmt: skip


publish(
    _look("inspections", N_("Inspections"), N_("Looks at the city's things, by when.")),
    _look(
        "inspections_in_time", N_("Inspections in time"),
        N_("Looks that came on the last day or before."),
        Condition("is_in_time", Comparison.EQUALS, True),
    ),
    _look(
        "things_inspected", N_("Things inspected"),
        N_("Different things that somebody looked at."), aggregate=count_distinct("thing"),
        unit="thing",
    ),
    _look(
        "things_found_sound", N_("Things found sound"),
        N_("Different things at which a look found nothing wrong."),
        Condition("is_sound", Comparison.EQUALS, True), aggregate=count_distinct("thing"),
        unit="thing",
    ),
    _order(
        "orders_opened", N_("Work orders opened"), N_("Faults that became work orders."),
        time="opened_at",
    ),
    _order(
        "orders_open", N_("Open work orders"), N_("Orders that are not verified or cancelled."),
        time=Standing("opened_at", "ended_at"),
    ),
    _order(
        "orders_overdue", N_("Overdue work orders"),
        N_("Orders that were not repaired when their last day was over."),
        Condition("state", Comparison.DIFFERS, "cancelled"),
        time=Standing("due_on", "done_at", is_deadline=True),
    ),
    _order(
        "repair_days", N_("Median days to repair"), N_("From the first report to the repair."),
        REPAIRED, time="done_at", aggregate=median(Span("opened_at", "done_at"), per=DAY_S),
        unit="day",
    ),
    _order(
        "repair_cost_parts", N_("Cost of parts"), N_("Parts that repairs took."), REPAIRED,
        time="done_at", aggregate=total("parts_twd"), unit="TWD",
    ),
    _order(
        "repair_cost_labour", N_("Cost of repair work"), N_("What repairs cost besides parts."),
        REPAIRED, time="done_at", aggregate=total("labour_twd"), unit="TWD",
    ),
)  # fmt: skip
