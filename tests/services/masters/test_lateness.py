"""A promised day that passes is told once, by itself, to those who can do something about it."""

from datetime import date, timedelta

import pytest
from tests.services.masters.conftest import AT, TODAY, invested

from shizheng.services.clocks.sweeping import SweepFailed
from shizheng.services.masters import lateness
from shizheng.services.masters.actions import Change, step_change, step_decide
from shizheng.services.masters.lateness import steps_sweep
from shizheng.services.models import CaseEvent, CaseStep, Notice

PROMISED = date(2020, 2, 20)
AFTER = AT + timedelta(days=8)  # the morning of the day after the promise


@pytest.fixture
def case(team):
    """An investment whose assessment is promised for 20 February."""
    case = invested(team)
    change(case, team, "open", promised_on=PROMISED)
    Notice.objects.all().delete()
    return case


def change(case, team, status, at=AT, **given):
    return step_change(
        case=case, key="environment", by=team.environment, at=at,
        given=Change(status, TODAY, **given),
    )  # fmt: skip


def told():
    rows = Notice.objects.filter(template="investment_late", channel="in_app")
    return {row.person.username for row in rows}


def test_on_the_promised_day_nobody_is_told_and_on_the_next_those_who_decide_are(case, team):
    assert steps_sweep(at=AFTER - timedelta(days=1)).warned == 0
    assert steps_sweep(at=AFTER).warned == 1
    assert told() == {"task_force", "window_chief", "window"}
    text = Notice.objects.filter(template="investment_late").first().text
    assert "環境影響評估審查 · 2020-02-20" in text
    event = CaseEvent.objects.get(case=case, action="step_late")
    assert event.act == {"step": "environment", "of": "promised", "on": "2020-02-20"}


def test_it_is_told_once_and_again_for_a_day_that_was_promised_anew(case, team):
    for _ in range(3):
        steps_sweep(at=AFTER)
    assert CaseEvent.objects.filter(action="step_late").count() == 1
    change(case, team, "open", at=AFTER, promised_on=PROMISED + timedelta(days=7))
    assert steps_sweep(at=AFTER).warned == 0
    assert steps_sweep(at=AFTER + timedelta(days=7)).warned == 1


def test_what_is_done_is_not_late(case, team):
    change(case, team, "done")
    assert steps_sweep(at=AFTER).warned == 0
    assert not told()


def test_a_decision_that_is_not_taken_in_time_is_told_until_it_is(case, team):
    change(case, team, "blocked", promised_on=date(2020, 12, 1), why="等待補件")
    step = CaseStep.objects.get(case=case, key="environment")
    late = AT + (step.decide_by - TODAY) + timedelta(days=1)
    Notice.objects.all().delete()
    assert steps_sweep(at=late).warned == 1
    assert told() == {"task_force", "window_chief", "window"}
    step_decide(case=case, key="environment", by=team.task_force, at=late, decision="限期補件")
    assert steps_sweep(at=late + timedelta(days=30)).warned == 0


def test_a_service_that_fails_stops_no_other(case, monkeypatch):
    class Broken:
        pk = case.pk

    late = lateness._cases_late
    monkeypatch.setattr(
        lateness, "_cases_late", lambda today: {"a_broken_one": [Broken()], **late(today)}
    )
    real = lateness.case_tell_late

    def tell(*, case, at):
        if isinstance(case, Broken):
            raise ValueError("definition is broken")
        return real(case=case, at=at)

    monkeypatch.setattr(lateness, "case_tell_late", tell)
    run = steps_sweep(at=AFTER)
    assert (run.warned, run.failed) == (1, {"a_broken_one": "definition is broken"})
    with pytest.raises(SweepFailed):
        run.raise_failures()
