from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.plan.domain.lights import Colour, Evidence, LightRule, Obligation, light

RULE = LightRule(id="default", version=1, fresh_days=30, warn_days=14)
TODAY = date(2020, 3, 31)
days = st.integers(-400, 400).map(lambda offset: TODAY + timedelta(days=offset))
facts = st.builds(Evidence, source=st.just("directive_report"), dated_on=days, reference=st.text())
duties = st.builds(
    Obligation,
    source=st.just("milestone"),
    reference=st.text(),
    due_on=days,
    done_on=st.none() | days,
)


def fact(days_ago: int) -> Evidence:
    return Evidence("directive_report", TODAY - timedelta(days=days_ago), "KH-1090302-0017")


def duty(due_in: int, done_ago: int | None = None) -> Obligation:
    done_on = None if done_ago is None else TODAY - timedelta(days=done_ago)
    return Obligation("milestone", "m", TODAY + timedelta(days=due_in), done_on)


@pytest.mark.parametrize(
    ("evidence", "obligations", "colour", "first"),
    [
        pytest.param([], [], "grey", "no_evidence", id="nothing-known-is-grey"),
        pytest.param([], [duty(-1)], "grey", "no_evidence", id="late-without-evidence-is-grey"),
        pytest.param([fact(3)], [], "green", "evidence", id="fresh-evidence-is-green"),
        pytest.param([fact(30)], [], "green", "evidence", id="the-last-fresh-day"),
        pytest.param([fact(31)], [], "yellow", "stale", id="one-day-too-old"),
        pytest.param([fact(-1)], [], "grey", "no_evidence", id="tomorrow-is-no-evidence"),
        pytest.param([fact(3)], [duty(0)], "yellow", "due_soon", id="due-today-is-not-late"),
        pytest.param([fact(3)], [duty(14)], "yellow", "due_soon", id="the-last-day-to-warn"),
        pytest.param([fact(3)], [duty(15)], "green", "evidence", id="too-far-to-warn"),
        pytest.param([fact(3)], [duty(-1)], "red", "overdue", id="a-day-late-is-red"),
        pytest.param([fact(3)], [duty(-9, 2)], "green", "evidence", id="late-but-done-is-over"),
        pytest.param([fact(90)], [duty(-1)], "red", "overdue", id="red-outweighs-stale"),
    ],
)
def test_light(evidence, obligations, colour, first):
    reading = light(RULE, TODAY, evidence, obligations)
    assert reading.colour == colour
    assert reading.reasons[0].code == first


@given(st.lists(facts), st.lists(duties))
def test_no_evidence_is_grey_and_grey_is_no_evidence(evidence, obligations):
    reading = light(RULE, TODAY, evidence, obligations)
    is_known = any(fact.dated_on <= TODAY for fact in evidence)
    assert (reading.colour == Colour.GREY) == (not is_known)


@given(st.lists(facts), st.lists(duties))
def test_an_overdue_duty_is_always_among_the_reasons(evidence, obligations):
    reading = light(RULE, TODAY, evidence, obligations)
    late = [d for d in obligations if d.due_on < TODAY and not (d.done_on and d.done_on <= TODAY)]
    assert sum(reason.code == "overdue" for reason in reading.reasons) == len(late)
    assert late == [] or reading.colour in {Colour.RED, Colour.GREY}


def test_a_rule_with_senseless_thresholds_is_refused():
    with pytest.raises(ValueError, match="fresh_days"):
        LightRule(id="default", version=1, fresh_days=0, warn_days=3)
