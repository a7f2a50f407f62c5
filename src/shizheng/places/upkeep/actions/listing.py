"""Work lists: what is due soonest and weighs most, in the order of a short way."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from shizheng.core.access import may, require
from shizheng.core.models import Agency, Area, User
from shizheng.places.models import CheckDue, Crew, RoundList, RoundStop, Upkeep
from shizheng.places.upkeep.access import DO, LEAD
from shizheng.places.upkeep.actions.telling import tell
from shizheng.places.upkeep.city import body_of, features_on, spots
from shizheng.places.upkeep.domain.errors import (
    AgencyUnfit,
    AmountUnfit,
    AssigneeUnfit,
    CrewEnded,
    ListEnded,
    NothingDue,
    RoundUnknown,
)
from shizheng.places.upkeep.domain.routing import distances, length, route
from shizheng.places.upkeep.selectors import crews_of, walkers

MOST_STOPS = 200


@transaction.atomic
def list_make(
    *, upkeep: Upkeep, code: str, until: date, most: int, by: User, at: datetime,
    assigned_to: User | None = None, agency: Agency | None = None, crew: Crew | None = None,
    district: Area | None = None,
) -> RoundList:  # fmt: skip
    """Make a work list (排定巡查) of what is due by a day and on nobody's list yet.

    What weighs most comes onto it first, then what is due first; the stops are then put into the
    order of a short way.

    Args:
        code: the round.
        most: stops, 1 to 200.
        assigned_to: who walks it; or
        agency: whose inspectors walk it together: a district office, a contractor; or
        crew: the crew of the agency, whose members walk it together.

    Raises:
        NotPermitted: ``by`` does not lead the upkeep of the agency.
        CrewEnded: the crew was dissolved, or is another agency's.
        AssigneeUnfit, RoundUnknown, AmountUnfit, NothingDue.
    """
    require(by, LEAD, upkeep)
    if body_of(upkeep).round(code) is None:
        raise RoundUnknown(round=code[:60])
    _walkable(upkeep, assigned_to, agency, crew, at=at)
    if not 1 <= most <= MOST_STOPS:
        raise AmountUnfit(given=most, least=1, most=MOST_STOPS)
    Upkeep.objects.select_for_update().get(pk=upkeep.pk)  # two lists never share a stop
    chosen = _chosen(upkeep, code, until, district, most)
    if not chosen:
        raise NothingDue(day=until)
    places = spots(
        features_on(upkeep.register, timezone.localdate(at)).filter(
            thing__in=[check.thing_id for check in chosen]
        )
    )
    order, route_m, first_come_m = _ordered(chosen, places)
    made = RoundList.objects.create(
        upkeep=upkeep, round=code, district=district, assigned_to=assigned_to,
        agency=agency, crew=crew, due_on=until, route_m=round_to(route_m),
        first_come_m=round_to(first_come_m), made_by=by, made_at=at,
    )  # fmt: skip
    RoundStop.objects.bulk_create(
        RoundStop(
            round_list=made, position=position, thing_id=check.thing_id, due_on=check.due_on,
            risk=check.risk,
        )
        for position, check in enumerate(order, 1)
    )  # fmt: skip
    tell(
        "places.round_list.made", made, by=by, at=at, upkeep=upkeep.code, round=code,
        stops=len(order), route_m=made.route_m,
    )  # fmt: skip
    return made


def _walkable(
    upkeep: Upkeep, person: User | None, agency: Agency | None, crew: Crew | None, *, at: datetime
) -> None:
    if sum(each is not None for each in (person, agency, crew)) != 1:
        raise ValueError("a list is given to a person, to a crew or to an agency")
    if crew is not None and crew not in crews_of(upkeep.agency):
        raise CrewEnded(name=crew.name)
    if person is not None and not may(person, DO, upkeep):
        raise AssigneeUnfit(person=str(person))
    if agency is not None and agency not in walkers(at=at):
        raise AgencyUnfit(agency=dict(agency.name))


def round_to(metres: float) -> float:
    """Return metres as they are kept."""
    return float(f"{metres:.1f}")


def _chosen(
    upkeep: Upkeep, code: str, until: date, district: Area | None, most: int
) -> list[CheckDue]:
    rows = CheckDue.objects.filter(
        upkeep=upkeep, round=code, due_on__lte=until, is_here=True
    ).exclude(
        thing__in=RoundStop.objects.filter(
            inspection=None, round_list__upkeep=upkeep, round_list__round=code,
            round_list__state=RoundList.State.OPEN,
        ).values("thing")
    )  # fmt: skip
    if district is not None:
        rows = rows.filter(district=district)
    return list(rows.order_by("-consequence", "due_on", "thing__key")[:most])


def _ordered(
    chosen: list[CheckDue], places: dict[UUID, tuple[float, float]]
) -> tuple[list[CheckDue], float, float]:
    """Return the stops in order, the metres of that way, and those of the order of due days."""
    placed = [check for check in chosen if check.thing_id in places]
    others = [check for check in chosen if check.thing_id not in places]
    points = [places[check.thing_id] for check in placed]
    way, away = route(points), distances(points)
    return [placed[at] for at in way] + others, length(way, away), length(range(len(points)), away)


@transaction.atomic
def list_cancel(*, round_list: RoundList, by: User, at: datetime) -> None:
    """Cancel a list; what was not looked at is free for another one.

    Raises:
        NotPermitted: ``by`` does not lead the upkeep of the agency.
        ListEnded: it was done or cancelled before.
    """
    require(by, LEAD, round_list)
    rows = RoundList.objects.filter(pk=round_list.pk, state=RoundList.State.OPEN)
    if not rows.update(state=RoundList.State.CANCELLED, ended_at=at):
        raise ListEnded
    tell("places.round_list.cancelled", round_list, by=by, at=at, upkeep=round_list.upkeep.code)
