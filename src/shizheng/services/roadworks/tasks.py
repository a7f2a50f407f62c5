"""Background work between permits to dig and their cases."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import every, job
from shizheng.services.roadworks.following import cases_follow

log = structlog.get_logger()


@every(minutes=2)
@job("services.follow_digs")
def follow_digs() -> None:
    """Move the cases of works to where their permits are (挖掘許可案件)."""
    moved = cases_follow(at=timezone.now())
    if moved:
        log.info("cases_followed_digs", count=moved)
