"""Who may see a case and what hangs on it, and what part somebody has in it."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from shizheng.core.access import EVERYTHING, NOTHING, Policy, Viewer, policies
from shizheng.core.models import User
from shizheng.core.visibility import Scope, grants_known
from shizheng.services.domain.flow import Actor
from shizheng.services.models import (
    Case,
    CaseParty,
    CaseStanding,
    Dispatch,
    Service,
)
from shizheng.services.schema.common import APPLICANT, CREW, PUBLIC

CLASSES = {"services.view_case": "normal", "services.view_personal_case": "personal"}
"""Permission to the access class that it opens."""
MOST_APART = 8
Keys = frozenset[UUID] | None


@dataclass(frozen=True, slots=True)
class Branch:
    """One part of what staff may see (可見範圍之一支), which one index can give in order.

    ``reach``: city, agency, area, owner (looks after the service) or known (must know of it).
    ``agencies`` are those by which it is reached, ``of_class`` the access classes it opens: empty
    where it opens all, as it is only ever joined by ``&``.
    """

    reach: str
    condition: Q
    agencies: tuple[UUID, ...] = ()
    of_class: Q = Q()  # noqa: RUF009 - never changed


def cases_seen_by(viewer: Viewer) -> Q:
    """Return the cases a viewer may see (可見範圍).

    Staff: cases of their agencies and areas, of services that their agency looks after, and
    those that their agency must know; personal ones need a right of their own (需知原則).
    Everybody: their own cases.
    """
    return staff_cases(viewer) | own_cases(viewer)


def staff_cases(viewer: Viewer) -> Q:
    """Return the cases that a viewer sees as staff, not as a party."""
    found = NOTHING
    for branch in staff_branches(viewer):
        found |= branch.condition
    return found


def staff_branches(viewer: Viewer) -> list[Branch]:
    """Return the parts whose union is what a viewer sees as staff.

    A list asks each part by its own index and joins them; a single case is checked by all.
    """
    scopes: dict[tuple[Keys, Keys], set[str]] = {}
    for permission, of_class in CLASSES.items():
        for scope in viewer.scopes(permission):
            scopes.setdefault((scope.agencies, scope.areas), set()).add(of_class)
    city = scopes.pop((None, None), set())
    if city.issuperset(Case.AccessClass.values):
        return [Branch("city", EVERYTHING)]
    found = [Branch("city", _of_class(city))] if city else []
    by_classes: dict[frozenset[str], set[UUID]] = {}
    for (agencies, areas), classes in scopes.items():
        if areas is None:
            by_classes.setdefault(frozenset(classes - city), set()).update(agencies or ())
        else:
            place = Scope(agencies, areas, None).condition("agency", "district")
            found.append(Branch("area", place & _of_class(classes)))
    for left, keys in by_classes.items():
        if left:
            found += _of_agencies(sorted(keys), _of_class(left))
    return found


def _of_class(classes: Collection[str]) -> Q:
    if set(classes).issuperset(Case.AccessClass.values):
        return Q()
    return Q(access_class__in=sorted(classes))


def _of_agencies(keys: list[UUID], of_class: Q) -> list[Branch]:
    """Return the parts of one or more agencies: few agencies one by one, many together."""
    apart = [Q(agency=key) for key in keys] if len(keys) <= MOST_APART else [Q(agency__in=keys)]
    owned = Service.objects.filter(owner__in=keys).values("pk")
    known = standings_of(keys).filter(case=OuterRef("pk"))
    return [
        *(Branch("agency", condition & of_class) for condition in apart),
        Branch("owner", Q(service__in=owned) & of_class, tuple(keys), of_class),
        Branch("known", Q(Exists(known)) & of_class, tuple(keys), of_class),
    ]


def standings_of(agencies: Collection[UUID]) -> QuerySet[CaseStanding]:
    """Return why agencies must know of cases, beside looking after the service, which is asked
    of the service itself."""
    return CaseStanding.objects.filter(agency__in=agencies).exclude(
        reason=CaseStanding.Reason.OWNER
    )


def own_cases(viewer: Viewer) -> Q:
    """Return the cases to which the viewer is a party; who only follows one sees what all see.

    Both ways to be one are read by their own index: with OR a database would read all cases.
    """
    if not isinstance(viewer.person, User) or not viewer.person.is_active:
        return NOTHING
    parts = CaseParty.objects.filter(person=viewer.person, ended_at=None).exclude(role="follower")
    reported = Case.objects.filter(reporter=viewer.person).order_by().values("pk")
    return Q(pk__in=reported.union(parts.order_by().values("case")))


def _of_case(viewer: Viewer) -> Q:
    return Q(case__in=Case.objects.filter(cases_seen_by(viewer)).values("pk"))


def documents_seen_by(viewer: Viewer) -> Q:
    """Return the documents a viewer may see: of cases they see; internal ones are the office's."""
    seen = _of_case(viewer)
    mine = Q(case__in=Case.objects.filter(own_cases(viewer)).values("pk"))
    staff = Q(case__in=Case.objects.filter(staff_cases(viewer)).values("pk"))
    return (seen & staff) | (mine & Q(visibility__in=("public", "party"))) | Q(visibility="public")


