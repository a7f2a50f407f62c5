"""Background work of letters about things: reminders of last days."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import daily, job
from shizheng.places.noticing.actions import notices_remind

log = structlog.get_logger()


@daily(at="07:30")
@job("places.remind_of_terms")
def remind_of_terms() -> None:
    """Remind of last days that draw near or have passed (催辦)."""
    made = notices_remind(at=timezone.now())
    if made:
        log.info("terms_reminded", count=made)
