"""Who may see and do what: the one place that rooms, pages and interfaces ask."""

from datetime import datetime
from typing import TypeVar

from django.db import models
from django.db.models import Value
from django.http import Http404
from django.utils import timezone

from shizheng.core.permissions import in_words
from shizheng.core.visibility import (
    EVERYTHING,
    NOTHING,
    Person,
    Policy,
    Viewer,
    VisibleQuerySet,
    forget,
    grants_known,
    policies,
    rows_of,
)
from shizheng.kernel.errors import NotPermitted

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "Person",
    "Policy",
    "Viewer",
    "VisibleQuerySet",
    "acts_open_to",
    "forget",
    "found",
    "grants_known",
    "may",
    "may_see",
    "policies",
    "require",
    "works_for_city",
]

Thing = TypeVar("Thing", bound=models.Model)


def may(
    person: Person,
    permission: str,
    thing: models.Model | None = None,
    *,
    at: datetime | None = None,
) -> bool:
    """Whether ``person`` may do ``permission`` to ``thing`` at a moment, now if none is given.

    Without a thing: whether they hold the permission anywhere. An agency or an area is a thing
    too: ``may(person, "plan.issue_directive", agency)`` asks before there is a directive.

    Raises:
        UnknownKey: no such permission, or the thing's model has no policy.
    """
    if thing is None:
        return bool(Viewer(person, at).scopes(permission))
    return rows_of(thing).allowed_to(person, permission, at=at).exists()


def may_see(person: Person, thing: models.Model, *, at: datetime | None = None) -> bool:
    """Whether ``thing`` is among what ``person`` may see."""
    return rows_of(thing).visible_to(person, at=at).exists()


def require(
    person: Person,
    permission: str,
    thing: models.Model | None = None,
    *,
    at: datetime | None = None,
) -> None:
    """Do nothing if ``may`` says yes.

    Raises:
        NotPermitted: it says no.
    """
    if not may(person, permission, thing, at=at):
        raise NotPermitted(permission=in_words(permission))


def acts_open_to(
    person: Person, thing: models.Model, *names: str, at: datetime | None = None
) -> frozenset[str]:
    """Return those of the permissions ``names`` that ``person`` has on ``thing``, in one query."""
    rows = [
        rows_of(thing).allowed_to(person, name, at=at).order_by().values(may=Value(name))
        for name in names
    ]
    union = rows[0].union(*rows[1:]) if len(rows) > 1 else rows[0]
    return frozenset(row["may"] for row in union)


def found(
    person: Person,
    things: type[Thing] | VisibleQuerySet[Thing],
    permission: str | None = None,
    *,
    at: datetime | None = None,
    **lookup: object,
) -> Thing:
    """Return the one thing for a page: what may not be seen does not exist.

    Raises:
        Http404: none, or none that ``person`` may see.
        NotPermitted: they may see it but not do ``permission`` to it (403).
    """
    rows = things if isinstance(things, VisibleQuerySet) else VisibleQuerySet(things)
    thing = rows.visible_to(person, at=at).filter(**lookup).first()
    if thing is None:
        raise Http404
    if permission:
        require(person, permission, thing, at=at)
    return thing


def works_for_city(person: Person, *, at: datetime | None = None) -> bool:
    """Whether ``person`` holds, at a moment, a role of the city's staff."""
    moment = at or timezone.now()
    return any(
        grant.role.is_staff_role and grant.is_in_force(moment) for grant in grants_known(person)
    )
