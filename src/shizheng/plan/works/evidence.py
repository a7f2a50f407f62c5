"""What public works say of the items that they carry out: progress, money, planned end."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from shizheng.plan.domain.claims import Claim, Side
from shizheng.plan.domain.known import Evidence, Figure, Obligation
from shizheng.plan.domain.progress import Curve
from shizheng.plan.evidence.sources import Finding, evidence_sources
from shizheng.plan.models import Item, PlannedCurve, PublicWork, WorkContract, WorkReport
from shizheng.plan.works.domain import curves
from shizheng.plan.works.domain.months import last_day
from shizheng.plan.works.domain.stages import Stage

HUNDRED = Decimal(100)


@dataclass(slots=True)
class Known:
    """A work as it was known at a moment."""

    work: PublicWork
    amount_twd: int = 0
    paid_twd: int = 0
    percent: Decimal = Decimal(0)
    dated_on: date | None = None
    points: curves.Points | None = None


@evidence_sources.register("public_work")
def _works(items: QuerySet[Item], at: datetime | None) -> Iterable[Finding]:
    """Each work brings its figure with its planned curve; together they say how far the item is.

    Of several works of an item, what is done and what is paid is weighed by their contracts, so
    that reports of the department, the money and the work itself can be held against each other.
    """
    pairs = PublicWork.items.through.objects.filter(item__in=items)
    if at is not None:
        pairs = pairs.filter(publicwork__registered_at__lte=at)
    links = list(pairs.values_list("item", "publicwork"))
    known = _known({work for _, work in links}, at)
    by_item: dict[UUID, list[Known]] = defaultdict(list)
    for item, key in links:
        by_item[item].append(known[key])
    on = timezone.localdate(at)
    for item, works in by_item.items():
        for fact in _facts(works, on):
            yield item, fact


def _known(keys: set[UUID], at: datetime | None) -> dict[UUID, Known]:
    def then(column: str) -> Q:
        return Q(**{f"{column}__lte": at}) if at is not None else Q()

    found = {work.pk: Known(work) for work in PublicWork.objects.filter(pk__in=keys)}
    for contract in WorkContract.objects.filter(then("made_at"), work__in=keys).order_by("version"):
        found[contract.work_id].amount_twd = contract.amount_twd
    adopted = PlannedCurve.objects.filter(then("decided_at"), work__in=keys, status="adopted")
    for curve in adopted.order_by("version"):
        found[curve.work_id].points = curves.from_json(curve.points)
    newest: dict[tuple[UUID, date], WorkReport] = {}
    reports = WorkReport.objects.filter(then("filed_at"), work__in=keys)
    for report in reports.order_by("month", "version"):
        newest[report.work_id, report.month] = report
    for report in newest.values():
        one = found[report.work_id]
        one.percent, one.dated_on = report.percent, last_day(report.month)
        one.paid_twd += report.paid_twd
    return found


def _facts(works: list[Known], on: date) -> Iterator[Evidence | Obligation | Figure | Claim]:
    for one in works:
        work, number = one.work, one.work.number
        is_live = work.stage != Stage.TERMINATED
        if work.ends_on and is_live:
            done = work.completed_on if work.completed_on and work.completed_on <= on else None
            yield Obligation(
                "public_work", number, work.ends_on, done, is_synthetic=work.is_synthetic
            )
        if one.dated_on is None:
            continue
        day = min(one.dated_on, on)
        yield Evidence("public_work", day, number, is_synthetic=work.is_synthetic)
        if is_live:
            yield Figure(
                source="public_work",
                reference=number,
                dated_on=day,
                value=one.percent,
                unit="percent",
                rows=1,
                target=HUNDRED,
                curve=Curve(one.points) if one.points else None,
                is_synthetic=work.is_synthetic,
            )
    yield from _claims([one for one in works if one.amount_twd and one.dated_on], on)


def _claims(works: list[Known], on: date) -> Iterator[Claim]:
    """Say once how far the works of an item are and how much of them is paid."""
    whole = sum(one.amount_twd for one in works)
    if not whole:
        return
    done = sum((one.percent * one.amount_twd for one in works), Decimal(0)) / whole
    paid = HUNDRED * sum(one.paid_twd for one in works) / whole
    day = min(max(one.dated_on for one in works if one.dated_on), on)
    number = works[0].work.number if len(works) == 1 else ""
    invented = any(one.work.is_synthetic for one in works)
    for side, percent in ((Side.ACTUAL, done), (Side.MONEY, paid)):
        yield Claim(side, round(percent, 2), day, "public_work", number, is_synthetic=invented)