def calls_seen_by(viewer: Viewer) -> Q:
    """Return the calls a viewer may see: one's own, and of the centre by who looks after it."""
    own = viewer.own("agent") if viewer.scopes("services.take_calls") else NOTHING
    return own | viewer.within("services.view_load", agency="agent__agency")


policies.register("services.case")(Policy(view=cases_seen_by, agency="agency", area="district"))
policies.register("services.casedocument")(Policy(view=documents_seen_by, agency="case__agency"))
policies.register("services.casemessage")(Policy(view=documents_seen_by, agency="case__agency"))
policies.register("services.output")(Policy(view=_of_case, agency="case__agency"))
policies.register("services.review")(Policy(view=_of_case, agency="agency"))
policies.register("services.dispatch")(
    Policy(
        view=lambda viewer: Q(case__in=Case.objects.filter(staff_cases(viewer)).values("pk")),
        agency="agency",
    )
)
policies.register("services.call")(Policy(view=calls_seen_by, agency="agent__agency"))
policies.register("services.service")(Policy(view=lambda viewer: EVERYTHING, agency="owner"))
policies.register("services.knowledgeentry")(
    Policy(
        view=lambda viewer: (
            Q(is_public=True) | (EVERYTHING if viewer.scopes("services.take_calls") else NOTHING)
        ),
        agency="agency",
    )
)
policies.register("services.villagerecord")(
    Policy(
        view=lambda viewer: (
            Q(is_public=True, withdrawn_at=None)
            | viewer.within("services.keep_village", agency=None, area="area")
        ),
        agency=None,
        area="area",
    )
)


ALL_PARTS = frozenset({APPLICANT, CREW})


def actor_on(
    case: Case, viewer: Viewer, party: CaseParty | None, *, wanted: frozenset[str] | None = None
) -> Actor:
    """Return the parts that somebody has in a case (身分): roles held over it, reserved words.

    A role counts if it is held, with the right to act on cases, for the responsible agency and
    the district of the case, or for the agency that looks after the service.

    Args:
        wanted: the parts that matter; only those are looked up. None for all.
    """
    parts, person = {PUBLIC}, viewer.person
    if party is not None and party.role in ("applicant", "proxy") and party.ended_at is None:
        parts.add(APPLICANT)
    if not isinstance(person, User):
        return Actor(frozenset(parts))
    is_wanted = (wanted or ALL_PARTS).__contains__
    if is_wanted(APPLICANT) and (case.reporter_id == person.pk or _is_party(case, person)):
        parts.add(APPLICANT)
    owner = case.service.owner_id
    for grant in grants_known(person):
        if not grant.is_in_force(viewer.at):
            continue
        scope = viewer.scope_of(grant)
        if not _covers(scope, case, owner):
            continue
        if "services.act_on_case" in grant.role.permissions:
            parts.add(grant.role.code)
    if is_wanted(CREW) and _is_crew(case, viewer):
        parts.add(CREW)
    return Actor(frozenset(parts))


def _covers(scope: Scope, case: Case, owner: UUID) -> bool:
    agencies, areas = scope.agencies, scope.areas
    in_agency = agencies is None or case.agency_id in agencies or owner in agencies
    in_area = areas is None or case.district_id in areas or case.village_id in areas
    return in_agency and in_area


def _is_party(case: Case, person: User) -> bool:
    return CaseParty.objects.filter(
        case=case, person=person, role__in=("applicant", "proxy"), ended_at=None
    ).exists()


def _is_crew(case: Case, viewer: Viewer) -> bool:
    scopes = viewer.scopes("services.acknowledge_dispatch")
    if not scopes:
        return False
    sent = Dispatch.objects.filter(case=case, status__in=("sent", "acknowledged"))
    if any(scope.agencies is None for scope in scopes):
        return sent.exists()
    agencies = {key for scope in scopes for key in scope.agencies or ()}
    return sent.filter(agency__in=agencies).exists()
