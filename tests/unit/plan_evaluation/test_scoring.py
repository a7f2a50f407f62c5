"""Weights, totals, ranks, gaps and spreads of evaluations."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.plan.evaluation.domain.scoring import (
    Criterion,
    ScoreUnfit,
    ranked,
    result,
    total,
    weights_wrong,
)

SCORE = st.decimals(0, 100, places=2)
WEIGHTS = st.lists(st.integers(1, 99), max_size=8).filter(lambda each: sum(each) < 100)


def criteria(weights):
    return [
        Criterion(f"c{place}", weight)
        for place, weight in enumerate([*weights, 100 - sum(weights)])
    ]


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ([Criterion("a", 60), Criterion("b", 40)], ""),
        ([Criterion("a", 60), Criterion("b", 30)], "100, got 90"),
        ([Criterion("a", 60), Criterion("a", 40)], "once"),
        ([Criterion("a", 100), Criterion("b", 0)], "1 per cent"),
        ([], "100, got 0"),
    ],
    ids=["right", "too-little", "twice", "weightless", "none"],
)
def test_weights_add_up_to_100(known, words):
    assert words in weights_wrong(known)
    assert bool(weights_wrong(known)) == bool(words)


@given(weights=WEIGHTS, data=st.data())
def test_a_total_lies_between_the_lowest_and_the_highest_score(weights, data):
    known = criteria(weights)
    scores = {each.code: data.draw(SCORE) for each in known}
    assert min(scores.values()) <= total(scores, known) <= max(scores.values())


@given(weights=WEIGHTS, score=SCORE)
def test_equal_scores_give_their_score_whatever_the_weights(weights, score):
    known = criteria(weights)
    assert total({each.code: score for each in known}, known) == score


def test_a_total_is_rounded_half_up():
    known = [Criterion("a", 50), Criterion("b", 50)]
    assert total({"a": Decimal("80.01"), "b": Decimal("80.02")}, known) == Decimal("80.02")


@pytest.mark.parametrize("score", ["-0.01", "100.01", "NaN", "Infinity"])
def test_a_score_outside_0_to_100_is_refused(score):
    with pytest.raises(ScoreUnfit):
        total({"a": Decimal(score)}, [Criterion("a", 100)])


def test_a_missing_score_is_refused():
    with pytest.raises(ScoreUnfit):
        total({}, [Criterion("a", 100)])


@given(st.dictionaries(st.integers(), st.none() | SCORE, max_size=12))
def test_ranks_follow_the_means_and_ties_share_one(means):
    ranks = ranked(means)
    assert set(ranks) == {key for key, mean in means.items() if mean is not None}
    for one in ranks:
        better = sum(means[other] > means[one] for other in ranks)
        assert ranks[one] == better + 1
        for other in ranks:
            assert (ranks[one] == ranks[other]) == (means[one] == means[other])
    if ranks:
        assert min(ranks.values()) == 1


@given(own=SCORE, reviews=st.lists(SCORE, min_size=1, max_size=9))
def test_gap_and_spread_come_from_the_same_figures(own, reviews):
    known = result(own, reviews, least=1)
    assert known.mean is not None
    assert min(reviews) <= known.mean <= max(reviews)
    assert known.gap == own - known.mean
    assert known.spread == max(reviews) - min(reviews) >= 0


def test_with_too_few_reviews_there_is_no_mean():
    known = result(Decimal(90), [Decimal(80)], least=2)
    assert (known.mean, known.gap, known.spread, known.reviews) == (None, None, None, 1)
