from datetime import date, timedelta

import pytest
from tests.plan.directives.town import AT

from shizheng.core.journal import entries_of
from shizheng.kernel.errors import ChangedMeanwhile, NotPermitted
from shizheng.plan.directives.actions.locking import period_lock
from shizheng.plan.directives.actions.reporting import (
    Evidence,
    report_accept,
    report_countersign,
    report_file,
    report_return,
)
from shizheng.plan.directives.domain import flow, periods, release
from shizheng.plan.directives.errors import CountersignedAlready, NotPartner, WordsMissing
from shizheng.plan.models import Directive, DirectiveReport

MARCH, APRIL = date(2020, 3, 1), date(2020, 4, 1)
IN_APRIL = AT + timedelta(days=36)  # Tuesday 7 April
PHOTO = Evidence("清淤前後照片", address="https://example.org/photos/1")


@pytest.fixture
def shared(issue, agencies) -> Directive:
    return issue(partners=[agencies.water])


def filed(directive: Directive, people, **given: object) -> DirectiveReport:
    parts = {"period_first": MARCH, "percent": 40, "text": "已完成 40%", "at": AT}
    return report_file(directive=directive, by=people.lead, **{**parts, **given})


def test_a_report_moves_the_percentage_and_is_journalled(directive, people, item):
    report = filed(directive, people, evidence=[PHOTO, Evidence("1-1", item=item)])

    directive.refresh_from_db()
    assert directive.percent == 40
    assert [each.kind for each in report.evidence.all()] == ["link", "plan_item"]
    entry = entries_of(directive, "plan.directive.report_filed").get()
    assert (entry.before, entry.after["percent"]) == ({"percent": 0}, 40)
    assert entry.on_behalf_of == directive.lead


@pytest.mark.parametrize("who", ["partner", "stranger", "control", "resident"])
def test_only_the_lead_agency_reports(directive, people, who):
    with pytest.raises(NotPermitted):
        report_file(
            directive=directive, by=getattr(people, who), at=AT, period_first=MARCH,
            percent=1, text="x",
        )  # fmt: skip


def test_filing_again_replaces_the_version_and_keeps_it(directive, people):
    first = filed(directive, people)
    second = filed(directive, people, percent=50)

    first.refresh_from_db()
    assert (first.status, first.percent) == ("replaced", 40)
    assert (second.version, second.status) == (2, "filed")


def test_a_returned_report_stays_and_is_followed_by_a_new_version(directive, people):
    first = filed(directive, people)
    report_return(report=first, by=people.control, at=AT, reason="請補佐證")
    directive.refresh_from_db()
    assert directive.percent == 0

    second = filed(directive, people, percent=40, evidence=[PHOTO])
    assert [report.status for report in directive.reports.all()] == ["filed", "returned"]
    report_accept(report=second, by=people.control, at=AT)
    with pytest.raises(flow.ReportSettled):
        filed(directive, people)
    with pytest.raises(flow.ReportSettled):
        report_return(report=second, by=people.control, at=AT, reason="x")


def test_a_report_is_returned_with_a_reason_by_the_control_unit_only(directive, people):
    report = filed(directive, people)
    with pytest.raises(WordsMissing):
        report_return(report=report, by=people.control, at=AT, reason=" ")
    with pytest.raises(NotPermitted):
        report_return(report=report, by=people.lead, at=AT, reason="x")


def test_who_filed_a_report_does_not_accept_it(directive, people, person_with, agencies):
    from shizheng.core.access import forget
    from shizheng.core.models import Role, RoleGrant

    report = filed(directive, people)
    RoleGrant.objects.create(
        person=people.lead, role=Role.objects.get(code="controller"),
        agency=agencies.control, valid_from=AT - timedelta(days=1),
    )  # fmt: skip
    forget(people.lead)
    with pytest.raises(release.OwnReport):
        report_accept(report=report, by=people.lead, at=AT)


def test_the_percentage_may_fall_only_when_confirmed(directive, people):
    filed(directive, people)
    with pytest.raises(release.PercentFell):
        filed(directive, people, period_first=APRIL, at=IN_APRIL, percent=30)
    report = filed(
        directive, people, period_first=APRIL, at=IN_APRIL, percent=30, confirm_lower=True
    )
    assert report.percent == 30


