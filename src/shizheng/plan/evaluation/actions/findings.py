"""Findings of evaluation, internal control and audit: correction, re-check, and the end."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from shizheng.core import files
from shizheng.core.access import require
from shizheng.core.files import Readable
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import ChangedMeanwhile
from shizheng.plan.directives.selectors.city import work_calendar
from shizheng.plan.directives.selectors.facts import items_in_force
from shizheng.plan.evaluation.actions.common import next_number, noted, written
from shizheng.plan.evaluation.errors import (
    FaultCodeUnknown,
    FindingSettled,
    FoundLater,
    OwnFindingCorrection,
)
from shizheng.plan.evaluation.rules import control_rule
from shizheng.plan.models import ControlFinding, EvaluationRound, FindingCorrection, Item
from shizheng.plan.works.domain.faults import FaultState, due_on


@transaction.atomic
def finding_record(
    *,
    by: User,
    at: datetime,
    agency: Agency,
    source: str,
    code: str,
    text: str,
    found_on: date,
    round_: EvaluationRound | None = None,
    items: Sequence[Item] = (),
    is_synthetic: bool = False,
) -> ControlFinding:
    """Record a finding with the last day for its correction (登錄缺失).

    Without ``items`` it carries out those of the rule.

    Raises:
        NotPermitted: ``by`` may not run evaluations for the control unit.
        FaultCodeUnknown, FoundLater, WordsMissing, ControlRuleMissing: why not.
        CalendarMissing, CalendarOutOfRange: the days cannot be counted.
    """
    rule = control_rule()
    control = round_.control if round_ else Agency.objects.get(code=rule.control)
    require(by, "plan.run_evaluation", control, at=at)
    names = {fault.code: fault.name for fault in rule.faults}
    if code not in names:
        raise FaultCodeUnknown(code=code)
    if found_on > timezone.localdate(at):
        raise FoundLater(found_on=found_on)
    last = due_on(found_on, rule.correction_days, work_calendar())
    finding = ControlFinding.objects.create(
        number=next_number(ControlFinding), source=source, round=round_, agency=agency,
        control=control, code=code, name=dict(names[code]), text=written(text), found_on=found_on,
        first_due_on=last, due_on=last, recorded_at=at, recorded_by=by, is_synthetic=is_synthetic,
    )  # fmt: skip
    finding.items.set(items or items_in_force(rule.plan_items))
    now = {"number": finding.number, "agency": agency.code, "code": code, "due_on": last}
    noted(finding, "finding.recorded", by=by, at=at, on_behalf_of=control, now=now)
    return finding


@transaction.atomic
def finding_correct(
    *,
    finding: ControlFinding,
    by: User,
    at: datetime,
    text: str,
    documents: Sequence[Readable] = (),
) -> FindingCorrection:
    """File what the agency did about a finding (填報改善情形).

    Raises:
        NotPermitted: ``by`` may not answer for the agency.
        FindingSettled, WordsMissing: why not.
    """
    require(by, "plan.answer_evaluation", finding, at=at)
    text = written(text)
    _settle(finding, FaultState.OPEN, FaultState.CORRECTED)
    made = FindingCorrection.objects.create(
        finding=finding, number=finding.corrections.count() + 1, text=text, due_on=finding.due_on,
        filed_on=timezone.localdate(at), filed_at=at, filed_by=by,
    )  # fmt: skip
    for document in documents:
        name = getattr(document, "name", "document")
        files.store(document, name=name, by=by, at=at, attach_to=made)
    now = {"number": finding.number, "is_late": made.is_late}
    noted(finding, "finding.corrected", by=by, at=at, on_behalf_of=finding.agency, now=now)
    return made


@transaction.atomic
def finding_check(
    *, finding: ControlFinding, by: User, at: datetime, is_accepted: bool, note: str
) -> FindingCorrection:
    """Close a finding after a re-check, or give the agency a new date (複查).

    Raises:
        NotPermitted, OwnFindingCorrection: ``by`` may not check it.
        FindingSettled, WordsMissing: why not.
    """
    require(by, "plan.run_evaluation", finding, at=at)
    note, today = written(note), timezone.localdate(at)
    correction = finding.corrections.filter(is_accepted=None).first()
    if correction is None:
        raise FindingSettled(number=finding.number)
    if correction.filed_by_id == by.pk:
        raise OwnFindingCorrection
    if is_accepted:
        _settle(finding, FaultState.CORRECTED, FaultState.CLOSED, closed_on=today)
    else:
        again = due_on(today, control_rule().correction_days, work_calendar())
        _settle(finding, FaultState.CORRECTED, FaultState.OPEN, due_on=again)
    FindingCorrection.objects.filter(pk=correction.pk).update(
        is_accepted=is_accepted, check_note=note, checked_on=today, checked_at=at, checked_by=by
    )
    correction.refresh_from_db()
    now = {"number": finding.number, "is_accepted": is_accepted, "due_on": finding.due_on}
    noted(finding, "finding.checked", by=by, at=at, on_behalf_of=finding.control, why=note, now=now)
    return correction


def _settle(finding: ControlFinding, was: FaultState, now: FaultState, **changes: object) -> None:
    """Move a finding, if it stands as it was read.

    Raises:
        FindingSettled: it stands somewhere else.
        ChangedMeanwhile: somebody moved it at this moment.
    """
    if finding.state != was:
        raise FindingSettled(number=finding.number)
    if not ControlFinding.objects.filter(pk=finding.pk, state=was).update(state=now, **changes):
        raise ChangedMeanwhile(thing=finding.number)
    finding.refresh_from_db()
