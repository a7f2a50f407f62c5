"""Weaknesses and audit findings: recorded, given another date by the chief, and fixed."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.plan.models import InformationSystem, SecurityFinding
from shizheng.plan.security.actions.moving import (
    check_day,
    check_system,
    moved,
    number_take,
    told,
    written,
)
from shizheng.plan.security.domain.levels import FindingKind, Severity
from shizheng.plan.security.errors import FindingFixed, SystemMissing
from shizheng.plan.security.rules import security_rule


@transaction.atomic
def finding_record(
    *,
    by: User,
    at: datetime,
    agency: Agency,
    kind: str,
    title: str,
    severity: str,
    found_on: date,
    owner: User,
    system: InformationSystem | None = None,
    control: str = "",
    due_on: date | None = None,
    is_synthetic: bool = False,
) -> SecurityFinding:
    """Record a weakness or an audit finding with who fixes it by when (登錄弱點、稽核發現).

    Args:
        control: number of a control of ISO/IEC 27001:2022 Annex A.
        due_on: the rule's days for the severity if left out.

    Raises:
        NotPermitted, TextMissing, DayWrong, OtherAgency, SystemMissing: why not.
        SecurityRuleMissing: no date is given and there is no rule.
    """
    require(by, "plan.edit_security", agency, at=at)
    check_system(system, agency)
    if kind == FindingKind.WEAKNESS and system is None:
        raise SystemMissing
    check_day(found_on, latest=timezone.localdate(at))
    level = Severity(severity)
    last = due_on or found_on + timedelta(days=security_rule().fix_days[level])
    check_day(last, earliest=found_on, latest=found_on + timedelta(days=3660))
    finding = SecurityFinding.objects.create(
        number=number_take("SF", at),
        kind=FindingKind(kind),
        agency=agency,
        system=system,
        title=written(title),
        severity=level,
        control=control,
        owner=owner,
        found_on=found_on,
        first_due_on=last,
        due_on=last,
        is_synthetic=is_synthetic,
        recorded_at=at,
        recorded_by=by,
    )
    now = {"kind": str(kind), "severity": str(severity), "due_on": last, "owner": owner.username}
    told(finding, "recorded", by=by, at=at, now=now)
    return finding


@transaction.atomic
def finding_fix(
    *, finding: SecurityFinding, by: User, at: datetime, fixed_on: date, note: str
) -> SecurityFinding:
    """Record that a finding is fixed, and how (完成改善).

    Raises:
        NotPermitted, TextMissing, DayWrong, FindingFixed, ChangedMeanwhile: why not.
    """
    require(by, "plan.edit_security", finding, at=at)
    if finding.fixed_on is not None:
        raise FindingFixed(number=finding.number)
    check_day(fixed_on, earliest=finding.found_on, latest=timezone.localdate(at))
    moved(finding, fixed_on=fixed_on, fix_note=written(note))
    told(finding, "fixed", by=by, at=at, now={"fixed_on": fixed_on})
    return finding


@transaction.atomic
def finding_extend(
    *, finding: SecurityFinding, by: User, at: datetime, due_on: date, reason: str
) -> SecurityFinding:
    """Give a finding a later date (展延改善期限); the first one stays on record.

    Raises:
        NotPermitted, TextMissing, DayWrong, FindingFixed, ChangedMeanwhile: why not.
    """
    require(by, "plan.lead_security", finding, at=at)
    if finding.fixed_on is not None:
        raise FindingFixed(number=finding.number)
    why = written(reason)
    later = max(finding.due_on, timezone.localdate(at)) + timedelta(days=1)
    check_day(due_on, earliest=later, latest=later + timedelta(days=3660))
    was = {"due_on": finding.due_on}
    moved(finding, due_on=due_on, warned_on=None)
    told(finding, "extended", by=by, at=at, why=why, was=was, now={"due_on": due_on})
    return finding
