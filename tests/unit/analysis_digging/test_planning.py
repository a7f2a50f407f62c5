"""The planner's promises: always valid, never worse than first come, pins kept, best when tiny."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from tests.unit.analysis_digging.cities import day, fewest_by_force, request, section, year, years

from shizheng.analysis.digging.checking import problems_of
from shizheng.analysis.digging.explaining import Because, explain
from shizheng.analysis.digging.first_come import first_come
from shizheng.analysis.digging.joining import PinImpossible
from shizheng.analysis.digging.planning import Method, disruption_of, plan_year
from shizheng.analysis.digging.solving import Effort
from shizheng.analysis.digging.values import Ban, BanKind, JointRules, Pins, Standing, moratoria

SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@SLOW
@given(years())
def test_every_plan_keeps_every_rule(any_year):
    assert problems_of(any_year, plan_year(any_year).plan) == []


@SLOW
@given(years())
def test_first_come_keeps_every_rule(any_year):
    assert problems_of(any_year, first_come(any_year)) == []


@SLOW
@given(years())
def test_a_plan_defers_no_more_than_first_come_and_opens_no_more_for_the_same(any_year):
    planned = plan_year(any_year)
    plan, before = planned.plan, planned.first_come
    assert len(plan.deferred) <= len(before.deferred)
    if len(plan.deferred) == len(before.deferred) == 0:
        assert plan.opened_sections <= before.opened_sections
    assert planned.bound <= plan.opened_sections


@settings(max_examples=12, deadline=None, derandomize=True)
@given(years(most=3, horizon=9, names="abc"))
def test_a_tiny_plan_is_as_good_as_trying_everything(tiny):
    plan = plan_year(tiny).plan
    assert (len(plan.deferred), plan.opened_sections) == fewest_by_force(tiny)


@SLOW
@given(years())
def test_pinning_what_was_planned_changes_nothing(any_year):
    plan = plan_year(any_year).plan
    pins = Pins(
        starts=plan.starts(),
        together=tuple(frozenset(o.partners) for o in plan.openings if len(o.partners) > 1),
    )
    pinned = replace(any_year, pins=pins)
    again = plan_year(pinned, previous=plan).plan
    assert problems_of(pinned, again) == []
    assert again.openings == plan.openings


@SLOW
@given(years())
def test_planning_again_without_a_new_wish_moves_nobody(any_year):
    plan = plan_year(any_year).plan
    again = plan_year(any_year, previous=plan).plan
    assert len(again.deferred) <= len(plan.deferred)
    if again.opened_sections == plan.opened_sections and again.deferred == plan.deferred:
        assert again == plan


@SLOW
@given(years())
def test_cutting_a_cluster_into_pieces_keeps_every_rule(any_year):
    assert problems_of(any_year, plan_year(any_year, Method(piece=3)).plan) == []


def test_two_owners_of_one_section_dig_it_once():
    both = year(request("a", "s"), request("b", "s", 5, 20, owner="gas"))
    planned = plan_year(both)
    [opening] = planned.plan.openings
    assert opening.partners == ("a", "b")
    assert opening.start == day(5)
    assert (opening.end - opening.start).days == 4
    assert planned.first_come.opened_sections == 2
    assert planned.saved_share == 0.5
    assert planned.gap_share == 0.0


def test_a_merge_says_who_with_whom_what_is_saved_and_why_that_day():
    ban = Ban("new_year", BanKind.HOLIDAY, day(3), day(8))
    both = year(request("a", "st"), request("b", "s", 5, 20, owner="gas"), bans=(ban,))
    plan = plan_year(both).plan
    [merge] = explain(both, plan)
    assert merge.owners == ("water", "gas")
    assert merge.shared == ("s",)
    assert merge.saved_sections == 1
    assert (merge.first_common, merge.last_common) == (day(5), day(16))
    assert merge.opening.start == day(8)
    assert [(cause.because, cause.who) for cause in merge.causes] == [(Because.BAN, "new_year")]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param({"rules": JointRules(most_partners=1)}, 2, id="one-partner-at-most"),
        pytest.param(
            {"rules": JointRules(apart=frozenset([frozenset(["water", "gas"])]))},
            2,
            id="kinds-that-must-not-share-a-trench",
        ),
        pytest.param({"pins": Pins(apart=frozenset([frozenset("ab")]))}, 2, id="pinned-apart"),
        pytest.param({}, 1, id="nothing-against-it"),
    ],
)
def test_what_may_share_an_opening(made, expected):
    both = year(request("a", "s"), request("b", "s", kind="gas"), **made)
    planned = plan_year(both)
    assert problems_of(both, planned.plan) == []
    assert len(planned.plan.openings) == expected


def test_two_openings_of_a_section_rest_between_them():
    both = year(
        request("a", "s", 0, 20),
        request("b", "s", 0, 20, kind="gas"),
        rules=JointRules(most_partners=1, rest_days=7),
    )
    first, second = plan_year(both).plan.openings
    assert (second.start - first.end).days >= 7


def test_a_crew_that_is_elsewhere_is_waited_for():
    both = year(
        request("a", "s"),
        request("b", "t"),
        standing=(Standing("x", "water", "", ("u",), day(0), day(4)),),
        crews={("water", ""): 1},
        also="u",
    )
    plan = plan_year(both).plan
    assert problems_of(both, plan) == []
    assert sorted(o.start for o in plan.openings) == [day(4), day(7)]


def test_a_pinned_day_is_kept_and_others_move_as_little_as_they_must():
    asked = [request("a", "s"), request("b", "s", 2, 30, owner="gas"), request("c", "t")]
    first = plan_year(year(*asked)).plan
    pinned = year(*asked, pins=Pins(starts={"b": day(10)}))
    again = plan_year(pinned, previous=first).plan
    assert problems_of(pinned, again) == []
    assert again.starts() == {"a": day(10), "b": day(10), "c": first.starts()["c"]}


def test_a_pin_into_a_ban_is_refused_by_name():
    one = year(
        request("a", "s"),
        bans=(Ban("fair", BanKind.EVENT, day(5), day(8)),),
        pins=Pins(starts={"a": day(6)}),
    )
    with pytest.raises(PinImpossible, match="pin of a "):
        plan_year(one)


def test_pins_of_requests_that_are_not_asked_are_refused():
    with pytest.raises(PinImpossible, match="ghost"):
        plan_year(year(request("a", "s"), pins=Pins(starts={"ghost": day(1)})))


def test_a_paved_road_stays_closed_for_the_days_of_the_moratorium():
    paved = {"s": section("s", paved_on=day(0))}
    asked = request("a", "s", 0, 400)
    closed = replace(year(asked), sections=paved, bans=moratoria(paved, 365))
    assert plan_year(closed).plan.openings[0].start == day(365)
    approved = replace(closed, requests=(replace(asked, exempt=frozenset({"moratorium:s"})),))
    assert plan_year(approved).plan.openings[0].start == day(0)


def test_the_busy_road_is_open_for_fewer_days():
    roads = {"s": section("s", capacity_vph=1000, flow_vph=1000)}
    asked = replace(year(request("a", "s", days=2), request("b", "s", days=3)), sections=roads)
    plan = plan_year(asked).plan
    assert disruption_of(plan, roads) == 4 * 10


@pytest.mark.parametrize(
    ("requests", "problem"),
    [
        pytest.param([request("a", "s"), request("a", "s")], "one id", id="an-id-twice"),
        pytest.param(
            [request("a", "s", after=("b",)), request("b", "s", after=("a",))],
            "waits for itself",
            id="a-circle",
        ),
        pytest.param([request("a", "s", after=("z",))], "no request", id="unknown-predecessor"),
    ],
)
def test_a_year_that_is_not_sound_is_refused(requests, problem):
    with pytest.raises(ValueError, match=problem):
        plan_year(year(*requests))


def test_the_same_seed_gives_the_same_plan():
    asked = [
        request(f"r{n}", "abcdef"[n % 5 : n % 5 + 2], n % 7, 40 + n % 9, 2 + n % 4)
        for n in range(18)
    ]
    many = year(*asked)
    method = Method(effort=Effort(seed=7))
    assert plan_year(many, method).plan == plan_year(many, method).plan


def test_progress_ends_with_everything():
    told = []
    plan_year(year(request("a", "s"), request("b", "t")), progress=lambda *at: told.append(at))
    assert told == [(1, 2), (2, 2)]
