"""Background work of information security: the daily look at findings past their date."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import daily, job
from shizheng.plan.models import SecurityFinding
from shizheng.plan.security.actions.watching import findings_watch
from shizheng.plan.security.rules import security_rule

log = structlog.get_logger()


@daily(at="06:50")
@job("plan.watch_security")
def watch_security() -> None:
    """Warn the security chief of findings past their date (逾期未改善), once for each date.

    Findings that failed fail the job once all others are done, so that it is seen and tried again.

    Raises:
        WatchIncomplete: some findings failed; names them.
    """
    if not SecurityFinding.objects.exists():  # a new city may have no rule yet
        return
    run = findings_watch(rule=security_rule(), at=timezone.now())
    log.info("findings_watched", looked_at=run.looked_at, warned=run.warned, failed=len(run.failed))
    run.raise_failures()
