from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from tests.plan.directives.town import AT

from shizheng.core.access import forget
from shizheng.core.journal import entries_of
from shizheng.core.models import Role, RoleGrant
from shizheng.kernel.errors import ChangedMeanwhile, NotPermitted
from shizheng.plan.directives.actions.extending import extension_request
from shizheng.plan.directives.actions.releasing import (
    directive_release,
    directive_reopen,
    release_refuse,
    release_request,
)
from shizheng.plan.directives.actions.reporting import Evidence, report_accept, report_file
from shizheng.plan.directives.domain import due, flow, release
from shizheng.plan.directives.errors import WordsMissing
from shizheng.plan.directives.selectors import facts
from shizheng.plan.models import Directive

TODAY = date(2020, 3, 2)
PHOTO = Evidence("完工照片", address="https://example.org/photos/2")


def reported(directive, people, *, accept=True, **given):
    parts = {"period_first": date(2020, 3, 1), "percent": 100, "text": "完工", "is_final": True}
    report = report_file(
        directive=directive, by=people.lead, at=AT, evidence=[PHOTO], **{**parts, **given}
    )
    if accept:
        report_accept(report=report, by=people.control, at=AT)
    directive.refresh_from_db()
    return report


def released(directive, people, **given):
    parts = {"by": people.control, "at": AT, "text": "已完工，解除列管", "decided_on": TODAY}
    return directive_release(directive=directive, **{**parts, **given})


def test_the_control_unit_releases_after_an_accepted_final_report(directive, people):
    reported(directive, people)
    released(directive, people)
    directive.refresh_from_db()
    assert (directive.status, directive.released_on) == ("released", TODAY)
    assert entries_of(directive)[0].action == "plan.directive.released"


def test_nothing_is_released_before_that(directive, people):
    with pytest.raises(release.FinalReportMissing):
        released(directive, people)
    reported(directive, people, accept=False)
    with pytest.raises(release.FinalReportMissing):
        released(directive, people)


def test_only_the_control_unit_of_the_directive_releases(directive, people, person_with, agencies):
    reported(directive, people)
    other = person_with("other", "controller", agencies.culture)
    for person in (people.lead, people.partner, people.stranger, people.resident, other):
        with pytest.raises(NotPermitted):
            released(directive, people, by=person)


def test_who_filed_a_report_cannot_release_even_with_the_role(directive, people, agencies):
    reported(directive, people)
    RoleGrant.objects.create(
        person=people.lead, role=Role.objects.get(code="controller"),
        agency=agencies.control, valid_from=AT - timedelta(days=1),
    )  # fmt: skip
    forget(people.lead)
    with pytest.raises(release.OwnReport):
        released(directive, people, by=people.lead)


@pytest.mark.parametrize("decided_on", [date(2020, 3, 1), date(2020, 3, 3)])
def test_a_release_is_dated_between_issue_and_today(directive, people, decided_on):
    reported(directive, people)
    with pytest.raises(release.DecisionDateWrong):
        released(directive, people, decided_on=decided_on)


def test_a_release_needs_its_words_and_no_open_extension(directive, people):
    reported(directive, people)
    with pytest.raises(WordsMissing):
        released(directive, people, text=" ")
    extension_request(
        directive=directive, by=people.lead, at=AT, wanted_on=date(2020, 7, 1), reason="x"
    )
    with pytest.raises(release.ExtensionUndecided):
        released(directive, people)


def test_the_lead_proposes_and_the_control_unit_refuses_with_a_reason(directive, people):
    with pytest.raises(release.FinalReportMissing):
        release_request(directive=directive, by=people.lead, at=AT, reason="完工")
    reported(directive, people)
    request = release_request(directive=directive, by=people.lead, at=AT, reason="完工")
    assert directive.status == "release_requested"
    with pytest.raises(flow.ActNotPossible):
        release_request(directive=directive, by=people.lead, at=AT, reason="完工")
    with pytest.raises(WordsMissing):
        release_refuse(directive=directive, by=people.control, at=AT, reason="")

    decision = release_refuse(directive=directive, by=people.control, at=AT, reason="尚有兩處未清")
    request.refresh_from_db()
    assert (directive.status, request.decision) == ("open", decision)


def test_two_officers_releasing_at_once_release_once(directive, people):
    reported(directive, people)
    stale = Directive.objects.get(pk=directive.pk)
    released(directive, people)
    with pytest.raises(ChangedMeanwhile):
        released(stale, people, by=people.chief)
    assert directive.decisions.count() == 1


def test_a_new_decision_reopens_with_the_same_number_and_all_history(directive, people):
    reported(directive, people)
    released(directive, people)
    directive.refresh_from_db()
    number, later = directive.number, AT + timedelta(days=60)

    directive_reopen(
        directive=directive, by=people.control, at=later, text="淤積復發，重新列管",
        reference="第 460 次市政會議", decided_on=date(2020, 5, 1), due_on=date(2020, 8, 31),
    )  # fmt: skip
    directive.refresh_from_db()

    assert (directive.number, directive.status, directive.term) == (number, "open", 1)
    assert (directive.first_due_on, directive.due_on) == (date(2020, 5, 29), date(2020, 8, 31))
    assert directive.percent == 0
    assert [step.basis for step in facts.due_steps(directive)] == ["first", "reopening"]
    assert directive.reports.count() == 1
    assert [decision.kind for decision in directive.decisions.all()] == ["released", "reopened"]
    with pytest.raises(release.FinalReportMissing):
        released(directive, people, at=later, decided_on=date(2020, 5, 1))


def test_a_reopening_looks_ahead_and_comes_after_the_release(directive, people):
    reported(directive, people)
    released(directive, people)
    directive.refresh_from_db()
    again = {"directive": directive, "by": people.control, "at": AT, "text": "x"}
    with pytest.raises(due.ReopeningDuePast):
        directive_reopen(**again, decided_on=TODAY, due_on=date(2020, 3, 1))
    with pytest.raises(release.DecisionDateWrong):
        directive_reopen(**again, decided_on=date(2020, 3, 1), due_on=date(2020, 8, 1))


def test_an_open_directive_cannot_be_reopened(directive, people):
    with pytest.raises(flow.ActNotPossible):
        directive_reopen(
            directive=directive, by=people.control, at=AT, text="x", decided_on=TODAY,
            due_on=date(2020, 8, 1),
        )  # fmt: skip


def test_a_decision_is_never_rewritten(directive, people):
    reported(directive, people)
    released(directive, people)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE plan_directivedecision SET text = 'x'")
