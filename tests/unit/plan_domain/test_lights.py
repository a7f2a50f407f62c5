"""The colour of a light, and what no history of evidence can make of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shizheng.plan.domain.claims import Claim, Side
from shizheng.plan.domain.known import Evidence, Figure, Known, Obligation
from shizheng.plan.domain.lights import Colour, LightRule, light
from shizheng.plan.domain.progress import Curve, Thresholds, Way

LIMITS = Thresholds(
    longest_fresh_days=120, gap_yellow=Decimal(5), gap_red=Decimal(20), trend_periods=2,
    trend_percent=Decimal(10), money_gap=Decimal(20), contradiction_gap=Decimal(40),
)  # fmt: skip
AGE_ONLY = LightRule(id="default", version=1, fresh_days=30, warn_days=14)
RULE = LightRule(id="default", version=2, fresh_days=30, warn_days=14, progress=LIMITS)
TODAY = date(2020, 3, 31)

days = st.integers(-400, 400).map(lambda offset: TODAY + timedelta(days=offset))
numbers = st.decimals(-500, 500, places=1)
parts = st.integers(0, 2)
facts = st.builds(
    Evidence,
    source=st.just("directive_report"),
    dated_on=days,
    reference=st.text(max_size=3),
    is_synthetic=st.booleans(),
    commitment=parts,
)
duties = st.builds(
    Obligation,
    source=st.just("milestone"),
    reference=st.text(max_size=3),
    due_on=days,
    done_on=st.none() | days,
    commitment=parts,
    is_synthetic=st.booleans(),
)
curves = st.builds(
    lambda points: Curve(tuple(sorted(points.items()))),
    st.dictionaries(days, numbers, min_size=1, max_size=4),
)
figures = st.builds(
    Figure,
    source=st.just("indicator"),
    reference=st.sampled_from(["a", "b"]),
    dated_on=days,
    value=st.none() | numbers,
    unit=st.just("percent"),
    rows=st.integers(0, 20),
    least_rows=st.integers(1, 15),
    fresh_days=st.none() | st.integers(1, 400),
    commitment=parts,
    way=st.sampled_from(Way),
    target=st.none() | numbers,
    target_from=st.none() | days,
    floor=st.none() | numbers,
    curve=st.none() | curves,
    is_sustained=st.booleans(),
    is_partial=st.booleans(),
    is_running=st.booleans(),
    is_synthetic=st.booleans(),
    trail=st.lists(numbers, max_size=5).map(tuple),
)
claims = st.builds(
    Claim,
    side=st.sampled_from(Side),
    percent=st.decimals(0, 150, places=1),
    dated_on=days,
    source=st.just("ledger"),
    reference=st.text(max_size=3),
    commitment=parts,
    is_synthetic=st.booleans(),
)
everything = st.builds(
    Known,
    st.lists(facts, max_size=3),
    st.lists(duties, max_size=2),
    st.lists(figures, max_size=3),
    st.lists(claims, max_size=3),
)
rules = st.sampled_from([RULE, AGE_ONLY])
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def fact(days_ago: int) -> Evidence:
    return Evidence("directive_report", TODAY - timedelta(days=days_ago), "KH-1090302-0017")


def duty(due_in: int, done_ago: int | None = None) -> Obligation:
    done_on = None if done_ago is None else TODAY - timedelta(days=done_ago)
    return Obligation("milestone", "m", TODAY + timedelta(days=due_in), done_on)


def number(value, days_ago=3, **more) -> Figure:
    usual = {"rows": 400, "target": Decimal(95), "unit": "percent"}
    dated_on = TODAY - timedelta(days=days_ago)
    given_value = None if value is None else Decimal(value)
    return Figure("indicator", "in_time", dated_on, given_value, **(usual | more))


def claim(side: Side, percent: int, days_ago: int = 3) -> Claim:
    dated_on = TODAY - timedelta(days=days_ago)
    return Claim(side, Decimal(percent), dated_on, side.value, f"{side}-1")


@pytest.mark.parametrize("rule", [AGE_ONLY, RULE], ids=["version-1", "version-2"])
@pytest.mark.parametrize(
    ("evidence", "obligations", "colour", "first"),
    [
        pytest.param([], [], "grey", "no_evidence", id="nothing-known-is-grey"),
        pytest.param([], [duty(-1)], "grey", "no_evidence", id="late-without-evidence-is-grey"),
        pytest.param([fact(3)], [], "green", "evidence", id="fresh-evidence-is-green"),
        pytest.param([fact(30)], [], "green", "evidence", id="the-last-fresh-day"),
        pytest.param([fact(31)], [], "yellow", "stale", id="one-day-too-old"),
        pytest.param([fact(-1)], [], "grey", "no_evidence", id="tomorrow-is-no-evidence"),
        pytest.param([fact(3)], [duty(0)], "yellow", "due_soon", id="due-today-is-not-late"),
        pytest.param([fact(3)], [duty(14)], "yellow", "due_soon", id="the-last-day-to-warn"),
        pytest.param([fact(3)], [duty(15)], "green", "evidence", id="too-far-to-warn"),
        pytest.param([fact(3)], [duty(-1)], "red", "overdue", id="a-day-late-is-red"),
        pytest.param([fact(3)], [duty(-9, 2)], "green", "evidence", id="late-but-done-is-over"),
        pytest.param([fact(90)], [duty(-1)], "red", "overdue", id="red-outweighs-stale"),
    ],
)
def test_facts_and_dates(rule, evidence, obligations, colour, first):
    reading = light(rule, TODAY, Known(evidence, obligations))
    assert reading.colour == colour
    assert reading.reasons[0].code == first


KEPT_UP = {"is_sustained": True, "floor": Decimal(90)}
RISING = Curve(((date(2020, 1, 1), Decimal(0)), (date(2020, 12, 31), Decimal(400))))


@pytest.mark.parametrize(
    ("figure", "colour", "first"),
    [
        pytest.param(number(96), "green", "evidence", id="on-target"),
        pytest.param(number(91), "green", "evidence", id="a-gap-too-small-to-mind"),
        pytest.param(number(90), "yellow", "lagging", id="the-yellow-gap"),
        pytest.param(number(76), "red", "behind", id="the-red-gap"),
        pytest.param(number(None), "grey", "no_evidence", id="no-number"),
        pytest.param(number(99, rows=4, least_rows=5), "grey", "no_evidence", id="too-few-rows"),
        pytest.param(number(50, is_running=True), "green", "evidence", id="running-is-not-judged"),
        pytest.param(number(50, target_from=TODAY), "green", "evidence", id="target-not-yet"),
        pytest.param(number(99, is_partial=True), "yellow", "partial", id="part-of-the-promise"),
        pytest.param(number(99, 31), "yellow", "stale", id="too-old"),
        pytest.param(number(99, 31, fresh_days=60), "green", "evidence", id="its-own-limit"),
        pytest.param(number(99, 130, fresh_days=400), "yellow", "stale", id="the-rule-caps-it"),
        pytest.param(number(20, 40), "yellow", "stale", id="an-old-number-judges-nothing"),
        pytest.param(number(96, way=Way.AT_MOST), "green", "evidence", id="at-most-nearly"),
        pytest.param(number(120, way=Way.AT_MOST), "red", "behind", id="at-most-far-above"),
        pytest.param(number(1, target=Decimal(0), way=Way.EXACTLY), "red", "behind", id="not-zero"),
        pytest.param(number(96, **KEPT_UP), "green", "evidence", id="kept-up"),
        pytest.param(number(92, **KEPT_UP), "yellow", "off_target", id="between-floor-and-target"),
        pytest.param(number(89, **KEPT_UP), "red", "below_floor", id="under-the-floor"),
        pytest.param(number(95, curve=RISING), "green", "evidence", id="on-the-curve"),
        pytest.param(number(80, curve=RISING), "yellow", "lagging", id="behind-the-curve"),
        pytest.param(number(40, curve=RISING), "red", "behind", id="far-behind-the-curve"),
    ],
)
def test_figures(figure, colour, first):
    reading = light(RULE, TODAY, Known(figures=[figure]))
    assert (reading.colour, reading.reasons[0].code) == (colour, first)


def test_what_is_kept_up_and_grows_worse_again_and_again_is_worth_attention():
    trail = (Decimal(99), Decimal(94), Decimal(88))
    kept = number(88, is_sustained=True, target=None, trail=trail)
    reading = light(RULE, TODAY, Known(figures=[kept]))
    assert (reading.colour, reading.reasons[0].code) == ("yellow", "trend")
    assert (reading.reasons[0].value, reading.reasons[0].against) == (Decimal(88), Decimal(99))
    assert reading.reasons[0].percent == Decimal(1100) / 99


def test_a_reason_names_the_numbers_the_unit_the_day_and_the_source():
    (reason, evidence) = light(RULE, TODAY, Known(figures=[number(90)])).reasons
    assert (reason.value, reason.against, reason.gap, reason.unit) == (90, 95, -5, "percent")
    assert (reason.source, reason.reference) == ("indicator", "in_time")
    assert (reason.on, reason.days, reason.rows) == (TODAY - timedelta(days=3), 3, 400)
    assert evidence.code == "evidence"


@pytest.mark.parametrize(
    ("said", "colour", "code"),
    [
        pytest.param([(Side.REPORTED, 90), (Side.MONEY, 20)], "red", "contradiction", id="paid"),
        pytest.param([(Side.MONEY, 95), (Side.REPORTED, 10)], "red", "contradiction", id="ahead"),
        pytest.param([(Side.REPORTED, 60), (Side.MONEY, 35)], "yellow", "money_gap", id="money"),
        pytest.param([(Side.REPORTED, 60), (Side.MONEY, 50)], "green", "evidence", id="near"),
        pytest.param([(Side.REPORTED, 60)], "green", "evidence", id="one-side-alone"),
    ],
)
def test_what_is_reported_is_held_against_the_money(said, colour, code):
    known = Known([fact(3)], claims=[claim(side, percent) for side, percent in said])
    reading = light(RULE, TODAY, known)
    assert (reading.colour, reading.reasons[0].code) == (colour, code)
    if code != "evidence":
        reason = reading.reasons[0]
        assert {reason.side, reason.other_side} == {side.value for side, _ in said}
        assert {reason.value, reason.against} == {Decimal(percent) for _, percent in said}


def test_what_is_reported_is_held_against_the_work_itself():
    counted = number(10, target=Decimal(100), commitment=1, curve=None, fresh_days=30)
    known = Known([fact(3)], figures=[counted], claims=[claim(Side.REPORTED, 90)])
    codes = [reason.code for reason in light(RULE, TODAY, known).reasons]
    assert codes[:2] == ["behind", "contradiction"]


def test_money_alone_shows_no_work():
    reading = light(RULE, TODAY, Known(claims=[claim(Side.MONEY, 50)]))
    assert (reading.colour, reading.reasons[0].code) == ("yellow", "no_work_shown")


def test_an_old_version_asks_only_how_old_a_figure_is():
    known = Known(figures=[number(10, is_partial=True)])
    assert light(AGE_ONLY, TODAY, known).colour == "green"
    assert light(RULE, TODAY, known).colour == "red"


def test_what_is_known_of_one_commitment_is_known_of_no_other():
    known = Known(figures=[number(99, commitment=1), number(10, commitment=2)])
    colours = [light(RULE, TODAY, known.of(part)).colour for part in (0, 1, 2)]
    assert colours == ["grey", "green", "red"]
    assert light(RULE, TODAY, known).colour == "red"


def fresh_on(rule: LightRule, on: date, known: Known) -> bool:
    """Say in other words what fresh evidence is: written for the test, from the rule's text."""
    for each in known.evidence:
        if on - timedelta(days=rule.fresh_days) <= each.dated_on <= on:
            return True
    for each in known.figures:
        limit = rule.fresh_days
        if rule.progress and each.fresh_days:
            limit = min(each.fresh_days, rule.progress.longest_fresh_days)
        has_number = each.value is not None and each.rows >= each.least_rows
        counts = has_number and not (rule.progress and each.is_partial)
        if counts and on - timedelta(days=limit) <= each.dated_on <= on:
            return True
    return False


