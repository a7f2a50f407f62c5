"""What the rule needs to know of a work, and what it says."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from shizheng.plan.models import PlannedCurve, PublicWork
from shizheng.plan.models.work import CurveStatus
from shizheng.plan.works.definitions import WorksRuleBody
from shizheng.plan.works.domain import curves
from shizheng.plan.works.domain.alarms import Alarm, WorkFacts, alarms
from shizheng.plan.works.domain.months import last_day
from shizheng.plan.works.domain.stages import Stage


def curves_in_force(works: Iterable[PublicWork]) -> dict[UUID, curves.Points]:
    """Return by work the points of the curve adopted last; works without one are absent."""
    rows = PlannedCurve.objects.filter(work__in=list(works), status=CurveStatus.ADOPTED)
    found = {}
    for row in rows.order_by("work", "version"):
        found[row.work_id] = curves.from_json(row.points)
    return found


def facts_of(work: PublicWork, points: curves.Points | None, *, on: date) -> WorkFacts | None:
    """Return what the rule needs to know; None of a work without a contract."""
    if work.starts_on is None or work.ends_on is None or work.contract_twd is None:
        return None
    reported_on = min(last_day(work.reported_for), on) if work.reported_for else None
    planned = curves.planned_on(points, reported_on) if points and reported_on else None
    return WorkFacts(
        starts_on=work.starts_on,
        ends_on=work.ends_on,
        contract_twd=work.contract_twd,
        paid_twd=work.paid_twd,
        actual=Decimal(work.percent),
        planned=planned,
        reported_on=reported_on,
    )


def alarms_of(work: PublicWork, *, rule: WorksRuleBody, on: date) -> tuple[Alarm, ...]:
    """Return what is wrong with a work now; nothing unless it is under construction."""
    if work.stage != Stage.CONSTRUCTION:
        return ()
    facts = facts_of(work, curves_in_force([work]).get(work.pk), on=on)
    return alarms(rule.alarm_rule(), facts, on) if facts else ()
