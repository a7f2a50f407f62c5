"""The validator sees each rule broken: every case breaks one rule of a plan that was valid."""

from dataclasses import replace

import pytest
from tests.unit.analysis_digging.cities import day, request, year

from shizheng.analysis.digging.checking import problems_of
from shizheng.analysis.digging.values import (
    Ban,
    BanKind,
    JointRules,
    Opening,
    Pins,
    Plan,
    Standing,
)

TWO = (request("a", "st"), request("b", "s", 2, 20, owner="gas", kind="gas"))
YEAR = year(*TWO, also="stu")
JOINT = Opening("a", ("a", "b"), ("s", "t"), day(2), day(6))
FIRST = Opening("a", ("a",), ("s", "t"), day(2), day(5))
SECOND = Opening("b", ("b",), ("s",), day(5), day(8))


def test_valid_plans_have_no_problems():
    assert problems_of(YEAR, Plan((JOINT,))) == []
    assert problems_of(YEAR, Plan((FIRST, SECOND))) == []
    assert problems_of(YEAR, Plan((FIRST,), ("b",))) == []


def swapped(**of_b):
    return replace(YEAR, requests=(TWO[0], replace(TWO[1], **of_b)))


@pytest.mark.parametrize(
    ("rule", "broken", "openings"),
    [
        pytest.param("planned_once", YEAR, (FIRST,), id="left-out"),
        pytest.param("planned_once", YEAR, (JOINT, SECOND), id="planned-twice"),
        pytest.param("unknown", replace(YEAR, requests=TWO[:1]), (JOINT,), id="not-asked"),
        pytest.param(
            "sections_of_partners", YEAR, (replace(JOINT, sections=("s",)),), id="a-section-missing"
        ),
        pytest.param("lead_opens_most", YEAR, (replace(JOINT, lead="b"),), id="the-lead-is-small"),
        pytest.param(
            "shares_with_lead",
            swapped(sections=("u",)),
            (replace(JOINT, sections=("s", "t", "u")),),
            id="nothing-shared",
        ),
        pytest.param(
            "most_partners", replace(YEAR, rules=JointRules(1)), (JOINT,), id="too-many-partners"
        ),
        pytest.param(
            "kinds_apart",
            replace(YEAR, rules=JointRules(apart=frozenset([frozenset(["water", "gas"])]))),
            (JOINT,),
            id="kinds-in-one-trench",
        ),
        pytest.param("length", YEAR, (replace(JOINT, end=day(5)),), id="too-short"),
        pytest.param(
            "window", YEAR, (replace(JOINT, start=day(1), end=day(5)),), id="before-the-window"
        ),
        pytest.param("window", swapped(latest=day(5)), (JOINT,), id="after-the-window"),
        pytest.param("fixed_day", swapped(fixed=day(3)), (JOINT,), id="not-on-its-day"),
        pytest.param("emergency_alone", swapped(emergency=True), (JOINT,), id="with-an-emergency"),
        pytest.param(
            "emergency_at_once",
            swapped(emergency=True),
            (FIRST, replace(SECOND, start=day(5))),
            id="an-emergency-that-waits",
        ),
        pytest.param(
            "ban",
            replace(YEAR, bans=(Ban("x", BanKind.EVENT, day(5), day(6), frozenset("s")),)),
            (JOINT,),
            id="in-a-ban",
        ),
        pytest.param(
            "section_open_twice",
            YEAR,
            (FIRST, replace(SECOND, start=day(4), end=day(7))),
            id="two-at-once",
        ),
        pytest.param(
            "section_open_twice",
            replace(YEAR, rules=JointRules(rest_days=1)),
            (FIRST, SECOND),
            id="without-rest",
        ),
        pytest.param(
            "section_open_twice",
            replace(YEAR, standing=(Standing("w", "o", "", ("t",), day(5), day(9)),)),
            (JOINT,),
            id="where-a-work-stands",
        ),
        pytest.param(
            "crews",
            replace(
                YEAR,
                crews={("gas", ""): 1},
                standing=(Standing("w", "gas", "", ("u",), day(4), day(5)),),
            ),
            (JOINT,),
            id="a-crew-too-few",
        ),
        pytest.param("precedence", swapped(after=("a",)), (JOINT,), id="together-with-the-first"),
        pytest.param(
            "pinned_start", replace(YEAR, pins=Pins({"b": day(3)})), (JOINT,), id="not-as-pinned"
        ),
        pytest.param(
            "pinned_together",
            replace(YEAR, pins=Pins(together=(frozenset("ab"),))),
            (FIRST, SECOND),
            id="not-together-as-pinned",
        ),
        pytest.param(
            "pinned_apart",
            replace(YEAR, pins=Pins(apart=frozenset([frozenset("ab")]))),
            (JOINT,),
            id="not-apart-as-pinned",
        ),
    ],
)
def test_a_broken_rule_is_named(rule, broken, openings):
    assert rule in {problem.rule for problem in problems_of(broken, Plan(openings))}


def test_an_emergency_is_never_deferred():
    broken = swapped(emergency=True)
    assert [p.rule for p in problems_of(broken, Plan((FIRST,), ("b",)))] == ["emergency_deferred"]
