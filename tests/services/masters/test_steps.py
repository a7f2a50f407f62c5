"""Steps of a master case: who may, in which order, blocked and decided, a case of their own."""

from datetime import date

import pytest
from tests.services.masters.conftest import AT, DAY, TODAY, invested

from shizheng.core.journal import verify
from shizheng.core.models import OutboxEvent
from shizheng.kernel.errors import ChangedMeanwhile, DomainError
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.masters import errors
from shizheng.services.masters.actions import (
    Change,
    step_case_link,
    step_case_open,
    step_change,
    step_decide,
)
from shizheng.services.models import Case, CaseEvent, CaseStep, Notice


def change(case, key, by, status, at=AT, **given):
    return step_change(case=case, key=key, by=by, at=at, given=Change(status, TODAY, **given))


def status_of(case, key):
    return CaseStep.objects.get(case=case, key=key).status


def test_the_answers_decide_which_permits_are_needed(team):
    case = invested(team)
    steps = {step.key: step for step in CaseStep.objects.filter(case=case)}
    assert list(steps) == [
        "environment", "fire_safety", "utilities", "building", "usage", "factory",
    ]  # fmt: skip
    assert steps["building"].after == ["environment"]
    assert Case.objects.visible_to(team.environment).filter(pk=case.pk).exists()
    assert not Case.objects.visible_to(team.culture).filter(pk=case.pk).exists()


def test_a_step_waits_for_those_before_it_and_is_settled_once(team):
    case = invested(team)
    with pytest.raises(errors.StepWaits):
        change(case, "building", team.works, "open")
    change(case, "environment", team.environment, "open", promised_on=date(2020, 3, 20))
    done = change(case, "environment", team.environment, "done")
    assert (done.started_on, done.finished_on, done.promised_on) == (
        TODAY, TODAY, date(2020, 3, 20)
    )  # fmt: skip
    with pytest.raises(errors.StepSettled):
        change(case, "environment", team.environment, "open")
    change(case, "building", team.works, "open")
    assert verify().is_intact


def test_only_the_agency_of_a_permit_or_the_window_writes_it_down(team):
    case = invested(team)
    for somebody in (team.works, team.culture, team.investor, team.stranger):
        with pytest.raises(DomainError) as refusal:
            change(case, "environment", somebody, "open")
        assert refusal.value.code == "core.not_permitted"
    assert change(case, "environment", team.window, "open").status == "open"


def test_days_ahead_and_before_the_beginning_are_refused(team):
    case = invested(team)
    change(case, "environment", team.environment, "open")
    for day in (date(2020, 2, 12), date(2020, 2, 15)):
        with pytest.raises(errors.StepDayWrong):
            step_change(
                case=case, key="environment", by=team.environment, at=AT + DAY,
                given=Change("done", day),
            )  # fmt: skip


def test_who_saw_an_older_status_is_told(team):
    case = invested(team)
    change(case, "environment", team.environment, "open")
    with pytest.raises(ChangedMeanwhile):
        step_change(
            case=case, key="environment", by=team.window, at=AT, seen="waiting",
            given=Change("dropped", TODAY),
        )  # fmt: skip


def test_a_blocker_goes_to_the_task_force_and_its_decision_returns(team):
    case = invested(team)
    with pytest.raises(errors.BlockerMissing):
        change(case, "environment", team.environment, "blocked")
    step = change(case, "environment", team.environment, "blocked", why="用水量超過總量管制")
    assert step.decide_by == date(2020, 2, 27)
    told = Notice.objects.filter(template="investment_blocked")
    assert {notice.person_id for notice in told} >= {team.task_force.pk, team.chief.pk}
    for somebody in (team.environment, team.window, team.investor):
        with pytest.raises(errors.NotTheTaskForce):
            step_decide(case=case, key="environment", by=somebody, at=AT, decision="同意")
    decided = step_decide(
        case=case, key="environment", by=team.task_force, at=AT + DAY, decision="改用再生水",
        agency="water_resources", due_on=date(2020, 3, 2),
    )  # fmt: skip
    assert (decided.status, decided.decision_agency.code) == ("waiting", "water_resources")
    event = OutboxEvent.objects.get(type="city.case.blocker_decided")
    assert event.payload["agency"] == "water_resources"
    assert "再生水" not in str(event.payload)
    with pytest.raises(errors.NotBlocked):
        step_decide(case=case, key="environment", by=team.task_force, at=AT, decision="再議")
    assert verify().is_intact


def test_a_step_opens_its_own_case_and_is_done_when_that_ends(team):
    case = invested(team)
    child = step_case_open(case=case, key="utilities", by=team.window, at=AT)
    assert (child.service.code, child.parent) == ("utility_supply", case)
    assert child.answers == {"power_kw": 20000, "water_cmd": 800}
    assert status_of(case, "utilities") == "open"
    with pytest.raises(errors.NoCaseOfStep):
        step_case_open(case=case, key="utilities", by=team.window, at=AT)
    given = Given(fields={"terms": "110 年起供應"})
    case_act(case=child, action="agree", by=team.window, at=AT + DAY, given=given)
    step = CaseStep.objects.get(case=case, key="utilities")
    assert (step.status, step.finished_on) == ("done", date(2020, 2, 14))
    assert CaseEvent.objects.filter(case=case, action="step_changed").count() == 1
    assert verify().is_intact


def test_a_step_whose_case_comes_to_nothing_is_blocked(team):
    case = invested(team)
    child = step_case_open(case=case, key="utilities", by=team.window, at=AT)
    case_act(
        case=child, action="fail", by=team.window, at=AT, given=Given(fields={"reason": "無餘裕"})
    )
    step = CaseStep.objects.get(case=case, key="utilities")
    assert step.status == "blocked"
    assert child.number in step.blocker


def test_a_permit_that_was_filed_by_itself_is_linked_once(team):
    case, other = invested(team), invested(team, needs_assessment="")
    with pytest.raises(errors.StepWaits):
        step_case_link(case=case, key="building", by=team.works, at=AT, number="KHC-1")
    with pytest.raises(errors.CaseNotOfStep):
        step_case_link(case=other, key="building", by=team.works, at=AT, number=case.number)
    with pytest.raises(errors.NoCaseOfStep):
        step_case_link(case=case, key="factory", by=team.window, at=AT, number=case.number)


def test_nothing_starts_before_every_permit_is_given_and_results_are_compared(team):
    case = invested(team)
    with pytest.raises(DomainError) as refusal:
        case_act(case=case, action="start_operation", by=team.window, at=AT)
    assert refusal.value.code == "services.condition_unmet"
    for key in ("environment", "utilities", "building", "fire_safety", "usage", "factory"):
        change(case, key, team.window, "done")
    case_act(case=case, action="start_operation", by=team.window, at=AT)
    results = {"as_of": "2020-02-13", "amount_realised": "1500000000", "jobs_realised": "320"}
    case_act(
        case=case, action="report_results", by=team.investor, at=AT, given=Given(fields=results)
    )
    case = case_act(
        case=case, action="close", by=team.window, at=AT, given=Given(fields={"finding": "達成"})
    )
    assert case.outcome == "completed"
    with pytest.raises(errors.MasterClosed):
        change(case, "factory", team.window, "open")
