"""What follows the end of a case: its places are free again, the step it stood for is settled."""

from shizheng.services.actions.acting import case_locked, finish
from shizheng.services.actions.run import Run, closings
from shizheng.services.masters.actions import SETTLED, follow_child
from shizheng.services.models import Booking, CaseStep


@closings.register("bookings")
def give_places_back(run: Run) -> None:
    """Free the places of a case that came to nothing (釋出場地); one completed keeps its days."""
    if run.case.outcome != "completed":
        today = run.at.astimezone(run.tz).date()
        mine = Booking.objects.filter(case=run.case, released_at=None, last__gte=today)
        mine.update(released_at=run.at)


@closings.register("steps")
def settle_step(run: Run) -> None:
    """Note on the master case what its child came to: the step is done, or blocked (子案結案)."""
    if not any(link.case_id == run.case.pk for link in run.links):
        return
    rows = CaseStep.objects.filter(child=run.case).exclude(status__in=SETTLED)
    for step in rows.select_related("case", "agency"):
        master = case_locked(step.case, None)
        if not master.is_open:
            continue
        own = Run(master, at=run.at, by=run.by, on_behalf_of=step.agency)
        was = step.status
        follow_child(step, run.case, run.at.astimezone(run.tz).date())
        step.save()
        state = master.state
        own.begin(
            "step_changed", left=state, entered=state, note=step.blocker, by=run.by,
            visibility="party",
            given={"step": step.key, "was": was, "now": step.status, "case": run.case.number},
        )  # fmt: skip
        own.end()
        finish(own)
