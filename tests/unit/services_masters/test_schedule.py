"""The critical path of a master case, on a real calendar."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calendar_2020 import CALENDAR

from shizheng.services.masters.domain.schedule import StepValue, schedule

TAIPEI = ZoneInfo("Asia/Taipei")
START = date(2020, 2, 3)


def planned(steps, today=START):
    return schedule(steps, begins=START, today=today, calendar=CALENDAR, tz=TAIPEI)


LAND = StepValue("land", "10wd")
ENVIRONMENT = StepValue("environment", "30d")
BUILDING = StepValue("building", "10wd", ("land", "environment"))
USE = StepValue("use", "5wd", ("building",))


def test_the_longer_branch_decides_and_the_shorter_may_slip():
    found = planned([LAND, ENVIRONMENT, BUILDING, USE])
    assert found.path == ("environment", "building", "use")
    assert (
        found.steps["land"].slack
        == (found.steps["environment"].ends - found.steps["land"].ends).days
    )
    assert not found.steps["land"].is_critical
    assert found.ends == found.steps["use"].ends


def test_a_step_that_is_overdue_moves_everything_after_it():
    late = StepValue("environment", "30d", started_on=START)
    land = StepValue("land", "10wd", started_on=START, finished_on=date(2020, 2, 17))
    found = planned([land, late, BUILDING, USE], today=date(2020, 4, 1))
    assert found.steps["environment"].ends == date(2020, 4, 1)
    assert found.steps["building"].begins == date(2020, 4, 1)


def test_a_step_that_is_not_needed_takes_no_time():
    found = planned([LAND, StepValue("environment", "30d", is_dropped=True), BUILDING, USE])
    assert found.path == ("land", "building", "use")


def test_steps_that_wait_for_each_other_are_refused():
    with pytest.raises(ValueError, match="wait for each other"):
        planned([StepValue("a", "1wd", ("b",)), StepValue("b", "1wd", ("a",))])


@given(st.lists(st.tuples(st.integers(1, 30), st.sets(st.integers(0, 9))), min_size=1, max_size=10))
def test_no_step_begins_before_those_it_waits_for_and_the_path_has_no_slack(drawn):
    steps = [
        StepValue(str(n), f"{days}d", tuple(str(b) for b in sorted(befores) if b < n))
        for n, (days, befores) in enumerate(drawn)
    ]
    found = planned(steps)
    for step in steps:
        for before in step.after:
            assert found.steps[step.key].begins >= found.steps[before].ends
    assert all(found.steps[key].is_critical for key in found.path)
    assert found.steps[found.path[-1]].ends == found.ends
