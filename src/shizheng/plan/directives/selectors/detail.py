"""Everything that the page of one directive shows, in a fixed number of queries."""

from dataclasses import dataclass, replace
from datetime import date

from shizheng.core.access import Person, acts_open_to, may
from shizheng.core.journal import entries_of
from shizheng.core.models import Agency, JournalEntry
from shizheng.kernel.errors import DomainError
from shizheng.plan.directives.domain.due import DueStep, is_overdue
from shizheng.plan.directives.domain.flow import (
    REPORT_TRANSITIONS,
    TRANSITIONS,
    Act,
    ExtensionStatus,
    ReportAct,
    ReportStatus,
    Status,
)
from shizheng.plan.directives.domain.holding import Holder, holder_of
from shizheng.plan.directives.domain.release import ReportFacts, check_release
from shizheng.plan.directives.selectors.facts import STANDING, due_steps
from shizheng.plan.models import (
    Directive,
    DirectiveEscalation,
    DirectiveExtension,
    DirectiveReport,
    Item,
    ReleaseRequest,
)

PERMISSIONS = {
    Act.FILE_REPORT: "plan.report_progress",
    Act.COUNTERSIGN_REPORT: "plan.countersign_report",
    Act.RETURN_REPORT: "plan.return_report",
    Act.ACCEPT_REPORT: "plan.return_report",
    Act.REQUEST_EXTENSION: "plan.request_extension",
    Act.DECIDE_EXTENSION: "plan.decide_extension",
    Act.REQUEST_RELEASE: "plan.report_progress",
    Act.REFUSE_RELEASE: "plan.release_directive",
    Act.RELEASE: "plan.release_directive",
    Act.REOPEN: "plan.reopen_directive",
    Act.CLASSIFY: "plan.issue_directive",
}
UNSHOWN = ("plan.directive.read",)


@dataclass(frozen=True, slots=True)
class Detail:
    """One directive as a page shows it.

    Args:
        acts: what the viewer may do now.
        days_left: calendar days until the date that holds; negative when it has passed.
        timeline: newest first; empty for who may not see internal records.
    """

    directive: Directive
    on: date
    steps: list[DueStep]
    reports: list[DirectiveReport]
    report: DirectiveReport | None
    extensions: list[DirectiveExtension]
    pending_extension: DirectiveExtension | None
    release_request: ReleaseRequest | None
    partners: list[Agency]
    items: list[Item]
    escalations: list[DirectiveEscalation]
    unsigned: list[Agency]
    holder: Holder
    release_hindrance: DomainError | None
    is_internal_view: bool
    timeline: list[JournalEntry]
    acts: frozenset[Act] = frozenset()

    @property
    def days_left(self) -> int:
        """Calendar days until the date that holds."""
        return (self.directive.due_on - self.on).days

    @property
    def days_overdue(self) -> int:
        """Calendar days since that date."""
        return -self.days_left

    @property
    def is_overdue(self) -> bool:
        """Whether the date that holds has passed without a release."""
        return is_overdue(
            self.directive.due_on,
            self.on,
            is_released=self.directive.status == Status.RELEASED,
        )


def directive_detail(directive: Directive, *, viewer: Person, on: date) -> Detail:
    """Read everything about a directive that ``viewer`` may see already."""
    reports = list(
        directive.reports.select_related("filed_by", "decided_by").prefetch_related(
            "evidence__item__edition__plan", "countersigns__agency", "countersigns__signed_by"
        )
    )
    for each in reports:
        each.directive = directive
    extensions = list(directive.extensions.select_related("requested_by", "decided_by"))
    pending = next((each for each in extensions if each.status == ExtensionStatus.PENDING), None)
    report = next((each for each in reports if each.term == directive.term), None)
    partners = list(directive.partners.order_by("position", "code"))
    signed = {each.agency_id for each in report.countersigns.all()} if report else set()
    unsigned = [agency for agency in partners if agency.pk not in signed]
    held = acts_open_to(viewer, directive, *sorted(set(PERMISSIONS.values())))
    is_internal = may(viewer, "plan.view_internal")
    holder = holder_of(
        directive.status,
        report_status=report.status if report else None,
        is_countersigned=not unsigned,
        has_pending_extension=pending is not None,
    )
    hindrance = _release_hindrance(directive, viewer, reports, is_extending=pending is not None)
    detail = Detail(
        directive=directive,
        on=on,
        steps=due_steps(directive),
        reports=reports,
        report=report,
        extensions=extensions,
        pending_extension=pending,
        release_request=directive.release_requests.filter(decision=None).first(),
        partners=partners,
        items=list(
            directive.items.select_related("edition__plan").order_by("chapter__number", "number")
        ),
        escalations=list(directive.escalations.select_related("agency")) if is_internal else [],
        unsigned=unsigned,
        holder=holder,
        release_hindrance=hindrance if "plan.release_directive" in held else None,
        is_internal_view=is_internal,
        timeline=_timeline(directive) if is_internal else [],
    )
    acts = _acts(detail, held, viewer, has_final=_is_final_standing(directive, reports))
    return replace(detail, acts=acts)


def _release_hindrance(
    directive: Directive, viewer: Person, reports: list[DirectiveReport], *, is_extending: bool
) -> DomainError | None:
    """Return why the viewer could not release now, leaving permission and state aside."""
    known = [
        ReportFacts(
            status=report.status,
            is_final=report.is_final,
            evidence_count=len(report.evidence.all()),
            filed_by=report.filed_by_id,
            term=report.term,
        )
        for report in reports
    ]
    try:
        check_release(
            viewer.pk,
            known,
            term=directive.term,
            has_pending_extension=is_extending,
            number=directive.number,
        )
    except DomainError as refusal:
        return refusal
    return None


def _is_final_standing(directive: Directive, reports: list[DirectiveReport]) -> bool:
    return any(
        report.term == directive.term
        and report.status in STANDING
        and report.is_final
        and report.evidence.all()
        for report in reports
    )


def _acts(
    detail: Detail, held: frozenset[str], viewer: Person, *, has_final: bool
) -> frozenset[Act]:
    """Return the acts that permission, state and what hangs on the directive leave open."""
    report, directive = detail.report, detail.directive
    impossible: set[Act] = set()
    if report is None or (ReportStatus(report.status), ReportAct.RETURN) not in REPORT_TRANSITIONS:
        impossible |= {Act.RETURN_REPORT, Act.ACCEPT_REPORT, Act.COUNTERSIGN_REPORT}
    elif report.filed_by_id == viewer.pk:
        impossible |= {Act.RETURN_REPORT, Act.ACCEPT_REPORT}
    if not detail.unsigned:
        impossible.add(Act.COUNTERSIGN_REPORT)
    impossible.add(Act.REQUEST_EXTENSION if detail.pending_extension else Act.DECIDE_EXTENSION)
    if detail.release_hindrance:
        impossible.add(Act.RELEASE)
    if not has_final:
        impossible.add(Act.REQUEST_RELEASE)
    return frozenset(
        act
        for (status, act) in TRANSITIONS
        if status == directive.status and PERMISSIONS[act] in held and act not in impossible
    )


def _timeline(directive: Directive) -> list[JournalEntry]:
    return list(entries_of(directive).exclude(action__in=UNSHOWN))
