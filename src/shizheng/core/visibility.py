"""What a person's roles let them reach, as one condition for single things and lists alike.

A policy turns a viewer into a ``Q``. Lists are filtered by it in SQL, and a single thing is
checked by the same ``Q`` narrowed to its key, so the two cannot disagree.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar, cast
from uuid import UUID

from django.apps import apps
from django.contrib.admin.utils import lookup_spawns_duplicates
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import FilteredRelation, Q
from django.utils import timezone
from django.utils.functional import LazyObject, empty

from shizheng.core.fresh import Fresh
from shizheng.core.permissions import permissions
from shizheng.core.prepared import Prepared, Slot
from shizheng.kernel.registry import Registry

if TYPE_CHECKING:
    from shizheng.core.models import RoleGrant, User

Thing = TypeVar("Thing", bound=models.Model)
Person: TypeAlias = "User | AnonymousUser"

NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING
"""Not ``Q()``: to ``|`` an empty ``Q`` counts as absent, so that ``Q() | NOTHING`` is nothing."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and how long a permission is held; ``None`` means all of the city, or no end."""

    agencies: frozenset[UUID] | None
    areas: frozenset[UUID] | None
    valid_to: datetime | None

    def covers(self, agency: UUID | None, area: UUID | None, valid_to: datetime | None) -> bool:
        """Whether all of another scope, given by its agency, area and end, lies in this one."""
        in_time = self.valid_to is None or (valid_to is not None and valid_to <= self.valid_to)
        return in_time and all(
            mine is None or theirs in mine
            for mine, theirs in ((self.agencies, agency), (self.areas, area))
        )

    def condition(self, agency: str | None, area: str | None) -> Q:
        """Return the things whose agency and area, found by these lookups, lie in the scope."""
        return _among(agency, self.agencies) & _among(area, self.areas)


def _among(lookup: str | None, keys: frozenset[UUID] | None) -> Q:
    """Return a condition on ``lookup``; a thing that has no such place lies in no part of one."""
    if keys is None:
        return EVERYTHING
    return Q(**{f"{lookup}__in": sorted(keys)}) if lookup else NOTHING


class Viewer:
    """A person at a moment, with what their roles then give them (檢視者).

    Grants are read once per person instance and kept on it; ``forget`` drops them.
    """

    def __init__(self, person: Person, at: datetime | None = None) -> None:
        self.person = _read(person)
        self.at = at or timezone.now()

    def __str__(self) -> str:
        return str(self.person)

    @cached_property
    def _scopes(self) -> dict[str, list[Scope]]:
        """Permission to the scopes in which it is held at the moment."""
        scopes: dict[str, list[Scope]] = {}
        for grant in grants_known(self.person):
            if grant.is_in_force(self.at):
                scope = self.scope_of(grant)
                for permission in grant.role.permissions:
                    scopes.setdefault(permission, []).append(scope)
        return scopes

    def scope_of(self, grant: "RoleGrant") -> Scope:
        """Return where and how long one role is held."""
        day = timezone.localdate(self.at)
        agency, area = grant.agency_id, grant.area_id
        return Scope(
            agencies=_branch(_agencies_below(day), agency) if agency else None,
            areas=_branch(_areas_below(day), area) if area else None,
            valid_to=grant.ends_at,
        )

    def scopes(self, permission: str) -> list[Scope]:
        """Return where the viewer holds ``permission``; nowhere is an empty list.

        Raises:
            UnknownKey: no room has registered such a permission.
        """
        permissions[permission]
        return self._scopes.get(permission, [])

    def within(
        self, permission: str, *, agency: str | None = "agency", area: str | None = None
    ) -> Q:
        """Return the things of agencies and areas for which the viewer holds ``permission``.

        Args:
            permission: its dotted name.
            agency: lookup from the thing to its agency (``"item__chapter__agency"``), or None if
                it belongs to none: then only a role for all agencies reaches it.
            area: the same for its area.
        """
        condition = NOTHING
        for scope in _merged(self.scopes(permission)):
            condition |= scope.condition(agency, area)
        return condition

    def own(self, lookup: str) -> Q:
        """Return the things that name the viewer at ``lookup`` (``"reported_by"``)."""
        return Q(**{lookup: self.person.pk}) if self.person.is_active else NOTHING

    def unrestricted(
        self,
        permission: str,
        *,
        flag: str = "is_restricted",
        agency: str | None = "agency",
        area: str | None = None,
    ) -> Q:
        """Return things not marked at ``flag``, and of those marked what the viewer must know.

        Confidential things are need-to-know (限閱): holding another role for the agency is not
        enough, ``permission`` itself is needed for the thing's agency and area.
        """
        return Q(**{flag: False}) | self.within(permission, agency=agency, area=area)


def _merged(scopes: Iterable[Scope]) -> Iterator[Scope]:
    """Join scopes of equal areas, so that a query names each agency once."""
    agencies: dict[frozenset[UUID] | None, frozenset[UUID] | None] = {}
    for scope in scopes:
        known = agencies.get(scope.areas, frozenset())
        is_all = known is None or scope.agencies is None
        agencies[scope.areas] = None if is_all else known | scope.agencies  # type: ignore[operator]  # is_all
    for areas, joined in agencies.items():
        yield Scope(agencies=joined, areas=areas, valid_to=None)


