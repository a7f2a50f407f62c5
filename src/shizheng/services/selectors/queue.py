"""The officer's list (待辦清單): what is asked for, in order, a page at a time, and the counts.

Every list begins with ``access.staff_branches``: each part is read by its own index in the order
of the list, so that an officer of one agency waits no longer than an administrator. A page begins
after the last row of the one before (its date and key), never after a number of rows.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from shizheng.core.access import NOTHING, Viewer
from shizheng.core.models import TextEntry, User
from shizheng.core.text_index.backends import text_index
from shizheng.kernel.errors import DomainError
from shizheng.kernel.identifiers import parse_number
from shizheng.kernel.text import words
from shizheng.services import city
from shizheng.services.access import MOST_APART, Branch, staff_branches, standings_of
from shizheng.services.actions.acting import placed
from shizheng.services.models import Case, Confirmation, Review
from shizheng.services.selectors import joining

Found = TypeVar("Found")
ROWS = 50
SOON = timedelta(hours=24)
FOUND_AT_MOST = 1_000
VIEWS = ("mine", "agency", "unassigned", "review", "confirm", "all")
TIMED = ("overdue", "today")
ONLY = (*TIMED, "applicant", "other")
PLURALS = ("services", "agencies", "districts", "villages")
FEW = 2_000
NOBODY = "nobody"
ANY = Q()
"""Narrows nothing, to be joined by ``&`` alone; unlike ``EVERYTHING`` it costs no query a thing."""
DAYS = ("due", "opened")
LATER = {"opened": "opened_at", "updated": "updated_at"}
HEAVY = ("answers", "calculated", "geometry", "zones", "description")
SHOWN = (
    "number", "service", "version", "state", "holder", "is_open", "agency", "assignee",
    "access_class", "title", "address", "district", "village", "opened_at", "due_at", "updated_at",
)  # fmt: skip
"""What a row of a page shows, and what the next page begins after."""
WHOLE = tuple(each.name for each in Case._meta.concrete_fields if each.name not in HEAVY)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is asked for; all of it stands in its address.

    Args:
        view: whose cases; ``only``: which of them by time or by who holds them.
        assignee: an account, or ``nobody``; ``due_from`` and ``due_to``: days, both included.
        status: open, closed or any.
        after: date and key of the last row seen, as ``Page.after`` gives it.
    """

    view: str = "mine"
    only: str = ""
    q: str = ""
    service: str = ""
    state: str = ""
    district: str = ""
    village: str = ""
    agency: str = ""
    channel: str = ""
    access_class: str = ""
    assignee: str = ""
    due_from: date | None = None
    due_to: date | None = None
    opened_from: date | None = None
    opened_to: date | None = None
    status: str = "open"
    sort: str = "due"
    after: str = ""

    @property
    def order(self) -> str:
        """What the list is in order of; closed cases are due no more."""
        return "opened" if self.sort == "due" and self.status != "open" else self.sort


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a list; one that is gathered is small and read whole, before it is in order."""

    condition: Q
    is_gathered: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and where the next one begins; nothing if it is the last."""

    cases: tuple[Case, ...]
    after: str = ""


def queue(
    viewer: Viewer, filters: Filters, *, rows: int = ROWS, within: Q = ANY,
    columns: Sequence[str] = SHOWN,
) -> Page:  # fmt: skip
    """Return one page of the list that ``viewer`` asks for, as staff may see it.

    Args:
        within: a further condition, such as a right that not all of them need give.
        columns: what is read of each case at once.
    """
    narrowed = _narrowed(filters, viewer) & within
    parts = [replace(each, condition=each.condition & narrowed) for each in _parts(viewer, filters)]
    if filters.order == "due":
        keys = _by_due(parts, filters.after, rows + 1)
    else:
        keys = _by_moment(parts, LATER[filters.order], filters.after, rows + 1)
    cases = _cases(keys[:rows], columns)
    return Page(cases, _place_of(cases[-1], filters.order) if len(keys) > rows else "")


def queue_whole(
    viewer: Viewer, filters: Filters, *, most: int, rows: int = 500, within: Q = ANY
) -> Iterator[Case]:
    """Yield the list to its end or to ``most`` rows, read a page at a time, for exports."""
    given = 0
    while given < most:
        page = queue(viewer, filters, rows=min(rows, most - given), within=within, columns=WHOLE)
        yield from page.cases
        given += len(page.cases)
        if not page.after:
            return
        filters = replace(filters, after=page.after)


