"""Conflicts of a dig: none missed against brute force, each with its reason and both sides."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from shizheng.analysis.digging.conflicts import (
    ConflictRules,
    Dig,
    DigIndex,
    HazardousPipe,
    Reason,
    Surroundings,
    conflicts_of,
    parallel_sections,
)
from shizheng.analysis.digging.values import Ban, BanKind, Section

RULES = ConflictRules(near_m=20, near_days=90)
FIRST = date(2020, 3, 2)


def dig(name, line, first=0, days=5, **more):
    start = FIRST + timedelta(first)
    return Dig(
        name, more.pop("owner", "water"), LineString(line), start, start + timedelta(days), **more
    )


points = st.tuples(st.integers(0, 200), st.integers(0, 200))
digs = st.builds(
    lambda number, a, b, first, days, on: dig(f"p{number}", [a, b], first, days, sections=(on,)),
    st.integers(0, 10**9),
    points,
    points,
    st.integers(0, 400),
    st.integers(1, 30),
    st.sampled_from("abcdefgh"),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(digs, min_size=1, max_size=30, unique_by=lambda d: d.id),
    digs,
    st.integers(0, 50),
    st.integers(0, 60),
)
def test_the_index_finds_what_trying_every_pair_finds(works, asked, metres, days):
    found = [d.id for d, _ in DigIndex(works).near(asked, metres, days)]
    by_force = [
        d.id
        for d in works
        if d.id != asked.id
        and asked.days_from(d) <= days
        and (d.line.distance(asked.line) <= metres or set(d.sections) & set(asked.sections))
    ]
    assert found == by_force


def test_works_that_end_ninety_days_before_conflict_and_ninety_one_do_not():
    works = [dig("a", [(0, 0), (9, 0)], -95, 5), dig("b", [(0, 0), (9, 0)], -96, 5)]
    asked = dig("x", [(0, 20), (9, 20)])
    [(near, distance)] = DigIndex(works).near(asked, 20, 90)
    assert (near.id, distance) == ("a", 20.0)


def road(name, line, **more):
    return Section(name, LineString(line), **more)


HIGH = road("high", [(0, 0), (100, 0)], road_class="arterial", capacity_vph=2000, flow_vph=1500)
BESIDE = road("beside", [(0, 60), (100, 60)], capacity_vph=1000, flow_vph=500)
CROSS = road("cross", [(100, 0), (100, 60)])
ROADS = {section.id: section for section in (HIGH, BESIDE, CROSS)}


def around(*works, **more):
    return Surroundings(DigIndex(works), ROADS, parallel=parallel_sections(ROADS, RULES), **more)


def reasons(asked, surroundings):
    return [(c.reason, c.other) for c in conflicts_of(asked, surroundings, RULES)]


def test_roads_side_by_side_carry_each_others_traffic_and_crossing_ones_do_not():
    assert parallel_sections(ROADS, RULES) == {
        "high": frozenset({"beside"}),
        "beside": frozenset({"high"}),
    }


def test_the_same_section_conflicts_at_any_distance_and_a_neighbour_when_near():
    on_it = dig("end", [(90, 0), (100, 0)], 10, sections=("high",), owner="gas")
    corner = dig("corner", [(100, 0), (100, 9)], 10, sections=("cross",))
    far = dig("far", [(100, 50), (100, 60)], 10, sections=("cross",))
    asked = dig("x", [(0, 0), (85, 0)], sections=("high",))
    found = conflicts_of(asked, around(on_it, corner, far), RULES)
    assert [(c.reason, c.other, c.section, c.distance_m, c.days) for c in found] == [
        (Reason.NEARBY, "corner", "", 15.0, 5),
        (Reason.SAME_SECTION, "end", "high", 5.0, 5),
    ]
    assert not any(conflict.refuses for conflict in found)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        pytest.param(BanKind.MORATORIUM, Reason.MORATORIUM, id="new-paving"),
        pytest.param(BanKind.HOLIDAY, Reason.HOLIDAY_BAN, id="holiday"),
        pytest.param(BanKind.EVENT, Reason.EVENT, id="event"),
    ],
)
def test_a_ban_refuses_unless_it_was_lifted(kind, reason):
    ban = Ban("ban", kind, FIRST + timedelta(4), FIRST + timedelta(9), classes={"arterial"})
    closed = around(bans=(ban,))
    on_high = dig("x", [(0, 0), (9, 0)], sections=("high",))
    assert reasons(on_high, closed) == [(reason, "ban")]
    assert conflicts_of(on_high, closed, RULES)[0].refuses
    before = dig("x", [(0, 0), (9, 0)], days=4, sections=("high",))
    assert reasons(before, closed) == []
    lifted = dig("x", [(0, 0), (9, 0)], sections=("high",), exempt=frozenset({"ban"}))
    assert reasons(lifted, closed) == []
    other_class = dig("x", [(0, 60), (9, 60)], sections=("beside",))
    assert reasons(other_class, closed) == []


def test_a_dangerous_pipe_within_its_buffer_wants_its_operator():
    pipe = HazardousPipe("p1", "oil_company", "propylene", LineString([(0, 8), (100, 8)]), 10.0)
    near = around(pipes=(pipe,))
    assert reasons(dig("x", [(0, 0), (9, 0)], sections=("high",)), near) == [
        (Reason.HAZARDOUS_PIPE, "p1")
    ]
    assert reasons(dig("x", [(0, -3), (9, -3)], sections=("high",)), near) == []


def test_two_parallel_roads_at_once_leave_too_little_capacity():
    beside = dig("y", [(0, 60), (9, 60)], sections=("beside",))
    asked = dig("x", [(0, 0), (9, 0)], sections=("high",))
    assert reasons(asked, around(beside)) == [(Reason.TRAFFIC_CAPACITY, "y")]
    narrow = dig("x", [(0, 0), (9, 0)], sections=("high",), closes_share=0.2)
    small = dig("y", [(0, 60), (9, 60)], sections=("beside",), closes_share=0.2)
    assert reasons(narrow, around(small)) == []
    later = dig("y", [(0, 60), (9, 60)], 5, sections=("beside",))
    assert reasons(asked, around(later)) == []


def test_metres_below_zero_are_refused():
    with pytest.raises(ValueError, match="0 or more"):
        DigIndex([]).near(dig("x", [(0, 0), (9, 0)]), -1, 0)


def test_an_empty_index_answers_nothing():
    assert DigIndex([]).near(dig("x", [(0, 0), (9, 0)]), 20, 90) == []
    assert parallel_sections({}, RULES) == {}
    assert np.array_equal(
        DigIndex([]).positions(LineString([(0, 0), (1, 1)]), FIRST, FIRST, 1, 1), []
    )
