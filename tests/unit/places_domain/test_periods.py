"""Two times at once, against a calendar on which every day is written by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.places.domain.periods import Span, overlaid

FIRST = date(2020, 1, 1)
DAYS = 30
acts = st.lists(
    st.tuples(
        st.integers(0, DAYS - 1), st.integers(1, DAYS) | st.none(), st.integers(0, 5) | st.none()
    ),
    max_size=12,
)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@given(acts)
def test_acts_laid_one_over_the_other_say_of_each_day_what_a_calendar_says(acts):
    spans: list[Span[int]] = []
    calendar: list[int | None] = [None] * (DAYS * 2)
    for begin, length, content in acts:
        end = None if length is None else begin + length
        change = overlaid(spans, day(begin), None if end is None else day(end), content)
        spans = [each for each in spans if each not in change.ended] + list(change.added)
        for number in range(begin, len(calendar) if end is None else end):
            calendar[number] = content
    for number, wanted in enumerate(calendar):
        found = [each.content for each in spans if each.holds(day(number))]
        assert found == ([] if wanted is None else [wanted])


def test_only_what_the_act_touches_ends():
    january, march = Span(day(0), day(5), "a"), Span(day(10), None, "b")
    change = overlaid([january, march], day(12), None, "c")
    assert change.ended == (march,)
    assert change.added == (Span(day(10), day(12), "b"), Span(day(12), None, "c"))


def test_a_span_without_a_day_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="no day"):
        overlaid([], day(3), day(3), "x")
