from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.kernel.intervals import Interval, first_overlap, gaps, subtract, union

FIRST = date(2020, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(-3, 24)]


def day(n: int | None) -> date | None:
    return None if n is None else FIRST + timedelta(days=n)


ends = st.one_of(st.none(), st.integers(0, 20))
spans = (
    st.tuples(ends, ends)
    .filter(lambda pair: None in pair or pair[0] < pair[1])
    .map(lambda pair: Interval(day(pair[0]), day(pair[1])))
)
several = st.lists(spans, max_size=7)


def covered(intervals) -> set[date]:
    return {point for point in DAYS if any(point in span for span in intervals)}


@given(spans, spans)
def test_an_intersection_holds_the_days_of_both(one, other):
    both = one.intersection(other)
    assert covered([both] if both else []) == covered([one]) & covered([other])
    assert one.overlaps(other) == other.overlaps(one) == (both is not None)


@given(several)
def test_a_union_holds_the_same_days_in_the_fewest_spans(intervals):
    merged = union(intervals)
    assert covered(merged) == covered(intervals)
    assert union(merged) == merged
    assert not any(a.touches(b) for a, b in pairwise(merged))


@given(several, several)
def test_subtracting_leaves_the_days_of_one_and_not_the_other(intervals, removed):
    assert covered(subtract(intervals, removed)) == covered(intervals) - covered(removed)


@given(several, spans)
def test_gaps_and_cover_make_the_whole(intervals, within):
    missing = gaps(intervals, within)
    assert covered(missing) == covered([within]) - covered(intervals)
    inside = [part for span in intervals if (part := span.intersection(within))]
    assert union([*missing, *inside]) == (within,)


@given(several)
def test_an_overlap_is_found_exactly_when_there_is_one(intervals):
    clash = any(a.overlaps(b) for i, a in enumerate(intervals) for b in intervals[i + 1 :])
    assert (first_overlap(intervals) is not None) == clash


def test_the_end_is_not_in_the_span_and_spans_that_touch_do_not_overlap():
    january = Interval(date(2020, 1, 1), date(2020, 2, 1))
    february = Interval(date(2020, 2, 1), date(2020, 3, 1))
    assert date(2020, 1, 31) in january
    assert date(2020, 2, 1) not in january
    assert not january.overlaps(february)
    assert union([february, january]) == (Interval(date(2020, 1, 1), date(2020, 3, 1)),)


def test_open_ends_reach_for_ever():
    assert date.min in Interval()
    assert date.max in Interval(date(2020, 1, 1))
    assert gaps([Interval(None, date(2020, 1, 1))], Interval()) == (Interval(date(2020, 1, 1)),)
    assert str(Interval(date(2020, 1, 1))) == "[2020-01-01, …)"


def test_an_empty_span_a_naive_moment_and_a_mixture_are_refused():
    with pytest.raises(ValueError, match="ends after it starts"):
        Interval(FIRST, FIRST)
    with pytest.raises(ValueError, match="time zone"):
        Interval(datetime(2020, 1, 1))
    with pytest.raises(TypeError, match="not of both"):
        Interval(FIRST, datetime(2020, 1, 2, tzinfo=UTC))
