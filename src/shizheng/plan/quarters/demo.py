"""Closed quarters of a demonstration (示範季結報): the last two, closed by the act of real work."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from shizheng.kernel.errors import DomainError
from shizheng.plan.directives.demo import actor
from shizheng.plan.models import QuarterClosing
from shizheng.plan.quarters.actions import PERMISSION, quarter_close
from shizheng.plan.quarters.periods import quarter_of

COUNT = 2
log = structlog.get_logger()


def quarters_tell(*, at: datetime) -> int:
    """Close the last quarters that ended, unless any is closed; return how many were.

    A city that had no plan then, or whose pack has no role for it, has none.
    """
    if QuarterClosing.objects.exists():
        return 0
    running = quarter_of(timezone.localdate(at))
    reason = gettext("Invented: closed for the demonstration with what was open.")
    told = 0
    try:
        person = actor(
            "demo-quarters", gettext("Invented controller"), frozenset({PERMISSION}),
            at=at + timedelta(seconds=1),
        )  # fmt: skip
        for back in range(COUNT, 0, -1):
            with transaction.atomic():
                quarter_close(period=running - back, by=person, at=at, reason=reason)
            told += 1
    except DomainError as refusal:
        log.warning("invented_quarter_refused", refusal=refusal.code)
    return told
