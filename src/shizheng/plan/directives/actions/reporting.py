"""Progress reports: filed by the lead, countersigned by partners, reviewed by the control unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from shizheng.core import files
from shizheng.core.access import require
from shizheng.core.files import Readable
from shizheng.core.models import Agency, User
from shizheng.plan.directives.actions.moving import moved, told, written
from shizheng.plan.directives.domain import flow, release
from shizheng.plan.directives.domain.flow import Act, ReportAct, ReportStatus
from shizheng.plan.directives.domain.periods import (
    Cadence,
    ReportPeriod,
    check_may_file,
    period_beginning,
)
from shizheng.plan.directives.errors import CountersignedAlready, NotPartner
from shizheng.plan.directives.selectors import facts
from shizheng.plan.models import (
    Directive,
    DirectiveCountersign,
    DirectiveEvidence,
    DirectiveReport,
    EvidenceKind,
    Item,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence as given (佐證): an address, a plan item or an uploaded file.

    Args:
        label: what it is called; for a file, its name.
    """

    label: str
    address: str = ""
    item: Item | None = None
    file: Readable | None = None


@transaction.atomic
def report_file(
    *,
    directive: Directive,
    by: User,
    at: datetime,
    period_first: date,
    percent: int,
    text: str,
    is_final: bool = False,
    evidence: Sequence[Evidence] = (),
    confirm_lower: bool = False,
) -> DirectiveReport:
    """File the lead agency's report for a period (回報執行情形), or a new version of it.

    A version that was only filed is replaced; one that was returned stays and a new one follows.

    Raises:
        NotPermitted: ``by`` may not report for the lead agency.
        PeriodUnknown, PeriodNotBegun, PeriodBeforeDirective, PeriodLocked: not this period.
        ReportSettled: the period's report was accepted.
        PercentOutOfRange, PercentFell, FinalReportNeedsEvidence, WordsMissing: not like this.
        FileTooLarge, FileEmpty, TypeNotAllowed, NotWhatItSays, StorageFull: not this file.
        ActNotPossible, ChangedMeanwhile: not any more.
    """
    require(by, "plan.report_progress", directive, at=at)
    text = written(text)
    period = period_beginning(period_first, Cadence(directive.cadence))
    standing = _latest_version(directive, period)
    _check_period(directive, period, standing, today=timezone.localdate(at))
    before = facts.percent_before(directive, period)
    release.check_percent(percent, before=before, is_confirmed=confirm_lower)
    if is_final and not evidence:
        raise release.FinalReportNeedsEvidence

    was = {"percent": directive.percent}
    moved(directive, Act.FILE_REPORT)
    if standing and standing.status == ReportStatus.FILED:
        _settle(standing, ReportAct.REPLACE)
    report = DirectiveReport.objects.create(
        directive=directive,
        term=directive.term,
        period_first=period.first,
        period_end=period.end,
        version=standing.version + 1 if standing else 1,
        percent=percent,
        text=text,
        is_final=is_final,
        filed_by=by,
        filed_at=at,
    )
    _attach(report, evidence, by=by, at=at)
    _keep_percent(directive)
    now = {**_as_filed(report), "evidence_count": len(evidence)}
    told(directive, "report_filed", by=by, at=at, on_behalf_of=directive.lead, was=was, now=now)
    return report


def _as_filed(report: DirectiveReport) -> dict[str, object]:
    """Return what the journal keeps of a report."""
    return {
        "period": str(report.period),
        "version": report.version,
        "percent": report.percent,
        "is_final": report.is_final,
    }


def _latest_version(directive: Directive, period: ReportPeriod) -> DirectiveReport | None:
    versions = directive.reports.filter(term=directive.term, period_first=period.first)
    return versions.order_by("-version").first()


def _check_period(
    directive: Directive, period: ReportPeriod, standing: DirectiveReport | None, *, today: date
) -> None:
    """Refuse a period that is closed, or whose report was accepted."""
    # a lock and a report of the same moment queue up behind the control unit's row
    Agency.objects.select_for_update(no_key=True).get(pk=directive.control_id)
    check_may_file(
        period,
        issued_on=directive.issued_on,
        today=today,
        lock=facts.lock_on(directive, period),
        was_returned=standing is not None and standing.status == ReportStatus.RETURNED,
    )
    if standing and standing.status == ReportStatus.ACCEPTED:
        raise flow.ReportSettled(number=directive.number, period=period)


