"""Background work of the register: the lights, every night and after what changes them."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import daily, job
from shizheng.plan.evidence.gathering import evidence_gather
from shizheng.plan.register.lights import lights_recompute
from shizheng.plan.register.selectors import edition_in_force

log = structlog.get_logger()


@daily(at="00:10")
@job("plan.recompute_lights")
def recompute_lights() -> None:
    """Gather evidence, then compute the lights of the edition in force.

    Evidence grows old even when nothing happens, so this runs every night; besides, after
    indicators are made, an edition is adopted, or a milestone or report is decided on.
    """
    edition = edition_in_force()
    if edition:
        at = timezone.now()
        gathered = evidence_gather(at=at)
        changed = lights_recompute(edition=edition, at=at)
        log.info("lights_recomputed", edition=edition.number, gathered=gathered, changed=changed)


@daily(at="06:15")
@job("plan.gather_evidence")
def gather_evidence() -> None:
    """Take in figures whose embargo ended since; new ones ask for it themselves."""
    recompute_lights()