def grants_known(person: Person) -> "list[RoleGrant]":
    """Return every grant of ``person``, in force or not, read once; none for the disabled."""
    person = _read(person)
    if isinstance(person, AnonymousUser) or not person.is_active:
        return []
    if "_grants" not in person.__dict__:
        held = _grants_of().all(person=person.pk)
        for grant in held:
            grant.person = person
        person.__dict__["_grants"] = held
    return person.__dict__["_grants"]  # type: ignore[no-any-return]  # an instance's own dictionary


@cache
def _grants_of() -> "Prepared[RoleGrant]":
    grants = apps.get_model("core", "RoleGrant")
    person = Slot("person", grants._meta.get_field("person"))
    return Prepared(lambda: grants._default_manager.filter(person=person).select_related("role"))


def forget(person: Person) -> None:
    """Drop what was read of ``person``'s roles, after they changed."""
    _read(person).__dict__.pop("_grants", None)


def _read(person: Person) -> Person:
    """Return whom a request's ``user`` stands for: to ask it all anew costs more than to ask them.

    What a request has is read when it is first asked, and hands on every question since.
    """
    if not isinstance(person, LazyObject):
        return person
    if person._wrapped is empty:
        person._setup()
    return cast(Person, person._wrapped)


Below: TypeAlias = dict[UUID | None, list[UUID]]
"""A tree: what lies directly below each agency or area."""


@Fresh
def _agencies_below(day: date) -> Below:
    """Return the tree of agencies on ``day``.

    An agency that has ended stays where it last was, so that its records keep their readers.
    """
    known = (
        apps.get_model("core", "Agency")
        .objects.annotate(
            held_then=FilteredRelation("periods", condition=Q(periods__valid_from__lte=day))
        )
        .order_by("held_then__valid_from")
        .values_list("pk", "parent", "held_then", "held_then__parent")
    )
    return _tree({pk: parent if period else today for pk, today, period, parent in known})


@Fresh
def _areas_below(day: date) -> Below:
    """Return the tree of the areas known by ``day``."""
    areas = apps.get_model("core", "Area").objects.filter(valid_from__lte=day)
    return _tree(dict(areas.values_list("pk", "parent")))


def _tree(parents: Mapping[UUID, UUID | None]) -> Below:
    below: Below = {}
    for child, parent in parents.items():
        below.setdefault(parent, []).append(child)
    return below


def _branch(below: Below, root: UUID) -> frozenset[UUID]:
    """Return ``root`` and all below it; a circle in the tree is walked once."""
    found, waiting = {root}, [root]
    while waiting:
        new = [child for child in below.get(waiting.pop(), []) if child not in found]
        found.update(new)
        waiting.extend(new)
    return frozenset(found)


Rule: TypeAlias = Callable[[Viewer], Q]


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may see the things of one model, and who may do what to them (存取政策).

    Attributes:
        view: the things a viewer may see at all; no other rule reaches beyond it.
        agency: lookup from a thing to its agency, or None.
        area: lookup from a thing to its area, or None.
        acts: permissions that need more than being held for the thing's agency and area.
    """

    view: Rule
    agency: str | None = "agency"
    area: str | None = None
    acts: Mapping[str, Rule] = field(default_factory=dict)

    def condition(self, viewer: Viewer, permission: str | None = None) -> Q:
        """Return what ``viewer`` may see, or may do ``permission`` to."""
        if permission is None:
            return self.view(viewer)
        held = viewer.within(permission, agency=self.agency, area=self.area)
        rule = self.acts.get(permission)
        return self.view(viewer) & (rule(viewer) if rule else held)


policies: Registry[Policy] = Registry("Access policies")
"""One policy per model, by its label in lower case (``plan.directive``)."""


class VisibleQuerySet(models.QuerySet[Thing]):
    """Rows of a model that has a policy."""

    def visible_to(self, person: Person, *, at: datetime | None = None) -> Self:
        """Return the rows that ``person`` may see at a moment, now if none is given."""
        return self.meeting(policies[self.model._meta.label_lower].condition(Viewer(person, at)))

    def allowed_to(self, person: Person, permission: str, *, at: datetime | None = None) -> Self:
        """Return the rows to which ``person`` may do ``permission``."""
        viewer = Viewer(person, at)
        return self.meeting(policies[self.model._meta.label_lower].condition(viewer, permission))

    def meeting(self, condition: Q) -> Self:
        """Return the rows of which a policy's ``condition`` is true, each once."""
        if any(lookup_spawns_duplicates(self.model._meta, path) for path in _lookups(condition)):
            matching = self.model._base_manager.filter(condition).values("pk")
            return self.filter(pk__in=matching)
        return self.filter(condition)


def _lookups(condition: Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, Q):
            yield from _lookups(child)
        elif isinstance(child, tuple):
            yield child[0]


def rows_of(thing: models.Model) -> VisibleQuerySet[Any]:
    """Return the query of this one thing, whatever manager its model has."""
    return VisibleQuerySet(type(thing), using=thing._state.db).filter(pk=thing.pk)
