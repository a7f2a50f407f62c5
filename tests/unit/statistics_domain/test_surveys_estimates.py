"""Samples: estimates beside every sample there could be, weights that add up, re-interviews."""

import math
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.statistics.surveys.domain.alike import Household, twice
from shizheng.statistics.surveys.domain.estimates import Stratum, estimated
from shizheng.statistics.surveys.domain.rechecks import differences, drawn, drawn_number
from shizheng.statistics.surveys.domain.weights import TotalsUnfit, poststratified

WHOLE = {"a": (3.0, 5.0, 9.0, 11.0), "b": (2.0, 4.0, 40.0, 41.0, 47.0)}


def test_over_all_samples_the_mean_estimate_is_the_truth_and_so_is_the_mean_variance():
    """Every stratified sample of 2 and 3 of a small whole: unbiased, and so is the variance."""
    sizes = {"a": 2, "b": 3}
    samples = [
        dict(zip(WHOLE, parts, strict=True))
        for parts in product(*(combinations(WHOLE[code], n) for code, n in sizes.items()))
    ]
    found = [
        estimated({code: Stratum(len(WHOLE[code]), part) for code, part in each.items()})
        for each in samples
    ]
    totals = [each.total for each in found]
    truth = sum(map(sum, WHOLE.values()))
    assert math.isclose(sum(totals) / len(totals), truth)
    spread = sum((total - truth) ** 2 for total in totals) / len(totals)
    assert math.isclose(sum(each.total_error**2 for each in found) / len(found), spread)
    for each in found:
        assert each.households == 9
        assert math.isclose(each.mean_error, each.total_error / 9)


def test_a_whole_count_has_no_error_and_vacant_addresses_are_no_households():
    found = estimated({"a": Stratum(3, (10.0, 20.0, None)), "b": Stratum(2, ())})
    assert (found.total, found.mean, found.households, found.unseen) == (30, 15, 2, 2)
    assert (found.total_error, found.mean_error, found.answers) == (0, 0, 2)
    assert estimated({"a": Stratum(3, (5.0,))}).total_error is None
    assert estimated({"a": Stratum(3, (None,))}) is None


def test_a_mean_with_vacant_addresses_is_the_ratio_of_two_totals():
    """By hand: 10 addresses, 4 visited, three lived in with 10, 20 and 30."""
    found = estimated({"a": Stratum(10, (10.0, 20.0, 30.0, None))})
    assert (found.total, found.households, found.mean) == (150, 7.5, 20)
    rest = (-10.0, 0.0, 10.0, 0.0)
    variance = 100 * (1 - 4 / 10) * (sum(r**2 for r in rest) / 3) / 4
    assert math.isclose(found.mean_error, math.sqrt(variance) / 7.5)


CELL = st.tuples(st.sampled_from("12"), st.sampled_from("mf"), st.sampled_from(["0-9", "10+"]))


@given(st.lists(CELL, min_size=1, max_size=30), st.dictionaries(CELL, st.integers(0, 90)))
def test_weights_add_up_to_the_whole_and_are_one_at_least(sample, totals):
    if sum(totals.values()) < len(sample):
        with pytest.raises(TotalsUnfit):
            poststratified(sample, totals)
        return
    found = poststratified(sample, totals)
    assert math.isclose(sum(found), sum(totals.values()), rel_tol=1e-9)
    assert min(found) >= 1


def test_a_weight_is_people_by_people_asked_and_an_empty_cell_joins_its_neighbours():
    sample = [("1", "m", "0-9"), ("1", "m", "0-9"), ("1", "f", "0-9")]
    totals = {("1", "m", "0-9"): 100, ("1", "f", "0-9"): 30, ("1", "f", "10+"): 60}
    assert [int(each) for each in poststratified(sample, totals)] == [50, 50, 90]


@given(st.sets(st.text(max_size=4), max_size=40), st.fractions(0, 1), st.text(max_size=4))
def test_a_draw_is_the_same_again_and_as_large_as_it_should_be(keys, share, seed):
    found = drawn(keys, share, seed)
    assert len(found) == math.ceil(share * len(keys))
    assert set(found) <= keys
    assert found == drawn(sorted(keys, reverse=True), share, seed)
    assert drawn_number(keys, len(found), seed) == found


def test_the_gross_difference_rate_counts_pairs_that_differ():
    first = {"rooms": 3, "members": [{"age": 40}, {"age": 7}]}
    again = {"rooms": 3, "members": [{"age": 41}, {"age": 7}, {"age": 1}]}
    rooms, age = differences([(first, again)], ["rooms", "age"], "members")
    assert rooms.rate == 0
    assert (age.pairs, age.differing, age.rate) == (3, 2, Fraction(2, 3))
    assert differences([], ["rooms"], "members")[0].rate is None


def test_people_counted_twice_are_found_and_neighbours_told_apart_are_not():
    three = (("", "m", 40), ("", "f", 41), ("", "m", 7))
    numbered = [tuple((f"{n}{place}", sex, age) for place, (_, sex, age) in enumerate(three))
                for n in "xy"]  # fmt: skip
    homes = [
        Household("1", "A", three), Household("2", "A", three[::-1]), Household("3", "B", three),
        Household("4", "C", numbered[0]), Household("5", "C", numbered[1]),
        Household("6", "D", (("x0", "m", 40),)), Household("7", "D", three[:2]),
        Household("8", "D", three[:2]),
    ]  # fmt: skip
    assert twice(homes) == {("1", "2"): "household", ("4", "6"): "person"}
