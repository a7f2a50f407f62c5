"""Limits of permits: averages, what exceeds, masses; checked against a plain count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.sensing.domain.emissions import Averaging, averages, exceeding, kilograms


def test_an_average_needs_its_hours_and_a_limit_that_is_equalled_is_kept():
    rule = Averaging(3, 3)
    found = averages({0: 90.0, 1: 100.0, 2: 110.0, 3: 91.0, 5: 500.0}, rule)
    assert [(each.hour, each.value) for each in found] == [(2, 100.0), (3, 301 / 3)]
    assert [each.hour for each in exceeding(found, 100.0)] == [3]


def test_a_day_of_taiwan_is_a_block_of_its_own():
    rule = Averaging(24, 18, in_blocks=True)
    # hours 16 to 39 of UTC are one local day
    hours = dict.fromkeys(range(16, 40), 10.0) | dict.fromkeys(range(8, 16), 99.0)
    (only,) = averages(hours, rule, offset=8)
    assert (only.hour, only.value, only.valid) == (39, 10.0, 24)


def test_a_rule_that_can_never_hold_is_refused():
    with pytest.raises(ValueError, match="of 3 hours, 4"):
        Averaging(3, 4)


def test_kilograms_are_counted_where_value_and_flow_are_known():
    assert kilograms({1: 50.0, 2: 60.0, 3: 70.0}, {1: 100.0, 3: 200.0}, 0.001) == pytest.approx(19)


@given(
    st.dictionaries(st.integers(0, 60), st.floats(0, 1e4), max_size=40),
    st.integers(1, 8), st.integers(1, 8), st.booleans(), st.floats(0, 1e4),
)  # fmt: skip
def test_averages_are_those_of_a_plain_count(hours, size, least, in_blocks, limit):
    rule = Averaging(size, min(least, size), in_blocks)
    found = {each.hour: each.value for each in averages(hours, rule)}
    for last in range(70):
        if in_blocks and (last + 1) % size:
            assert last not in found
            continue
        row = [hours[each] for each in range(last - size + 1, last + 1) if each in hours]
        is_asked = bool(row) if in_blocks else last in hours
        if is_asked and len(row) >= rule.least:
            assert found[last] == pytest.approx(sum(row) / len(row))
        else:
            assert last not in found
    over = exceeding(averages(hours, rule), limit)
    assert {each.hour for each in over} == {hour for hour, value in found.items() if value > limit}
