"""What is done to accounts and roles. ``by=None`` is the operator at the machine itself."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q, QuerySet

from shizheng.core import journal
from shizheng.core.access import Viewer, forget, require
from shizheng.core.models import Agency, Area, Role, RoleGrant, User
from shizheng.core.people.errors import (
    AccountTaken,
    GrantsTooMuch,
    LastAdministrator,
    RoleEndedAlready,
    RoleEndsTooEarly,
    RoleHeldAlready,
)
from shizheng.core.people.selectors import grants_overlapping
from shizheng.core.permissions import in_words
from shizheng.kernel.errors import NotPermitted

MANAGE = "core.manage_people"


@transaction.atomic
def person_create(
    *,
    username: str,
    display_name: str,
    by: User | None,
    at: datetime,
    email: str = "",
    agency: Agency | None = None,
    language: str = "",
    password: str | None = None,
) -> User:
    """Open an account; without a password the person sets one by e-mail (忘記密碼).

    Raises:
        NotPermitted: ``by`` does not manage the people of ``agency``.
        AccountTaken: somebody has this name or address.
    """
    if by and not _holds(by, MANAGE, agency, None, at, at=at):
        raise NotPermitted(permission=in_words(MANAGE))
    same = Q(username__iexact=username) | (Q(email__iexact=email) if email else Q(pk=None))
    if User.objects.filter(same).exists():
        raise AccountTaken(name=email or username)

    person = User(
        username=username,
        display_name=display_name,
        email=email,
        agency=agency,
        language=language,
        date_joined=at,
    )
    person.set_password(password)
    person.save(force_insert=True)
    journal.record(
        "core.person.created",
        person,
        by=by,
        at=at,
        now={"agency": agency and agency.code},
        personal={"username": username, "display_name": display_name},
    )
    return person


@transaction.atomic
def person_disable(*, person: User, by: User | None, at: datetime, why: str) -> User:
    """Close an account: the person is signed out everywhere and cannot come back.

    Raises:
        NotPermitted: ``by`` does not manage this person and every role they hold.
        LastAdministrator: nobody could manage people afterwards.
    """
    _require_over(by, person, at=at)
    _keep_an_administrator(RoleGrant.objects.filter(person=person), person, at=at)
    return _switch(person, is_active=False, by=by, at=at, why=why)


@transaction.atomic
def person_enable(*, person: User, by: User | None, at: datetime, why: str) -> User:
    """Open a closed account again, with the roles that are still in force.

    Raises:
        NotPermitted: ``by`` does not manage this person and every role they hold.
    """
    _require_over(by, person, at=at)
    return _switch(person, is_active=True, by=by, at=at, why=why)


@transaction.atomic
def second_factor_reset(*, person: User, by: User | None, at: datetime, why: str) -> int:
    """Take every second factor off an account whose owner lost them; return how many there were.

    In production the person must set up a new one at the next sign-in.

    Raises:
        NotPermitted: ``by`` does not manage this person and every role they hold.
    """
    _require_over(by, person, at=at)
    count, _ = Authenticator.objects.filter(user=person).delete()
    journal.record("core.second_factor.reset", person, by=by, at=at, why=why, was={"count": count})
    return int(count)


@transaction.atomic
def person_prefer(
    *, person: User, language: str, notices_by_email: bool, at: datetime
) -> User:  # fmt: skip
    """Keep in which language, and whether by e-mail too, the person wants messages."""
    was = {"language": person.language, "notices_by_email": person.notices_by_email}
    now = {"language": language, "notices_by_email": notices_by_email}
    person.language, person.notices_by_email = language, notices_by_email
    person.save(update_fields=[*now])
    journal.record("core.person.preferred", person, by=person, at=at, was=was, now=now)
    return person


def _switch(person: User, *, is_active: bool, by: User | None, at: datetime, why: str) -> User:
    was = person.is_active
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    forget(person)
    journal.record(
        f"core.person.{'enabled' if is_active else 'disabled'}",
        person,
        by=by,
        at=at,
        why=why,
        was={"is_active": was},
        now={"is_active": is_active},
    )
    return person


@transaction.atomic
def role_grant(
    *,
    person: User,
    role: Role,
    by: User | None,
    at: datetime,
    agency: Agency | None = None,
    area: Area | None = None,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    why: str = "",
) -> RoleGrant:
    """Give ``person`` a role for an agency and those below it, an area, and a time (授權).

    Without an agency or area it holds for all of the city, without an end until it is revoked.

    Raises:
        NotPermitted: ``by`` does not manage people there.
        GrantsTooMuch: ``by`` does not hold every permission of the role there and as long.
        RoleEndsTooEarly: it would end before it starts, or is over already.
        RoleHeldAlready: the person holds the same role there at some time between.
    """
    starts = valid_from or at
    if valid_to and valid_to <= max(starts, at):
        raise RoleEndsTooEarly()
    if by:
        _require_to_give(by, role, agency, area, valid_to, at=at)
    User.objects.select_for_update().get(pk=person.pk)
    if grants_overlapping(
        person, role=role, agency=agency, area=area, valid_from=starts, valid_to=valid_to
    ).exists():
        raise RoleHeldAlready(person=person, role=role)

    grant = RoleGrant.objects.create(
        person=person,
        role=role,
        agency=agency,
        area=area,
        valid_from=starts,
        valid_to=valid_to,
        granted_by=by,
        reason=why,
    )
    forget(person)
    journal.record("core.role.granted", grant, by=by, at=at, why=why, now=_terms(grant))
    return grant


@transaction.atomic
def role_revoke(*, grant: RoleGrant, by: User | None, at: datetime, why: str) -> RoleGrant:
    """Take a role back from now on; that it was held stays on record.

    Raises:
        NotPermitted: ``by`` does not manage people there.
        RoleEndedAlready: it has run out or was revoked before.
        LastAdministrator: nobody could manage people afterwards.
    """
    if by:
        require(by, MANAGE, grant, at=at)
    person = grant.person
    _keep_an_administrator(RoleGrant.objects.filter(pk=grant.pk), person, at=at)
    open_still = RoleGrant.objects.filter(pk=grant.pk, revoked_at=None).filter(
        Q(valid_to=None) | Q(valid_to__gt=at)
    )
    if not open_still.update(revoked_at=at, revoked_by=by, revoked_reason=why):
        raise RoleEndedAlready(person=person)
    grant.refresh_from_db()
    forget(person)
    journal.record("core.role.revoked", grant, by=by, at=at, why=why, was=_terms(grant))
    return grant


def _terms(grant: RoleGrant) -> dict[str, object]:
    return {
        "person": str(grant.person_id),
        "role": grant.role.code,
        "agency": grant.agency and grant.agency.code,
        "area": grant.area and grant.area.code,
        "valid_from": grant.valid_from.isoformat(),
        "valid_to": grant.valid_to and grant.valid_to.isoformat(),
    }


def _holds(
    by: User,
    permission: str,
    agency: Agency | None,
    area: Area | None,
    valid_to: datetime | None,
    *,
    at: datetime,
) -> bool:
    """Whether one role of ``by`` gives ``permission`` for all of that place and time."""
    return any(
        scope.covers(agency.pk if agency else None, area.pk if area else None, valid_to)
        for scope in Viewer(by, at).scopes(permission)
    )


def _require_to_give(
    by: User,
    role: Role,
    agency: Agency | None,
    area: Area | None,
    valid_to: datetime | None,
    *,
    at: datetime,
) -> None:
    if not _holds(by, MANAGE, agency, area, at, at=at):
        raise NotPermitted(permission=in_words(MANAGE))
    missing = [
        in_words(permission)
        for permission in role.permissions
        if not _holds(by, permission, agency, area, valid_to, at=at)
    ]
    if missing:
        raise GrantsTooMuch(role=role, missing="; ".join(missing))


def _require_over(by: User | None, person: User, *, at: datetime) -> None:
    """Refuse unless ``by`` manages the person and everything the person may do."""
    if by is None:
        return
    require(by, MANAGE, person, at=at)
    managed = RoleGrant.objects.allowed_to(by, MANAGE, at=at).values("pk")
    others = RoleGrant.objects.filter(person=person).exclude(pk__in=managed)
    if any(grant.is_in_force(at) for grant in others):
        raise NotPermitted(permission=in_words(MANAGE))


def _keep_an_administrator(leaving: QuerySet[RoleGrant], person: User, *, at: datetime) -> None:
    """Refuse if, without the grants ``leaving``, nobody could manage people in all of the city.

    The grants are locked first and read after, so that two who remove each other take turns.
    """
    roles = [role.pk for role in Role.objects.all() if MANAGE in role.permissions]
    city_wide = RoleGrant.objects.filter(role__in=roles, agency=None, area=None)
    list(city_wide.select_for_update().order_by("pk").values_list("pk"))
    before = {
        grant.pk for grant in city_wide.filter(person__is_active=True) if grant.is_in_force(at)
    }
    if before and before <= set(leaving.values_list("pk", flat=True)):
        raise LastAdministrator(person=person)
