"""What the ledger holds of a person: contracts, sales, applications for space and land."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import User
from shizheng.core.personal import Holding, Record, exempt, holdings
from shizheng.places.tenure.models import LandEnquiry, Lease, SaleHousehold, SpaceApplication


def tenure_of(person: User) -> Iterator[Record]:
    """Yield what a person has to do with property of the city, by kind, the newest first."""
    yield from _leases(person)
    yield from _households(person)
    yield from _applications(person)
    yield from _enquiries(person)


def _leases(person: User) -> Iterator[Record]:
    rows = Lease.objects.filter(person=person).select_related("item__agency")
    for row in rows.order_by("-made_at", "-pk"):
        yield Record(
            key=str(row.pk), title=f"{row.number} {row.item.name}", at=row.made_at,
            agency=row.item.agency,
            facts={"party_name": row.party_name, "party_contact": row.party_contact,
                   "starts_on": row.starts_on, "ends_on": row.ends_on, "rent_twd": row.rent_twd},
            things=((Lease._meta.label_lower, str(row.pk)),),
            address=reverse("places:lease", args=[row.pk]),
        )  # fmt: skip


def _households(person: User) -> Iterator[Record]:
    rows = SaleHousehold.objects.filter(person=person).select_related("agency")
    for row in rows.order_by("sale", "number"):
        yield Record(
            key=str(row.pk), title=f"{row.sale} {row.number}", at=row.applied_at,
            agency=row.agency,
            facts={"head": row.head, "contact": row.contact, "address": row.address,
                   "state": row.state},
            things=((SaleHousehold._meta.label_lower, str(row.pk)),),
            address=reverse("places:sale", args=[row.sale]),
        )  # fmt: skip


def _applications(person: User) -> Iterator[Record]:
    rows = SpaceApplication.objects.filter(person=person).select_related("space__agency")
    for row in rows.order_by("-asked_at", "-pk"):
        yield Record(
            key=str(row.pk), title=row.space.name, at=row.asked_at, agency=row.space.agency,
            facts={"organisation": row.organisation, "purpose": row.purpose, "use": row.use,
                   "starts_on": row.starts_on, "ends_on": row.ends_on, "state": row.state,
                   "answer": row.answer},
            things=((SpaceApplication._meta.label_lower, str(row.pk)),),
            address=reverse("places:space_application", args=[row.pk]),
        )  # fmt: skip


def _enquiries(person: User) -> Iterator[Record]:
    rows = LandEnquiry.objects.filter(person=person).select_related("agency", "plot")
    for row in rows.order_by("-asked_at", "-pk"):
        yield Record(
            key=str(row.pk), title=row.plot.key, at=row.asked_at, agency=row.agency,
            facts={"company": row.company, "contact": row.contact, "needs": row.needs,
                   "state": row.state, "answer": row.answer, "reason": row.reason},
            things=((LandEnquiry._meta.label_lower, str(row.pk)),),
            address=reverse("places:enquiry", args=[row.pk]),
        )  # fmt: skip


holdings.register("places.tenure")(
    Holding(
        title=_("Contracts, applications and enquiries about city property"),
        purpose=_("To let, sell and lend property of the city, and to answer you."),
        ground=_("Personal Data Protection Act art. 15(1) and (2): duties of the city, and your consent."),  # noqa: E501
        kept=_("As long as the ledger of property is kept."),
        of=tenure_of,
        covers=frozenset({
            "places.lease.party_name", "places.lease.party_contact",
            "places.salehousehold.head", "places.salehousehold.contact",
            "places.salehousehold.address", "places.spaceapplication.organisation",
            "places.spaceapplication.purpose", "places.landenquiry.company",
            "places.landenquiry.contact", "places.landenquiry.needs",
        }),
    )
)  # fmt: skip
for _name in ("occupier", "note"):
    exempt.register(f"places.occupation.{_name}")(
        "Evidence against somebody who is named without account; given out by the case alone."
    )
