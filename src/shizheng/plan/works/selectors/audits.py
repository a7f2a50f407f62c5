"""What audits know: works that could be picked, faults that came again, what is open."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from shizheng.core.models import Agency
from shizheng.plan.models import AuditFault, Contractor, PublicWork, WorkAudit
from shizheng.plan.works.definitions import WorksRuleBody
from shizheng.plan.works.domain.faults import FaultState, Found, Repeat, repeats
from shizheng.plan.works.domain.picking import Candidate
from shizheng.plan.works.domain.stages import Stage
from shizheng.plan.works.selectors.watch import curves_in_force, facts_of


def candidates_on(control: Agency, *, on: date, rule: WorksRuleBody) -> tuple[Candidate, ...]:
    """Return the works of a control unit under construction, as a draw takes them."""
    works = list(
        PublicWork.objects.filter(
            control=control, stage=Stage.CONSTRUCTION, contractor__isnull=False
        ).order_by("number")
    )
    points = curves_in_force(works)
    again = repeats_by_contractor()
    latest: dict[UUID, WorkAudit] = {}
    for audit in WorkAudit.objects.order_by("audited_on", "number"):
        latest[audit.work_id] = latest[audit.contractor_id] = audit
    found = []
    for work in works:
        facts = facts_of(work, points.get(work.pk), on=on)
        graded = latest.get(work.pk) or latest.get(work.contractor_id)  # type: ignore[arg-type]  # filtered
        found.append(
            Candidate(
                number=work.number,
                contract_twd=work.contract_twd or 0,
                gap=facts.gap if facts else None,
                is_new=work.pk not in latest,
                repeat_faults=again[work.contractor_id],
                last_grade_poor=bool(graded and graded.grade in rule.poor_grades),
            )
        )
    return tuple(found)


def faults_found() -> tuple[Found, ...]:
    """Return every fault of every audit as the rule of repeats takes it."""
    rows = AuditFault.objects.order_by().values_list("audit__contractor", "code", "audit")
    return tuple(Found(*row) for row in rows)


def repeats_by_contractor() -> Counter[UUID | None]:
    """Return how many faults of each contractor came again."""
    again: Counter[UUID | None] = Counter()
    for each in repeats(faults_found()):
        again[each.contractor] += each.again  # type: ignore[index]  # keys of contractors
    return again


@dataclass(frozen=True, slots=True)
class ContractorRow:
    """A contractor as a row: works, audits, faults, and those that came again by code."""

    contractor: Contractor
    works: int
    audits: int
    faults: int
    open_faults: int
    overdue_faults: int
    repeats: tuple[tuple[Repeat, Mapping[str, str]], ...]

    @property
    def again(self) -> int:
        """How often faults came again."""
        return sum(each.again for each, _ in self.repeats)


def contractors_listed(*, on: date) -> list[ContractorRow]:
    """Return every contractor with a work, those whose faults came again most often first."""
    names: dict[str, Mapping[str, str]] = {}
    counts: dict[str, Counter[UUID]] = {key: Counter() for key in ("faults", "open", "overdue")}
    for fault in AuditFault.objects.select_related("audit").order_by("found_on", "number"):
        names[fault.code] = fault.name
        key = fault.audit.contractor_id
        counts["faults"][key] += 1
        counts["open"][key] += fault.state != FaultState.CLOSED
        counts["overdue"][key] += fault.state == FaultState.OPEN and fault.due_on < on
    again: dict[object, list[tuple[Repeat, Mapping[str, str]]]] = {}
    for each in repeats(faults_found()):
        again.setdefault(each.contractor, []).append((each, names[each.code]))
    works = Counter(PublicWork.objects.order_by().values_list("contractor", flat=True))
    audits = Counter(WorkAudit.objects.order_by().values_list("contractor", flat=True))
    rows = [
        ContractorRow(
            contractor=row,
            works=works[row.pk],
            audits=audits[row.pk],
            faults=counts["faults"][row.pk],
            open_faults=counts["open"][row.pk],
            overdue_faults=counts["overdue"][row.pk],
            repeats=tuple(again.get(row.pk, ())),
        )
        for row in Contractor.objects.all()
    ]
    return sorted(rows, key=lambda row: (-row.again, -row.faults, row.contractor.name))


def faults_of(audits: Iterable[WorkAudit]) -> QuerySet[AuditFault]:
    """Return the faults of audits with all that a page shows of them."""
    rows = AuditFault.objects.filter(audit__in=list(audits)).select_related("audit__work")
    return rows.prefetch_related("corrections__filed_by", "corrections__checked_by")
