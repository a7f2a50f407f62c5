"""Background work of forms being filled in."""

import structlog
from django.utils import timezone

from shizheng.core.jobs import daily, job
from shizheng.services.applying.actions import drafts_expire

log = structlog.get_logger()


@daily(at="03:10")
@job("services.expire_drafts", retries=1)
def expire_drafts() -> None:
    """Remove drafts that were kept for 30 days without being sent (草稿逾期清理)."""
    log.info("drafts_expired", count=drafts_expire(at=timezone.now()))
