"""Background work of public works: the daily look."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import daily, job
from shizheng.plan.models import PublicWork
from shizheng.plan.works.actions.warning import works_watch
from shizheng.plan.works.rules import works_rule

log = structlog.get_logger()


@daily(at="06:40")
@job("plan.watch_works")
def watch_works() -> None:
    """Look at every work (每日工程檢視) and record what is wrong, once.

    Works that failed fail the job once all others are done, so that it is seen and tried again.

    Raises:
        WatchFailed: some works failed; names them.
    """
    if not PublicWork.objects.exists():  # a new city may have no rule yet
        return
    run = works_watch(rule=works_rule(), at=timezone.now())
    log.info(
        "works_watched", looked_at=run.looked_at, begun=run.begun, ended=run.ended,
        failed=len(run.failed),
    )  # fmt: skip
    run.raise_failures()
