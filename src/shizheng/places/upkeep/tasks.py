"""Background work of looking after things: what is due, and what escalates before a season."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import daily, job
from shizheng.places.models import Upkeep
from shizheng.places.upkeep.actions.escalating import season_escalate
from shizheng.places.upkeep.actions.scheduling import checks_refresh

log = structlog.get_logger()


@daily(at="00:40")
@job("places.refresh_checks")
def refresh_checks() -> None:
    """Bring what is due to the things that are in the registers today."""
    for upkeep in Upkeep.objects.filter(is_kept=True).select_related("register", "current"):
        changed = checks_refresh(upkeep=upkeep, at=timezone.now())
        if changed:
            log.info("checks_refreshed", upkeep=upkeep.code, changed=changed)


@daily(at="05:00")
@job("places.escalate_before_season")
def escalate_before_season() -> None:
    """Tell of faults that are open before a season, once at each stage (汛期前升級)."""
    made = season_escalate(at=timezone.now())
    if made:
        log.info("faults_escalated", count=len(made))
