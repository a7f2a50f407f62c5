"""Background work of digging: what silence grants, and joint plans."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import daily, job, report_progress
from shizheng.places.digging.actions.deciding import silence_grants
from shizheng.places.digging.actions.joint import plan_make
from shizheng.places.digging.models import DigChange, DigPermit, DigPlan

log = structlog.get_logger()


@daily(at="00:20")
@job("places.deem_permits")
def deem_permits() -> None:
    """Grant permits and changes that nobody answered in time (逾期視為同意)."""
    waiting = DigPermit.objects.filter(state="waiting").exists()
    if not waiting and not DigChange.objects.filter(state="waiting").exists():
        return
    deemed = silence_grants(at=timezone.now())
    log.info("permits_deemed", granted=len(deemed.granted), held=len(deemed.held))


@job("places.make_dig_plan", retries=3)
def make_plan(plan: str) -> None:
    """Make a joint plan that was begun (年度聯合挖掘排程); twice comes to the same."""
    row = DigPlan.objects.select_related("previous", "agency").filter(pk=plan).first()
    if row is None:
        return

    def told(done: int, of: int) -> None:
        report_progress(done / of if of else 1.0)

    made = plan_make(plan=row, at=timezone.now(), progress=told)
    log.info("dig_plan_made", plan=made.number, state=made.state)