def _attach(
    report: DirectiveReport, evidence: Sequence[Evidence], *, by: User, at: datetime
) -> None:
    for position, each in enumerate(evidence, start=1):
        attachment = None
        if each.file is not None:
            stored = files.store(each.file, name=each.label, by=by, at=at, attach_to=report)
            attachment = files.attachments_of(report).filter(file=stored).last()
        DirectiveEvidence.objects.create(
            report=report,
            position=position,
            kind=_kind(each),
            label=each.label[:200],
            address=each.address,
            item=each.item,
            attachment=attachment,
        )


def _kind(evidence: Evidence) -> EvidenceKind:
    if evidence.file is not None:
        return EvidenceKind.FILE
    return EvidenceKind.PLAN_ITEM if evidence.item else EvidenceKind.LINK


def _settle(report: DirectiveReport, act: ReportAct, **changes: object) -> None:
    """Move a version of a report, if it is as it was read.

    Raises:
        ReportSettled: it was dealt with already.
    """
    number, period = report.directive.number, report.period
    status = flow.report_status_after(report.status, act, number=number, period=period)
    as_read = DirectiveReport.objects.filter(pk=report.pk, status=report.status)
    if not as_read.update(status=status, **changes):
        raise flow.ReportSettled(number=number, period=period)
    report.refresh_from_db()


def _keep_percent(directive: Directive) -> None:
    """Write the percentage of the latest report that stands to the directive."""
    percent = facts.percent_standing(directive)
    Directive.objects.filter(pk=directive.pk).update(percent=percent)
    directive.percent = percent


@transaction.atomic
def report_countersign(
    *, report: DirectiveReport, by: User, at: datetime, agency: Agency, remark: str = ""
) -> DirectiveCountersign:
    """Put a partner agency's name to a report (會簽).

    Raises:
        NotPermitted: ``by`` may not countersign for ``agency``.
        NotPartner, CountersignedAlready, ReportSettled, ChangedMeanwhile: why not.
    """
    directive = report.directive
    require(by, "plan.countersign_report", directive, at=at)
    require(by, "plan.countersign_report", agency, at=at)
    if not directive.partners.filter(pk=agency.pk).exists():
        raise NotPartner(agency=agency, number=directive.number)
    if report.countersigns.filter(agency=agency).exists():
        raise CountersignedAlready(agency=agency)

    moved(directive, Act.COUNTERSIGN_REPORT)
    _settle(report, ReportAct.COUNTERSIGN)
    signed = DirectiveCountersign.objects.create(
        report=report, agency=agency, remark=remark.strip(), signed_by=by, signed_at=at
    )
    now = {"period": str(report.period), "version": report.version, "agency": agency.code}
    told(
        directive, "report_countersigned", by=by, at=at, on_behalf_of=agency,
        why=signed.remark, now=now,
    )  # fmt: skip
    return signed


@transaction.atomic
def report_return(
    *, report: DirectiveReport, by: User, at: datetime, reason: str
) -> DirectiveReport:
    """Send a report back to be corrected (退回補正); its text stays on record.

    Raises:
        NotPermitted, OwnReport, WordsMissing, ReportSettled, ChangedMeanwhile: why not.
    """
    directive = report.directive
    require(by, "plan.return_report", directive, at=at)
    reason = written(reason)
    release.check_not_own(by.pk, [facts.facts_of(report)], number=directive.number)
    moved(directive, Act.RETURN_REPORT)
    _settle(report, ReportAct.RETURN, decision_note=reason, decided_by=by, decided_at=at)
    _keep_percent(directive)
    told(
        directive, "report_returned", by=by, at=at, on_behalf_of=directive.control,
        why=reason, now={"period": str(report.period), "version": report.version},
    )  # fmt: skip
    return report


@transaction.atomic
def report_accept(
    *, report: DirectiveReport, by: User, at: datetime, waiver: str = ""
) -> DirectiveReport:
    """Accept a report (備查), countersigned by every partner or with a note why not.

    Raises:
        NotPermitted, OwnReport, CountersignMissing, ReportSettled, ChangedMeanwhile: why not.
    """
    directive = report.directive
    require(by, "plan.return_report", directive, at=at)
    release.check_not_own(by.pk, [facts.facts_of(report)], number=directive.number)
    missing = list(facts.partners_missing(report))
    release.check_countersigned(missing, waiver=waiver)
    moved(directive, Act.ACCEPT_REPORT)
    without = [agency.code for agency in missing]
    _settle(report, ReportAct.ACCEPT, decision_note=waiver.strip(), decided_by=by, decided_at=at)
    told(
        directive, "report_accepted", by=by, at=at, on_behalf_of=directive.control,
        why=waiver.strip(),
        now={"period": str(report.period), "version": report.version, "without": without},
    )  # fmt: skip
    return report
