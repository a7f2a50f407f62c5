"""What a pack may say of evidence, and every way of saying it wrong."""

import shutil

import pytest

from shizheng.packs.checker import check
from shizheng.packs.loader import load
from shizheng.plan.definitions import Commitments
from shizheng.plan.evidence.definitions import EvidenceTable
from shizheng.plan.register.definitions import LightRuleBody

from .conftest import PACKS


@pytest.fixture
def town_folder(tmp_path):
    return shutil.copytree(PACKS / "exampleton", tmp_path / "exampleton")


def changed(folder, old, new, name="plan/evidence.yaml"):
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return [f"{problem.code} {problem.message} {problem.hint}" for problem in check(folder)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(
            "reference: requests_in_time", "source: ledger\n    reference: 41-02",
            "no room provides evidence of the kind “ledger”. Known kinds: indicator",
            id="unknown-kind",
        ),
        pytest.param(
            "reference: requests_in_time", "reference: requests_on_time",
            "holds no public indicator “requests_on_time”", id="unknown-indicator",
        ),
        pytest.param(
            "{value: 95, unit: percent,", "{value: 95, unit: day,",
            "must be percent, the unit of “requests_in_time”, got day", id="other-unit",
        ),
        pytest.param(
            "{value: 95, unit: percent,", "{value: 95, unit: decibels,", "decibels",
            id="no-such-unit",
        ),
        pytest.param("{value: 80,", "{value: 97,", "97 is better than the target 95",
                     id="floor-above-target"),
        pytest.param("floor: {value: 80, unit: percent,",
                     "floor: {value: 80, unit: percent, direction: at_most,",
                     "must be at_least, as the target is", id="two-ways"),
        pytest.param("    weight: partial\n", "", "`doubt`", id="doubt-of-a-whole-figure"),
        pytest.param("from: 2026-01-01}\n    floor",
                     "from: 2026-01-01, is_proposed: false}\n    floor",
                     "needs the `source` that sets it", id="text-without-source"),
        pytest.param("item: 2-2\n", "item: 2-2\n    number: 4\n", "2-2 has no commitment 4",
                     id="no-such-commitment"),
        pytest.param("item: 2-2\n", "item: 9-9\n", "no plan item is called “9-9”",
                     id="no-such-item"),
        pytest.param("    reference: requests_closed", "    reference: requests_in_time",
                     "stands twice", id="twice"),
        pytest.param("fresh_days: 45", "fresh_days: 900", "must be 400 or less, got 900",
                     id="fresh-for-longer-than-the-rule-allows"),
        pytest.param("    least_rows: 5\n",
                     "    plan: [{on: 2026-05-01, value: 1}, {on: 2026-01-01, value: 2}]\n",
                     "its days must rise", id="falling-days"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(town_folder, old, new, said):
    problems = changed(town_folder, old, new)
    assert any(said in problem for problem in problems), problems


def test_a_commitment_without_any_evidence_is_reported(town_folder):
    row = "3-1,1,水位感測器妥善率,Water-level sensors that report,month,higher,true\n"
    (problem,) = changed(town_folder, row, "", "plan/evidence.csv")
    assert "commitment 1 of 3-1 has no evidence, not even awaited" in problem


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("{yellow: 5, red: 20}", "{yellow: 30, red: 20}", "yellow", id="gaps-crossed"),
        pytest.param("money_gap: 20", "money_gap: 60", "money gap", id="money-beyond"),
        pytest.param("override:", "earlier: [{version: 4, fresh_days: 1, warn_days: 1}]\noverride:",
                     "versions must rise", id="a-later-earlier-version"),
    ],
)  # fmt: skip
def test_a_rule_out_of_order_is_reported(town_folder, old, new, said):
    problems = changed(town_folder, old, new, "plan/light_rule.yaml")
    assert any(said in problem for problem in problems), problems


def test_every_commitment_of_kaohsiung_has_evidence_or_awaits_it():
    pack = load(PACKS / "kaohsiung")
    table, commitments = pack.body(EvidenceTable), pack.body(Commitments)
    rows = {(row.item, row.number) for row in (*table.bound, *table.awaited)}
    assert rows == {(each.item, each.number) for each in commitments.all}
    assert len({item for item, _ in rows}) == 505
    assert all(goal.is_proposed for row in table.bound for goal in (row.target, row.floor) if goal)
    named = {row.item for row in table.awaited if not row.is_proposed}
    assert {"5-17", "11-14", "13-8", "22-1"} <= named


def test_what_the_rooms_of_kaohsiung_do_is_bound():
    pack = load(PACKS / "kaohsiung")
    bound = {row.item for row in pack.body(EvidenceTable).bound}
    services = {
        item
        for each in pack.all
        if each.kind in ("service", "call_centre")
        for item in each.model.plan_items
    }
    assert services - bound == set()


def test_kaohsiung_keeps_the_rule_that_it_had():
    rules = load(PACKS / "kaohsiung").body(LightRuleBody).rules()
    assert [*rules] == [1, 2]
    assert rules[1].progress is None
    assert rules[2].progress is not None
