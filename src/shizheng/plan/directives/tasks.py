"""Background work of the directives: the daily climb, and forgetting sent forms."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import daily, job
from shizheng.plan.directives import sending
from shizheng.plan.directives.actions.escalating import directives_escalate
from shizheng.plan.directives.selectors import city
from shizheng.plan.models import Directive

log = structlog.get_logger()


@daily(at="06:30")
@job("plan.escalate_directives")
def escalate_directives() -> None:
    """Let overdue directives climb (每日逾期層報).

    Directives that failed fail the job once all others are done, so that it is seen and tried
    again; what was recorded stays and is not recorded twice.

    Raises:
        EscalationsFailed: some directives failed; names them.
    """
    if not Directive.objects.exists():  # nothing can climb, and a new city may have no rule yet
        return
    run = directives_escalate(
        rule=city.escalation_rule(), calendar=city.work_calendar(), at=timezone.now()
    )
    log.info(
        "directives_escalated",
        looked_at=run.looked_at,
        recorded=len(run.recorded),
        failed=len(run.failed),
    )
    run.raise_failures()


@daily(at="03:40")
@job("plan.forget_sent_forms")
def forget_sent_forms() -> None:
    """Forget the tokens of forms sent more than a week ago."""
    sending.forget_old(at=timezone.now())
