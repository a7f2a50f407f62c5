"""What an item lacks before it binds: owner, day, indicator, and weights of 100."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.plan.domain.gate import WHOLE, Promise, gaps_of, is_reworded, weights_sum

DAY = date(2020, 12, 31)


@pytest.mark.parametrize(
    ("promises", "lacks"),
    [
        pytest.param([], ("commitment",), id="nothing-at-all"),
        pytest.param([Promise(None, ((True, None),))], ("due",), id="no-day"),
        pytest.param([Promise(DAY)], ("indicator",), id="no-indicator"),
        pytest.param([Promise(DAY, ((False, None),))], ("indicator",), id="no-source"),
        pytest.param(
            [Promise(DAY), Promise(None, ((True, None),))], ("indicator",), id="apart"
        ),
        pytest.param([Promise(DAY, ((True, None),))], (), id="complete"),
        pytest.param([Promise(DAY, ((True, Decimal(60)),))], ("weights",), id="weights-below"),
        pytest.param(
            [Promise(DAY, ((True, Decimal(60)),)), Promise(None, ((True, Decimal(40)),))],
            (), id="weights-over-two-commitments",
        ),
        pytest.param([Promise(None, ((True, Decimal(99)),))], ("due", "weights"), id="both"),
    ],
)  # fmt: skip
def test_a_new_item_lacks_what_nobody_could_be_held_to(promises, lacks):
    assert gaps_of(promises, is_new=True) == lacks


def test_an_item_that_was_there_before_lacks_only_weights():
    assert gaps_of([], is_new=False) == ()
    assert gaps_of([Promise(None, ((False, Decimal(50)),))], is_new=False) == ("weights",)


@given(st.lists(st.integers(1, 9_999), min_size=1, max_size=6))
def test_weights_are_whole_only_at_a_hundred_to_the_cent(cents):
    weights = [Decimal(each) / 100 for each in cents]
    lacks = gaps_of([Promise(DAY, tuple((True, each) for each in weights))], is_new=True)
    assert (lacks == ()) == (sum(cents) == 10_000)
    rest = WHOLE - sum(weights)
    if rest > 0:
        assert (
            gaps_of([Promise(DAY, tuple((True, w) for w in [*weights, rest]))], is_new=True) == ()
        )


def test_where_no_weight_is_given_nothing_adds_up():
    assert weights_sum([None, None]) is None
    assert weights_sum([None, Decimal("12.50")]) == Decimal("12.50")


@pytest.mark.parametrize(
    ("text", "earlier", "is_same"),
    [
        pytest.param("設置單一窗口,一次收件", "設置單一窗口,收件並公開", True, id="reworded"),
        pytest.param("增設夜間圖書館", "設置鎮民服務單一窗口", False, id="another-sentence"),
        pytest.param("甲", "甲", True, id="one-character"),
        pytest.param("甲", "乙", False, id="two-single-characters"),
    ],
)
def test_a_sentence_at_the_same_place_is_new_if_it_shares_little(text, earlier, is_same):
    assert is_reworded(text, earlier) is is_same
