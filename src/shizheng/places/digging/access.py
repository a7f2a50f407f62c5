"""Who sees and does what with digs: permits in force are public, the rest is between two sides.

An owner of pipes is the people who act for it: each of them sees and does what another began.
"""

from collections.abc import Callable

from django.db.models import Q, QuerySet

from shizheng.core.access import EVERYTHING, NOTHING, Person, Policy, Viewer, policies
from shizheng.places.digging.models import DigPermit, OwnerMember

APPLY, REVIEW = "places.apply_digging", "places.review_digging"
PUBLIC = (
    DigPermit.State.GRANTED,
    DigPermit.State.IN_PROGRESS,
    DigPermit.State.STOPPED,
    DigPermit.State.BACKFILLED,
    DigPermit.State.CLOSED,
)


def owners_of(person: Person) -> "QuerySet[OwnerMember, str]":
    """Return the ids of the owners of pipes for which a person acts now."""
    rows = OwnerMember.objects.filter(person=person.pk, ended_at=None)
    return rows.values_list("owner", flat=True)


def acts_for(person: Person, owner: str) -> bool:
    """Whether a person acts for an owner of pipes and may apply for it."""
    return bool(Viewer(person).scopes(APPLY)) and owner in owners_of(person)


def _mine(viewer: Viewer, lookup: str) -> Q:
    """Return what belongs to an owner for which the viewer acts."""
    if viewer.person.pk is None or not viewer.scopes(APPLY):
        return NOTHING
    return Q(**{f"{lookup}__in": owners_of(viewer.person)})


def _sides(owner: str, agency: str) -> Callable[[Viewer], Q]:
    """Return the rule that the owner and the reviewing agency see something, and nobody else."""
    return lambda viewer: _mine(viewer, owner) | viewer.within(REVIEW, agency=agency)


def _public_or(to_permit: str) -> Callable[[Viewer], Q]:
    sides = _sides(f"{to_permit}record__owner", f"{to_permit}agency")
    return lambda viewer: Q(**{f"{to_permit}state__in": PUBLIC}) | sides(viewer)


def _planned(viewer: Viewer) -> Q:
    """Whoever digs sees what others plan, to join them."""
    seen = EVERYTHING if viewer.scopes(APPLY) else NOTHING
    return seen | viewer.within(REVIEW, agency="agency")


def _member(viewer: Viewer) -> Q:
    mine = NOTHING if viewer.person.pk is None else viewer.own("person")
    return mine | (EVERYTHING if viewer.scopes(REVIEW) else NOTHING)


def _charge(viewer: Viewer) -> Q:
    return _mine(viewer, "payer") | viewer.within(REVIEW, agency="agency")


for name, policy in {
    "worksrecord": Policy(view=_sides("owner", "agency"), agency="agency"),
    "digpermit": Policy(view=_public_or(""), agency="agency"),
    "digchange": Policy(
        view=_sides("permit__record__owner", "permit__agency"), agency="permit__agency"
    ),
    "sitereport": Policy(view=_public_or("permit__"), agency="permit__agency"),
    "digcharge": Policy(view=_charge, agency="agency"),
    "planneddig": Policy(view=_planned, agency="agency"),
    "digplan": Policy(view=lambda viewer: viewer.within(REVIEW, agency="agency"), agency="agency"),
    "digproposal": Policy(view=_sides("planned__owner", "plan__agency"), agency="plan__agency"),
    "ownermember": Policy(view=_member, agency=None),
}.items():
    policies.register(f"places.{name}")(policy)
