"""Steps of a master case at work: begun, blocked, decided, done, promised, a case of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from shizheng.core import outbox
from shizheng.core.access import Viewer, may, require
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import ChangedMeanwhile
from shizheng.kernel.time.amounts import Amount
from shizheng.kernel.time.period import due
from shizheng.services.access import actor_on
from shizheng.services.actions.acting import case_locked, finish
from shizheng.services.actions.run import Run
from shizheng.services.domain.answers import Choosable
from shizheng.services.domain.errors import AgencyUnknown
from shizheng.services.masters import errors
from shizheng.services.masters.children import child_open, link
from shizheng.services.masters.effects import computed
from shizheng.services.models import Case, CaseStep, Service
from shizheng.services.versions import definition_by

Status = CaseStep.Status
SETTLED = (Status.DONE, Status.DROPPED)
ACT = "services.act_on_case"


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of a step: its status on a day, why, and what is promised."""

    status: str
    on: date
    why: str = ""
    promised_on: date | None = None


@transaction.atomic
def step_change(
    *, case: Case, key: str, by: User, at: datetime, given: Change, seen: str | None = None
) -> CaseStep:
    """Begin, block, finish or drop a step (步驟異動), or promise its date.

    The agency that gives the permit, or the one that looks after the case, may.

    Args:
        seen: the status that ``by`` has seen; steps of other agencies may move meanwhile.

    Raises:
        NotPermitted: ``by`` may not act for either.
        StepUnknown, StepSettled, StepWaits, MasterClosed: not this step, not now.
        StepDayWrong, BlockerMissing: what is given cannot be.
        ChangedMeanwhile: somebody else changed the step.
    """
    locked, step = _step_locked(case, key, seen)
    require(by, ACT, _answerable(by, locked, step), at=at)
    run = Run(locked, at=at, by=by, on_behalf_of=step.agency)
    _check(locked, step, given, at.astimezone(run.tz).date())
    was = step.status
    _apply(run, step, given)
    step.save()
    told = {"now": given.status, "on": given.on, "promised_on": step.promised_on}
    _note(run, "step_changed", step, was=was, told=told, note=given.why.strip())
    if step.status == Status.BLOCKED != was:
        _tell_task_force(run, step)
    finish(run)
    return step


def _apply(run: Run, step: CaseStep, given: Change) -> None:
    was = step.status
    step.status = given.status
    step.promised_on = given.promised_on or step.promised_on
    if given.status == Status.BLOCKED and was != Status.BLOCKED:
        step.blocker, step.decision, step.decided_at = given.why.strip(), "", None
        step.decision_agency = step.decision_due = step.decided_by = None
        step.decide_by = _decide_by(run)
    if given.status == Status.OPEN:
        step.started_on = step.started_on or given.on
    if given.status == Status.DONE:
        step.started_on, step.finished_on = step.started_on or given.on, given.on


def _decide_by(run: Run) -> date | None:
    blockers = run.service.blockers
    if blockers is None:
        return None
    amount = Amount.parse(blockers.within)
    return due(run.at.astimezone(run.tz), amount, run.clocks.calendar, tz=run.tz).due_on


def _tell_task_force(run: Run, step: CaseStep) -> None:
    from shizheng.services.notices.writing import notice_write

    blockers = run.service.blockers
    if blockers is None or blockers.template is None:
        return
    for role in blockers.decided_by:
        notice_write(run, to=str(role), template=str(blockers.template), given={})


@transaction.atomic
def step_decide(
    *, case: Case, key: str, by: User, at: datetime, decision: str, agency: str = "",
    due_on: date | None = None,
) -> CaseStep:  # fmt: skip
    """Decide on what holds a step up (專案小組決議); the step can go on.

    Whoever gives orders hears of it by the event ``city.case.blocker_decided``; the words stay
    here, since cases of investors are confidential.

    Args:
        agency: code of the agency that carries it out; nothing for that of the step.

    Raises:
        NotTheTaskForce, NotBlocked, BlockerMissing, AgencyUnknown: why not.
    """
    locked, step = _step_locked(case, key, None)
    if not may_decide(locked, by, at):
        raise errors.NotTheTaskForce
    if step.status != Status.BLOCKED:
        raise errors.NotBlocked(step=Choosable(step.label))
    if not decision.strip():
        raise errors.BlockerMissing
    step.decision, step.decided_at, step.decided_by = decision.strip(), at, by
    step.decision_agency, step.decision_due = _agency(agency, step), due_on
    step.status = Status.OPEN if step.started_on else Status.WAITING
    step.save()
    run = Run(locked, at=at, by=by, on_behalf_of=locked.agency)
    told = {"agency": step.decision_agency.code, "due_on": due_on}
    _note(run, "step_decided", step, was=Status.BLOCKED, told=told, note=step.decision)
    outbox.publish(
        "city.case.blocker_decided", step, at=at,
        payload={
            "number": locked.number, "service": run.service.id, "step": key,
            "agency": step.decision_agency.code,
            "due_on": due_on.isoformat() if due_on else None, "sequence": locked.revision,
        },
    )  # fmt: skip
    finish(run)
    return step


def may_decide(case: Case, by: User, at: datetime) -> bool:
    """Whether somebody is of the task force of a master case (專案小組成員)."""
    blockers = definition_by(case.version_id).blockers
    if blockers is None:
        return False
    return bool(actor_on(case, Viewer(by, at), None).parts & {str(r) for r in blockers.decided_by})


