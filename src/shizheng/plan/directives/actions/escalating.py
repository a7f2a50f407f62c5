"""The daily climb of overdue directives (逾期層報)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from shizheng.core import journal, outbox
from shizheng.core.models import Agency
from shizheng.plan.directives.domain.escalation import (
    EscalationRule,
    Level,
    Side,
    WorkingDays,
    levels_reached,
    working_days_overdue,
)
from shizheng.plan.directives.domain.flow import Status
from shizheng.plan.directives.errors import EscalationsFailed
from shizheng.plan.models import Directive, DirectiveEscalation

log = structlog.get_logger()


@dataclass(slots=True)
class EscalationRun:
    """What one run did: climbs recorded, and directives that failed, each with its reason."""

    looked_at: int = 0
    recorded: list[DirectiveEscalation] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def raise_failures(self) -> None:
        """Make failures seen by whoever called.

        Raises:
            EscalationsFailed: a directive failed.
        """
        if self.failed:
            numbers = ", ".join(sorted(self.failed))
            raise EscalationsFailed(numbers=numbers, reason=next(iter(self.failed.values())))


def directives_escalate(
    *, rule: EscalationRule, calendar: WorkingDays, at: datetime
) -> EscalationRun:
    """Let every overdue directive climb as far as the rule says; each level is told once.

    Each directive has its own transaction: one that fails is logged and listed, and stops nobody
    else. A second run on the same day records nothing.
    """
    run = EscalationRun()
    for key, number in _overdue(timezone.localdate(at)):
        run.looked_at += 1
        try:
            run.recorded += directive_escalate(key=key, rule=rule, calendar=calendar, at=at)
        except Exception as error:  # the outermost edge of one directive's own work
            log.exception("directive_escalation_failed", directive=number)
            run.failed[number] = str(error) or type(error).__name__
    return run


def _overdue(today: date) -> Iterator[tuple[UUID, str]]:
    overdue = Directive.objects.exclude(status=Status.RELEASED).filter(due_on__lt=today)
    yield from list(overdue.order_by("due_on", "number").values_list("pk", "number"))


@transaction.atomic
def directive_escalate(
    *, key: UUID, rule: EscalationRule, calendar: WorkingDays, at: datetime
) -> list[DirectiveEscalation]:
    """Record the levels that one directive has reached and not climbed yet for this due date.

    Raises:
        CalendarOutOfRange: the calendar does not cover the days since the due date.
    """
    directive = Directive.objects.select_for_update(of=("self",)).get(pk=key)
    today = timezone.localdate(at)
    if directive.status == Status.RELEASED:
        return []
    overdue = working_days_overdue(directive.due_on, today, calendar)
    told = directive.escalations.filter(due_on=directive.due_on)
    climbed = set(told.values_list("level", flat=True))
    return [
        _climb(directive, level, rule, overdue=overdue, at=at)
        for level in levels_reached(rule, overdue)
        if level.code not in climbed
    ]


def _climb(
    directive: Directive, level: Level, rule: EscalationRule, *, overdue: int, at: datetime
) -> DirectiveEscalation:
    agency: Agency = directive.lead if level.side is Side.LEAD else directive.control
    escalation = DirectiveEscalation.objects.create(
        directive=directive,
        level=level.code,
        to=dict(level.to),
        agency=agency,
        due_on=directive.due_on,
        overdue_working_days=overdue,
        escalated_on=timezone.localdate(at),
        recorded_at=at,
        rule=rule.id,
        rule_version=rule.version,
    )
    facts = {
        "number": directive.number,
        "level": level.code,
        "to": dict(level.to),
        "agency": agency.code,
        "due_on": directive.due_on.isoformat(),
        "overdue_working_days": overdue,
        "rule": f"{rule.id}/{rule.version}",
    }
    journal.record("plan.directive.escalated", directive, by=None, at=at, now=facts)
    outbox.publish("city.directive.escalated", directive, at=at, payload=facts)
    return escalation