def _parts(viewer: Viewer, filters: Filters) -> list[Part]:
    """Return the parts of a view, each of cases that staff may see."""
    branches = _branches(viewer, filters.status)
    if filters.q:
        found = _found(viewer, filters.q, branches)
        return [Part(found & _of_view(viewer, filters.view, branches), True)]
    return _view_parts(viewer, filters.view, branches, filters.status)


def _view_parts(
    viewer: Viewer, view: str, branches: Sequence[Branch], status: str = "open"
) -> list[Part]:
    if view in ("agency", "unassigned"):
        nobody = Q(assignee=None) if view == "unassigned" else ANY
        return [Part(each & nobody) for each in _own_branches(viewer, branches)]
    if view == "all":
        return [part for branch in branches for part in _of_branch(viewer, branch, status)]
    return [Part(_any(branches) & _of_view(viewer, view, branches))]


def _branches(viewer: Viewer, status: str) -> list[Branch]:
    """Return the parts of what staff may see that can hold a case, found once for a list.

    Most agencies look after no service and must know of no case of others: no query names those.
    """

    def held() -> Iterator[Branch]:
        for branch in staff_branches(viewer):
            if branch.reach == "owner":
                if owned := _owned(viewer, branch):
                    yield replace(branch, condition=Q(service__in=owned) & branch.of_class)
            elif branch.reach != "known" or _known(viewer, branch, status):
                yield branch

    return _kept(viewer, ("branches", status), lambda: list(held()))


def _owned(viewer: Viewer, branch: Branch) -> list[UUID]:
    """Return the services that the agencies of a branch look after."""
    services = directory_of(viewer).services.values()
    return [each.key for each in services if each.of in branch.agencies]


def _of_branch(viewer: Viewer, branch: Branch, status: str) -> list[Part]:
    """Return a branch as lists read it: services one by one, few known cases all at once."""
    if branch.reach == "owner":
        owned = _owned(viewer, branch)
        if len(owned) > MOST_APART:
            return [Part(branch.condition)]
        return [Part(Q(service=key) & branch.of_class) for key in owned]
    if branch.reach == "known":
        keys = _known(viewer, branch, status)
        if len(keys) <= FEW:
            return [Part(Q(pk__in=keys) & branch.of_class, True)]
    return [Part(branch.condition)]


def _known(viewer: Viewer, branch: Branch, status: str) -> list[UUID]:
    """Return the cases that agencies must know of, those that are open or closed where asked."""
    rows = standings_of(branch.agencies).order_by()
    if status in ("open", "closed"):
        rows = rows.filter(case__is_open=status == "open")
    return _kept(
        viewer,
        ("known", branch.agencies, status),
        lambda: list(rows.values_list("case", flat=True)[: FEW + 1]),
    )


def directory_of(viewer: Viewer) -> city.Directory:
    """Return what filters choose from, asked once for a viewer at a moment."""
    return _kept(viewer, "directory", lambda: city.directory(city.loaded_at()))


def _kept(viewer: Viewer, name: object, read: Callable[[], Found]) -> Found:
    """Read something once for the list, its counts and its filters."""
    kept: dict[object, Any] = viewer.__dict__.setdefault("_queue", {})
    if name not in kept:
        kept[name] = read()
    found: Found = kept[name]
    return found


def _any(branches: Sequence[Branch]) -> Q:
    return reduce(or_, (each.condition for each in branches)) if branches else NOTHING


def _own_branches(viewer: Viewer, branches: Sequence[Branch]) -> list[Q]:
    """Return the cases of the viewer's own agencies; for all of the city, of where they work."""
    own = [each.condition for each in branches if each.reach in ("agency", "area")]
    city = next((each.condition for each in branches if each.reach == "city"), None)
    if city is not None and not own:
        place = getattr(viewer.person, "agency_id", None)
        own = [city & Q(agency=place)] if place else [city]
    return own


