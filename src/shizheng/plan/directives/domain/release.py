"""What must be true before a report is accepted and before a directive is released (解除列管)."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date

from shizheng.kernel.errors import N_, DomainError
from shizheng.plan.directives.domain.flow import ReportStatus


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the rules need to know of one version of a report.

    Args:
        term: 0 for the first time the directive is followed, one more for each reopening.
    """

    status: str
    is_final: bool
    evidence_count: int
    filed_by: Hashable
    term: int


class Several(tuple[object, ...]):
    """Things named in one sentence."""

    __slots__ = ()

    def __str__(self) -> str:
        return ", ".join(map(str, self))


class PercentOutOfRange(DomainError):
    """No share of the work (完成百分比超出範圍)."""

    code = "plan.directive.percent_out_of_range"
    message = N_("{percent} is not a percentage of the work done.")
    hint = N_("Give a whole number from 0 to 100.")


class PercentFell(DomainError):
    """Less is done than was reported before (完成百分比倒退)."""

    code = "plan.directive.percent_fell"
    message = N_("You report {percent} % after {before} % in the last report.")
    hint = N_("Correct the figure, or confirm that it fell and say why in the report.")


class FinalReportNeedsEvidence(DomainError):
    """The final report must show that the work is done (結案回報缺佐證)."""

    code = "plan.directive.final_report_needs_evidence"
    message = N_("A final report without evidence cannot be filed.")
    hint = N_("Add a file, a link or a plan item that shows the work is done.")


class FinalReportMissing(DomainError):
    """Nothing accepted shows that the work is done (缺經備查之結案回報)."""

    code = "plan.directive.final_report_missing"
    message = N_("Directive {number} has no accepted final report with evidence.")
    hint = N_("The lead agency files a final report with evidence; the control unit accepts it.")


class OwnReport(DomainError):
    """Two pairs of eyes (提報人不得審核自己的回報)."""

    code = "plan.directive.own_report"
    message = N_("You filed a report on directive {number}, so you cannot decide on it.")
    hint = N_("Ask a colleague of the control unit to decide.")
    status = 403


class CountersignMissing(DomainError):
    """A partner agency has not countersigned (協辦機關尚未會簽)."""

    code = "plan.directive.countersign_missing"
    message = N_("These partner agencies have not countersigned: {agencies}.")
    hint = N_("Wait for them, or note why the report is accepted without them.")


class ExtensionUndecided(DomainError):
    """A request for more time is still open (展延申請尚未核定)."""

    code = "plan.directive.extension_undecided"
    message = N_("An extension of directive {number} is requested and not decided.")
    hint = N_("Grant or refuse it first.")


class DecisionDateWrong(DomainError):
    """A decision dated before the directive or in the future (決定日期有誤)."""

    code = "plan.directive.decision_date_wrong"
    message = N_("The decision cannot be dated {decided_on}.")
    hint = N_("Give a date from {earliest} to {latest}.")


def check_percent(percent: int, *, before: int | None, is_confirmed: bool) -> None:
    """Refuse what is no percentage; ask for confirmation of one that fell.

    Raises:
        PercentOutOfRange, PercentFell: why not.
    """
    if not 0 <= percent <= 100:
        raise PercentOutOfRange(percent=percent)
    if before is not None and percent < before and not is_confirmed:
        raise PercentFell(percent=percent, before=before)


def check_not_own(person: Hashable, reports: Sequence[ReportFacts], *, number: str) -> None:
    """Refuse a decision by somebody who filed one of the reports.

    Raises:
        OwnReport: so it is.
    """
    if any(report.filed_by == person for report in reports):
        raise OwnReport(number=number)


def check_countersigned(missing: Sequence[object], *, waiver: str) -> None:
    """Refuse to accept a report that partners have not countersigned, unless it is noted why.

    Raises:
        CountersignMissing: partners are missing and ``waiver`` is empty.
    """
    if missing and not waiver.strip():
        raise CountersignMissing(agencies=Several(missing))


def check_release(
    person: Hashable,
    reports: Sequence[ReportFacts],
    *,
    term: int,
    has_pending_extension: bool,
    number: str,
) -> None:
    """Refuse to release a directive whose end nobody has shown.

    Raises:
        ExtensionUndecided, FinalReportMissing, OwnReport: why not.
    """
    if has_pending_extension:
        raise ExtensionUndecided(number=number)
    is_shown = any(
        report.status == ReportStatus.ACCEPTED
        and report.is_final
        and report.evidence_count > 0
        and report.term == term
        for report in reports
    )
    if not is_shown:
        raise FinalReportMissing(number=number)
    check_not_own(person, reports, number=number)


def check_decision_date(decided_on: date, *, earliest: date, latest: date) -> None:
    """Refuse a decision dated before what it decides on, or in the future.

    Raises:
        DecisionDateWrong: so it is.
    """
    if not earliest <= decided_on <= latest:
        raise DecisionDateWrong(decided_on=decided_on, earliest=earliest, latest=latest)
