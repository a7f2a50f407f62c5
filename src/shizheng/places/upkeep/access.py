"""Who sees and does what in looking after things: by the agency that looks after them."""

from uuid import UUID

from django.db.models import Q, QuerySet

from shizheng.core.access import EVERYTHING, NOTHING, Policy, Viewer, policies
from shizheng.places.access import VIEW
from shizheng.places.upkeep.models.crews import CrewMember

DO, LEAD, RESCUE = "places.do_upkeep", "places.lead_upkeep", "places.open_rescue_plan"


def _concerned(agency: str, own: str = "") -> "Policy":
    """Return the policy of rows of an agency, and of those that name somebody."""

    def rule(viewer: Viewer) -> Q:
        mine = viewer.own(own) if own and viewer.person.pk is not None else NOTHING
        return mine | viewer.within(DO, agency=agency) | viewer.within(LEAD, agency=agency)

    return Policy(view=rule, agency=agency)


def _staff(agency: str) -> "Policy":
    """Return the policy of rows that all of the city's staff may read."""

    def rule(viewer: Viewer) -> Q:
        everybody = EVERYTHING if viewer.scopes(VIEW) else NOTHING
        return everybody | viewer.within(DO, agency=agency) | viewer.within(LEAD, agency=agency)

    return Policy(view=rule, agency=agency)


def crews_with(person: UUID) -> QuerySet[CrewMember, UUID]:
    """Return the keys of the crews that somebody belongs to now."""
    rows = CrewMember.objects.filter(person=person, ended_at=None)
    return rows.order_by().values_list("crew", flat=True)


def _listed(to_list: str) -> "Policy":
    """Return the policy of a work list: whose things they are, and who walks it."""
    whose = f"{to_list}upkeep__agency"

    def rule(viewer: Viewer) -> Q:
        mine = viewer.own(f"{to_list}assigned_to") if viewer.person.pk is not None else NOTHING
        given = viewer.within(DO, agency=f"{to_list}agency")
        if viewer.person.pk is not None:
            given |= Q(**{f"{to_list}crew__in": crews_with(viewer.person.pk)})
        return mine | given | viewer.within(DO, agency=whose) | viewer.within(LEAD, agency=whose)

    return Policy(view=rule, agency=whose)


policies.register("places.crew")(_concerned("agency"))
policies.register("places.crewshift")(_concerned("crew__agency"))
policies.register("places.crewmember")(_concerned("crew__agency", own="person"))
policies.register("places.upkeep")(_staff("agency"))
policies.register("places.checkdue")(_concerned("upkeep__agency"))
policies.register("places.roundlist")(_listed(""))
policies.register("places.roundstop")(_listed("round_list__"))
policies.register("places.inspection")(_staff("upkeep__agency"))
policies.register("places.workorder")(_staff("upkeep__agency"))
policies.register("places.faultreport")(_concerned("order__upkeep__agency"))
policies.register("places.sparepart")(_concerned("upkeep__agency"))
policies.register("places.stockmove")(_concerned("part__upkeep__agency"))
policies.register("places.escalation")(_concerned("order__upkeep__agency"))
policies.register("places.rescuesheet")(
    Policy(
        view=lambda viewer: viewer.within(RESCUE, agency="thing__register__owner"),
        agency="thing__register__owner",
    )
)
