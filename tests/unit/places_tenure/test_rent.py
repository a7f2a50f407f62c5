"""Rent by period with steps, and a month of the ledger that adds up."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.places.tenure.domain.rent import Step, months_later, rent_schedule
from shizheng.places.tenure.domain.statement import Entry, Kind, explaining, statement


def test_a_year_in_quarters_with_a_step_falls_due_four_times():
    step = Step(date(2020, 7, 1), Decimal(103))
    found = rent_schedule(
        date(2020, 1, 1), date(2021, 1, 1), amount_twd=1_000, period_months=3, steps=[step],
        due_days=14,
    )  # fmt: skip
    assert [each.amount_twd for each in found] == [1_000, 1_000, 1_030, 1_030]
    assert [each.due_on for each in found] == [
        date(2020, 1, 15), date(2020, 4, 15), date(2020, 7, 15), date(2020, 10, 15)
    ]  # fmt: skip


def test_a_short_last_period_pays_in_proportion_to_its_days():
    found = rent_schedule(date(2020, 1, 1), date(2020, 3, 16), amount_twd=3_100, period_months=1)
    assert [each.amount_twd for each in found] == [3_100, 3_100, 1_500]


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends": date(2020, 1, 1)},
        {"ends": date(2041, 1, 1)},
        {"amount_twd": -1},
        {"period_months": 5},
        {"due_days": -1},
        {"steps": [Step(date(2019, 12, 1), Decimal(101))]},
        {"steps": [Step(date(2020, 6, 1), Decimal(0))]},
    ],
    ids=["no-length", "too-long", "negative", "period", "due-before", "step-before", "step-zero"],
)
def test_terms_that_cannot_be_are_refused(wrong):
    usual = {"ends": date(2021, 1, 1), "amount_twd": 10, "period_months": 12}
    with pytest.raises(ValueError, match=r"term|range"):
        rent_schedule(date(2020, 1, 1), **usual | wrong)


@given(
    st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(1, 240),
    st.sampled_from([1, 2, 3, 4, 6, 12]),
)  # fmt: skip
def test_periods_follow_on_each_other_without_gap(starts, months, period):
    ends = months_later(starts, months)
    found = rent_schedule(starts, ends, amount_twd=1_000, period_months=period)
    assert [each.until for each in found[:-1]] == [each.first for each in found[1:]]
    assert (found[0].first, found[-1].until) == (starts, ends)


MARCH, APRIL = date(2020, 3, 1), date(2020, 4, 1)
ENTRIES = [
    Entry("L-1", "land", Kind.ACQUIRED, date(2020, 2, 29), 1_000, "甲"),
    Entry("L-2", "land", Kind.ACQUIRED, date(2020, 3, 1), 500, "乙"),
    Entry("L-1", "land", Kind.REVALUED, date(2020, 3, 2), -100, "丙"),
    Entry("L-2", "land", Kind.DISPOSED, date(2020, 3, 31), -500, "丁"),
    Entry("L-1", "land", Kind.ADDED, date(2020, 4, 1), 70, "戊"),
    Entry("V-1", "vehicle", Kind.MOVED_IN, date(2020, 3, 9), 300, "己"),
]


def test_a_month_closes_at_opening_and_what_happened_and_names_its_difference():
    land, vehicle = statement(ENTRIES, MARCH, APRIL, {"land": 1_400})
    assert (land.opening_twd, land.added_twd, land.disposed_twd, land.revalued_twd) == (
        1_000, 500, -500, -100
    )  # fmt: skip
    assert (land.closing_twd, land.difference_twd) == (900, -500)
    assert [each.document for each in explaining(ENTRIES[:4], land)] == ["乙", "丁"]
    assert (vehicle.closing_twd, vehicle.difference_twd) == (300, None)
    assert explaining(ENTRIES, vehicle) == []


@given(st.lists(st.tuples(st.dates(date(2020, 1, 1), date(2020, 6, 1)), st.integers(-99, 99))))
def test_what_a_month_closes_with_is_what_the_next_opens_with(given):
    rows = [Entry("L", "land", Kind.REVALUED, on, amount, "甲") for on, amount in given]
    before = statement(rows, MARCH, APRIL, {"land": 0})[0]
    after = statement(rows, APRIL, date(2020, 5, 1), {"land": 0})[0]
    assert before.closing_twd == after.opening_twd
