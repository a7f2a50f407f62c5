"""Background work of clocks and reviews."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import every, job
from shizheng.services.clocks.sweeping import clocks_recompute, clocks_sweep
from shizheng.services.reviews.actions import reviews_fall_silent

log = structlog.get_logger()


@every(minutes=1)
@job("services.sweep_clocks", retries=2)
def sweep_clocks() -> None:
    """Carry out warnings and consequences that are due (稽催).

    Raises:
        SweepFailed: some services could not be looked after.
    """
    run = clocks_sweep(at=timezone.now())
    if run.looked_at:
        log.info("clocks_swept", looked_at=run.looked_at, late=run.became_late, acted=run.acted)
    run.raise_failures()


@every(minutes=5)
@job("services.settle_silence", retries=2)
def settle_silence() -> None:
    """Take agencies that said nothing in time at their silence."""
    reviews_fall_silent(at=timezone.now())


@job("services.recompute_clocks", retries=3)
def recompute_clocks() -> None:
    """Count every open clock anew, after the calendar changed."""
    looked_at, changed = clocks_recompute(at=timezone.now())
    log.info("clocks_recomputed", looked_at=looked_at, changed=changed)
