"""Background work of master cases."""

from django.utils import timezone

from shizheng.core.jobs import every, job
from shizheng.services.masters.lateness import steps_sweep


@every(minutes=30)
@job("services.tell_late_steps", retries=2)
def tell_late_steps() -> None:
    """Tell of steps whose promised day passed (步驟逾期通報).

    Raises:
        SweepFailed: some services could not be looked after.
    """
    steps_sweep(at=timezone.now()).raise_failures()
