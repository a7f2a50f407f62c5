"""What looking after things holds of a person: their inspections and the repairs given to them."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shizheng.core.models import User
from shizheng.core.personal import Holding, Record, exempt, holdings
from shizheng.places.models import Crew, CrewMember, Inspection, WorkOrder


def upkeep_of(person: User) -> Iterator[Record]:
    """Yield one's inspections with where one stood, and one's repairs, the newest first."""
    rows = Inspection.objects.filter(by=person).select_related("upkeep__agency", "thing")
    for row in rows.order_by("-inspected_at", "-pk"):
        yield Record(
            key=str(row.pk), title=f"{row.upkeep.code} {row.thing.key}", at=row.inspected_at,
            agency=row.upkeep.agency,
            facts={
                "inspected_at": row.inspected_at, "longitude": row.longitude,
                "latitude": row.latitude, "note": row.note,
            },
            things=((Inspection._meta.label_lower, str(row.pk)),),
            address=reverse("places:inspection", args=[row.pk]),
        )  # fmt: skip
    orders = WorkOrder.objects.filter(assigned_to=person).select_related("upkeep__agency", "thing")
    for order in orders.order_by("-opened_at", "-pk"):
        yield Record(
            key=str(order.pk), title=order.number, at=order.opened_at,
            agency=order.upkeep.agency,
            facts={"state": str(order.state), "began_at": order.began_at, "done_at": order.done_at},
            things=((WorkOrder._meta.label_lower, str(order.pk)),),
            address=reverse("places:order", args=[order.pk]),
        )  # fmt: skip


def crews_of(person: User) -> Iterator[Record]:
    """Yield the crews that one belongs or belonged to, the newest first."""
    rows = CrewMember.objects.filter(person=person).select_related("crew__agency")
    for row in rows.order_by("-since_at", "-pk"):
        yield Record(
            key=str(row.pk), title=row.crew.name, at=row.since_at, agency=row.crew.agency,
            facts={"crew": row.crew.name, "since_at": row.since_at, "ended_at": row.ended_at},
            things=(
                (CrewMember._meta.label_lower, str(row.pk)),
                (Crew._meta.label_lower, str(row.crew_id)),  # read as a whole
            ),
        )  # fmt: skip


holdings.register("places.crews")(
    Holding(
        title=_("Crews that you belong to"),
        purpose=_("To give work to a crew whose members share it."),
        ground=_("Personal Data Protection Act art. 15(1): necessary for a statutory duty."),
        kept=_("As long as the work of the crew is kept, to show who could have done it."),
        of=crews_of,
        covers=frozenset(
            {"places.crewmember.person", "places.crewmember.since_at",
             "places.crewmember.ended_at"}
        ),
    )
)  # fmt: skip
holdings.register("places.upkeep")(
    Holding(
        title=_("Inspections and repairs that you made"),
        purpose=_("To show what was inspected and repaired, when, where and by whom."),
        ground=_("Personal Data Protection Act art. 15(1): necessary for a statutory duty."),
        kept=_("As long as the thing stands in the register."),
        of=upkeep_of,
        covers=frozenset(
            {"places.inspection.note", "places.inspection.latitude",
             "places.inspection.longitude"}
        ),
    )
)  # fmt: skip
exempt.register("places.faultreport.text")(
    "What a resident wrote stands in their own case and is shown there; that of staff is part of "
    "the order and is no record of a person."
)
