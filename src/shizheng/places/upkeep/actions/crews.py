"""Crews of an agency: formed, joined, left and dissolved by who leads its upkeep."""

from datetime import datetime

from django.db import IntegrityError, transaction

from shizheng.core import journal
from shizheng.core.access import may, require
from shizheng.core.models import Agency, User
from shizheng.kernel.text import cleaned
from shizheng.places.models import Crew, CrewMember, CrewShift, RoundList, WorkOrder
from shizheng.places.upkeep.access import DO, LEAD
from shizheng.places.upkeep.domain.errors import (
    AssigneeUnfit,
    CrewBusy,
    CrewEnded,
    CrewNamed,
    NobodyNamed,
    WhyMissing,
)

LEAST_NAME = 2


@transaction.atomic
def crew_form(*, agency: Agency, name: str, by: User, at: datetime) -> Crew:
    """Form a crew (成立班組).

    Raises:
        NotPermitted: ``by`` does not lead the upkeep of the agency.
        WhyMissing: it has no name.
        CrewNamed: the agency has a crew of that name.
    """
    require(by, LEAD, agency)
    said = cleaned(name).strip()[:60]
    if len(said) < LEAST_NAME:
        raise WhyMissing(least=LEAST_NAME)
    made = Crew(agency=agency, name=said, made_at=at)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise CrewNamed(name=said) from None
    journal.record("places.crew.formed", made, by=by, at=at, now={"name": said})
    return made


@transaction.atomic
def crew_member_enter(*, crew: Crew, username: str, by: User, at: datetime) -> CrewMember:
    """Take somebody into a crew (加入班組); a repeat changes nothing.

    Raises:
        NotPermitted: ``by`` does not lead the upkeep of the agency.
        CrewEnded: there is no such crew any more.
        NobodyNamed: there is no such account.
        AssigneeUnfit: they may not inspect and repair for the agency.
    """
    require(by, LEAD, crew.agency)
    if Crew.objects.filter(pk=crew.pk, ended_at=None).first() is None:
        raise CrewEnded(name=crew.name)
    person = User.objects.filter(username=cleaned(username).strip()[:150], is_active=True).first()
    if person is None:
        raise NobodyNamed(username=cleaned(username).strip()[:150])
    if not may(person, DO, crew.agency):
        raise AssigneeUnfit(person=str(person))
    made, is_new = CrewMember.objects.get_or_create(
        crew=crew, person=person, ended_at=None, defaults={"since_at": at}
    )
    if is_new:
        facts = {"crew": str(crew.pk), "person": str(person.pk)}
        journal.record("places.crew.member_entered", made, by=by, at=at, now=facts)
    return made


@transaction.atomic
def crew_member_end(*, member: CrewMember, by: User, at: datetime) -> None:
    """Take somebody out of a crew (離開班組); what they did stays theirs.

    Raises:
        NotPermitted: ``by`` does not lead the upkeep of the agency.
    """
    require(by, LEAD, member.crew.agency)
    if CrewMember.objects.filter(pk=member.pk, ended_at=None).update(ended_at=at):
        facts = {"crew": str(member.crew_id), "person": str(member.person_id)}
        journal.record("places.crew.member_ended", member, by=by, at=at, now=facts)


@transaction.atomic
def crew_end(*, crew: Crew, by: User, at: datetime) -> None:
    """Dissolve a crew (解散班組) that has nothing left to do.

    Raises:
        NotPermitted: ``by`` does not lead the upkeep of the agency.
        CrewBusy: an open list or order is given to it.
    """
    require(by, LEAD, crew.agency)
    lists = RoundList.objects.filter(crew=crew, state=RoundList.State.OPEN).count()
    orders = WorkOrder.objects.filter(crew=crew, state__in=WorkOrder.WAITING).count()
    if lists or orders:
        raise CrewBusy(name=crew.name, lists=lists, orders=orders)
    if Crew.objects.filter(pk=crew.pk, ended_at=None).update(ended_at=at):
        CrewMember.objects.filter(crew=crew, ended_at=None).update(ended_at=at)
        CrewShift.objects.filter(crew=crew, ended_at=None).update(ended_at=at)
        journal.record("places.crew.ended", crew, by=by, at=at, now={"name": crew.name})
