"""Blocks of readings: what is unpacked is what was packed, bit for bit, in few bytes."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shizheng.sensing.domain.packing import Readings, merged, packed, unpacked

MINUTE = 60_000_000
START = 1_751_731_200_000_000  # 2025-07-05 16:00 UTC
ANY = st.floats(allow_nan=True, allow_infinity=True)
CENTS = st.integers(-(10**7), 10**7).map(lambda whole: whole / 100)
EXTRA = st.none() | st.fixed_dictionaries({"r": st.text(max_size=5)})


def rows_of(values):
    return st.lists(
        st.tuples(st.integers(-(2**60), 2**60), values, st.integers(0, 2**20), EXTRA),
        min_size=1, max_size=12, unique_by=lambda row: row[0],
    ).map(sorted_rows)  # fmt: skip


def sorted_rows(rows):
    return sorted(rows, key=lambda row: row[0])


def same(one: Readings, other: Readings) -> bool:
    return (
        np.array_equal(one.times, other.times)
        and np.array_equal(one.values.view(np.int64), other.values.view(np.int64))
        and np.array_equal(one.quality, other.quality)
        and dict(one.extras) == dict(other.extras)
    )


def again(readings: Readings, decimals: int | None) -> Readings:
    block = packed(readings, decimals)
    assert block.count == len(readings)
    return unpacked(block.count, block.times, block.values, block.quality, block.extras)


@given(rows_of(ANY), st.none() | st.integers(0, 9))
@example([(1, -1.7e308, 0, None), (2, -1.7e308, 0, None)], None)
def test_any_numbers_come_back_as_they_were(rows, decimals):
    readings = Readings.of(rows)

    assert same(again(readings, decimals), readings)


@given(rows_of(CENTS), st.integers(0, 4))
def test_decimals_come_back_as_they_were_whatever_was_declared(rows, decimals):
    readings = Readings.of(rows)

    assert same(again(readings, decimals), readings)


@given(rows_of(CENTS), rows_of(CENTS))
def test_merging_keeps_each_time_once_and_the_newer_value(older, newer):
    found = merged(Readings.of(older), Readings.of(newer))

    expected = {row[0]: row for row in older} | {row[0]: row for row in newer}
    assert same(found, Readings.of(sorted_rows(expected.values())))


@given(rows_of(ANY), st.integers(-(2**60), 2**60), st.integers(-(2**60), 2**60))
def test_a_span_holds_what_lies_in_it(rows, start, end):
    found = Readings.of(rows).between(start, end)

    assert same(found, Readings.of([row for row in rows if start <= row[0] < end]))


def test_readings_on_time_with_two_decimals_take_less_than_three_bytes_each():
    random = np.random.default_rng(7)
    count = 1008
    level = np.round(np.cumsum(random.normal(0, 0.03, count)) + 2, 2) + 0.0
    flags = (random.random(count) < 0.01).astype(np.int64) * 4
    block = packed(Readings(START + np.arange(count) * 10 * MINUTE, level, flags), 2)

    taken = len(block.times) + len(block.values) + len(block.quality)
    assert taken / count < 1.5
    assert (block.low, block.high) == (level.min(), level.max())
    assert block.total == pytest.approx(level.sum())


def test_what_is_no_number_counts_as_a_reading_and_in_no_sum():
    block = packed(Readings.of([(1, None, 0, {"r": "dry"}), (2, 3.5, 0, None)]), 1)

    assert (block.count, block.numbers, block.total, block.last) == (2, 1, 3.5, 3.5)