def may_change(case: Case, step: CaseStep, by: User, at: datetime) -> bool:
    """Whether somebody may write down what became of a step."""
    return may(by, ACT, _answerable(by, case, step), at=at)


@transaction.atomic
def step_case_open(*, case: Case, key: str, by: User, at: datetime) -> Case:
    """Open the case of a step, its form filled from the master case (開立子案); return it.

    Raises:
        NotPermitted, NoCaseOfStep, StepSettled, StepWaits: not here, not now.
        DomainError: its service does not take it in: its form asks for more than is known here.
    """
    locked, step = _step_locked(case, key, None)
    require(by, ACT, _answerable(by, locked, step), at=at)
    run = Run(locked, at=at, by=by, on_behalf_of=step.agency)
    service = _service_of(run, step)
    child = child_open(run, service, computed(run, run.service.steps[key].answers), kind="child")
    _take_child(run, step, child)
    return child


@transaction.atomic
def step_case_link(*, case: Case, key: str, by: User, at: datetime, number: str) -> Case:
    """Take a case that was filed by itself as that of a step (連結子案); return it.

    Raises:
        NotPermitted, NoCaseOfStep, StepSettled, StepWaits: not here, not now.
        CaseNotOfStep: no such case, of another service, or of another step.
    """
    locked, step = _step_locked(case, key, None)
    require(by, ACT, _answerable(by, locked, step), at=at)
    run = Run(locked, at=at, by=by, on_behalf_of=step.agency)
    service = _service_of(run, step)
    rows = Case.objects.visible_to(by, at=at).filter(number=number.strip(), service=service)
    child = rows.filter(step_of=None).exclude(pk=locked.pk).first()
    if child is None:
        raise errors.CaseNotOfStep(number=number[:60], service=Choosable(service.name))
    link(run, child)
    _take_child(run, step, child)
    return child


def _service_of(run: Run, step: CaseStep) -> Service:
    definition = run.service.steps.get(step.key)
    if definition is None or definition.service is None or step.child_id is not None:
        raise errors.NoCaseOfStep(step=Choosable(step.label))
    _check(run.case, step, Change(Status.OPEN, run.at.astimezone(run.tz).date()), None)
    return Service.objects.select_related("owner", "current").get(code=str(definition.service))


def _take_child(run: Run, step: CaseStep, child: Case) -> None:
    was, today = step.status, run.at.astimezone(run.tz).date()
    step.child = child
    step.started_on = step.started_on or today
    step.status = Status.OPEN
    follow_child(step, child, today)
    step.save()
    _note(run, "step_case", step, was=was, told={"case": child.number})
    finish(run)


def follow_child(step: CaseStep, child: Case, today: date) -> None:
    """Set what the end of its case makes of a step: done, or blocked where it came to nothing."""
    if child.is_open:
        return
    if child.outcome == "completed":
        step.status, step.finished_on, step.blocker = Status.DONE, today, ""
        step.started_on = min(step.started_on or today, today)
    else:
        state = definition_by(child.version_id).states[child.state]
        step.status = Status.BLOCKED
        step.blocker = f"{child.number} · {Choosable(state.label)}"


def _step_locked(case: Case, key: str, seen: str | None) -> tuple[Case, CaseStep]:
    locked = case_locked(case, None)
    step = (
        CaseStep.objects.select_related("agency", "child", "decision_agency")
        .filter(case=locked, key=key)
        .first()
    )
    if step is None:
        raise errors.StepUnknown(number=locked.number, step=key[:50])
    if not locked.is_open:
        raise errors.MasterClosed(number=locked.number)
    if seen is not None and step.status != seen:
        raise ChangedMeanwhile(thing=locked.number)
    return locked, step


def _answerable(by: User, case: Case, step: CaseStep) -> Model:
    """Return what the right is asked for: the agency of the step, else the case itself."""
    return step.agency if may(by, ACT, step.agency) else case


def _agency(code: str, step: CaseStep) -> Agency:
    if not code:
        return step.agency
    found = Agency.objects.filter(code=code).first()
    if found is None:
        raise AgencyUnknown(agency=code[:60])
    return found


def _check(case: Case, step: CaseStep, given: Change, today: date | None) -> None:
    label, changes = Choosable(step.label), given.status != step.status
    if step.status in SETTLED:
        raise errors.StepSettled(step=label)
    if given.status == Status.BLOCKED and changes and not given.why.strip():
        raise errors.BlockerMissing
    if given.status in (Status.OPEN, Status.DONE) and changes:
        before = CaseStep.objects.filter(case=case, key__in=step.after).exclude(status__in=SETTLED)
        if names := [str(Choosable(row.label)) for row in before]:
            raise errors.StepWaits(step=label, before=", ".join(names))
        early = step.started_on is not None and given.on < step.started_on
        if (today is not None and given.on > today) or early:
            raise errors.StepDayWrong(day=given.on)


def _note(
    run: Run, action: str, step: CaseStep, *, was: str, told: Mapping[str, Any], note: str = ""
) -> None:
    """Write one event about a step; the investor may read it."""
    state = run.case.state
    run.begin(
        action, left=state, entered=state, note=note, by=run.by, visibility="party",
        given={"step": step.key, "was": was, **told},
    )  # fmt: skip
    run.end()
