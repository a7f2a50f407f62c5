"""Cycles, judging, ways and renewal: rules without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.services.conftest import KAOHSIUNG, pack_at

from shizheng.kernel.errors import DomainError
from shizheng.places.upkeep.definitions import UpkeepBody
from shizheng.places.upkeep.domain.cycles import due_on, months_after, true_moment
from shizheng.places.upkeep.domain.judging import condition_of, judged
from shizheng.places.upkeep.domain.ranking import Candidate, ranked
from shizheng.places.upkeep.domain.routing import _nearest, distances, length, route

AT = datetime(2021, 3, 1, 2, tzinfo=UTC)


def body(code: str) -> UpkeepBody:
    town = pack_at(KAOHSIUNG.parent / "exampleton")
    return next(each for each in town.bodies(UpkeepBody) if each.id == code)


def test_a_month_later_is_the_last_day_where_there_is_no_such_day():
    assert months_after(date(2021, 1, 31), 1) == date(2021, 2, 28)
    assert months_after(date(2020, 1, 31), 1) == date(2020, 2, 29)
    assert months_after(date(2021, 11, 30), 3) == date(2022, 2, 28)


def test_a_season_calls_for_a_look_of_its_own():
    begins = date(2021, 5, 1)
    assert due_on(None, date(2021, 2, 3), 6) == date(2021, 2, 3)
    assert due_on(date(2021, 1, 10), AT.date(), 6) == date(2021, 7, 10)
    early = due_on(date(2021, 1, 10), AT.date(), 6, begins=begins, before_days=30)
    assert early == date(2021, 4, 30)
    late = due_on(date(2021, 4, 2), AT.date(), 6, begins=begins, before_days=30)
    assert late == date(2021, 10, 2)


@pytest.mark.parametrize(
    ("noted", "sent", "moment", "is_wrong"),
    [
        pytest.param(-60, 0, -60, False, id="a good clock"),
        pytest.param(-60 + 86_400, 86_400, -60, True, id="a day ahead"),
        pytest.param(-60 - 7_200, -7_200, -60, True, id="two hours behind"),
        pytest.param(90_000, 0, 0, True, id="noted in the future"),
        pytest.param(-100 * 86_400, 0, 0, True, id="noted long ago"),
    ],
)
def test_a_wrong_clock_is_put_right_by_its_difference(noted, sent, moment, is_wrong):
    def at(seconds: int) -> datetime:
        return AT + timedelta(seconds=seconds)

    assert true_moment(at(noted), at(sent), AT) == (at(moment), is_wrong)


def test_answers_become_faults_and_a_score():
    wells = body("wells")
    water = wells.round("water")
    sound = judged(wells, water, {"lid": "pass", "level": "3", "colour": "clear"})
    assert (sound.score, sound.is_sound, condition_of(sound.score)) == (100, True, "good")
    dry = judged(wells, water, {"lid": "fail", "level": "0.5", "colour": "brown", "remark": " x "})
    assert (dry.score, dry.faults) == (0, ("lid", "dry", "brown"))
    assert dry.values["remark"] == "x"
    assert condition_of(67) == "fair"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        pytest.param({"level": "3", "colour": "clear"}, "item_missing", id="missing"),
        pytest.param({"lid": "maybe", "level": "3", "colour": "clear"}, "item_unfit", id="word"),
        pytest.param({"lid": "pass", "level": "-1", "colour": "clear"}, "item_unfit", id="low"),
        pytest.param({"lid": "pass", "level": "nan", "colour": "clear"}, "item_unfit", id="nan"),
        pytest.param({"lid": "pass", "level": "3", "colour": "red"}, "item_unfit", id="option"),
    ],
)
def test_answers_that_cannot_be_are_refused(answers, code):
    wells = body("wells")
    with pytest.raises(DomainError) as caught:
        judged(wells, wells.round("water"), answers)
    assert caught.value.code == f"places.upkeep.{code}"


@given(st.lists(st.tuples(st.floats(0, 9_000), st.floats(0, 9_000)), max_size=25))
def test_a_way_visits_every_stop_once_and_is_no_longer_than_the_nearest_neighbours(points):
    way = route(points)
    assert sorted(way) == list(range(len(points)))
    if len(points) > 2:
        away = distances(points)
        edge = min(range(len(points)), key=lambda at: points[at][0])
        assert length(way, away) <= length(_nearest(away, edge), away) + 1e-6


def test_a_crossing_way_is_turned_round():
    points = [(0, 0), (100, 0), (200, 0), (200, 100), (100, 100), (0, 100)]
    assert length(route(points), distances(points)) == 500


def test_need_ranks_and_the_budget_draws_a_line():
    rule = body("wells").renewal
    old = Candidate("W-1", date(1980, 1, 1), 40, 5)
    new = Candidate("W-2", date(2020, 1, 1), 100, 2)
    unknown = Candidate("W-3", date(2000, 1, 1), None, 2)
    rows = ranked(rule, [new, unknown, old], on=date(2021, 1, 1), budget_twd=250_000)
    assert [row.candidate.key for row in rows] == ["W-1", "W-3", "W-2"]
    assert [row.is_funded for row in rows] == [True, True, False]
    assert rows[0].age_share == 1.0
    assert rows[0].need == pytest.approx(0.34 + 0.33 * 0.6 + 0.33)
    assert rows[-1].total_twd == 300_000
