"""The list of directives: what a viewer may see, narrowed by the filters in the address."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from shizheng.core.access import Person
from shizheng.kernel.text import words
from shizheng.plan.directives.domain.flow import ExtensionStatus, Status
from shizheng.plan.directives.domain.holding import Holder, holder_of
from shizheng.plan.models import (
    Directive,
    DirectiveCountersign,
    DirectiveExtension,
    DirectiveReport,
)

WEEK = timedelta(days=7)
SORTS = {
    "due": ("due_on", "number"),
    "-due": ("-due_on", "-number"),
    "number": ("issued_on", "number"),
    "-number": ("-issued_on", "-number"),
    "percent": ("percent", "due_on", "number"),
    "lead": ("lead__position", "lead__code", "due_on", "number"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the list; empty means not narrowed.

    Args:
        state: a status, ``following`` (not released) or ``all``.
        due: ``overdue`` or ``week``.
        lead: code of the lead agency.
        q: words; all of them must be found.
    """

    state: str = "following"
    due: str = ""
    lead: str = ""
    source: str = ""
    q: str = ""
    sort: str = "due"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many directives the viewer can see, in the states that ask for something."""

    following: int
    overdue: int
    due_this_week: int
    release_requested: int
    released: int


def directives_listed(*, viewer: Person, on: date, filters: Filters) -> QuerySet[Directive]:
    """Directives that ``viewer`` may see and the filters keep, in the order they ask for."""
    found = Directive.objects.visible_to(viewer).select_related("lead", "control")
    found = found.filter(_state(filters.state))
    if filters.due == "overdue":
        found = found.filter(~Q(status=Status.RELEASED), due_on__lt=on)
    elif filters.due == "week":
        found = found.filter(~Q(status=Status.RELEASED), due_on__gte=on, due_on__lt=on + WEEK)
    if filters.lead:
        found = found.filter(lead__code=filters.lead)
    if filters.source:
        found = found.filter(source=filters.source)
    for word in words(filters.q):
        found = found.filter(search_text__contains=word)
    return found.order_by(*SORTS[filters.sort])


def _state(state: str) -> Q:
    if state == "all":
        return Q()
    if state == "following":
        return ~Q(status=Status.RELEASED)
    return Q(status=state)


def directive_counts(*, viewer: Person, on: date) -> Counts:
    """Count what the viewer can see, whatever the filters, in one query."""
    following = ~Q(status=Status.RELEASED)
    counts = Directive.objects.visible_to(viewer).aggregate(
        following=Count("pk", filter=following),
        overdue=Count("pk", filter=following & Q(due_on__lt=on)),
        due_this_week=Count("pk", filter=following & Q(due_on__gte=on, due_on__lt=on + WEEK)),
        release_requested=Count("pk", filter=Q(status=Status.RELEASE_REQUESTED)),
        released=Count("pk", filter=Q(status=Status.RELEASED)),
    )
    return Counts(**counts)


def with_holder(directives: QuerySet[Directive]) -> QuerySet[Directive]:
    """Annotate what says who holds a directive, for ``holder_shown``."""
    latest = DirectiveReport.objects.filter(
        directive=OuterRef("pk"), term=OuterRef("term")
    ).order_by("-period_first", "-version")
    signed = DirectiveCountersign.objects.filter(report=OuterRef(OuterRef("latest_report"))).values(
        "agency"
    )
    unsigned = Directive.partners.through.objects.filter(directive=OuterRef("pk")).exclude(
        agency__in=signed
    )
    pending = DirectiveExtension.objects.filter(
        directive=OuterRef("pk"), status=ExtensionStatus.PENDING
    )
    return directives.annotate(
        latest_report=Subquery(latest.values("pk")[:1]),
        latest_status=Subquery(latest.values("status")[:1]),
        has_pending_extension=Exists(pending),
        is_unsigned=Exists(unsigned),
    )


def holder_shown(directive: Directive) -> Holder:
    """Return who holds a directive that ``with_holder`` annotated."""
    return holder_of(
        directive.status,
        report_status=directive.latest_status,  # type: ignore[attr-defined]  # annotated
        is_countersigned=not directive.is_unsigned,  # type: ignore[attr-defined]  # annotated
        has_pending_extension=directive.has_pending_extension,  # type: ignore[attr-defined]  # annotated
    )
