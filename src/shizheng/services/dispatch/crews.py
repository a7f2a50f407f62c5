"""The crews of the loaded city's rotas, and the people who answer for one."""

from datetime import datetime, time
from functools import lru_cache

from django.db.models import Q
from django.utils import timezone

from shizheng.core.models import PublishedDefinition, Role, User
from shizheng.places.upkeep.city import offices
from shizheng.places.upkeep.shifts.domain import Holidays
from shizheng.services import city
from shizheng.services.dispatch.domain.duty import Crew
from shizheng.services.kinds import DutyRoster
from shizheng.services.models import Case, Dispatch

ACKNOWLEDGE = "services.acknowledge_dispatch"
MOST_TOLD = 50


def rosters() -> dict[str, DutyRoster]:
    """Return the rotas in force by id (輪值表)."""
    return _rosters(city.loaded_at())


@lru_cache(maxsize=4)
def _rosters(loaded_at: datetime | None) -> dict[str, DutyRoster]:
    rows = PublishedDefinition.objects.filter(kind="duty_roster").order_by("version")
    return {row.identifier: DutyRoster.model_validate(row.body) for row in rows}


def crews_of(roster: str) -> tuple[Crew, ...]:
    """Return the crews of a rota; none if there is no such rota any more."""
    found = rosters().get(roster)
    if found is None:
        return ()
    return tuple(
        Crew(
            code=crew.id,
            roster=roster,
            agency=str(crew.agency),
            name=dict(crew.name),
            areas=frozenset(map(str, crew.areas)),
            services=frozenset(map(str, crew.services)),
            days=frozenset(crew.days),
            starts=time.fromisoformat(crew.starts),
            ends=time.fromisoformat(crew.ends),
            telephone=crew.telephone or "",
            order=crew.order,
            holidays=Holidays(crew.holidays),
            offices=offices(),
        )
        for crew in found.crews
    )


def every_crew() -> list[Crew]:
    """Return the crews of all rotas."""
    return [crew for roster in rosters() for crew in crews_of(roster)]


def people_of_crew(case: Case) -> list[User]:
    """Return who answers for the crew that was sent to a case last."""
    newest = Dispatch.objects.filter(case=case).order_by("-number").first()
    if newest is None:
        return []
    now = timezone.now()
    roles = [role.pk for role in Role.objects.all() if ACKNOWLEDGE in role.permissions]
    people = (
        User.objects.filter(
            Q(grants__valid_to=None) | Q(grants__valid_to__gt=now),
            grants__agency=newest.agency_id,
            grants__role__in=roles,
            grants__revoked_at=None,
            is_active=True,
        )
        .order_by("username")
        .distinct()
    )
    return list(people[:MOST_TOLD])