def _of_view(viewer: Viewer, view: str, branches: Sequence[Branch]) -> Q:
    person = viewer.person
    if view == "mine":
        return Q(assignee=person.pk)
    if view in ("agency", "unassigned"):
        own = reduce(or_, _own_branches(viewer, branches), NOTHING)
        return own & Q(assignee=None) if view == "unassigned" else own
    if view == "review":
        return Q(Exists(reviews_waiting(viewer).filter(case=OuterRef("pk"))))
    if view == "confirm":
        asked = Confirmation.objects.filter(settled_at=None).exclude(asked_by=person.pk)
        return Q(pk__in=asked.values("case"))
    return ANY


def reviews_waiting(viewer: Viewer) -> QuerySet[Review]:
    """Return the parts of joint reviews that wait for an agency of the viewer."""
    mine = viewer.within("services.review_case", agency="agency")
    return Review.objects.filter(mine, answer=Review.Answer.WAITING, is_current=True)


def _narrowed(filters: Filters, viewer: Viewer) -> Q:
    """Return the filters of the address as one condition."""
    wanted = Q(is_open=True) if filters.status == "open" else Q()
    if filters.status == "closed":
        wanted &= Q(is_open=False)
    for lookup, value in (
        ("state", filters.state), ("channel", filters.channel),
        ("access_class", filters.access_class),
    ):  # fmt: skip
        if value:
            wanted &= Q(**{lookup: value})
    wanted &= _in_place(filters, viewer)
    for name in DAYS:
        first, last = getattr(filters, f"{name}_from"), getattr(filters, f"{name}_to")
        if first:
            wanted &= Q(**{f"{name}_at__gte": _midnight(first)})
        if last:
            wanted &= Q(**{f"{name}_at__lt": _midnight(last + timedelta(days=1))})
    return wanted & _of_person(filters.assignee) & only_condition(filters.only, viewer.at)


def _of_person(assignee: str) -> Q:
    """Return whose cases are asked for, by key as an index has it."""
    if not assignee:
        return Q()
    if assignee == NOBODY:
        return Q(assignee=None)
    key = User.objects.filter(username=assignee).values_list("pk", flat=True).first()
    return Q(assignee=key) if key else NOTHING


def _in_place(filters: Filters, viewer: Viewer) -> Q:
    """Return service, agency and area by their keys: only these let an index give the order."""
    wanted = Q()
    names = ("service", "agency", "district", "village")
    if any(getattr(filters, name) for name in names):
        known = directory_of(viewer)
        for name, plural in zip(names, PLURALS, strict=True):
            code = getattr(filters, name)
            if code:
                found = getattr(known, plural).get(code)
                wanted &= Q(**{name: found.key}) if found else NOTHING
    return wanted


def only_condition(only: str, at: datetime) -> Q:
    """Return which cases ``only`` names: overdue, due today, or held by somebody else."""
    if only == "overdue":
        return Q(due_at__lt=at)
    if only == "today":
        tomorrow = _midnight(timezone.localdate(at) + timedelta(days=1))
        return Q(due_at__gte=at, due_at__lt=tomorrow)
    if only == "applicant":
        return Q(holder=Case.Holder.APPLICANT)
    return Q(holder=Case.Holder.AGENCY) if only == "other" else Q()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())


def _found(viewer: Viewer, query: str, branches: Sequence[Branch]) -> Q:
    """Return the cases whose number or words hold every word of ``query``, that staff may see.

    The newest 1,000 of all are looked at; where there are more, the newest 1,000 of the agencies
    of the viewer, so that what others have does not push out what is theirs. A whole number is
    looked up as such.
    """
    with suppress(DomainError):
        return _any(branches) & Q(number=str(parse_number(query)))
    wanted = words(query[:100])[:8]
    if not wanted:
        return NOTHING
    texts = TextEntry.objects.filter(kind="services.case")
    found = text_index().matching(texts, wanted, FOUND_AT_MOST + 1)
    if len(found) > FOUND_AT_MOST and not any(each.reach == "city" for each in branches):
        agencies = {
            key for scope in viewer.scopes("services.view_case") for key in scope.agencies or ()
        }
        found = text_index().matching(texts.filter(agency__in=agencies), wanted, FOUND_AT_MOST)
    keys = TextEntry.objects.filter(pk__in=found).values_list("key", flat=True)
    return _any(branches) & Q(pk__in=[UUID(key) for key in keys])


