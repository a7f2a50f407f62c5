from itertools import product

import pytest

from shizheng.plan.directives.domain.flow import (
    REPORT_TRANSITIONS,
    TRANSITIONS,
    Act,
    ActNotPossible,
    Confidentiality,
    ReportAct,
    ReportSettled,
    ReportStatus,
    Source,
    Status,
    least_confidentiality,
    report_status_after,
    status_after,
)
from shizheng.plan.directives.domain.holding import Holder, holder_of

BOTH_OPEN = (Status.OPEN, Status.RELEASE_REQUESTED)
SAME = {
    (status, act): status
    for status in BOTH_OPEN
    for act in (
        Act.FILE_REPORT, Act.COUNTERSIGN_REPORT, Act.RETURN_REPORT, Act.ACCEPT_REPORT,
        Act.DECIDE_EXTENSION, Act.CLASSIFY,
    )
}  # fmt: skip
ALLOWED = SAME | {
    (Status.OPEN, Act.REQUEST_EXTENSION): Status.OPEN,
    (Status.OPEN, Act.REQUEST_RELEASE): Status.RELEASE_REQUESTED,
    (Status.OPEN, Act.RELEASE): Status.RELEASED,
    (Status.RELEASE_REQUESTED, Act.REFUSE_RELEASE): Status.OPEN,
    (Status.RELEASE_REQUESTED, Act.RELEASE): Status.RELEASED,
    (Status.RELEASED, Act.REOPEN): Status.OPEN,
    (Status.RELEASED, Act.CLASSIFY): Status.RELEASED,
}


@pytest.mark.parametrize(
    ("status", "act"), [pytest.param(s, a, id=f"{s}-{a}") for s, a in product(Status, Act)]
)
def test_each_act_in_each_state_is_allowed_or_refused(status, act):
    if (status, act) in ALLOWED:
        assert status_after(status, act, number="KH") is ALLOWED[status, act]
    else:
        with pytest.raises(ActNotPossible):
            status_after(status, act, number="KH")


def test_the_table_holds_nothing_else():
    assert dict(TRANSITIONS) == ALLOWED


@pytest.mark.parametrize(
    ("status", "act"),
    [pytest.param(s, a, id=f"{s}-{a}") for s, a in product(ReportStatus, ReportAct)],
)
def test_only_a_filed_report_changes(status, act):
    if status is ReportStatus.FILED:
        after = report_status_after(status, act, number="KH", period="2020-03")
        assert after is REPORT_TRANSITIONS[status, act]
    else:
        with pytest.raises(ReportSettled):
            report_status_after(status, act, number="KH", period="2020-03")


@pytest.mark.parametrize("source", Source)
@pytest.mark.parametrize("concerns_personnel", [True, False])
def test_control_yuan_and_personnel_are_restricted(source, concerns_personnel):
    least = least_confidentiality(source, concerns_personnel=concerns_personnel)
    is_restricted = concerns_personnel or source is Source.CONTROL_YUAN
    assert (least is Confidentiality.RESTRICTED) is is_restricted


@pytest.mark.parametrize(
    ("status", "report", "signed", "pending", "holder"),
    [
        pytest.param("open", None, True, False, Holder.LEAD, id="nothing-yet"),
        pytest.param("open", "filed", False, False, Holder.PARTNERS, id="to-countersign"),
        pytest.param("open", "filed", True, False, Holder.CONTROL, id="to-review"),
        pytest.param("open", "returned", False, False, Holder.LEAD, id="to-correct"),
        pytest.param("open", "accepted", True, False, Holder.LEAD, id="carry-on"),
        pytest.param("open", "filed", False, True, Holder.CONTROL, id="extension-asked"),
        pytest.param("release_requested", "filed", False, False, Holder.CONTROL, id="release"),
        pytest.param("released", "filed", False, True, Holder.NOBODY, id="released"),
    ],
)
def test_somebody_holds_every_open_directive(status, report, signed, pending, holder):
    found = holder_of(
        status, report_status=report, is_countersigned=signed, has_pending_extension=pending
    )
    assert found is holder
