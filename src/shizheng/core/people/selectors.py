"""Reading people and the roles they hold."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Prefetch, Q, QuerySet

from shizheng.core.models import Agency, Area, Role, RoleGrant, User


def people_matching(text: str, *, viewer: User, at: datetime) -> QuerySet[User]:
    """People whom ``viewer`` manages, by name, account or e-mail address; with their roles."""
    people: QuerySet[User] = User.objects.allowed_to(viewer, "core.manage_people", at=at)
    for word in text.split():
        people = people.filter(
            Q(display_name__icontains=word) | Q(username__icontains=word) | Q(email__icontains=word)
        )
    held = grants_in_force(viewer=viewer, at=at)
    return (
        people.select_related("agency")
        .prefetch_related(Prefetch("grants", queryset=held, to_attr="grants_held"))
        .order_by("-is_active", "display_name", "username")
    )


def grants_in_force(*, viewer: User, at: datetime) -> QuerySet[RoleGrant]:
    """Roles held at a moment, of those that ``viewer`` may see."""
    return (
        RoleGrant.objects.visible_to(viewer, at=at)
        .filter(Q(valid_to=None) | Q(valid_to__gt=at), Q(revoked_at=None) | Q(revoked_at__gt=at))
        .filter(valid_from__lte=at)
        .select_related("role", "agency", "area")
        .order_by("role__position", "role__code", "valid_from", "pk")
    )


def grants_of(person: User, *, viewer: User, at: datetime) -> QuerySet[RoleGrant]:
    """Every role ``person`` holds, held or will hold, newest first."""
    return (
        RoleGrant.objects.visible_to(viewer, at=at)
        .filter(person=person)
        .select_related("role", "agency", "area", "granted_by", "revoked_by")
        .order_by("-valid_from", "-pk")
    )


def grants_overlapping(
    person: User,
    *,
    role: Role,
    agency: Agency | None,
    area: Area | None,
    valid_from: datetime,
    valid_to: datetime | None,
) -> QuerySet[RoleGrant]:
    """Grants of the same role for the same agency and area that share a moment with the span."""
    same = RoleGrant.objects.filter(person=person, role=role, agency=agency, area=area)
    open_then = same.filter(
        Q(valid_to=None) | Q(valid_to__gt=valid_from),
        Q(revoked_at=None) | Q(revoked_at__gt=valid_from),
    )
    return open_then.filter(valid_from__lt=valid_to) if valid_to else open_then


def confirmed_addresses(people: Iterable[User]) -> dict[UUID, str]:
    """Return the e-mail address of each of these people who has confirmed that it is theirs."""
    emails = {person.pk: person.email for person in people if person.email}
    if not emails:
        return {}
    rows = EmailAddress.objects.filter(user__in=list(emails), verified=True)
    proved = {(key, email.casefold()) for key, email in rows.values_list("user", "email")}
    return {key: email for key, email in emails.items() if (key, email.casefold()) in proved}
