from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.statistics.domain.errors import PollUnfit
from shizheng.statistics.domain.polls import difference, estimate, stated, withheld


def answers(yes, count):
    return [at < yes for at in range(count)]


def test_the_textbook_example_of_farm_counties():
    """Lohr, example 2.6: 153 of 300 counties out of 3078; standard error 0.0275."""
    found = estimate(answers(153, 300), population=3078)
    assert found.share == Decimal("0.51")
    assert f"{found.standard_error:.4f}" == "0.0275"
    assert [f"{bound:.3f}" for bound in found.interval] == ["0.456", "0.564"]


def test_a_thousand_and_sixty_eight_answers_are_within_three_points():
    """The size of the usual telephone poll, 1,068 for 3 points at 95 %."""
    found = estimate(answers(534, 1068))
    assert f"{100 * found.margin:.1f}" == "3.0"
    assert found.design_effect == 1
    assert not found.is_small


def test_unequal_weights_widen_the_error():
    """Kish: 1 + the squared coefficient of variation of the weights; half 1 and half 3 is 1.25."""
    weights = [Decimal(1), Decimal(3)] * 200
    plain = estimate([True, True, False, False] * 100)
    weighted = estimate([True, True, False, False] * 100, weights)
    assert weighted.share == plain.share == Decimal("0.5")
    assert weighted.design_effect == Decimal("1.25")
    assert weighted.effective_count == 320
    assert abs((weighted.margin / plain.margin) ** 2 - Decimal("1.25")) < Decimal("1e-20")


def test_a_share_is_weighted():
    found = estimate([True, False, False], [Decimal(3), Decimal(1), Decimal(1)])
    assert found.share == Decimal("0.6")
    assert found.is_small


def test_who_asks_everybody_makes_no_error():
    for yes in (0, 4, 10):
        found = estimate(answers(yes, 10), population=10)
        assert found.margin == found.standard_error == 0


@pytest.mark.parametrize("yes", [0, 100])
def test_unanimous_answers_still_have_a_margin(yes):
    found = estimate(answers(yes, 100))
    assert found.margin == Decimal("0.03")
    assert 0 <= found.interval[0] <= found.interval[1] <= 1


@pytest.mark.parametrize(
    ("earlier", "later", "is_change"), [(520, 550, False), (520, 570, True), (520, 480, False)]
)
def test_a_change_within_error_is_no_change(earlier, later, is_change):
    found = difference(estimate(answers(earlier, 1000)), estimate(answers(later, 1000)))
    assert found.is_change == is_change
    assert found.difference == Decimal(later - earlier) / 1000
    assert f"{found.margin:.3f}" in ("0.044", "0.043")


@pytest.mark.parametrize(
    ("given_answers", "weights", "population", "says"),
    [
        ([], [], None, "fewer than two"),
        ([True], [], None, "fewer than two"),
        ([True, False], [Decimal(1)], None, "one weight for each"),
        ([True, False], [Decimal(1), Decimal(0)], None, "not above 0"),
        ([True, False], [Decimal(1), Decimal("NaN")], None, "not above 0"),
        ([True, False], [], 1, "more answers than people"),
    ],
)
def test_answers_that_say_nothing_are_refused(given_answers, weights, population, says):
    with pytest.raises(PollUnfit, match=says):
        estimate(given_answers, weights, population)


SAMPLES = st.lists(
    st.tuples(st.booleans(), st.decimals("0.1", 9, places=2)), min_size=2, max_size=60
)


@given(SAMPLES)
def test_weights_never_narrow_the_error_and_their_scale_does_not_matter(sample):
    given_answers, weights = [yes for yes, _ in sample], [weight for _, weight in sample]
    found = estimate(given_answers, weights)
    assert found.design_effect >= 1
    assert 0 <= found.share <= 1
    assert found.margin > 0
    assert found.effective_count <= found.count
    doubled = estimate(given_answers, [2 * weight for weight in weights])
    assert abs(doubled.share - found.share) + abs(doubled.margin - found.margin) < Decimal("1e-20")


@given(SAMPLES, st.integers(60, 500))
def test_a_small_population_narrows_the_error(sample, population):
    given_answers = [yes for yes, _ in sample]
    assert estimate(given_answers, population=population).margin <= estimate(given_answers).margin


@pytest.mark.parametrize("yes", [0, 153, 300], ids=["nobody", "half", "everybody"])
def test_what_was_stated_has_the_margin_of_the_answers_themselves(yes):
    found = estimate(answers(yes, 300), population=3078)
    assert stated(found.share, 300, population=3078) == found


def test_a_design_effect_widens_the_error_of_what_was_stated():
    plain, wide = stated(Decimal("0.5"), 400), stated(Decimal("0.5"), 400, Decimal("1.25"))
    assert abs((wide.margin / plain.margin) ** 2 - Decimal("1.25")) < Decimal("1e-20")
    assert wide.effective_count == 320


@pytest.mark.parametrize(
    ("share", "count", "effect"),
    [("1.1", 9, "1"), ("-0.1", 9, "1"), ("0.5", 1, "1"), ("0.5", 9, "0.9")],
    ids=["above-one", "below-nothing", "one-answer", "effect-below-one"],
)
def test_what_cannot_be_is_refused(share, count, effect):
    with pytest.raises(PollUnfit):
        stated(Decimal(share), count, Decimal(effect))


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"": 500, "a": 30, "b": 40}, set()),
        ({"": 500, "a": 29, "b": 40, "c": 41}, {"a", "b"}),
        ({"": 500, "a": 29, "b": 20, "c": 41}, {"a", "b"}),
        ({"": 500, "a": 29}, {"a"}),
        ({"": 12}, {""}),
    ],
    ids=["enough", "one-takes-the-next", "two-hide-each-other", "the-only-one", "the-city-itself"],
)
def test_too_few_answers_are_withheld_and_cannot_be_worked_out(counts, hidden):
    assert withheld(counts, 30) == hidden
