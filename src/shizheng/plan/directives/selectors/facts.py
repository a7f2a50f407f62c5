"""What the rules need to know of one directive, read from the tables."""

from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils import timezone

from shizheng.core.models import Agency
from shizheng.plan.directives.domain.due import Basis, DueStep
from shizheng.plan.directives.domain.flow import ExtensionStatus, ReportStatus
from shizheng.plan.directives.domain.periods import Lock, ReportPeriod
from shizheng.plan.directives.domain.release import ReportFacts
from shizheng.plan.models import Directive, DirectiveReport, ReportPeriodLock

STANDING = (ReportStatus.FILED, ReportStatus.ACCEPTED)


def reports_standing(directive: Directive) -> QuerySet[DirectiveReport]:
    """Reports of the present term that are neither returned nor replaced; the latest first."""
    return directive.reports.filter(term=directive.term, status__in=STANDING).order_by(
        "-period_first"
    )


def final_reports_standing(directive: Directive) -> QuerySet[DirectiveReport]:
    """Of these, the final ones with evidence."""
    return reports_standing(directive).filter(is_final=True, evidence__isnull=False).distinct()


def percent_standing(directive: Directive) -> int:
    """Return the percentage of the latest report that stands; 0 before the first."""
    return reports_standing(directive).values_list("percent", flat=True).first() or 0


def percent_before(directive: Directive, period: ReportPeriod) -> int | None:
    """Return what the last report before ``period`` said, or None."""
    earlier = reports_standing(directive).filter(period_first__lt=period.first)
    return earlier.values_list("percent", flat=True).first()


def lock_on(directive: Directive, period: ReportPeriod) -> Lock | None:
    """Return the lock that the directive's control unit put on ``period``, or None."""
    lock = ReportPeriodLock.objects.filter(
        control=directive.control_id, cadence=directive.cadence, period_first=period.first
    ).first()
    return Lock(lock.grace_until) if lock else None


def partners_missing(report: DirectiveReport) -> QuerySet[Agency]:
    """Partners that have not countersigned this version."""
    return report.directive.partners.exclude(pk__in=report.countersigns.values("agency")).order_by(
        "position", "code"
    )


def report_facts(directive: Directive) -> list[ReportFacts]:
    """Return what the release rule needs of every version of every report."""
    reports = directive.reports.annotate(evidence_count=Count("evidence"))
    return [_facts(report, report.evidence_count) for report in reports]


def facts_of(report: DirectiveReport) -> ReportFacts:
    """Return the same of one version."""
    return _facts(report, report.evidence.count())


def _facts(report: DirectiveReport, evidence_count: int) -> ReportFacts:
    return ReportFacts(
        status=report.status,
        is_final=report.is_final,
        evidence_count=evidence_count,
        filed_by=report.filed_by_id,
        term=report.term,
    )


def has_pending_extension(directive: Directive) -> bool:
    """Whether a request for more time waits for a decision."""
    return directive.extensions.filter(status=ExtensionStatus.PENDING).exists()


def due_steps(directive: Directive) -> list[DueStep]:
    """Return every due date that held, in the order in which they came to hold."""
    dated: list[tuple[datetime, DueStep]] = []
    for extension in directive.extensions.all():
        if extension.granted_on and extension.decided_at:
            since = timezone.localdate(extension.decided_at)
            step = DueStep(
                extension.granted_on, Basis.EXTENSION, since, extension.number, extension.reason
            )
            dated.append((extension.decided_at, step))
    for decision in directive.decisions.all():
        if decision.due_on:
            step = DueStep(
                decision.due_on, Basis.REOPENING, decision.decided_on, decision.number,
                decision.text,
            )  # fmt: skip
            dated.append((decision.decided_at, step))
    first = DueStep(directive.first_due_on, Basis.FIRST, since=directive.issued_on)
    return [first, *(step for _, step in sorted(dated, key=lambda pair: pair[0]))]
