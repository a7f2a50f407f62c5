"""The daily look at works (每日工程檢視): agency and control are told once of each thing wrong."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from shizheng.plan.models import PublicWork, WorkWarning
from shizheng.plan.works.actions.moving import told
from shizheng.plan.works.definitions import WorksRuleBody
from shizheng.plan.works.domain.alarms import Alarm
from shizheng.plan.works.domain.stages import Stage
from shizheng.plan.works.errors import WatchFailed
from shizheng.plan.works.selectors.watch import alarms_of

log = structlog.get_logger()


@dataclass(slots=True)
class Watch:
    """What one run did: works looked at, warnings begun and ended, and works that failed."""

    looked_at: int = 0
    begun: int = 0
    ended: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    def raise_failures(self) -> None:
        """Make failures seen by whoever called.

        Raises:
            WatchFailed: a work failed.
        """
        if self.failed:
            numbers = ", ".join(sorted(self.failed))
            raise WatchFailed(numbers=numbers, reason=next(iter(self.failed.values())))


def works_watch(*, rule: WorksRuleBody, at: datetime) -> Watch:
    """Look at every work under construction, and at those with a warning that may have ended.

    Each work has its own transaction: one that fails is logged and listed, and stops no other. A
    second run on the same day tells nobody anything.
    """
    run = Watch()
    building = PublicWork.objects.filter(stage=Stage.CONSTRUCTION)
    warned = PublicWork.objects.filter(warnings__ended_on=None, warnings__isnull=False)
    for key, number in list((building | warned).distinct().values_list("pk", "number")):
        run.looked_at += 1
        try:
            begun, ended = work_watch(key=key, rule=rule, at=at)
        except Exception as error:  # the outermost edge of one work's own look
            log.exception("work_watch_failed", work=number)
            run.failed[number] = str(error) or type(error).__name__
        else:
            run.begun, run.ended = run.begun + begun, run.ended + ended
    return run


@transaction.atomic
def work_watch(*, key: UUID, rule: WorksRuleBody, at: datetime) -> tuple[int, int]:
    """Bring the warnings of one work to what the rule says now; return how many began and ended.

    A warning that grew or shrank to another level is ended and begun anew.
    """
    work = PublicWork.objects.select_for_update(of=("self",)).get(pk=key)
    on = timezone.localdate(at)
    found = {alarm.kind.value: alarm for alarm in alarms_of(work, rule=rule, on=on)}
    standing = {each.kind: each for each in work.warnings.filter(ended_on=None)}
    ended = 0
    for kind, warning in standing.items():
        alarm = found.get(kind)
        if alarm is None or alarm.level != warning.level:
            WorkWarning.objects.filter(pk=warning.pk).update(ended_on=on)
            told(work, "warning_ended", by=None, at=at, now={"kind": kind})
            ended += 1
        else:
            found.pop(kind)
    for alarm in found.values():
        _begin(work, alarm, rule, on=on, at=at)
    return len(found), ended


def _begin(work: PublicWork, alarm: Alarm, rule: WorksRuleBody, *, on: date, at: datetime) -> None:
    WorkWarning.objects.create(
        work=work,
        kind=alarm.kind,
        level=alarm.level,
        amount=alarm.amount,
        limit=alarm.limit,
        rule=rule.id,
        rule_version=rule.version,
        since_on=on,
        recorded_at=at,
    )
    now = {
        "kind": alarm.kind.value,
        "level": alarm.level.value,
        "amount": alarm.amount,
        "limit": alarm.limit,
        "rule": f"{rule.id}/{rule.version}",
    }
    told(work, "warned", by=None, at=at, now=now)
