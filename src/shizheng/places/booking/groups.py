"""Who belongs to the groups that places are kept for: entered by who keeps places, until a day."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.declared import body_of, newest_key
from shizheng.core.models import Agency, User
from shizheng.kernel.text import cleaned
from shizheng.places.booking.access import MANAGE
from shizheng.places.booking.definitions import BookingGroupsBody, GroupOf
from shizheng.places.booking.domain.errors import AlreadyYours, GroupUnknown, PersonUnknown
from shizheng.places.models import GroupMember


def groups_declared() -> tuple[GroupOf, ...]:
    """Return the groups of the pack; none where it declares none."""
    key = newest_key("booking_groups")
    return body_of(BookingGroupsBody, key).groups if key else ()


def is_member(person: User, groups: Sequence[str], on: date) -> bool:
    """Whether a person belongs to one of some groups on a day; asks nothing where there is none."""
    if not groups:
        return False
    rows = GroupMember.objects.filter(group__in=groups, person=person, ended_at=None)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=on)).exists()


@transaction.atomic
def member_enter(
    *, group: str, username: str, agency: Agency, until: date | None, by: User, at: datetime
) -> GroupMember:
    """Enter somebody who has shown that they belong to a group (登錄借用對象).

    Args:
        until: the first day on which it no longer holds.

    Raises:
        NotPermitted: ``by`` keeps no places for ``agency``.
        GroupUnknown, PersonUnknown: there is none.
        AlreadyYours: they are in it.
    """
    require(by, MANAGE, agency)
    if group not in {each.id for each in groups_declared()}:
        raise GroupUnknown(group=group)
    name = cleaned(username).strip()[:150]
    person = User.objects.filter(username=name, is_active=True).first()
    if person is None:
        raise PersonUnknown(username=name)
    made = GroupMember(
        group=group, person=person, agency=agency, valid_to=until, entered_at=at, entered_by=by
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise AlreadyYours from None
    facts = {"group": group, "until": until.isoformat() if until else None}
    journal.record("places.booking.member_entered", made, by=by, at=at, now=facts)
    return made


@transaction.atomic
def member_end(*, member: GroupMember, by: User, at: datetime) -> None:
    """Take somebody out of a group; bookings stay (移除借用對象).

    Raises:
        NotPermitted: ``by`` keeps no places for the agency that entered them.
    """
    require(by, MANAGE, member)
    rows = GroupMember.objects.filter(pk=member.pk, ended_at=None)
    if rows.update(ended_at=at):
        facts = {"group": member.group}
        journal.record("places.booking.member_ended", member, by=by, at=at, now=facts)
