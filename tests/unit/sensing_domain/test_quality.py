"""Flags of readings, against rules written out plainly, and as they would come one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shizheng.sensing.domain import quality
from shizheng.sensing.domain.quality import DOUBTFUL, Limits, Quality, assess

LIMITS = Limits(
    low=0, high=200, per_minute=3, stuck_s=3_600, rest_low=0, rest_high=1, spike=10, neighbour=15,
    interval_s=600, ahead_s=120, behind_s=86_400, late_s=600,
)  # fmt: skip

readings = st.lists(
    st.tuples(st.integers(1, 2_000), st.sampled_from([0.0, 1.0, 5.0, 12.0, 30.0, 250.0, -3.0])),
    max_size=40,
)


def arrays(pairs):
    times = np.cumsum([gap for gap, _value in pairs]).astype(float)
    return times, np.array([value for _gap, value in pairs], dtype=float)


def one(*values, every=600, limits=LIMITS, received=None):
    times = np.arange(len(values)) * float(every)
    return [Quality(int(f)) for f in assess(times, np.array(values, float), limits, received)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param((5, 6, 7), [0, 0, 0], id="plain"),
        pytest.param((5, 300, 6), [0, Quality.RANGE, 0], id="out-of-range-is-no-step-back"),
        pytest.param((5, np.inf, 6), [0, Quality.RANGE, 0], id="infinite"),
        pytest.param((5, np.nan, 6), [0, 0, 0], id="no-value-no-flag"),
        pytest.param((5, 60, 6), [0, Quality.STEP | Quality.SPIKE, 0], id="spike-then-back"),
        pytest.param((5, 60, 62), [0, Quality.STEP, 0], id="step-that-stays"),
        pytest.param((8,) * 7, [0] * 6 + [Quality.STUCK], id="stuck-after-an-hour"),
        pytest.param((0.5,) * 20, [0] * 20, id="a-dry-road-may-rest"),
    ],
)
def test_each_check_flags_what_it_is_for(values, expected):
    assert one(*values) == expected


def test_a_gap_is_flagged_at_the_reading_after_it():
    times = np.array([0.0, 600, 2_400, 3_000])
    assert list(assess(times, np.array([5.0, 6, 7, 8]), LIMITS)) == [0, 0, Quality.GAP, 0]


def test_clock_and_lateness_are_seen_from_the_arrival():
    times = np.array([0.0, 600, 1_200])
    received = np.array([700.0, 610, 1_000])
    found = assess(times, np.array([5.0, 6, 7]), LIMITS, received)
    assert list(found) == [Quality.LATE, 0, Quality.CLOCK]


def test_a_sensor_far_from_its_neighbours_is_flagged_where_enough_of_them_speak():
    values = np.array([5.0, 40, 40, 40])
    others = np.array([[5, 6, np.nan, np.nan], [5, 7, 6, np.nan], [4, 8, 9, 9]])
    found = quality.against_neighbours(values, others, LIMITS)
    assert list(found) == [False, True, True, False]


def test_the_drift_of_a_clock_is_found_through_delays():
    rng = np.random.default_rng(1)
    received = np.arange(0, 5 * 86_400, 600.0)
    slow = received * (1 - 30 / 86_400) - rng.exponential(5, len(received))
    assert quality.drift(slow, received) == pytest.approx(30, abs=1)


def test_missing_readings_are_counted_by_slots():
    times = np.array([0.0, 10, 600, 1_800])
    assert quality.missing_count(times, 0, 3_600, 600) == (6, 3)


@given(readings)
def test_flags_come_one_by_one_as_they_come_all_at_once_but_for_spikes(pairs):
    times, values = arrays(pairs)
    whole = assess(times, values, LIMITS)
    for count in range(1, len(times) + 1):
        then = assess(times[:count], values[:count], LIMITS)
        assert then[-1] == whole[count - 1] & ~np.uint16(Quality.SPIKE)


@given(readings, st.integers(0, 10**9))
def test_flags_do_not_depend_on_when_time_began(pairs, shift):
    times, values = arrays(pairs)
    assert np.array_equal(assess(times, values, LIMITS), assess(times + shift, values, LIMITS))


@given(readings, st.sampled_from([0.0, 0.5, 7.0]))
def test_a_stuck_sensor_is_found_as_by_walking_back(pairs, within):
    times, values = arrays(pairs)
    limits = Limits(stuck_s=1_500, stuck_within=within)
    found = quality.stuck(times, values, limits)
    first = 0
    for place, value in enumerate(values):
        if abs(value - values[first]) > within:
            first = place
        assert found[place] == (times[place] - times[first] >= 1_500)


def test_arrays_that_do_not_fit_are_a_bug_of_the_caller():
    with pytest.raises(ValueError, match="one length"):
        assess(np.array([1.0]), np.array([]), LIMITS)
    with pytest.raises(ValueError, match="rise"):
        assess(np.array([1.0, 1.0]), np.array([1.0, 2.0]), LIMITS)


def test_the_flags_fit_16_bits_and_each_has_words():
    assert sum(Quality) < 2**16
    assert set(quality.WORDS) == set(Quality)
    assert quality.worded(Quality.RANGE | Quality.LATE) == [
        quality.WORDS[Quality.RANGE], quality.WORDS[Quality.LATE],
    ]  # fmt: skip
    assert not DOUBTFUL & (Quality.GAP | Quality.LATE | Quality.CONFIRMED | Quality.ESTIMATED)


@settings(deadline=None)
@given(st.lists(readings, max_size=5))
def test_streams_flagged_together_are_flagged_as_each_by_itself(streams):
    parts = [arrays(pairs) for pairs in streams if pairs]
    if not parts:
        return
    times = np.concatenate([times for times, _values in parts])
    values = np.concatenate([values for _times, values in parts])
    begins = np.concatenate([np.arange(len(times)) == 0 for times, _values in parts])
    for limits in (LIMITS, Limits(stuck_s=600, stuck_within=4, spike=3, per_minute=0.01)):
        together = assess(times, values, limits, times + 700, begins)
        alone = [assess(when, what, limits, when + 700) for when, what in parts]
        assert together.tolist() == np.concatenate(alone).tolist()
