"""Background work of dispatching: whom nobody answers for is passed on every minute."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import every, job
from shizheng.services.dispatch.actions import dispatches_pass_on

log = structlog.get_logger()


@every(minutes=1)
@job("services.pass_on_dispatches", retries=2)
def pass_on_dispatches() -> None:
    """Pass on dispatches that nobody acknowledged in time (逾時改派).

    Raises:
        RedispatchFailed: some cases could not be passed on.
    """
    done = dispatches_pass_on(at=timezone.now())
    if done.missed:
        log.info("dispatches_passed_on", missed=done.missed, sent=done.sent)
    done.raise_failures()
