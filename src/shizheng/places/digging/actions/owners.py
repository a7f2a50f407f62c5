"""Who acts for an owner of pipes: appointed and dismissed by the reviewing agency."""

from datetime import datetime

from django.db import IntegrityError, transaction

from shizheng.core import journal
from shizheng.core.access import Viewer, require
from shizheng.core.models import User
from shizheng.kernel.text import cleaned
from shizheng.places.digging.access import APPLY, REVIEW
from shizheng.places.digging.city import digging_rules
from shizheng.places.digging.errors import MemberUnknown, OwnerUnknown
from shizheng.places.digging.models import OwnerMember


@transaction.atomic
def member_appoint(*, owner: str, username: str, by: User | None, at: datetime) -> OwnerMember:
    """Let a person act for an owner of pipes (指派管線單位承辦人); a repeat changes nothing.

    Args:
        by: None for the system itself, as in a demonstration.

    Raises:
        NotPermitted: ``by`` does not review permits.
        OwnerUnknown: the pack names no such owner.
        MemberUnknown: no such account, or one that may not apply for permits.
    """
    rules = digging_rules()
    if by is not None:
        require(by, REVIEW)
    if rules.body.owner(owner) is None:
        raise OwnerUnknown(owner=owner, known=", ".join(each.id for each in rules.body.owners))
    name = cleaned(username).strip()[:150]
    person = User.objects.filter(username=name, is_active=True).first()
    if person is None or not Viewer(person, at).scopes(APPLY):
        raise MemberUnknown(username=name[:60])
    try:
        with transaction.atomic():
            made = OwnerMember.objects.create(
                owner=owner, person=person, since_at=at, appointed_by=by
            )
    except IntegrityError:
        return OwnerMember.objects.get(owner=owner, person=person, ended_at=None)
    facts = {"owner": owner, "person": str(person.pk)}
    journal.record("places.owner_member.appointed", made, by=by, at=at, now=facts)
    return made


@transaction.atomic
def member_dismiss(*, member: OwnerMember, by: User, at: datetime) -> OwnerMember:
    """Let a person act for an owner no longer (解除指派).

    Raises:
        NotPermitted: ``by`` does not review permits.
    """
    require(by, REVIEW)
    standing = OwnerMember.objects.filter(pk=member.pk, ended_at=None)
    if standing.update(ended_at=at, ended_by=by):
        facts = {"owner": member.owner, "person": str(member.person_id)}
        journal.record("places.owner_member.dismissed", member, by=by, at=at, now=facts)
    member.refresh_from_db()
    return member
