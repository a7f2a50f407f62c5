"""The daily look at findings: the security chief is told once of each that passed its date."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from shizheng.core import journal, outbox
from shizheng.plan.models import SecurityFinding
from shizheng.plan.security.definitions import SecurityRuleBody
from shizheng.plan.security.errors import WatchIncomplete

log = structlog.get_logger()


@dataclass(slots=True)
class FindingWatch:
    """What one run did: findings looked at, warned of, and those that failed."""

    looked_at: int = 0
    warned: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    def raise_failures(self) -> None:
        """Make failures seen by whoever called.

        Raises:
            WatchIncomplete: a finding failed.
        """
        if self.failed:
            numbers = ", ".join(sorted(self.failed))
            raise WatchIncomplete(numbers=numbers, reason=next(iter(self.failed.values())))


def findings_watch(*, rule: SecurityRuleBody, at: datetime) -> FindingWatch:
    """Warn of every finding that is past its date and not fixed, once for each date.

    Each finding has its own transaction: one that fails stops no other.
    """
    run = FindingWatch()
    late = SecurityFinding.objects.filter(
        fixed_on=None, warned_on=None, due_on__lt=timezone.localdate(at)
    )
    for key, number in list(late.order_by("due_on", "number").values_list("pk", "number")):
        run.looked_at += 1
        try:
            run.warned += finding_warn(key=key, rule=rule, at=at)
        except Exception as error:  # the outermost edge of one finding's own look
            log.exception("finding_watch_failed", finding=number)
            run.failed[number] = str(error) or type(error).__name__
    return run


@transaction.atomic
def finding_warn(*, key: UUID, rule: SecurityRuleBody, at: datetime) -> bool:
    """Warn the security chief of one finding (逾期警示); return whether it was still to be done."""
    today = timezone.localdate(at)
    open_ = SecurityFinding.objects.filter(pk=key, fixed_on=None, warned_on=None, due_on__lt=today)
    if not open_.update(warned_on=today):
        return False
    finding = SecurityFinding.objects.select_related("agency").get(pk=key)
    facts = {
        "number": finding.number,
        "agency": finding.agency.code,
        "to": rule.chief,
        "due_on": finding.due_on.isoformat(),
        "rule": f"{rule.id}/{rule.version}",
    }
    journal.record("plan.security_finding.overdue", finding, by=None, at=at, now=facts)
    outbox.publish("city.security_finding.overdue", finding, at=at, payload=facts)
    return True
