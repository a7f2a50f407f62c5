"""What digging publishes to ``statistics``: permits, joint ones, openings saved, late repairs."""

from types import MappingProxyType

from django.db import models

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
from shizheng.places.digging.models import DigPermit, DigPlan
from shizheng.places.roads.models import RoadDefect

AGENCY = Dimension("agency.code", DimensionKind.AGENCY)
DISTRICT = Dimension("district.code", DimensionKind.AREA)
PERMIT = MappingProxyType(
    {"agency": AGENCY, "district": DISTRICT, "category": Dimension("category")}
)
ACCEPTED = Condition("state", Comparison.EQUALS, "accepted")


def _of(
    code: str, name: str, description: str, *where: Condition,
    table: type[models.Model] = DigPermit,
    time: str = "received_at", unit: str = "permit", aggregate: Aggregate = COUNT,
    dimensions: MappingProxyType[str, Dimension] = PERMIT,
) -> Measure:  # fmt: skip
    return Measure(
        code=f"places.{code}", name=name, description=description, unit=unit, table=table,
        aggregate=aggregate, time=time, dimensions=dimensions, where=where,
    )  # fmt: skip


def _saved(code: str, name: str, description: str, column: str) -> Measure:
    return _of(
        code, name, description, ACCEPTED, table=DigPlan, time="accepted_at", unit="opening",
        aggregate=total(column), dimensions=MappingProxyType({"agency": AGENCY}),
    )  # fmt: skip


publish(
    _of("dig_permits", N_("Applications to dig"), N_("Applications, by when they came.")),
    _of(
        "dig_permits_joint", N_("Joint applications to dig"),
        N_("Applications on days of a joint plan, together with others."),
        Condition("is_joint", Comparison.EQUALS, True),
    ),
    _of(
        "dig_permits_deemed", N_("Permits by silence"),
        N_("Permits that nobody answered in time, by when they counted as granted."),
        Condition("is_deemed", Comparison.EQUALS, True), time="decided_at",
    ),
    _of(
        "dig_restored_late", N_("Roads restored late"),
        N_("Permits whose road was restored after its last day, by when it was accepted."),
        Condition("restored_on", Comparison.ABOVE, Column("restore_by")), time="restored_on",
    ),
    _saved(
        "dig_openings_alone", N_("Openings of road sections without joint digging"),
        N_("Openings, first come, first served, of accepted joint plans."), "openings_before",
    ),
    _saved(
        "dig_openings_joint", N_("Openings of road sections with joint digging"),
        N_("Openings of accepted joint plans; what is missing to those without is saved."),
        "openings_after",
    ),
    _of(
        "road_defects_charged_back", N_("Defects charged back"),
        N_("Defects within the warranty of a dig or a paving, by when they were recorded."),
        Condition("liable", Comparison.IN, ("permit", "paving")), table=RoadDefect,
        time="recorded_at", unit="defect",
        dimensions=MappingProxyType(
            {"agency": AGENCY, "district": DISTRICT, "liable": Dimension("liable")}
        ),
    ),
)  # fmt: skip