@patient
@given(rules, everything, days)
def test_no_light_is_green_without_evidence_that_is_fresh_on_that_day(rule, known, on):
    for part in (known, known.of(0), known.of(1), known.of(2)):
        reading = light(rule, on, part)
        if reading.colour == Colour.GREEN:
            assert fresh_on(rule, on, part)
            assert reading.reasons[-1].code == "evidence"


@patient
@given(rules, everything, st.lists(days, min_size=2, max_size=6))
def test_no_history_turns_green_while_nothing_fresh_arrives(rule, known, moments):
    for on in sorted(moments):
        green = light(rule, on, known).colour == Colour.GREEN
        assert not green or fresh_on(rule, on, known)


@patient
@given(rules, everything)
def test_no_evidence_is_grey_and_grey_is_no_evidence(rule, known):
    reading = light(rule, TODAY, known)
    is_known = (
        any(each.dated_on <= TODAY for each in known.evidence)
        or any(each.dated_on <= TODAY and each.is_enough for each in known.figures)
        or any(each.dated_on <= TODAY and each.side != "reported" for each in known.claims)
    )
    assert (reading.colour == Colour.GREY) == (not is_known)


@patient
@given(rules, everything)
def test_an_overdue_duty_is_always_among_the_reasons(rule, known):
    reading = light(rule, TODAY, known)
    late = [
        each
        for each in known.obligations
        if each.due_on < TODAY and not (each.done_on and each.done_on <= TODAY)
    ]
    assert sum(reason.code == "overdue" for reason in reading.reasons) == len(late)
    assert late == [] or reading.colour in {Colour.RED, Colour.GREY}


@patient
@given(rules, everything)
def test_a_light_that_rests_on_invented_evidence_keeps_the_mark(rule, known):
    reading = light(rule, TODAY, known)
    counted = [
        *(each for each in known.evidence if each.dated_on <= TODAY),
        *(each for each in known.figures if each.dated_on <= TODAY and each.is_enough),
    ]
    if any(each.is_synthetic for each in counted):
        assert reading.is_synthetic
    if counted and not any(
        each.is_synthetic for part in (known.evidence, known.obligations, known.figures,
                                       known.claims) for each in part
    ):  # fmt: skip
        assert not reading.is_synthetic


@patient
@given(rules, everything)
def test_the_future_changes_nothing(rule, known):
    today = Known(
        [each for each in known.evidence if each.dated_on <= TODAY],
        known.obligations,
        [each for each in known.figures if each.dated_on <= TODAY],
        [each for each in known.claims if each.dated_on <= TODAY],
    )
    assert light(rule, TODAY, known) == light(rule, TODAY, today)


def test_a_rule_with_senseless_thresholds_is_refused():
    with pytest.raises(ValueError, match="fresh_days"):
        LightRule(id="default", version=1, fresh_days=0, warn_days=3)
