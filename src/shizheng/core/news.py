"""Telling the plan that what its evidence reads has changed (證據更新)."""

from shizheng.core.jobs import jobs

READERS = "plan.recompute_lights"


def evidence_changed() -> None:
    """Have the plan look at its evidence again, once for all news since it last looked.

    Belongs into the transaction that made the news; in a city without a plan nobody is waiting.
    """
    if READERS in jobs:
        jobs[READERS].enqueue(key=READERS)
