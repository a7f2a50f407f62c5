"""What property publishes to ``statistics``: value, rent, occupation, counting, space, land."""

from types import MappingProxyType

from django.db.models import Model

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
    median,
    publish,
    total,
)
from shizheng.kernel.errors import N_
from shizheng.places.tenure.models import (
    LandEnquiry,
    Occupation,
    PropertyEntry,
    RentDue,
    SaleHousehold,
    Space,
    SpaceApplication,
    StockFinding,
)


def _by(agency: str, **more: str) -> MappingProxyType[str, Dimension]:
    return MappingProxyType(
        {"agency": Dimension(f"{agency}.code", DimensionKind.AGENCY)}
        | {name: Dimension(column) for name, column in more.items()}
    )


def _of(
    code: str, name: str, description: str, table: type[Model], time: str, *where: Condition,
    split: MappingProxyType[str, Dimension], unit: str, aggregate: Aggregate = COUNT,
) -> Measure:  # fmt: skip
    return Measure(
        code=f"places.{code}", name=name, description=description, unit=unit, table=table,
        aggregate=aggregate, time=time, dimensions=split, where=where,
    )  # fmt: skip


def _is(column: str, value: str) -> Condition:
    return Condition(column, Comparison.EQUALS, value)


ENTRIES = _by("agency", category="item.category", kind="kind")
SPACES = _by("space.agency")

publish(
    _of("property_value_changes", N_("Changes of the value of property"),
        N_("Sum of what entries of the ledger change the value by, on the day of the entry."),
        PropertyEntry, "on", split=ENTRIES, unit="TWD", aggregate=total("amount_twd")),
    _of("rent_due", N_("Rent due"), N_("Rent that fell due, by the day."), RentDue, "due_on",
        Condition("is_void", Comparison.EQUALS, False), split=_by("lease.item.agency"),
        unit="TWD", aggregate=total("amount_twd")),
    _of("rent_unpaid", N_("Rent unpaid"),
        N_("Rent that fell due and is not paid to date, by the day on which it was due."),
        RentDue, "due_on", Condition("is_void", Comparison.EQUALS, False),
        Condition("paid_on", Comparison.IS_NULL), split=_by("lease.item.agency"), unit="TWD",
        aggregate=total("amount_twd")),
    _of("occupations_found", N_("Occupations found"),
        N_("Property found to be occupied without right."), Occupation, "found_on",
        split=_by("item.agency"), unit="case"),
    _of("occupations_settled", N_("Occupations settled"),
        N_("Occupations that ended by lease, sale, judgment or otherwise."), Occupation,
        "settled_on", _is("state", "settled"), split=_by("item.agency", way="way"), unit="case"),
    _of("sale_applications", N_("Households that applied to buy"),
        N_("Households of a sale with a deadline that applied, by when."), SaleHousehold,
        "applied_at", split=_by("agency", sale="sale"), unit="household"),
    _of("stock_counted", N_("Property counted"),
        N_("Things that a stock-taking found, found different or missed."), StockFinding, "at",
        Condition("is_replaced", Comparison.EQUALS, False),
        split=_by("round.agency", result="result"), unit="item"),
    _of("idle_days", N_("Idle days until published"),
        N_("Median days from falling idle to being offered, by when it was offered."), Space,
        "published_at", split=_by("agency"), unit="day",
        aggregate=median("idle_days")),
    _of("space_applications", N_("Applications for idle space"),
        N_("Applications to use an idle space, by when they were sent."), SpaceApplication,
        "asked_at", split=SPACES, unit="application"),
    _of("space_matches", N_("Idle space matched"),
        N_("Applications that were accepted, by when."), SpaceApplication, "decided_at",
        _is("state", "accepted"), split=SPACES, unit="application"),
    _of("space_match_days", N_("Days until idle space is matched"),
        N_("Median days from the offer to the accepted application."), SpaceApplication,
        "decided_at", _is("state", "accepted"), split=SPACES, unit="day",
        aggregate=median(Span("space.published_at", "decided_at"), per=DAY_S)),
    _of("land_enquiries", N_("Enquiries about industrial land"),
        N_("Enquiries of investors, by when they were sent."), LandEnquiry, "asked_at",
        split=_by("agency", outcome="state"), unit="enquiry"),
    _of("land_answer_days", N_("Days until an enquiry is answered"),
        N_("Median days from an enquiry to its answer."), LandEnquiry, "answered_at",
        Condition("answered_at", Comparison.NOT_NULL), split=_by("agency"), unit="day",
        aggregate=median(Span("asked_at", "answered_at"), per=DAY_S)),
)  # fmt: skip
