"""Slots and rules as pure figures: nothing overlaps, nothing leaves its hours, bounds hold."""

import itertools
from dataclasses import replace as changed
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.places.booking.domain.rules import Rules, cancel_refusal, fee_of, refusal
from shizheng.places.booking.domain.slots import Slot, open_of, replacement, slots_of

TAIPEI = ZoneInfo("Asia/Taipei")
DAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 8, tzinfo=TAIPEI)
RULES = Rules(
    for_staff_only=False, ahead_days=30, most_per_month=2, cancel_hours=24, most_waiting=1
)


def at(hour, day=DAY):
    starts = datetime.combine(day, time(hour), tzinfo=TAIPEI)
    return Slot(starts, starts + timedelta(hours=1))


minutes = st.integers(0, 1439)
spans = st.lists(minutes, min_size=2, max_size=6, unique=True).map(sorted)


@given(spans, st.integers(5, 240))
def test_slots_lie_in_their_hours_one_after_the_other(marks, length):
    moments = [time(each // 60, each % 60) for each in marks]
    hours = list(zip(moments[::2], moments[1::2], strict=False))
    slots = slots_of(DAY, hours, length, TAIPEI)
    for slot in slots:
        assert slot.ends - slot.starts == timedelta(minutes=length)
        assert any(a <= slot.starts.time() and slot.ends.time() <= b for a, b in hours)
    assert not any(a.meets(b) for a, b in itertools.pairwise(slots))
    minutes_open = [(b.hour - a.hour) * 60 + b.minute - a.minute for a, b in hours]
    assert len(slots) == sum(each // length for each in minutes_open)


@given(st.lists(st.tuples(minutes, st.integers(1, 600)), max_size=4))
def test_what_is_open_meets_no_closure_and_nothing_else_is_lost(closed):
    midnight = datetime.combine(DAY, time.min, tzinfo=TAIPEI)
    shut = [
        Slot(midnight + timedelta(minutes=a), midnight + timedelta(minutes=a + b))
        for a, b in closed
    ]
    slots = slots_of(DAY, [(time(8), time(20))], 45, TAIPEI)
    left = open_of(slots, shut)
    for slot in slots:
        touched = any(max(slot.starts, each.starts) < min(slot.ends, each.ends) for each in shut)
        assert (slot in left) == (not touched)


@pytest.mark.parametrize(
    ("slot", "staff_only", "in_month", "code"),
    [
        (at(9), False, 0, None),
        (at(8), False, 0, "places.booking.slot_past"),
        (at(9), True, 0, "places.booking.not_for_you"),
        (at(9, DAY + timedelta(days=30)), False, 0, None),
        (at(9, DAY + timedelta(days=31)), False, 0, "places.booking.too_far_ahead"),
        (at(9), False, 1, None),
        (at(9), False, 2, "places.booking.too_many_this_month"),
    ],
    ids=["free", "begun", "staff", "last day", "a day later", "second", "third"],
)
def test_who_may_book_what(slot, staff_only, in_month, code):
    rules = Rules(staff_only, 30, 2, 24, 1)
    problem = refusal(rules, slot, now=NOW, is_staff=False, in_month=in_month)
    assert (problem and problem.code) == code


def test_a_place_for_groups_is_for_their_members_alone():
    rules, slot = changed(RULES, for_groups_only=True), at(9)
    asked = {"now": NOW, "is_staff": True, "in_month": 0}
    assert refusal(rules, slot, **asked).code == "places.booking.not_in_group"
    assert refusal(rules, slot, is_member=True, **asked) is None


def test_a_slot_can_be_given_back_until_its_notice_and_a_given_one_until_it_begins():
    slot = at(9, DAY + timedelta(days=1))
    notice = slot.starts - timedelta(hours=24)
    assert cancel_refusal(RULES, slot, now=notice, was_given=False) is None
    late = notice + timedelta(seconds=1)
    found = cancel_refusal(RULES, slot, now=late, was_given=False)
    assert found.code == "places.booking.too_late_to_cancel"
    assert cancel_refusal(RULES, slot, now=late, was_given=True) is None
    begun = cancel_refusal(RULES, slot, now=slot.starts.astimezone(UTC), was_given=True)
    assert begun.code == "places.booking.slot_past"


@pytest.mark.parametrize(
    ("amount", "percent", "due"),
    [(300, 0, 300), (300, 50, 150), (333, 50, 167), (250, 20, 200), (99, 100, 0)],
    ids=str,
)
def test_fees_are_whole_dollars(amount, percent, due):
    assert fee_of(amount, percent) == due


def test_a_closed_slot_moves_to_the_same_time_of_day_if_it_can():
    free = [at(8, DAY + timedelta(days=1)), at(10, DAY + timedelta(days=2))]
    assert replacement(at(10), free) == free[1]
    assert replacement(at(15), free) == free[0]
    assert replacement(at(15), []) is None
