"""Monthly files of hosts, what they save, drills, and what is told to everybody."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.plan.security.domain.disclosure import quarters_before, share_told
from shizheng.plan.security.domain.drills import Drill, DrillState
from shizheng.plan.security.domain.hosts import FileUnfit, figures_in, months_of

TODAY = date(2020, 4, 10)
HEAD = "host,month,utilisation_percent,availability_percent,kwh\n"


def read(rows: str, head: str = HEAD):
    return figures_in((head + rows).encode(), hosts={"vm-1", "vm-2"}, today=TODAY)


def test_rows_are_taken_in_both_ways_of_writing_years():
    taken, refused = read('vm-1,2020-03,41.5,99.95,"1,120"\n\nvm-2,109-03,30,100,80\n')
    assert not refused
    assert [(row.host, row.month, row.kwh) for row in taken] == [
        ("vm-1", date(2020, 3, 1), Decimal("1120.00")),
        ("vm-2", date(2020, 3, 1), Decimal("80.00")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("vm-9,2020-03,1,1,1", "host"), ("vm-1,2020-13,1,1,1", "month"),
        ("vm-1,2020-05,1,1,1", "month"), ("vm-1,March,1,1,1", "month"),
        ("vm-1,2020-03,101,1,1", "utilisation_percent"),
        ("vm-1,2020-03,1,,1", "availability_percent"),
        ("vm-1,2020-03,1,1,-1", "kwh"), ("vm-1,2020-03,1,1,NaN", "kwh"),
        ("vm-1,2020-03,1,1,1e99", "kwh"),
    ],
    ids=["host", "month", "future", "word", "over", "empty", "negative", "nan", "huge"],
)  # fmt: skip
def test_each_wrong_row_is_named_with_its_line_and_column(row, column):
    taken, refused = read(f"vm-2,2020-02,1,1,1\n{row}\n")
    assert [(each.line, each.column) for each in refused] == [(3, column)]
    assert len(taken) == 1


def test_a_month_stands_once_for_each_host():
    _, refused = read("vm-1,2020-03,1,1,1\nvm-1,109-3,1,1,1\n")
    assert [(each.line, each.column) for each in refused] == [(3, "month")]


@pytest.mark.parametrize(
    "content", [b"\xff", b"", b"host,month\n", HEAD.encode(), b"\x00" * 10, b'a"b,"c\nd'],
    ids=["bytes", "empty", "columns", "no-rows", "nulls", "quotes"],
)  # fmt: skip
def test_what_is_no_table_is_refused_as_a_whole(content):
    with pytest.raises(FileUnfit):
        figures_in(content, hosts={"vm-1"}, today=TODAY)


def test_the_room_saves_what_its_hosts_used_before_and_no_longer_do():
    march = date(2020, 3, 1)
    (room,) = months_of([
        (march, Decimal(40), Decimal("99.9"), Decimal(300), Decimal(120)),
        (march, Decimal(60), Decimal(100), Decimal(200), Decimal(80)),
    ])  # fmt: skip
    assert (room.saved, room.saved_share) == (300, Decimal("60.0"))
    assert (room.hosts, room.utilisation, room.availability) == (2, 50, Decimal("99.95"))


@pytest.mark.parametrize(
    ("months", "held", "passed", "state"),
    [
        (None, None, None, DrillState.NOT_ASKED), (12, None, None, DrillState.NEVER),
        (6, date(2019, 10, 10), True, DrillState.DONE),
        (6, date(2019, 10, 9), True, DrillState.DUE),
        (12, date(2020, 1, 1), False, DrillState.FAILED),
    ],
    ids=["not-asked", "never", "last-day", "over", "failed"],
)  # fmt: skip
def test_a_drill_is_due_so_many_months_after_the_last(months, held, passed, state):
    assert Drill(months, held, passed).state(TODAY) is state


@given(whole=st.integers(0, 60), part=st.integers(0, 60), least=st.integers(3, 12))
def test_no_share_that_is_told_leads_to_fewer_than_the_least(whole, part, least):
    part = min(part, whole)
    told = share_told(part, whole, least=least)
    if told is not None:
        assert whole >= least
        assert part == 0 or part >= least
        assert whole - part == 0 or whole - part >= least


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(4, 4, None), (5, 5, 100), (0, 5, 0), (9, 10, None), (5, 10, 50), (7, 12, 58)],
    ids=["few", "all", "none", "one-left", "half", "rounded"],
)
def test_shares_are_told_in_whole_per_cents(part, whole, told):
    assert share_told(part, whole, least=5) == told


def test_only_quarters_that_are_over_are_told():
    assert quarters_before(date(2020, 3, 31), 2) == [
        ("2019-Q3", date(2019, 7, 1), date(2019, 10, 1)),
        ("2019-Q4", date(2019, 10, 1), date(2020, 1, 1)),
    ]
