"""Background work between cases and repairs: reports become orders, supervisors are told."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import daily, every, job
from shizheng.services.repairs.closing import cases_close
from shizheng.services.repairs.reporting import cases_report
from shizheng.services.repairs.telling import escalations_tell

log = structlog.get_logger()


@every(minutes=2)
@job("services.report_faults")
def report_faults() -> None:
    """Make work orders of the cases that are about a thing; close those that are repaired."""
    made = cases_report(at=timezone.now())
    if made:
        log.info("cases_became_orders", count=made)
    closed = cases_close(at=timezone.now())
    if closed:
        log.info("cases_closed_by_repair", count=closed)


@daily(at="05:20")
@job("services.tell_escalations")
def tell_escalations() -> None:
    """Tell supervisors of faults that are open before a season (汛期前升級通知)."""
    told = escalations_tell(at=timezone.now())
    if told:
        log.info("escalations_told", count=told)
