"""Curves, alarms, draws, faults and months of public works: rules without a database."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.plan.works.domain import curves, months, picking
from shizheng.plan.works.domain.alarms import (
    AlarmKind,
    AlarmRule,
    Level,
    WorkFacts,
    alarms,
)
from shizheng.plan.works.domain.faults import Found, ScoreUnfit, due_on, grade_of, repeats
from shizheng.plan.works.domain.picking import Candidate, Weights, lot, picked
from shizheng.plan.works.domain.stages import NEXT, Stage, StageNotPossible, check_next

START = date(2020, 3, 1)
RULE = AlarmRule("works", 1, Decimal(5), Decimal(10), 45, Decimal(15))
WEIGHTS = Weights(40, 200_000_000, 35, Decimal(20), 25, 5, Decimal("0.2"))
PERCENTS = st.decimals(0, 100, places=2)


@st.composite
def whole_curves(draw):
    """Return curves that keep every rule."""
    count = draw(st.integers(0, 10))
    gaps = draw(st.lists(st.integers(1, 60), min_size=count + 1, max_size=count + 1))
    between = sorted(draw(st.lists(PERCENTS, min_size=count, max_size=count)))
    day, points = START, [(START, Decimal(0))]
    for gap, percent in zip(gaps, [*between, Decimal(100)], strict=True):
        day += timedelta(days=gap)
        points.append((day, percent))
    return curves.checked(points)


@given(whole_curves(), st.integers(-30, 800))
def test_a_planned_curve_never_falls_and_never_leaves_0_to_100(points, after):
    day = START + timedelta(days=after)
    today, tomorrow = (curves.planned_on(points, on) for on in (day, day + timedelta(days=1)))
    assert 0 <= today <= tomorrow <= 100


@given(whole_curves())
def test_a_curve_goes_through_its_points_and_survives_being_kept(points):
    assert [curves.planned_on(points, day) for day, _ in points] == [each for _, each in points]
    assert curves.from_json(curves.as_json(points)) == points


@pytest.mark.parametrize(
    ("points", "refusal"),
    [
        pytest.param([(START, 0)], curves.CurveTooShort, id="one-point"),
        pytest.param([(START, 0), (START, 100)], curves.CurveDaysWrong, id="same-day"),
        pytest.param(
            [(START, 0), (date(2020, 4, 1), 60), (date(2020, 5, 1), 50), (date(2020, 6, 1), 100)],
            curves.CurveFalls, id="falls",
        ),
        pytest.param([(START, 5), (date(2020, 4, 1), 100)], curves.CurveEndsWrong, id="first-5"),
        pytest.param([(START, 0), (date(2020, 4, 1), 99)], curves.CurveEndsWrong, id="ends-at-99"),
        pytest.param([(START, 0), (date(2020, 4, 1), 101)], curves.PercentUnfit, id="above-100"),
        pytest.param([(START, 0), (date(2020, 4, 1), "NaN")], curves.PercentUnfit, id="no-number"),
        pytest.param([(START, 0), (date(2020, 4, 1), "99.999")], curves.PercentUnfit, id="fine"),
    ],
)  # fmt: skip
def test_a_curve_that_breaks_a_rule_is_refused(points, refusal):
    with pytest.raises(refusal):
        curves.checked([(day, Decimal(percent)) for day, percent in points])


def facts(**given) -> WorkFacts:
    usual = {
        "starts_on": START, "ends_on": date(2020, 12, 31), "contract_twd": 1_000_000,
        "paid_twd": 0, "actual": Decimal(40), "planned": Decimal(40),
        "reported_on": date(2020, 6, 30),
    }  # fmt: skip
    return WorkFacts(**{**usual, **given})


@pytest.mark.parametrize(
    ("given_facts", "on", "found"),
    [
        pytest.param({}, date(2020, 7, 5), [], id="as-planned"),
        pytest.param({"actual": Decimal("35.01")}, date(2020, 7, 5), [], id="just-below-the-gap"),
        pytest.param(
            {"actual": Decimal(35)}, date(2020, 7, 5),
            [(AlarmKind.PROGRESS, Level.WATCH, 5, 5)], id="gap-reached",
        ),
        pytest.param(
            {"actual": Decimal(30)}, date(2020, 7, 5),
            [(AlarmKind.PROGRESS, Level.BEHIND, 10, 10)], id="behind",
        ),
        pytest.param({}, date(2020, 8, 13), [], id="44-days-silent"),
        pytest.param(
            {}, date(2020, 8, 14), [(AlarmKind.SILENCE, Level.WATCH, 45, 45)], id="45-days-silent"
        ),
        pytest.param(
            {"reported_on": None, "planned": None, "actual": Decimal(0)}, date(2020, 4, 15),
            [(AlarmKind.SILENCE, Level.WATCH, 45, 45)], id="never-reported",
        ),
        pytest.param(
            {"paid_twd": 550_000}, date(2020, 7, 5), [(AlarmKind.MONEY, Level.WATCH, 15, 15)],
            id="paid-ahead",
        ),
        pytest.param(
            {"paid_twd": 1_000_001, "actual": Decimal(100), "planned": Decimal(100)},
            date(2020, 7, 5), [(AlarmKind.OVERPAID, Level.BEHIND, 1, 0)], id="overpaid",
        ),
        pytest.param(
            {"reported_on": date(2020, 12, 31)}, date(2021, 1, 2),
            [(AlarmKind.OVERDUE, Level.BEHIND, 2, 0)], id="overdue",
        ),
    ],
)  # fmt: skip
def test_alarms_at_their_limits(given_facts, on, found):
    seen = alarms(RULE, facts(**given_facts), on)
    assert [(each.kind, each.level, each.amount, each.limit) for each in seen] == found


@given(PERCENTS, PERCENTS, PERCENTS)
def test_more_work_done_never_raises_a_graver_alarm_of_progress(planned, low, high):
    low, high = sorted((low, high))
    gravity = {Level.WATCH: 1, Level.BEHIND: 2}

    def grave(actual):
        found = alarms(RULE, facts(planned=planned, actual=actual), date(2020, 7, 5))
        return max((gravity[a.level] for a in found if a.kind == AlarmKind.PROGRESS), default=0)

    assert grave(high) <= grave(low)


candidates = st.builds(
    Candidate,
    number=st.integers(1, 10_000).map(lambda number: f"PW-{number}"),
    contract_twd=st.integers(0, 10**9),
    gap=st.none() | st.decimals(-50, 50, places=2),
    is_new=st.booleans(),
    repeat_faults=st.integers(0, 5),
    last_grade_poor=st.booleans(),
)
works_in_a_draw = st.lists(candidates, min_size=1, max_size=30, unique_by=lambda each: each.number)


@given(works_in_a_draw, st.data(), st.text(min_size=1).filter(str.strip))
def test_a_draw_can_be_repeated_by_anybody_and_does_not_depend_on_the_order(works, data, seed):
    count = data.draw(st.integers(1, len(works)))
    shuffled = data.draw(st.permutations(works))
    first, again = (picked(WEIGHTS, each, count=count, seed=seed) for each in (works, shuffled))
    assert first == again
    assert len({pick.number for pick in first}) == count
    by_lot = [pick for pick in first if pick.is_random]
    assert len(by_lot) == picking.random_count(count, WEIGHTS.random_share)
    left = {work.number for work in works} - {pick.number for pick in first}
    if by_lot and left:
        digest = lambda number: hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()  # noqa: E731
        assert max(digest(pick.number) for pick in by_lot) < min(map(digest, left))


@given(works_in_a_draw)
def test_a_score_is_the_sum_of_its_reasons_within_the_weights(works):
    for work in works:
        score, reasons = picking.scored(WEIGHTS, work)
        assert score == sum(reason.points for reason in reasons)
        assert all(0 <= reason.points <= reason.most for reason in reasons)


def test_the_lot_is_the_digest_that_the_page_describes():
    assert lot("大樂透 07", "PW-1") == hashlib.sha256("大樂透 07:PW-1".encode()).hexdigest()


def test_more_works_than_there_are_cannot_be_picked():
    one = Candidate("PW-1", 1, None, True, 0, False)
    with pytest.raises(picking.TooFewWorks):
        picked(WEIGHTS, [one], count=2, seed="x")
    with pytest.raises(picking.SeedMissing):
        picked(WEIGHTS, [one], count=1, seed="  ")


GRADES = (("甲", Decimal(80)), ("乙", Decimal(70)), ("丙", Decimal(60)), ("丁", Decimal(0)))


@pytest.mark.parametrize(
    ("score", "grade"),
    [("100", "甲"), ("80", "甲"), ("79.99", "乙"), ("60", "丙"), ("59.99", "丁"), ("0", "丁")],
)
def test_the_grade_at_its_borders(score, grade):
    assert grade_of(Decimal(score), GRADES) == grade


def test_a_score_beyond_100_is_no_score():
    with pytest.raises(ScoreUnfit):
        grade_of(Decimal("100.01"), GRADES)


def test_a_fault_twice_in_one_audit_is_once_and_in_two_audits_is_repeated():
    found = [Found("a", "C-1", 1), Found("a", "C-1", 1), Found("a", "S-1", 1), Found("b", "C-1", 3)]
    assert repeats(found) == ()
    (again,) = repeats([*found, Found("a", "C-1", 2)])
    assert (again.contractor, again.code, again.audits, again.again) == ("a", "C-1", 2, 1)


class Weekdays:
    """A calendar whose working days are Monday to Friday."""

    def is_working(self, on: date) -> bool:
        return on.weekday() < 5


def test_the_day_of_the_audit_does_not_count():
    friday = date(2020, 3, 6)
    assert due_on(friday, 5, Weekdays()) == date(2020, 3, 13)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_months_follow_each_other(day):
    month = months.month_of(day)
    assert month.day == 1
    assert months.month_after(month) - timedelta(days=1) == months.last_day(month)
    assert month <= day <= months.last_day(month)


def test_a_report_is_late_after_its_day_of_the_next_month():
    march = date(2020, 3, 1)
    assert not months.is_late(march, date(2020, 4, 10), by_day=10)
    assert months.is_late(march, date(2020, 4, 11), by_day=10)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("wanted", Stage)
def test_every_change_of_stage_is_allowed_or_refused_as_the_table_says(stage, wanted):
    if wanted in NEXT[stage]:
        check_next(stage, wanted, number="PW-1")
    else:
        with pytest.raises(StageNotPossible):
            check_next(stage, wanted, number="PW-1")
