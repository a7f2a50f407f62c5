"""The sweep over steps: a promised day that passed is told, once, to those who can do something."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shizheng.core.words import in_language
from shizheng.services import city
from shizheng.services.actions.acting import case_locked, finish
from shizheng.services.actions.run import Run
from shizheng.services.clocks.sweeping import SweepRun
from shizheng.services.masters.actions import SETTLED
from shizheng.services.models import Case, CaseStep
from shizheng.services.notices.writing import notice_write

PROMISED, DECISION = "promised", "decision"
LATE = "step_late"
Status = CaseStep.Status
log = structlog.get_logger()


def steps_sweep(*, at: datetime) -> SweepRun:
    """Tell of every step whose promised day, or day of a decision, passed (步驟逾期通報).

    A service whose definition fails stops nobody else; each case is a transaction of its own.
    """
    run, today = SweepRun(), timezone.localdate(at, city.zone())
    for code, cases in sorted(_cases_late(today).items()):
        try:
            for case in cases:
                run.warned += case_tell_late(case=case, at=at)
        except Exception as error:  # the outermost edge of one service's own work
            log.exception("service_sweep_failed", service=code)
            run.failed[code] = str(error) or type(error).__name__
    return run


@transaction.atomic
def case_tell_late(*, case: Case, at: datetime) -> int:
    """Tell of the steps of one master case that are late; return of how many days."""
    locked = case_locked(case, None)
    if not locked.is_open:
        return 0
    work, told = Run(locked, at=at, by=None), 0
    today = at.astimezone(work.tz).date()
    steps = CaseStep.objects.filter(case=locked).select_related("agency", "child")
    for step in steps:
        for kind, day in untold(step, today):
            step.told = [*step.told, f"{kind} {day.isoformat()}"]
            _tell(work, step, kind, day)
            told += 1
        if told:
            step.save(update_fields=["told"])
    if told:
        finish(work)
    return told


def _tell(work: Run, step: CaseStep, kind: str, day: date) -> None:
    state, blockers = work.case.state, work.service.blockers
    work.begin(
        LATE, left=state, entered=state, visibility="party",
        given={"step": step.key, "of": kind, "on": day},
        note=f"{in_language(step.label, settings.LANGUAGE_CODE)} · {day.isoformat()}",
    )  # fmt: skip
    if blockers and blockers.late:
        occasion = f"{step.key} {kind} {day.isoformat()}"
        for to in dict.fromkeys((*map(str, blockers.decided_by), "assignee")):
            notice_write(work, to=to, template=str(blockers.late), given={}, occasion=occasion)
    work.end()


def untold(step: CaseStep, today: date) -> Iterator[tuple[str, date]]:
    """Yield the days of a step that passed and of which nobody was told yet.

    A day that was promised anew is another day.
    """
    days = {
        PROMISED: step.promised_on if step.status not in SETTLED else None,
        DECISION: step.decide_by if step.status == Status.BLOCKED and not step.decision else None,
    }
    for kind, day in days.items():
        if day is not None and day < today and f"{kind} {day.isoformat()}" not in step.told:
            yield kind, day


def _cases_late(today: date) -> dict[str, list[Case]]:
    """Return the open cases with a late step of which was not told, by service."""
    rows = (
        CaseStep.objects.filter(case__is_open=True)
        .exclude(status__in=SETTLED)
        .filter(Q(promised_on__lt=today) | Q(status=Status.BLOCKED, decide_by__lt=today))
        .select_related("case__service")
        .order_by("case__opened_at", "case_id", "position")
    )
    found: dict[str, dict[UUID, Case]] = defaultdict(dict)
    for step in rows:
        if any(untold(step, today)):
            found[step.case.service.code][step.case_id] = step.case
    return {code: list(cases.values()) for code, cases in found.items()}
