"""Speeds, alcohol, custody, uptime and effect: pure rules with figures worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import inf
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.sensing.cameras.domain.uptime import median_hours, share, up_seconds
from shizheng.sensing.enforcement.domain.alcohol import Limits, Outcome, outcome, years_before
from shizheng.sensing.enforcement.domain.custody import GENESIS, broken_at, canonical, link
from shizheng.sensing.enforcement.domain.effect import before_after, compared
from shizheng.sensing.enforcement.domain.speed import counted, section_speed

AT = datetime(2020, 3, 2, 1, tzinfo=UTC)
LIMITS = Limits(Decimal("0.15"), Decimal("0.02"), Decimal("0.25"))


def test_a_section_is_measured_in_the_drivers_favour():
    found = section_speed(
        Decimal("2500"), Decimal("5"), AT, AT + timedelta(seconds=90), clock_ms=100
    )
    assert found.measured_kmh == Decimal("100.0")
    assert found.least_kmh == Decimal("99.5")  # 2495 m in 90.2 s is 99.578
    with pytest.raises(ValueError, match="no section"):
        section_speed(Decimal("2500"), Decimal("5"), AT, AT, clock_ms=100)


@given(
    st.integers(60, 60_000), st.integers(0, 59), st.integers(1, 3_600_000), st.integers(0, 5_000)
)
def test_the_least_speed_is_never_above_the_measured_one(metres, tolerance, gone_ms, clock_ms):
    left = AT + timedelta(milliseconds=gone_ms)
    found = section_speed(Decimal(metres), Decimal(tolerance), AT, left, clock_ms)
    assert 0 <= found.least_kmh <= found.measured_kmh


@pytest.mark.parametrize(
    ("speed", "left"),
    [
        pytest.param("73.0", "70.0", id="up-to-100-three"),
        pytest.param("100.0", "97.0", id="at-100-three"),
        pytest.param("100.1", "97.0", id="just-above-never-less-than-three"),
        pytest.param("120.0", "116.4", id="above-three-per-cent"),
        pytest.param("2.0", "0.0", id="never-below-nothing"),
    ],
)
def test_what_counts_of_a_speed(speed, left):
    assert counted(Decimal(speed), Decimal(3), Decimal(3)) == Decimal(left)


@pytest.mark.parametrize(
    ("mg_l", "calibrated", "follows"),
    [
        pytest.param("0.14", True, Outcome.SOBER, id="below"),
        pytest.param("0.15", True, Outcome.WARNED, id="at-the-limit"),
        pytest.param("0.17", True, Outcome.WARNED, id="two-hundredths-above"),
        pytest.param("0.18", True, Outcome.FINE, id="fine"),
        pytest.param("0.24", True, Outcome.FINE, id="just-no-crime"),
        pytest.param("0.25", True, Outcome.CRIMINAL, id="crime"),
        pytest.param("0.90", False, Outcome.UNUSABLE, id="no-certificate"),
        pytest.param("0.00", False, Outcome.UNUSABLE, id="no-certificate-proves-nothing-for-one"),
        pytest.param(None, False, Outcome.REFUSED, id="refused-needs-no-device"),
    ],
)
def test_what_a_breath_test_leads_to(mg_l, calibrated, follows):
    given_ = Decimal(mg_l) if mg_l else None
    assert outcome(given_, LIMITS, is_calibrated=calibrated) is follows


def test_a_leap_day_has_its_anniversary_on_the_28th():
    assert years_before(date(2020, 2, 29), 5) == date(2015, 2, 28)
    assert years_before(date(2020, 3, 1), 5) == date(2015, 3, 1)


def chain(count):
    steps, previous = [], GENESIS
    for number in range(1, count + 1):
        told = canonical({"n": number})
        digest = link(previous, number, "opened", at=AT, by="who", told=told)
        steps.append(SimpleNamespace(number=number, act="opened", at=AT, told=told,
                                     previous=previous, sha256=digest))  # fmt: skip
        previous = digest
    return steps


@given(st.integers(1, 6), st.data())
def test_any_change_of_a_chain_shows_where_it_is(count, data):
    steps = chain(count)
    assert broken_at((step, "who") for step in steps) is None
    place = data.draw(st.integers(0, count - 1))
    field = data.draw(st.sampled_from(["act", "told", "at", "number", "previous"]))
    changed = {"act": "issued", "told": "{}", "at": AT + timedelta(microseconds=1),
               "number": 99, "previous": "f" * 64}  # fmt: skip
    setattr(steps[place], field, changed[field])
    assert broken_at((step, "who") for step in steps) == place + 1
    assert broken_at((step, "other") for step in chain(count)) == 1
    if count > 1:
        assert broken_at((step, "who") for step in chain(count)[1:]) == 1


def test_before_and_after_have_the_interval_of_clopper_and_pearson():
    found = before_after(40, 20, 100, 100)
    assert found.value == pytest.approx(0.5)
    # 20 of 60: (0.2169, 0.4669), as odds; R's binom.test(20, 60)
    assert found.low == pytest.approx(0.2169 / 0.7831, rel=2e-3)
    assert found.high == pytest.approx(0.4669 / 0.5331, rel=2e-3)
    assert found.says == "fewer"
    assert before_after(4, 2, 100, 100).says == "unclear", "six crashes prove nothing"
    assert before_after(2, 20, 100, 100).says == "more"
    assert before_after(40, 20, 200, 100).value == pytest.approx(1.0), "half the days"


def test_no_crash_at_all_says_nothing():
    nothing = before_after(0, 0, 30, 30)
    assert (nothing.value, nothing.low, nothing.high, nothing.says) == (None, 0, inf, "unclear")
    none_before = before_after(0, 5, 30, 30)
    assert (none_before.value, none_before.high) == (None, inf)
    with pytest.raises(ValueError, match="no counts"):
        before_after(-1, 2, 3, 3)


def test_a_change_that_came_everywhere_is_no_effect():
    assert compared(100, 50, 100, 50).value == pytest.approx(1.0)
    assert compared(100, 50, 100, 50).says == "unclear"
    assert compared(200, 60, 200, 200).says == "fewer"


@given(
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from([0.0, 1.0])), max_size=20),
    st.integers(1, 60),
)
def test_uptime_is_what_a_clock_that_ticks_every_second_says(beats, silent):
    ordered = sorted(dict(beats).items())
    ticks = 0
    for second in range(100, 300):
        before = [(at, value) for at, value in ordered if at <= second]
        ticks += bool(before) and before[-1][1] == 1 and second < before[-1][0] + silent
    assert up_seconds(ordered, 100, 300, silent) == ticks


def test_shares_and_medians_of_nothing_are_nothing():
    assert share(0, 0) is None
    assert share(3, 4) == 0.75
    assert median_hours([]) is None
    assert median_hours([3_600, 7_200, 36_000]) == 2
    with pytest.raises(ValueError, match="no such span"):
        up_seconds([], 10, 0, 5)
