"""Cases from intake to their end, through the actions alone."""

from datetime import timedelta

import pytest
from tests.services.conftest import AT

from shizheng.core.journal import verify
from shizheng.kernel.errors import ChangedMeanwhile
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.actions.opening import Intake, case_open
from shizheng.services.clocks.sweeping import SweepFailed, clocks_sweep
from shizheng.services.domain.errors import ActNotOpen, AnswersWrong, ConditionUnmet, NotThisActor
from shizheng.services.models import Case, CaseClock, CaseEvent, Notice, Service
from shizheng.services.places import Place

SANMIN = Place(longitude=120.3127, latitude=22.6483, address="三民區建國三路")


def reported(people, *, answers=None, **given):
    intake = Intake(
        channel="web", description="路中央有個大坑洞", place=SANMIN,
        answers=answers or {"kind": "pothole"}, reporter=people.resident, **given,
    )  # fmt: skip
    service = Service.objects.get(code="road_damage")
    return case_open(service=service, given=intake, by=people.resident, at=AT).case


def test_a_report_goes_to_the_agency_with_its_clock_and_its_notices(people):
    case = reported(people)
    assert case.number == "KHC-1090213-0001"
    assert (case.agency.code, case.state, case.holder) == ("public_works", "received", "office")
    assert case.district.name["zh-Hant"] == "三民區"
    assert case.due_at.date().isoformat() == "2020-02-17"
    assert {notice.template for notice in Notice.objects.all()} == {"received"}
    assert verify().is_intact


def test_one_broken_clock_stops_no_other_of_its_service_or_of_others(people):
    broken, sound = reported(people), reported(people)
    CaseClock.objects.filter(case=broken).update(amount="soon")
    other = case_open(
        service=Service.objects.get(code="street_light"), by=people.resident, at=AT,
        given=Intake(channel="web", description="路燈不亮", place=SANMIN, reporter=people.resident,
                     answers={"kind": "dark"}),
    ).case  # fmt: skip
    run = clocks_sweep(at=AT + timedelta(days=30))
    assert list(run.failed) == ["road_damage"]
    late = Case.objects.filter(is_late=True)
    assert set(late) == {sound, other}
    with pytest.raises(SweepFailed, match="road_damage"):
        run.raise_failures()
    assert verify().is_intact


def test_officers_take_and_close_it_and_the_resident_may_reopen_once(people):
    case = reported(people)
    case = case_act(case=case, action="accept", by=people.officer, at=AT + timedelta(hours=3))
    assert case.assignee == people.officer
    with pytest.raises(AnswersWrong):
        case_act(case=case, action="close", by=people.officer, at=AT + timedelta(hours=4))
    given = Given(fields={"reply": "已補平"})
    case = case_act(
        case=case, action="close", by=people.officer, at=AT + timedelta(hours=5), given=given
    )
    assert (case.is_open, case.outcome, case.office_seconds) == (False, "completed", 5 * 3600)
    again = Given(fields={"reason": "又破了"})
    case = case_act(
        case=case, action="reopen", by=people.resident, at=AT + timedelta(days=2), given=again
    )
    assert (case.is_open, case.reopened_count) == (True, 1)
    case = case_act(
        case=case, action="close", by=people.officer, at=AT + timedelta(days=3), given=given
    )
    with pytest.raises(ConditionUnmet):
        case_act(
            case=case, action="reopen", by=people.resident, at=AT + timedelta(days=4), given=again
        )
    assert CaseEvent.objects.filter(case=case).count() == case.revision


def test_strangers_and_other_agencies_may_not_act(people):
    case = reported(people)
    for who in (people.water, people.other_resident):
        with pytest.raises(NotThisActor):
            case_act(case=case, action="accept", by=who, at=AT)


def test_an_act_on_a_case_that_moved_meanwhile_changes_nothing(people):
    case = reported(people)
    seen = case.revision
    case_act(case=case, action="accept", by=people.officer, at=AT, revision=seen)
    with pytest.raises(ChangedMeanwhile):
        case_act(case=case, action="accept", by=people.colleague, at=AT, revision=seen)
    with pytest.raises(ActNotOpen):
        case_act(case=case, action="accept", by=people.colleague, at=AT)


def test_a_late_case_warns_then_climbs_once(people):
    case = reported(people)
    run = clocks_sweep(at=AT + timedelta(days=2))
    assert (run.warned, run.became_late) == (1, 0)
    run = clocks_sweep(at=AT + timedelta(days=6))
    assert (run.became_late, run.acted) == (1, 1)
    assert clocks_sweep(at=AT + timedelta(days=6)).looked_at == 0
    assert Case.objects.get(pk=case.pk).is_late
    assert Notice.objects.filter(template="overdue", person=people.supervisor).count() == 1
    assert verify().is_intact


def test_many_clocks_that_run_out_together_are_all_noted(people):
    cases = [reported(people) for _ in range(3)]
    case_act(case=cases[0], action="accept", by=people.officer, at=AT)

    run = clocks_sweep(at=AT + timedelta(days=6))

    assert (run.failed, run.looked_at, run.became_late) == ({}, 3, 3)
    assert clocks_sweep(at=AT + timedelta(days=6)).looked_at == 0
    told = Notice.objects.filter(template="overdue", person=people.supervisor)
    assert {notice.case for notice in told} == set(cases)
    for case in Case.objects.all():
        assert case.is_late
        assert CaseEvent.objects.filter(case=case).count() == case.revision
    assert verify().is_intact


def test_taking_in_and_acting_ask_the_database_seldom(people, django_assert_max_num_queries):
    reported(people)  # what the city says is read once
    with django_assert_max_num_queries(20):  # SQLite indexes the text by itself
        case = reported(people)
    with django_assert_max_num_queries(16):
        case = case_act(case=case, action="accept", by=people.officer, at=AT)
    given = Given(fields={"reply": "已補平"})
    with django_assert_max_num_queries(16):
        case_act(case=case, action="close", by=people.officer, at=AT, given=given)
