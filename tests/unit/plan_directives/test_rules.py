from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.plan.directives.domain import due, escalation, release

DAY = date(2020, 3, 31)
FINAL = release.ReportFacts(
    status="accepted", is_final=True, evidence_count=1, filed_by="lead", term=0
)


@pytest.mark.parametrize(
    ("today", "is_released", "overdue"),
    [(DAY, False, False), (DAY + timedelta(1), False, True), (DAY + timedelta(1), True, False)],
    ids=["on-the-day", "the-day-after", "released"],
)
def test_a_directive_is_overdue_the_day_after_it_was_due(today, is_released, overdue):
    assert due.is_overdue(DAY, today, is_released=is_released) is overdue


@given(st.dates(), st.integers(-400, 400))
def test_an_extension_is_always_later(holds_on, days):
    try:
        wanted = holds_on + timedelta(days)
    except OverflowError:
        return
    if days > 0:
        due.check_extension_request(wanted, holds_on=holds_on)
    else:
        with pytest.raises(due.ExtensionNotLater):
            due.check_extension_request(wanted, holds_on=holds_on)


@pytest.mark.parametrize(
    ("requested_on", "late_note", "refused"),
    [
        pytest.param(DAY, "", False, id="on-the-due-day"),
        pytest.param(DAY + timedelta(1), "", True, id="a-day-late"),
        pytest.param(DAY + timedelta(1), "  ", True, id="a-blank-note"),
        pytest.param(DAY + timedelta(1), "颱風停班", False, id="admitted-by-a-note"),
    ],
)
def test_a_late_request_needs_a_note_of_the_control_unit(requested_on, late_note, refused):
    def grant() -> None:
        due.check_extension_grant(
            DAY + timedelta(30), holds_on=DAY, requested_on=requested_on, late_note=late_note
        )

    if refused:
        with pytest.raises(due.ExtensionTooLate):
            grant()
    else:
        grant()


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_lower_percentage_asks_for_confirmation(before, percent):
    release.check_percent(percent, before=before, is_confirmed=True)
    if percent < before:
        with pytest.raises(release.PercentFell):
            release.check_percent(percent, before=before, is_confirmed=False)
    else:
        release.check_percent(percent, before=before, is_confirmed=False)


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_percentage_is_from_0_to_100(percent):
    with pytest.raises(release.PercentOutOfRange):
        release.check_percent(percent, before=None, is_confirmed=True)


@pytest.mark.parametrize(
    ("reports", "person", "pending", "refusal"),
    [
        pytest.param([FINAL], "chief", False, None, id="accepted-final-with-evidence"),
        pytest.param([], "chief", False, release.FinalReportMissing, id="nothing-reported"),
        pytest.param(
            [replace(FINAL, status="filed")], "chief", False, release.FinalReportMissing,
            id="not-accepted",
        ),
        pytest.param(
            [replace(FINAL, is_final=False)], "chief", False, release.FinalReportMissing,
            id="not-final",
        ),
        pytest.param(
            [replace(FINAL, evidence_count=0)], "chief", False, release.FinalReportMissing,
            id="no-evidence",
        ),
        pytest.param(
            [replace(FINAL, term=1)], "chief", False, release.FinalReportMissing,
            id="of-an-earlier-term",
        ),
        pytest.param([FINAL], "lead", False, release.OwnReport, id="by-who-filed-it"),
        pytest.param([FINAL], "chief", True, release.ExtensionUndecided, id="extension-open"),
    ],
)  # fmt: skip
def test_when_a_directive_may_be_released(reports, person, pending, refusal):
    def check() -> None:
        release.check_release(
            person, reports, term=0, has_pending_extension=pending, number="KH-1090302-0001"
        )

    if refusal is None:
        check()
    else:
        with pytest.raises(refusal):
            check()


class Weekdays:
    def working_days(self, first: date, last: date) -> int:
        days = (last - first).days + 1
        return sum((first + timedelta(n)).weekday() < 5 for n in range(days))


RULE = escalation.EscalationRule(
    "overdue",
    1,
    tuple(
        escalation.Level(code, days, {"en": code}, escalation.Side.LEAD)
        for code, days in (("section_chief", 1), ("bureau_head", 5), ("chair", 10))
    ),
)


@pytest.mark.parametrize(
    ("today", "days", "levels"),
    [
        pytest.param("2020-03-06", 0, [], id="on-the-due-friday"),
        pytest.param("2020-03-08", 0, [], id="on-sunday"),
        pytest.param("2020-03-09", 1, ["section_chief"], id="on-monday"),
        pytest.param("2020-03-12", 4, ["section_chief"], id="fourth-day"),
        pytest.param("2020-03-13", 5, ["section_chief", "bureau_head"], id="fifth-day"),
        pytest.param(
            "2020-06-01", 61, ["section_chief", "bureau_head", "chair"], id="months-later"
        ),
    ],
)
def test_levels_are_reached_by_working_days_after_the_due_date(today, days, levels):
    overdue = escalation.working_days_overdue(
        date(2020, 3, 6), date.fromisoformat(today), Weekdays()
    )
    assert overdue == days
    assert [level.code for level in escalation.levels_reached(RULE, overdue)] == levels


@given(st.integers(0, 500), st.integers(0, 500))
def test_who_is_later_has_climbed_at_least_as_far(a, b):
    lower, higher = sorted((a, b))
    below, above = (escalation.levels_reached(RULE, days) for days in (lower, higher))
    assert above[: len(below)] == below


@pytest.mark.parametrize("days", [(), (0,), (1, 1), (5, 1)], ids=str)
def test_levels_must_rise(days):
    levels = tuple(escalation.Level(str(day), day, {}, escalation.Side.LEAD) for day in days)
    with pytest.raises(ValueError, match="rise"):
        escalation.EscalationRule("x", 1, levels)
