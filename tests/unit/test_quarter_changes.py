"""What differs between two quarters, from their records alone."""

from datetime import date

import pytest

from shizheng.plan.quarters.domain.changes import (
    GONE,
    NEW,
    LightChange,
    figures_changed,
    lights_changed,
    moved,
)
from shizheng.plan.quarters.domain.totals import counts_of, on_course_share, weakest

BY = date(2026, 3, 31)


def item(code, light, *, reasons=(), evidence=()):
    return {"code": code, "light": light, "reasons": list(reasons), "evidence": list(evidence)}


def shown(period="2026-03", value="12", on="2026-03-31"):
    return {"source": "indicator", "reference": "a", "period": period, "value": value, "on": on}


def known(*points):
    return {("indicator", "a"): points}


def test_only_items_with_another_light_are_listed_with_their_weightiest_reason():
    why = {"code": "overdue"}
    before = [item("1-1", "green"), item("1-2", "grey"), item("1-3", "red")]
    now = [item("1-1", "red", reasons=[why]), item("1-2", "grey"), item("1-4", "green")]
    assert lights_changed(before, now) == [
        LightChange("1-1", "green", "red", why),
        LightChange("1-4", NEW, "green"),
        LightChange("1-3", "red", GONE),
    ]


def test_grey_is_the_worst_and_new_items_are_neither_better_nor_worse():
    changes = [
        LightChange("1", "grey", "red"), LightChange("2", "green", "grey"),
        LightChange("3", NEW, "green"), LightChange("4", "yellow", "green"),
    ]  # fmt: skip
    better, worse = moved(changes)
    assert [each.code for each in better] == ["1", "4"]
    assert [each.code for each in worse] == ["2"]


@pytest.mark.parametrize(
    ("evidence", "point", "expected"),
    [
        (shown(), ["2026-03", "2026-03-31", "12.000000", 3, False], None),
        (shown(), ["2026-03", "2026-03-31", "13.5", 3, False], ("12", "13.5")),
        (shown("2026-02", "9", "2026-02-28"), ["2026-03", "2026-03-31", "7", 3, False],
         (None, "7")),
        (shown("", None, None), ["2026-03", "2026-03-31", "7", 3, False], (None, "7")),
        (shown(), ["2026-04", "2026-04-30", "7", 3, False], None),
        (shown(), ["2026-03", "2026-03-31", "13", 3, True], None),
        (shown(), ["2026-03", "2026-03-31", None, 0, False], None),
    ],
    ids=["the-same", "revised", "came-late", "first-came-late", "of-the-next-quarter", "running",
         "without-value"],
)  # fmt: skip
def test_figures_of_a_closed_quarter_that_are_known_otherwise(evidence, point, expected):
    found = figures_changed([item("1-1", "grey", evidence=[evidence])], known(point), BY)
    assert [(each.was, each.now) for each in found] == ([expected] if expected else [])


def test_grey_counts_against_a_department():
    counts = counts_of([item("1", "green"), item("2", "grey"), item("3", "grey")])
    assert counts == {"green": 1, "yellow": 0, "red": 0, "grey": 2}
    assert on_course_share(counts) == pytest.approx(1 / 3)
    assert on_course_share(counts_of([])) is None


def test_the_weakest_departments_come_first_and_empty_ones_not_at_all():
    def of(number, **lights):
        return {"number": number, "counts": {**counts_of([]), **lights}}

    rows = [of(1, green=2), of(2, green=1, grey=1), of(3), of(4, red=1), of(5, grey=1)]
    assert [each["number"] for each in weakest(rows, 3)] == [4, 5, 2]
