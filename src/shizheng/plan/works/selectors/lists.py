"""The list of works: what everybody may see, narrowed by the filters in the address."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from shizheng.core.access import Person, VisibleQuerySet
from shizheng.core.models import Agency, Area
from shizheng.kernel.text import words
from shizheng.plan.models import PublicWork, WorkWarning
from shizheng.plan.works.domain.alarms import AlarmKind, Level, WorkFacts
from shizheng.plan.works.domain.stages import Stage
from shizheng.plan.works.selectors.watch import curves_in_force, facts_of

SORTS = {
    "number": ("number",),
    "-amount": ("-contract_twd", "number"),
    "ends": ("ends_on", "number"),
    "percent": ("percent", "number"),
}
RUNNING = (Stage.PREPARATION, Stage.TENDER, Stage.CONSTRUCTION, Stage.COMPLETED)


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the list; empty means not narrowed.

    Args:
        stage: a stage, ``running`` (not accepted and not terminated) or ``all``.
        state: ``behind`` or ``warned``.
        agency, district: codes.
        item: code of a plan item.
        q: words; all of them must be found.
    """

    stage: str = "running"
    state: str = ""
    agency: str = ""
    district: str = ""
    item: str = ""
    q: str = ""
    sort: str = "number"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many works there are, and how many ask for attention."""

    building: int
    behind: int
    warned: int
    completed: int


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A work as a row: planned and actual for the same day, and whether it is behind."""

    work: PublicWork
    facts: WorkFacts | None
    colour: str

    @property
    def planned(self) -> Decimal | None:
        """Per cent planned for the day last reported."""
        return self.facts.planned if self.facts else None


def works_listed(*, viewer: Person, filters: Filters) -> VisibleQuerySet[PublicWork]:
    """Works that the filters keep, in the order they ask for, with whether each is warned of."""
    found = _with_warnings(PublicWork.objects.visible_to(viewer)).filter(_stage(filters.stage))
    if filters.state:
        found = found.filter(**{f"is_{filters.state}": True})
    if filters.agency:
        found = found.filter(agency__code=filters.agency)
    if filters.district:
        found = found.filter(district__code=filters.district)
    if filters.item:
        of_item = PublicWork.items.through.objects.filter(item__code=filters.item)
        found = found.filter(pk__in=of_item.values("publicwork"))
    for word in words(filters.q):
        found = found.filter(search_text__contains=word)
    found = found.select_related("agency", "contractor", "district").defer("district__shape")
    kept: VisibleQuerySet[PublicWork] = found.order_by(*SORTS[filters.sort])
    return kept


def _with_warnings(works: VisibleQuerySet[PublicWork]) -> VisibleQuerySet[Any]:
    return works.annotate(
        is_behind=Exists(_warnings().filter(kind=AlarmKind.PROGRESS, level=Level.BEHIND)),
        is_warned=Exists(_warnings()),
    )


def _warnings() -> VisibleQuerySet[WorkWarning]:
    return WorkWarning.objects.filter(work=OuterRef("pk"), ended_on=None)


def _stage(stage: str) -> Q:
    if stage == "all":
        return Q()
    return Q(stage__in=RUNNING) if stage == "running" else Q(stage=stage)


def rows_of(works: list[PublicWork], *, on: date) -> list[WorkRow]:
    """Return works as rows, in their order; curves are read at once."""
    points = curves_in_force(works)
    return [
        WorkRow(work, facts_of(work, points.get(work.pk), on=on), _colour(work)) for work in works
    ]


def _colour(work: PublicWork) -> str:
    """Return the light of a work: of its warnings, grey before there is anything to report."""
    if work.is_behind:  # type: ignore[attr-defined]  # annotated
        return "red"
    if work.is_warned:  # type: ignore[attr-defined]  # annotated
        return "yellow"
    return "green" if work.reported_for else "grey"


def work_counts(*, viewer: Person) -> Counts:
    """Count works and those with a warning, whatever the filters, in two queries."""
    works = PublicWork.objects.visible_to(viewer)
    stages = works.aggregate(
        building=Count("pk", filter=Q(stage=Stage.CONSTRUCTION)),
        completed=Count("pk", filter=Q(stage__in=[Stage.COMPLETED, Stage.ACCEPTED])),
    )
    behind = Q(kind=AlarmKind.PROGRESS, level=Level.BEHIND)
    warned = WorkWarning.objects.filter(ended_on=None, work__in=works).aggregate(
        behind=Count("work", filter=behind, distinct=True), warned=Count("work", distinct=True)
    )
    return Counts(**stages, **warned)


def work_agencies() -> list[Agency]:
    """Return the agencies that have a work."""
    having = PublicWork.objects.order_by().values("agency")
    return list(Agency.objects.filter(pk__in=having).order_by("position", "code"))


def work_districts() -> list[Area]:
    """Return the districts in which a work lies."""
    lying = PublicWork.objects.order_by().values("district")
    return list(Area.objects.filter(pk__in=lying).defer("shape").order_by("code"))