def _by_due(parts: Sequence[Part], after: str, limit: int) -> list[UUID]:
    """Return keys in order of the due date; what stands still and has none comes last."""
    place = _Place.read(after)
    timed, still, found = Q(due_at__isnull=False), Q(due_at=None), list[UUID]()
    if place is not None and place.at is None:
        still &= Q(id__gt=place.key)
    elif place is not None:
        timed = Q(due_at__gte=place.at) & ~Q(due_at=place.at, id__lte=place.key)
    if place is None or place.at is not None:
        reads = [_read(each, timed, ("due_at", "id"), "due_at", limit) for each in parts]
        found = joining.first_keys(reads, "due_at, id", limit)
    if len(found) < limit:
        reads = [_read(each, still, ("id",), "due_at", limit) for each in parts]
        found += joining.first_keys(reads, "id", limit - len(found))
    return found


def _by_moment(parts: Sequence[Part], field: str, after: str, limit: int) -> list[UUID]:
    """Return keys in order of a moment that every case has, the newest first."""
    place = _Place.read(after)
    left = ANY
    if place is not None and place.at is not None:
        gone = Q(**{field: place.at, "id__gte": place.key})
        left = Q(**{f"{field}__lte": place.at}) & ~gone
    reads = [_read(each, left, (f"-{field}", "-id"), field, limit) for each in parts]
    return joining.first_keys(reads, f"{field} DESC, id DESC", limit)


def _read(part: Part, left: Q, order: Sequence[str], field: str, limit: int) -> QuerySet[Case, Any]:
    rows = Case.objects.filter(part.condition, left)
    columns: QuerySet[Case, Any] = rows.values("id", field)
    return columns.order_by() if part.is_gathered else columns.order_by(*order)[:limit]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins: after the row with this moment and key."""

    at: datetime | None
    key: UUID

    @classmethod
    def read(cls, text: str) -> "_Place | None":
        """Return the place that an address names; one that nobody wrote is the beginning."""
        moment, _tilde, key = text.partition("~")
        try:
            at = datetime.fromisoformat(moment) if moment else None
            return cls(at, UUID(key)) if at is None or at.tzinfo else None
        except ValueError:
            return None


def _place_of(case: Case, order: str) -> str:
    at = case.due_at if order == "due" else getattr(case, LATER[order])
    return f"{at.isoformat() if at else ''}~{case.pk}"


def _cases(keys: Sequence[UUID], columns: Sequence[str]) -> tuple[Case, ...]:
    """Return cases in the order of their keys, placed, with the name of who works on each."""
    rows = Case.objects.filter(pk__in=keys).select_related("assignee").order_by()
    named = rows.only(*columns, "assignee__username", "assignee__display_name")
    known = {row.pk: placed(row) for row in named}
    return tuple(known[key] for key in keys if key in known)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases each view has, and which of the present view ask for something.

    A number over 1,000 means: more than that.
    """

    views: dict[str, int]
    only: dict[str, int]


def queue_counts(viewer: Viewer, view: str) -> Counts:
    """Return the counts over the list, in one query; those of the whole city are not counted."""
    branches = _branches(viewer, "open")

    def of(parts: Sequence[Part], condition: Q = ANY) -> list[QuerySet[Any, Any]]:
        opened = [Q(is_open=True) & condition & each.condition for each in parts]
        return [Case.objects.filter(each).order_by("due_at", "id") for each in opened]

    wanted: dict[str, list[QuerySet[Any, Any]]] = {
        name: of(_view_parts(viewer, name, branches))
        for name in ("mine", "agency", "unassigned", "confirm")
    }
    wanted["review"] = [reviews_waiting(viewer)]
    kinds = TIMED if _is_whole(viewer, view, branches) else ONLY
    for only in kinds:
        wanted[only] = of(_view_parts(viewer, view, branches), only_condition(only, viewer.at))
    found = joining.counts(wanted)
    return Counts(
        {name: found[name] for name in VIEWS if name in found},
        {name: found[name] for name in kinds},
    )


def _is_whole(viewer: Viewer, view: str, branches: Sequence[Branch]) -> bool:
    """Whether a view is of the whole city: no index says who holds its cases, so no count."""
    is_city = any(each.reach == "city" for each in branches)
    has_place = getattr(viewer.person, "agency_id", None) is not None
    return view == "all" or (is_city and view in ("agency", "unassigned") and not has_place)
