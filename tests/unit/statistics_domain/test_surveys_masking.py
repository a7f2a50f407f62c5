"""The masked file: no combination of fewer than k people, whatever the people are like."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shizheng.statistics.surveys.domain.disclosure import (
    Coarse,
    MicrodataTooFew,
    Rule,
    classes_of,
    masked,
    risk_of,
    swapped,
)

KEYS = ("area", "sex", "age")
PERSON = st.fixed_dictionaries({
    "area": st.sampled_from(["1", "2", "3"]), "sex": st.sampled_from(["m", "f"]),
    "age": st.sampled_from(["0-19", "20-39", "40-59", "60+"]),
    "work": st.sampled_from(["a", "b", "c"]),
})  # fmt: skip


@given(st.lists(PERSON, min_size=1, max_size=60), st.integers(2, 6), st.integers(1, 3))
def test_no_combination_has_fewer_than_k_people_or_fewer_than_l_values(rows, k, different):
    rule = Rule(KEYS, k, ("work",), different)
    assume(len(rows) >= k and len({row["work"] for row in rows}) >= different)
    found = masked(rows, rule)
    for places in classes_of(found, KEYS).values():
        assert len(places) >= k
        assert len({found[place]["work"] for place in places}) >= different
    assert risk_of(found, rule).too_few == risk_of(found, rule).too_alike == 0
    for before, after in zip(rows, found, strict=True):
        assert all(after[key] in (before[key], None) for key in before)
        assert after["work"] == before["work"]


@given(st.lists(PERSON, min_size=8, max_size=60))
def test_what_holds_already_is_left_as_it_is(rows):
    doubled = [*rows, *rows]
    assert masked(doubled, Rule(KEYS, 2)) == doubled


@given(st.lists(PERSON, max_size=40), st.fractions(0, 1), st.text(max_size=5))
def test_swapping_keeps_how_often_each_area_stands_with_what_pairs_share(rows, share, seed):
    found = swapped(rows, "area", ("sex", "age"), share, seed)
    assert sum(a != b for a, b in zip(rows, found, strict=True)) <= share * len(rows)
    for column in ("area", "work"):
        told = (sorted((row["sex"], row["age"], row[column]) for row in some)
                for some in (rows, found))  # fmt: skip
        assert next(told) == next(told)


def test_too_few_people_make_no_file():
    row = {"area": "1", "sex": "m", "age": "60+", "work": "a"}
    with pytest.raises(MicrodataTooFew):
        masked([row, row], Rule(KEYS, 3))
    with pytest.raises(MicrodataTooFew):
        masked([row] * 9, Rule(KEYS, 3, ("work",), 2))
    assert masked([], Rule(KEYS, 3)) == []


def test_the_key_that_leaves_most_alike_is_suppressed():
    rows = [{"area": "1", "sex": sex, "age": "60+", "work": "a"} for sex in "mmmmf"]
    rows += [{"area": "2", "sex": "f", "age": "60+", "work": "a"} for _ in range(2)]
    found = masked(rows, Rule(KEYS, 3))
    assert [row["area"] for row in found] == ["1", "1", "1", "1", None, None, None]
    before, after = risk_of(rows, Rule(KEYS, 3)), risk_of(found, Rule(KEYS, 3))
    assert (before.alone, before.too_few, before.expected) == (1, 3, 3)
    assert (after.alone, after.expected, after.suppressed["area"]) == (0, 2, 3)


@pytest.mark.parametrize(
    ("coarse", "value", "expected"),
    [
        pytest.param(Coarse(5, None, 85), 20, "20-24", id="first-of-a-class"),
        pytest.param(Coarse(5, None, 85), 24, "20-24", id="last-of-a-class"),
        pytest.param(Coarse(5, None, 85), 85, "85+", id="top"),
        pytest.param(Coarse(10, None, 65), 64, "60-64", id="cut-at-the-top"),
        pytest.param(Coarse(10, 15, 65), 14, "<15", id="bottom"),
        pytest.param(Coarse(10, 15, 65), 15, "15-24", id="from-the-bottom"),
        pytest.param(Coarse(), 7, "7", id="as-it-is"),
    ],
)
def test_numbers_are_grouped(coarse, value, expected):
    assert coarse.of(value) == expected


def test_shares_of_nothing_swap_nothing():
    rows = [{"area": str(n), "sex": "m", "age": "60+", "work": "a"} for n in range(4)]
    assert swapped(rows, "area", ("sex",), Fraction(0), "x") == rows
