"""Everything that the page of one work shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from shizheng.core.access import Person, acts_open_to, may
from shizheng.core.files import attachments_of
from shizheng.core.journal import entries_of
from shizheng.core.models import Attachment, JournalEntry
from shizheng.plan.models import (
    AuditFault,
    Item,
    PlannedCurve,
    PublicWork,
    WorkAudit,
    WorkContract,
    WorkReport,
    WorkWarning,
)
from shizheng.plan.models.work import CurveStatus
from shizheng.plan.works.domain import curves
from shizheng.plan.works.domain.alarms import WorkFacts
from shizheng.plan.works.domain.faults import FaultState
from shizheng.plan.works.domain.months import last_day
from shizheng.plan.works.domain.stages import NEXT, Stage
from shizheng.plan.works.selectors.audits import faults_of
from shizheng.plan.works.selectors.watch import facts_of

PERMISSIONS = ("plan.edit_work", "plan.adopt_curve", "plan.audit_works")


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month as a row: planned and actual on its last day, paid in it and so far."""

    report: WorkReport
    planned: Decimal | None
    paid_so_far_twd: int
    photos: Sequence[Attachment] = ()

    @property
    def gap(self) -> Decimal | None:
        """Points behind the plan; below 0 when ahead."""
        return None if self.planned is None else self.planned - self.report.percent


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An audit with its faults; pages for everybody show the count alone."""

    audit: WorkAudit
    faults: Sequence[AuditFault]

    @property
    def open_count(self) -> int:
        """Faults that are not closed."""
        return sum(fault.state != FaultState.CLOSED for fault in self.faults)


@dataclass(frozen=True, slots=True)
class WorkDetail:
    """One work as a page shows it; internal parts are empty for who may not see them."""

    work: PublicWork
    on: date
    points: curves.Points | None
    facts: WorkFacts | None
    months: list[MonthRow]
    replaced: list[WorkReport]
    contracts: list[WorkContract]
    curve_versions: list[PlannedCurve]
    proposed: PlannedCurve | None
    audits: list[AuditRow]
    warnings: list[WorkWarning]
    items: list[Item]
    is_internal_view: bool
    timeline: list[JournalEntry]
    acts: tuple[str, ...]

    @property
    def planned_today(self) -> Decimal | None:
        """Per cent planned for today."""
        return curves.planned_on(self.points, self.on) if self.points else None

    @property
    def newest_photos(self) -> list[tuple[MonthRow, Attachment]]:
        """The last photos, newest month first."""
        return [(row, photo) for row in reversed(self.months) for photo in row.photos][:12]


def work_detail(work: PublicWork, *, viewer: Person, on: date) -> WorkDetail:
    """Read everything about a work."""
    versions = list(work.curves.select_related("proposed_by", "decided_by"))
    adopted = next((each for each in versions if each.status == CurveStatus.ADOPTED), None)
    points = curves.from_json(adopted.points) if adopted else None
    reports = list(work.reports.select_related("filed_by"))
    is_internal = may(viewer, "plan.view_internal")
    audits = _audits(work)
    proposed = next((each for each in versions if each.status == CurveStatus.PROPOSED), None)
    held = acts_open_to(viewer, work, *PERMISSIONS)
    return WorkDetail(
        work=work,
        on=on,
        points=points,
        facts=facts_of(work, points, on=on),
        months=_months([each for each in reports if each.is_standing], points),
        replaced=[each for each in reports if not each.is_standing],
        contracts=list(work.contracts.select_related("contractor").order_by("-version")),
        curve_versions=versions if is_internal else [
            each for each in versions if each.status == CurveStatus.ADOPTED
        ],
        proposed=proposed if is_internal else None,
        audits=audits,
        warnings=list(work.warnings.filter(ended_on=None)),
        items=list(
            work.items.select_related("edition__plan").order_by("chapter__number", "number")
        ),
        is_internal_view=is_internal,
        timeline=list(entries_of(work)) if is_internal else [],
        acts=_acts(work, held, viewer, proposed),
    )  # fmt: skip


def _months(reports: list[WorkReport], points: curves.Points | None) -> list[MonthRow]:
    """Return the standing reports, the oldest first, each with what was planned for its end."""
    ordered = sorted(reports, key=lambda report: report.month)
    paid = accumulate(report.paid_twd for report in ordered)
    return [
        MonthRow(
            report=report,
            planned=curves.planned_on(points, last_day(report.month)) if points else None,
            paid_so_far_twd=so_far,
            photos=list(attachments_of(report)),
        )
        for report, so_far in zip(ordered, paid, strict=True)
    ]


def _audits(work: PublicWork) -> list[AuditRow]:
    audits = list(work.audits.select_related("round", "recorded_by"))
    faults = list(faults_of(audits))
    return [
        AuditRow(audit, [fault for fault in faults if fault.audit_id == audit.pk])
        for audit in audits
    ]


def _acts(
    work: PublicWork, held: frozenset[str], viewer: Person, proposed: PlannedCurve | None
) -> tuple[str, ...]:
    """Return the acts on the work itself that permission and stage leave open, in order."""
    stage = Stage(work.stage)
    can_move = bool(NEXT[stage])
    is_building, has_contract = stage == Stage.CONSTRUCTION, work.contract_twd is not None
    open_to = {
        "report": "plan.edit_work" in held and (is_building or work.reported_for is not None),
        "contract": "plan.edit_work" in held and can_move,
        "curve": "plan.edit_work" in held and can_move and has_contract and not proposed,
        "stage": "plan.edit_work" in held and can_move,
        "curve-decision": "plan.adopt_curve" in held
        and proposed is not None
        and proposed.proposed_by_id != viewer.pk,
        "audit": "plan.audit_works" in held and has_contract and stage != Stage.TERMINATED,
    }
    return tuple(name for name, is_open in open_to.items() if is_open)
