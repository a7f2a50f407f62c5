"""Background work of the register: the lights, every night and after what changes them."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import daily, job
from shizheng.plan.register.lights import lights_recompute
from shizheng.plan.register.selectors import edition_in_force

log = structlog.get_logger()


@daily(at="00:10")
@job("plan.recompute_lights")
def recompute_lights() -> None:
    """Compute the lights of the edition in force; evidence grows old even when nothing happens."""
    edition = edition_in_force()
    if edition:
        changed = lights_recompute(edition=edition, at=timezone.now())
        log.info("lights_recomputed", edition=edition.number, changed=changed)
