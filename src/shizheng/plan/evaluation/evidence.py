"""What evaluations, findings and advance reviews say of the plan items that they carry out."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from shizheng.plan.domain.known import Evidence, Obligation
from shizheng.plan.evidence.sources import Finding, evidence_sources
from shizheng.plan.models import AdvanceProject, ControlFinding, EvaluationRound, Item


@evidence_sources.register("evaluation")
def _rounds(items: QuerySet[Item], at: datetime | None) -> Iterable[Finding]:
    """A closed round is evidence that the evaluation was held; an open one is due."""
    moment = at or timezone.now()
    links = EvaluationRound.items.through.objects.filter(
        item__in=items, evaluationround__opened_at__lte=moment
    )
    for link in links.select_related("evaluationround"):
        item, each = link.item_id, link.evaluationround
        name = str(each.number)
        closed = each.closed_at if each.closed_at and each.closed_at <= moment else None
        done = timezone.localdate(closed) if closed else None
        yield (
            item,
            Obligation(
                "evaluation", name, each.review_due_on, done, is_synthetic=each.is_synthetic
            ),
        )
        if done:
            yield item, Evidence("evaluation", done, name, is_synthetic=each.is_synthetic)


@evidence_sources.register("control_finding")
def _findings(items: QuerySet[Item], at: datetime | None) -> Iterable[Finding]:
    """A finding is due for its correction; once re-checked it is evidence."""
    moment = at or timezone.now()
    today = timezone.localdate(moment)
    links = ControlFinding.items.through.objects.filter(
        item__in=items, controlfinding__recorded_at__lte=moment
    )
    for link in links.select_related("controlfinding"):
        item, each = link.item_id, link.controlfinding
        name = str(each.number)
        done = each.closed_on if each.closed_on and each.closed_on <= today else None
        yield (
            item,
            Obligation("control_finding", name, each.due_on, done, is_synthetic=each.is_synthetic),
        )
        day = done or each.found_on
        yield item, Evidence("control_finding", day, name, is_synthetic=each.is_synthetic)


@evidence_sources.register("advance_review")
def _reviews(items: QuerySet[Item], at: datetime | None) -> Iterable[Finding]:
    """A decided version of a project is evidence that large projects are reviewed."""
    moment = at or timezone.now()
    links = AdvanceProject.items.through.objects.filter(
        item__in=items, advanceproject__versions__decided_at__lte=moment
    )
    decided = links.values_list(
        "item",
        "advanceproject__number",
        "advanceproject__versions__number",
        "advanceproject__versions__decided_at",
        "advanceproject__is_synthetic",
    )
    for item, project, version, decided_at, invented in decided:
        day, name = timezone.localdate(decided_at), f"{project}-{version}"
        yield item, Evidence("advance_review", day, name, is_synthetic=invented)
