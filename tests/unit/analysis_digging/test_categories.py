"""Categories and answer clocks: the figures of the English register, and the city's calendar."""

from datetime import date, datetime, time

import pytest
from tests.unit.calendar_2020 import CALENDAR, TAIPEI

from shizheng.analysis.digging.categories import (
    Ask,
    Category,
    CategoryRules,
    Risk,
    Terms,
    Works,
    answer_clock,
    ask_by,
    category_of,
    counts_from,
    last_day_after,
    validity,
)
from shizheng.kernel.time.amounts import Amount

WD, D = Amount.parse("2wd"), Amount.parse
ENGLISH = CategoryRules(
    categories=(
        Category("urgent", Terms(None, WD), risks=frozenset({Risk.URGENT})),
        Category("emergency", Terms(None, WD), risks=frozenset({Risk.EMERGENCY})),
        Category("minor", Terms(D("3wd"), WD), most_working_days=3, validity_days=2),
        Category("standard", Terms(D("10wd"), D("5wd")), most_working_days=10, validity_days=5),
        Category(
            "major",
            Terms(D("10wd"), D("5wd")),
            by_traffic_order=True,
            advance=Terms(D("84d"), D("28d")),
            validity_days=5,
        ),
    ),
    change_answer=WD,
    last_hour=time(16, 30),
)
"""Street Manager business rules 1.35, as told in the design notes on geometry, 3.1."""

IN = {"rules": ENGLISH, "calendar": CALENDAR, "tz": TAIPEI}


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


def works(first, last, **more):
    return Works(date.fromisoformat(first), date.fromisoformat(last), **more)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(works("2020-03-02", "2020-03-04"), "minor", id="three-working-days"),
        pytest.param(works("2020-03-02", "2020-03-05"), "standard", id="four-working-days"),
        pytest.param(works("2020-03-05", "2020-03-09"), "minor", id="a-weekend-does-not-count"),
        pytest.param(works("2020-02-14", "2020-02-18"), "standard", id="a-make-up-saturday-counts"),
        pytest.param(works("2020-03-02", "2020-03-13"), "standard", id="ten-working-days"),
        pytest.param(works("2020-03-02", "2020-03-16"), "major", id="eleven-working-days"),
        pytest.param(
            works("2020-03-02", "2020-03-02", traffic_order=True), "major", id="traffic-order"
        ),
        pytest.param(
            works("2020-03-02", "2020-04-30", risk=Risk.URGENT), "urgent", id="supply-in-danger"
        ),
        pytest.param(
            works("2020-03-02", "2020-03-02", traffic_order=True, risk=Risk.EMERGENCY),
            "emergency",
            id="danger-decides-before-traffic",
        ),
    ],
)
def test_the_category_follows_from_dates_traffic_and_danger(asked, expected):
    assert category_of(asked, ENGLISH, CALENDAR).id == expected


@pytest.mark.parametrize(
    ("category", "ask", "received", "expected"),
    [
        pytest.param("minor", Ask.PERMIT, "2020-03-02T10:00", "2020-03-04", id="minor-2"),
        pytest.param("standard", Ask.PERMIT, "2020-03-02T10:00", "2020-03-09", id="standard-5"),
        pytest.param("major", Ask.PERMIT, "2020-03-02T10:00", "2020-03-09", id="major-5"),
        pytest.param("major", Ask.ADVANCE, "2020-03-02T10:00", "2020-03-30", id="advance-28-days"),
        pytest.param("urgent", Ask.PERMIT, "2020-03-02T10:00", "2020-03-04", id="urgent-2"),
        pytest.param("emergency", Ask.PERMIT, "2020-03-02T10:00", "2020-03-04", id="emergency-2"),
        pytest.param("major", Ask.CHANGE, "2020-03-02T10:00", "2020-03-04", id="change-2"),
        pytest.param("minor", Ask.PERMIT, "2020-03-02T16:30", "2020-03-04", id="in-time-at-16-30"),
        pytest.param("minor", Ask.PERMIT, "2020-03-02T16:31", "2020-03-05", id="late-at-16-31"),
        pytest.param("minor", Ask.PERMIT, "2020-03-06T17:00", "2020-03-11", id="late-on-a-friday"),
        pytest.param("minor", Ask.PERMIT, "2020-02-28T09:00", "2020-03-04", id="on-a-holiday"),
    ],
)
def test_the_answer_is_due(category, ask, received, expected):
    clock = answer_clock(at(received), ENGLISH[category], ask, **IN)
    assert clock.due.due_on == date.fromisoformat(expected)


def test_silence_grants_after_the_last_second_and_not_before():
    clock = answer_clock(at("2020-03-02T10:00"), ENGLISH["minor"], Ask.PERMIT, **IN)
    assert not clock.is_deemed_granted(at("2020-03-04T23:59:59"))
    assert clock.is_deemed_granted(at("2020-03-05T00:00:00"))


@pytest.mark.parametrize(
    ("category", "ask", "first", "expected"),
    [
        pytest.param("minor", Ask.PERMIT, "2020-03-12", "2020-03-09", id="minor-3-working-days"),
        pytest.param("standard", Ask.PERMIT, "2020-03-16", "2020-03-02", id="standard-10"),
        pytest.param("major", Ask.ADVANCE, "2020-05-25", "2020-03-02", id="advance-84-days"),
        pytest.param("urgent", Ask.PERMIT, "2020-03-02", None, id="urgent-none"),
    ],
)
def test_the_last_day_to_ask(category, ask, first, expected):
    day = ask_by(date.fromisoformat(first), ENGLISH[category], ask, **IN)
    assert day == (expected and date.fromisoformat(expected))


def test_only_major_works_have_an_advance_approval():
    with pytest.raises(ValueError, match="no advance"):
        answer_clock(at("2020-03-02T10:00"), ENGLISH["minor"], Ask.ADVANCE, **IN)


def test_late_on_the_eve_of_lunar_new_year_counts_from_the_first_day_after_it():
    assert counts_from(at("2020-01-22T16:31"), ENGLISH, CALENDAR, TAIPEI) == date(2020, 1, 30)


def test_a_permit_on_a_quiet_road_may_begin_within_its_window_and_ends_as_much_later():
    asked = works("2020-03-02", "2020-03-06")
    standard = ENGLISH["standard"]
    assert validity(asked, standard, True, CALENDAR) == (date(2020, 3, 2), date(2020, 3, 6))
    assert validity(asked, standard, False, CALENDAR) == (date(2020, 3, 2), date(2020, 3, 2))
    minor = works("2020-03-06", "2020-03-06")
    assert validity(minor, ENGLISH["minor"], True, CALENDAR)[1] == date(2020, 3, 9)
    assert last_day_after(asked, date(2020, 3, 4), CALENDAR) == date(2020, 3, 10)
    assert last_day_after(asked, date(2020, 3, 2), CALENDAR) == date(2020, 3, 6)
