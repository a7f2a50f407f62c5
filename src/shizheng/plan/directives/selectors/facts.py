"""What the rules need to know of one directive, read from the tables."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Count, QuerySet
from django.utils import timezone

from shizheng.core.access import VisibleQuerySet
from shizheng.core.models import Agency
from shizheng.plan.directives.domain.due import Basis, DueStep
from shizheng.plan.directives.domain.flow import ExtensionStatus, ReportStatus
from shizheng.plan.directives.domain.periods import (
    Cadence,
    Lock,
    ReportPeriod,
    is_open,
    periods_between,
)
from shizheng.plan.directives.domain.release import ReportFacts
from shizheng.plan.models import Directive, DirectiveReport, Edition, Item, ReportPeriodLock

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


def partners_missing(report: DirectiveReport) -> VisibleQuerySet[Agency]:
    """Partners that have not countersigned this version."""
    partners = Agency.objects.filter(partner_directives=report.directive)
    signed = report.countersigns.values("agency")
    return partners.exclude(pk__in=signed).order_by("position", "code")


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


def periods_open(directive: Directive, *, today: date) -> list[ReportPeriod]:
    """Return the periods for which a report can be filed on ``today``; the latest first."""
    cadence = Cadence(directive.cadence)
    locks = {
        lock.period_first: Lock(lock.grace_until)
        for lock in ReportPeriodLock.objects.filter(control=directive.control_id, cadence=cadence)
    }
    versions = directive.reports.filter(term=directive.term).order_by("version")
    latest = {report.period_first: report.status for report in versions}
    found = []
    for period in periods_between(directive.issued_on, today, cadence):
        status = latest.get(period.first)
        was_returned = status == ReportStatus.RETURNED
        lock = locks.get(period.first)
        if status != ReportStatus.ACCEPTED and is_open(lock, today, was_returned=was_returned):
            found.append(period)
    return found[::-1]


def items_in_force(codes: Iterable[str]) -> list[Item]:
    """Return the items of these codes in the edition that was adopted last, in its order."""
    edition = (
        Edition.objects.filter(status=Edition.Status.ADOPTED)
        .order_by("-plan__period_from", "-number")
        .first()
    )
    return list(Item.objects.filter(edition=edition, code__in=list(codes))) if edition else []
