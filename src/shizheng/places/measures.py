"""What registers publish to ``statistics``: things, how complete and old they are, what is late."""

from types import MappingProxyType

from django.db.models import Model

from shizheng.core.measures import (
    COUNT,
    Aggregate,
    Column,
    Comparison,
    Condition,
    Dimension,
    DimensionKind,
    Measure,
    Standing,
    publish,
    total,
)
from shizheng.kernel.errors import N_
from shizheng.places.models import Feature, Proposal, RegisterTally

REGISTER = {
    "register": Dimension("register.code"),
    "agency": Dimension("register.owner.code", DimensionKind.AGENCY),
}
HERE = MappingProxyType(REGISTER | {"district": Dimension("district.code", DimensionKind.AREA)})
THINGS = MappingProxyType({**HERE, "state": Dimension("state")})
PROPOSALS = MappingProxyType(REGISTER)
KNOWN = Condition("register.seen_by", Comparison.EQUALS, "public")
PLACED = Condition("register.tells_district", Comparison.EQUALS, True)
ANSWERED = Condition("state", Comparison.IN, ("accepted", "refused"))


def _of(
    code: str, name: str, description: str, table: type[Model], *where: Condition, unit: str,
    time: str | Standing, split: MappingProxyType[str, Dimension],
    public: tuple[Condition, ...], aggregate: Aggregate = COUNT, synthetic: str = "",
) -> Measure:  # fmt: skip
    return Measure(
        code=f"places.{code}", name=name, description=description, unit=unit, table=table,
        aggregate=aggregate, time=time, dimensions=split, where=where, public=public,
        synthetic=synthetic,
    )  # fmt: skip


def _tally(code: str, name: str, description: str, column: str, unit: str) -> Measure:
    return _of(
        code, name, description, RegisterTally, unit=unit, time=Standing("since_at", "until_at"),
        split=HERE, public=(KNOWN, PLACED), aggregate=total(column), synthetic="is_synthetic",
    )  # fmt: skip


def _proposal(
    code: str, name: str, description: str, *where: Condition, time: str | Standing
) -> Measure:
    return _of(
        code, name, description, Proposal, *where, unit="proposal", time=time, split=PROPOSALS,
        public=(KNOWN,),
    )  # fmt: skip


publish(
    _of(
        "things", N_("Things in registers"),
        N_("Things that a register says to be there, by its state; as it is believed now."),
        Feature, Condition("recorded_to", Comparison.IS_NULL), unit="thing",
        time=Standing("valid_from", "valid_to"), split=THINGS, public=(KNOWN, PLACED),
        synthetic="is_synthetic",
    ),
    _tally(
        "register_things", N_("Things counted"), N_("Things at the last counting of a month."),
        "things", "thing",
    ),
    _tally(
        "register_cells", N_("Values that could be there"),
        N_("Things times the fields that are told of them, at the last counting of a month."),
        "cells", "value",
    ),
    _tally(
        "register_filled", N_("Values that are there"),
        N_("Fields that are not empty, at the last counting of a month."), "filled", "value",
    ),
    _tally(
        "register_age_days", N_("Age of what is recorded"),
        N_("Sum of days since each thing was last recorded; divide by the things counted."),
        "age_days", "day",
    ),
    _tally(
        "checks_scheduled", N_("Inspections scheduled"),
        N_("Rounds for which things are due, now or later."), "checks", "inspection",
    ),
    _tally(
        "checks_overdue", N_("Overdue inspections"),
        N_("Rounds whose last day is over and that nobody has made."), "checks_late", "inspection",
    ),
    _tally(
        "corrections_overdue", N_("Overdue corrections"),
        N_("Files with refused rows that were not put right in their term."),
        "corrections_late", "delivery",
    ),
    _proposal(
        "proposals", N_("Changes proposed"), N_("Proposed changes, by when."), time="proposed_at"
    ),
    _proposal(
        "proposals_answered", N_("Changes decided"),
        N_("Proposed changes with a term that were accepted or refused, by when."), ANSWERED,
        Condition("due_on", Comparison.NOT_NULL), time="decided_at",
    ),
    _proposal(
        "proposals_in_time", N_("Changes decided in time"),
        N_("Those of them that were decided on the last day or before."), ANSWERED,
        Condition("decided_at", Comparison.AT_MOST, Column("due_on")), time="decided_at",
    ),
    _proposal(
        "proposals_overdue", N_("Overdue decisions on changes"),
        N_("Proposed changes that nobody had decided when their last day was over."),
        time=Standing("due_on", "decided_at", is_deadline=True),
    ),
)  # fmt: skip