def test_a_final_report_needs_evidence(directive, people):
    with pytest.raises(release.FinalReportNeedsEvidence):
        filed(directive, people, is_final=True, percent=100)


def test_partners_countersign_each_version_once(shared, people, agencies):
    report = filed(shared, people)
    with pytest.raises(release.CountersignMissing):
        report_accept(report=report, by=people.control, at=AT)
    for agency, refusal in ((agencies.works, NotPermitted), (agencies.culture, NotPermitted)):
        with pytest.raises(refusal):
            report_countersign(report=report, by=people.partner, at=AT, agency=agency)

    report_countersign(report=report, by=people.partner, at=AT, agency=agencies.water)
    with pytest.raises(CountersignedAlready):
        report_countersign(report=report, by=people.partner, at=AT, agency=agencies.water)
    report_accept(report=report, by=people.control, at=AT)
    assert report.status == "accepted"


def test_an_agency_that_is_no_partner_cannot_countersign(shared, people, person_with, agencies):
    everybody = person_with("everybody", "officer", None)
    report = filed(shared, people)
    with pytest.raises(NotPartner):
        report_countersign(report=report, by=everybody, at=AT, agency=agencies.culture)


def test_a_report_may_be_accepted_without_a_partner_for_a_stated_reason(shared, people):
    report = filed(shared, people)
    report_accept(report=report, by=people.control, at=AT, waiver="水利局已於會中口頭同意")
    entry = entries_of(shared, "plan.directive.report_accepted").get()
    assert entry.after["without"] == ["water"]
    assert entry.why == "水利局已於會中口頭同意"


def test_acting_on_a_stale_page_changes_nothing(directive, people):
    stale = Directive.objects.get(pk=directive.pk)
    filed(directive, people)
    with pytest.raises(ChangedMeanwhile):
        filed(stale, people, percent=90)
    assert directive.reports.count() == 1
    assert entries_of(directive, "plan.directive.report_filed").count() == 1


def test_after_the_lock_nothing_is_filed_for_the_period(directive, people, agencies):
    filed(directive, people)
    period_lock(
        control=agencies.control, cadence="monthly", period_first=MARCH,
        by=people.control, at=IN_APRIL,
    )  # fmt: skip
    with pytest.raises(periods.PeriodLocked):
        filed(directive, people, at=IN_APRIL, percent=60)
    filed(directive, people, at=IN_APRIL, period_first=APRIL)


def test_a_returned_report_is_refiled_until_the_grace_given(directive, people, agencies):
    report = filed(directive, people)
    report_return(report=report, by=people.control, at=AT, reason="補")
    lock = {
        "control": agencies.control, "cadence": "monthly", "period_first": MARCH,
        "by": people.control, "at": IN_APRIL,
    }  # fmt: skip
    period_lock(**lock)
    with pytest.raises(periods.PeriodLocked):
        filed(directive, people, at=IN_APRIL)

    period_lock(**lock, grace_until=date(2020, 4, 8))
    assert filed(directive, people, at=IN_APRIL).version == 2
    with pytest.raises(periods.PeriodLocked):
        filed(directive, people, at=IN_APRIL + timedelta(days=2))


def test_only_the_control_unit_locks_and_only_its_own_directives(
    directive, people, agencies, person_with
):
    lock = {"cadence": "monthly", "period_first": MARCH, "at": IN_APRIL}
    with pytest.raises(NotPermitted):
        period_lock(control=agencies.control, by=people.lead, **lock)
    other = person_with("other", "controller", agencies.culture)
    with pytest.raises(NotPermitted):
        period_lock(control=agencies.control, by=other, **lock)
    period_lock(control=agencies.culture, by=other, **lock)
    filed(directive, people, at=IN_APRIL)


@pytest.mark.parametrize("sql", ["UPDATE plan_directivereport SET text = 'x'",
                                 "UPDATE plan_directivereport SET percent = 99",
                                 "DELETE FROM plan_directivereport"])  # fmt: skip
def test_the_database_keeps_the_words_of_a_report(directive, people, sql):
    from django.db import DatabaseError, connection, transaction

    filed(directive, people)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
