"""The states of a directive and of what hangs on it, and the one table of allowed changes."""

from collections.abc import Mapping
from enum import StrEnum

from shizheng.kernel.errors import N_, DomainError


class Source(StrEnum):
    """Where a directive comes from (列管來源)."""

    CITY_MEETING = "city_meeting"  # 市政會議
    WORKS_MEETING = "works_meeting"  # 工程督導會報
    MAYORS_LIST = "mayors_list"  # 市長交辦
    INTERPELLATION = "interpellation"  # 議員質詢
    CONTROL_YUAN = "control_yuan"  # 監察院
    SPECIAL_MEETING = "special_meeting"  # 專案會議


class Confidentiality(StrEnum):
    """Who may read a directive (機密等級): everyone, the city's staff, or those concerned."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"


class Status(StrEnum):
    """Where a directive stands (列管狀態); says nothing about time."""

    OPEN = "open"  # 列管中
    RELEASE_REQUESTED = "release_requested"  # 申請解除列管
    RELEASED = "released"  # 解除列管


class Act(StrEnum):
    """What somebody does to a directive (作為)."""

    FILE_REPORT = "file_report"
    COUNTERSIGN_REPORT = "countersign_report"
    RETURN_REPORT = "return_report"
    ACCEPT_REPORT = "accept_report"
    REQUEST_EXTENSION = "request_extension"
    DECIDE_EXTENSION = "decide_extension"
    REQUEST_RELEASE = "request_release"
    REFUSE_RELEASE = "refuse_release"
    RELEASE = "release"
    REOPEN = "reopen"
    CLASSIFY = "classify"


class ReportStatus(StrEnum):
    """Where a version of a progress report stands (回報狀態)."""

    FILED = "filed"  # 已提報
    RETURNED = "returned"  # 退回補正
    REPLACED = "replaced"  # 已由新版取代
    ACCEPTED = "accepted"  # 已備查


class ReportAct(StrEnum):
    """What happens to a version of a report."""

    COUNTERSIGN = "countersign"
    RETURN = "return"
    REPLACE = "replace"
    ACCEPT = "accept"


class ExtensionStatus(StrEnum):
    """Where a request for more time stands (展延狀態)."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"


TRANSITIONS: Mapping[tuple[Status, Act], Status] = {
    (Status.OPEN, Act.FILE_REPORT): Status.OPEN,
    (Status.OPEN, Act.COUNTERSIGN_REPORT): Status.OPEN,
    (Status.OPEN, Act.RETURN_REPORT): Status.OPEN,
    (Status.OPEN, Act.ACCEPT_REPORT): Status.OPEN,
    (Status.OPEN, Act.REQUEST_EXTENSION): Status.OPEN,
    (Status.OPEN, Act.DECIDE_EXTENSION): Status.OPEN,
    (Status.OPEN, Act.REQUEST_RELEASE): Status.RELEASE_REQUESTED,
    (Status.OPEN, Act.RELEASE): Status.RELEASED,
    (Status.OPEN, Act.CLASSIFY): Status.OPEN,
    (Status.RELEASE_REQUESTED, Act.FILE_REPORT): Status.RELEASE_REQUESTED,
    (Status.RELEASE_REQUESTED, Act.COUNTERSIGN_REPORT): Status.RELEASE_REQUESTED,
    (Status.RELEASE_REQUESTED, Act.RETURN_REPORT): Status.RELEASE_REQUESTED,
    (Status.RELEASE_REQUESTED, Act.ACCEPT_REPORT): Status.RELEASE_REQUESTED,
    (Status.RELEASE_REQUESTED, Act.DECIDE_EXTENSION): Status.RELEASE_REQUESTED,
    (Status.RELEASE_REQUESTED, Act.REFUSE_RELEASE): Status.OPEN,
    (Status.RELEASE_REQUESTED, Act.RELEASE): Status.RELEASED,
    (Status.RELEASE_REQUESTED, Act.CLASSIFY): Status.RELEASE_REQUESTED,
    (Status.RELEASED, Act.REOPEN): Status.OPEN,
    (Status.RELEASED, Act.CLASSIFY): Status.RELEASED,
}

REPORT_TRANSITIONS: Mapping[tuple[ReportStatus, ReportAct], ReportStatus] = {
    (ReportStatus.FILED, ReportAct.COUNTERSIGN): ReportStatus.FILED,
    (ReportStatus.FILED, ReportAct.RETURN): ReportStatus.RETURNED,
    (ReportStatus.FILED, ReportAct.REPLACE): ReportStatus.REPLACED,
    (ReportStatus.FILED, ReportAct.ACCEPT): ReportStatus.ACCEPTED,
}


class ActNotPossible(DomainError):
    """The directive is not in a state in which this can be done (目前狀態不得為之)."""

    code = "plan.directive.act_not_possible"
    message = N_("Directive {number} cannot take this step now: it is already past it.")
    hint = N_("Open the directive again; the page shows the steps that are open now.")


class ReportSettled(DomainError):
    """The report was returned, replaced or accepted already (回報已處理)."""

    code = "plan.directive.report_settled"
    message = N_("The report for {period} of directive {number} has been dealt with already.")
    hint = N_("Open the directive again to see what was decided on the report.")


def status_after(status: str, act: Act, *, number: str) -> Status:
    """Return the state of a directive after ``act``.

    Raises:
        ActNotPossible: the table of transitions does not allow it.
    """
    try:
        return TRANSITIONS[Status(status), act]
    except KeyError:
        raise ActNotPossible(number=number) from None


def report_status_after(
    status: str, act: ReportAct, *, number: str, period: object
) -> ReportStatus:
    """Return the state of a report's version after ``act``.

    Raises:
        ReportSettled: the table of transitions does not allow it.
    """
    try:
        return REPORT_TRANSITIONS[ReportStatus(status), act]
    except KeyError:
        raise ReportSettled(number=number, period=period) from None


def least_confidentiality(source: str, *, concerns_personnel: bool) -> Confidentiality:
    """Return the most open level a directive may have: Control Yuan and personnel are restricted.

    Source: systems.md, system 2.
    """
    if concerns_personnel or source == Source.CONTROL_YUAN:
        return Confidentiality.RESTRICTED
    return Confidentiality.PUBLIC
