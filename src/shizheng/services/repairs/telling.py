"""Supervisors are told of faults that are open before a season (汛期前升級通知)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from shizheng.core.models import RoleGrant, User
from shizheng.core.showing import city_date
from shizheng.core.words import in_language, language_tag
from shizheng.places.models import Escalation
from shizheng.places.upkeep.city import body_of
from shizheng.services.notices.telling import Telling, people_tell

LOOKED_BACK = timedelta(days=4)


def escalations_tell(*, at: datetime) -> int:
    """Tell those of the agency who hold the season's role, once of each escalation.

    Returns:
        how many notices were new.
    """
    rows = Escalation.objects.filter(at__gt=at - LOOKED_BACK).select_related(
        "order__upkeep__agency", "order__upkeep__current", "order__thing"
    )
    tellings = [
        _telling(row, person) for row in rows.order_by("at", "pk") for person in _told(row, at)
    ]
    return people_tell(tellings=tellings, at=at)


def _told(row: Escalation, at: datetime) -> list[User]:
    season = body_of(row.order.upkeep).season
    if season is None:
        return []
    grants = RoleGrant.objects.filter(
        role__code=season.tell, agency=row.order.upkeep.agency
    ).select_related("person", "role")
    people = {grant.person_id: grant.person for grant in grants if grant.is_in_force(at)}
    return [people[key] for key in sorted(people, key=str)]


def _telling(row: Escalation, person: User) -> Telling:
    with override(settings.LANGUAGE_CODE):
        body = body_of(row.order.upkeep)
        fault = body.fault(row.order.fault)
        words = {
            "number": row.order.number,
            "key": row.order.thing.key,
            "fault": in_language(fault.name) if fault else row.order.fault,
            "days": row.age_days,
            "season": in_language(body.season.name) if body.season else "",
            "begins": city_date(row.season_on),
            "address": settings.SITE_URL + reverse("places:order", args=[row.order_id]),
        }
        subject = _("Open before the {season}: {key}, {fault}").format(**words)
        text = _(
            "Order {number} of {key} ({fault}) has been open for {days} days. The {season} begins "
            "on {begins}. {address}"
        ).format(**words)
    return Telling(
        person=person, key=f"upkeep.{row.pk}.{person.pk}"[:120], template="places.escalated",
        language=language_tag(settings.LANGUAGE_CODE), subject=subject, text=text,
    )  # fmt: skip
