"""Audits of works: what was found, what the contractor did about it, and what the check says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from shizheng.core import files
from shizheng.core.access import require
from shizheng.core.files import Readable
from shizheng.core.models import User
from shizheng.kernel.errors import ChangedMeanwhile
from shizheng.plan.directives.selectors.city import work_calendar
from shizheng.plan.models import AuditFault, AuditRound, FaultCorrection, PublicWork, WorkAudit
from shizheng.plan.works.actions.moving import moved, told, written
from shizheng.plan.works.definitions import WorksRuleBody
from shizheng.plan.works.domain.faults import FaultState, due_on, grade_of
from shizheng.plan.works.errors import (
    AuditDayWrong,
    ContractMissing,
    FaultSettled,
    FaultUnknown,
    OwnCorrection,
)
from shizheng.plan.works.rules import works_rule


@dataclass(frozen=True, slots=True)
class GivenFault:
    """A fault as an auditor writes it down.

    Args:
        severity: empty for that of the list.
    """

    code: str
    note: str
    severity: str = ""
    photos: Sequence[Readable] = ()


@transaction.atomic
def audit_record(
    *,
    work: PublicWork,
    by: User,
    at: datetime,
    audited_on: date,
    score: Decimal,
    team: str,
    note: str = "",
    faults: Sequence[GivenFault] = (),
    round_: AuditRound | None = None,
) -> WorkAudit:
    """Record an audit with its faults (登錄查核結果); the grade follows from the score.

    Each fault is to be corrected within the working days that the rule gives its severity.

    Raises:
        NotPermitted: ``by`` may not audit for the control unit of the work.
        ContractMissing, AuditDayWrong, FaultUnknown, ScoreUnfit, ReasonMissing: why not.
        CalendarMissing, CalendarOutOfRange: the days cannot be counted.
        ChangedMeanwhile: somebody acted on the work first.
    """
    require(by, "plan.audit_works", work, at=at)
    if work.contractor is None or work.starts_on is None:
        raise ContractMissing(number=work.number)
    today = timezone.localdate(at)
    if not work.starts_on <= audited_on <= today:
        raise AuditDayWrong(audited_on=audited_on, earliest=work.starts_on, latest=today)
    rule = works_rule()
    _check_known(rule, faults)
    grade = grade_of(score, rule.grade_table)
    moved(work)
    audit = WorkAudit.objects.create(
        work=work,
        round=round_,
        contractor=work.contractor,
        number=work.audits.count() + 1,
        audited_on=audited_on,
        score=score,
        grade=grade,
        team=written(team),
        note=note.strip(),
        rule=rule.id,
        rule_version=rule.version,
        recorded_at=at,
        recorded_by=by,
    )
    for number, fault in enumerate(faults, start=1):
        _note(audit, number, fault, rule, by=by, at=at)
    now = {
        "audit": audit.number,
        "audited_on": audited_on,
        "grade": grade,
        "faults": [fault.code for fault in faults],
    }
    told(work, "audited", by=by, at=at, on_behalf_of=work.control, now=now)
    return audit


def _check_known(rule: WorksRuleBody, faults: Sequence[GivenFault]) -> None:
    unknown = sorted({fault.code for fault in faults} - set(rule.fault_list))
    if unknown:
        raise FaultUnknown(codes=", ".join(unknown))


def _note(
    audit: WorkAudit,
    number: int,
    given: GivenFault,
    rule: WorksRuleBody,
    *,
    by: User,
    at: datetime,
) -> None:
    entry = rule.fault_list[given.code]
    severity = given.severity or entry.severity.value
    last = due_on(audit.audited_on, rule.days_for(severity), work_calendar())
    fault = AuditFault.objects.create(
        audit=audit,
        number=number,
        code=entry.code,
        name=dict(entry.name),
        severity=severity,
        note=written(given.note),
        found_on=audit.audited_on,
        first_due_on=last,
        due_on=last,
    )
    for photo in given.photos:
        name = getattr(photo, "name", "photo.jpg")
        files.store(photo, name=name, by=by, at=at, attach_to=fault)


@transaction.atomic
def correction_file(
    *,
    fault: AuditFault,
    by: User,
    at: datetime,
    text: str,
    photos: Sequence[Readable] = (),
) -> FaultCorrection:
    """File for the contractor what was done about a fault (填報缺失改善).

    Raises:
        NotPermitted: ``by`` may not report for the agency of the work.
        FaultSettled, ReasonMissing: why not.
    """
    work = fault.audit.work
    require(by, "plan.edit_work", work, at=at)
    text = written(text)
    _settle(fault, FaultState.OPEN, FaultState.CORRECTED)
    correction = FaultCorrection.objects.create(
        fault=fault,
        number=fault.corrections.count() + 1,
        text=text,
        due_on=fault.due_on,
        filed_on=timezone.localdate(at),
        filed_at=at,
        filed_by=by,
    )
    for photo in photos:
        name = getattr(photo, "name", "photo.jpg")
        files.store(photo, name=name, by=by, at=at, attach_to=correction)
    now = {"fault": _called(fault), "is_late": correction.is_late}
    told(work, "correction_filed", by=by, at=at, on_behalf_of=work.agency, now=now)
    return correction


@transaction.atomic
def correction_check(
    *, fault: AuditFault, by: User, at: datetime, is_accepted: bool, note: str
) -> FaultCorrection:
    """Close a fault after a check, or set the contractor a new date (複查).

    Raises:
        NotPermitted, OwnCorrection: ``by`` may not check it.
        FaultSettled, ReasonMissing: why not.
    """
    work = fault.audit.work
    require(by, "plan.audit_works", work, at=at)
    note, today = written(note), timezone.localdate(at)
    correction = fault.corrections.filter(is_accepted=None).first()
    if correction is None:
        raise FaultSettled(fault=_called(fault), number=work.number)
    if correction.filed_by_id == by.pk:
        raise OwnCorrection
    if is_accepted:
        _settle(fault, FaultState.CORRECTED, FaultState.CLOSED, closed_on=today)
    else:
        again = due_on(today, works_rule().days_for(fault.severity), work_calendar())
        _settle(fault, FaultState.CORRECTED, FaultState.OPEN, due_on=again)
    FaultCorrection.objects.filter(pk=correction.pk).update(
        is_accepted=is_accepted, check_note=note, checked_on=today, checked_at=at, checked_by=by
    )
    correction.refresh_from_db()
    now = {"fault": _called(fault), "is_accepted": is_accepted, "due_on": fault.due_on}
    told(work, "correction_checked", by=by, at=at, on_behalf_of=work.control, why=note, now=now)
    return correction


def _settle(fault: AuditFault, was: FaultState, now: FaultState, **changes: object) -> None:
    """Move a fault, if it stands as it was read.

    Raises:
        FaultSettled: it stands somewhere else.
        ChangedMeanwhile: somebody moved it at this moment.
    """
    if fault.state != was:
        raise FaultSettled(fault=_called(fault), number=fault.audit.work.number)
    if not AuditFault.objects.filter(pk=fault.pk, state=was).update(state=now, **changes):
        raise ChangedMeanwhile(thing=fault.audit.work.number)
    fault.refresh_from_db()


def _called(fault: AuditFault) -> str:
    """Return how people name a fault: number of the audit and of the fault in it."""
    return f"{fault.audit.number}-{fault.number}"
