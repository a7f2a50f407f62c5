"""Who holds a directive now (目前由誰辦理)."""

from enum import StrEnum

from shizheng.plan.directives.domain.flow import ReportStatus, Status


class Holder(StrEnum):
    """On whose desk it lies."""

    LEAD = "lead"
    PARTNERS = "partners"
    CONTROL = "control"
    NOBODY = "nobody"


def holder_of(
    status: str,
    *,
    report_status: str | None,
    is_countersigned: bool,
    has_pending_extension: bool,
) -> Holder:
    """Return who must act next.

    The control unit decides on requests before anything else; a filed report lies with the
    partners until they have countersigned, then with the control unit; else the lead agency acts.

    Args:
        report_status: state of the latest version of the latest report, if there is one.
        is_countersigned: every partner has countersigned it.
    """
    if status == Status.RELEASED:
        return Holder.NOBODY
    if status == Status.RELEASE_REQUESTED or has_pending_extension:
        return Holder.CONTROL
    if report_status == ReportStatus.FILED:
        return Holder.CONTROL if is_countersigned else Holder.PARTNERS
    return Holder.LEAD
