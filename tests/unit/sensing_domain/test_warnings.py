"""The state machine of warnings against a plain walk over the whole history."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.sensing.domain.quality import Quality
from shizheng.sensing.domain.warnings import Level, Machine, Reading, Rule, Threshold, Window

MINUTE = 60


def over(name, limit):
    return lambda found: found[name] >= limit


def under(name, limit):
    return lambda found: found[name] < limit


def road(**more):
    given = {
        "windows": {
            "level": Window("last", 0),
            "rise": Window("rise", 30 * MINUTE),
            "mean": Window("mean", 20 * MINUTE),
        },
        "thresholds": (
            Threshold(Level.ADVISORY, over("level", 10), under("level", 5), 0, 20 * MINUTE),
            Threshold(
                Level.WARNING,
                lambda found: found["level"] >= 30 or found["rise"] >= 15,
                under("mean", 20), 10 * MINUTE, 10 * MINUTE,
            ),
        ),
        "missing_after": 30 * MINUTE,
    }  # fmt: skip
    return Rule(**given | more)


def played(rule, *pairs):
    machine = Machine(rule, ["a"])
    return [machine.take("a", minute * MINUTE, value) for minute, value in pairs]


def test_a_level_comes_at_once_and_goes_after_it_was_low_for_long_enough():
    changes = played(road(), (0, 3), (10, 12), (20, 7), (30, 4), (40, 4), (50, 4))
    assert [(each.was, each.now, each.at / 60) if each else None for each in changes] == [
        None, (Level.NONE, Level.ADVISORY, 10), None, None, None, (Level.ADVISORY, Level.NONE, 50),
    ]  # fmt: skip


def test_a_fast_rise_warns_after_its_hold_and_not_for_one_jump():
    assert [bool(each) for each in played(road(), (0, 1), (10, 9), (20, 17), (30, 25))] == [
        False, False, True, True,
    ]  # fmt: skip
    machine = Machine(road(), ["a"])
    for minute, value in ((0, 1), (10, 17), (20, 1)):
        machine.take("a", minute * MINUTE, value)
    assert machine.state.level(machine.rule) is Level.ADVISORY


def test_the_numbers_of_the_decision_go_with_the_change():
    change = played(road(), (0, 3), (10, 12))[1]
    assert change.numbers == {"level": 12, "rise": 9, "mean": 7.5}


@pytest.mark.parametrize(
    ("when_missing", "after"),
    [
        pytest.param("hold", Level.ADVISORY, id="hold"),
        pytest.param("clear", Level.NONE, id="clear"),
        pytest.param("raise", Level.ADVISORY, id="raise"),
    ],
)
def test_silence_does_what_the_rule_says(when_missing, after):
    machine = Machine(road(when_missing=when_missing), ["a"])
    machine.take("a", 0, 12)
    for minute in range(10, 90, 10):
        machine.tick(minute * MINUTE)
    assert machine.state.level(machine.rule) is after


def test_silence_from_the_start_raises_where_the_rule_says_so():
    machine = Machine(road(when_missing="raise"), ["a"])
    change = machine.tick(0)
    assert (change.now, change.is_missing) == (Level.ADVISORY, True)


def test_doubtful_readings_raise_nothing_and_stay_out_of_windows():
    machine = Machine(road(), ["a"])
    assert machine.take("a", 0, 80, int(Quality.SPIKE)) is None
    assert machine.take("a", 60, float("nan")) is None
    assert machine.take("a", 120, 12, int(Quality.LATE)).now is Level.ADVISORY


def test_maintenance_ends_what_stands_and_keeps_it_down_until_it_is_over():
    machine = Machine(road(), ["a"])
    machine.take("a", 0, 12)
    assert machine.maintain(60, is_on=True).now is Level.NONE
    assert machine.take("a", 120, 50) is None
    assert machine.maintain(180, is_on=False).now is Level.ADVISORY


def test_several_sensors_are_judged_together():
    rule = Rule(
        {"level": Window("last", 0)},
        (
            Threshold(
                Level.WARNING,
                lambda found: sum(each["level"] >= 10 for each in found["sensors"]) >= 2,
                lambda found: all(each["level"] < 5 for each in found["sensors"]),
            ),
        ),
        missing_after=30 * MINUTE, together=True,
    )  # fmt: skip
    machine = Machine(rule, ["a", "b", "c"])
    assert machine.take("a", 0, 12) is None
    change = machine.take("b", 60, 15)
    assert change.now is Level.WARNING
    assert change.numbers["silent_count"] == 1
    assert machine.take("a", 120, 1) is None
    assert machine.take("b", 180, 1).now is Level.NONE


events = st.lists(
    st.tuples(
        st.sampled_from(["take", "take", "take", "late", "tick", "bad", "on", "off"]),
        st.integers(0, 25),
        st.sampled_from([0.0, 4.0, 6.0, 12.0, 19.0, 31.0]),
    ),
    max_size=40,
)


@given(events, st.sampled_from(["hold", "clear", "raise"]))
def test_step_by_step_equals_a_walk_over_everything_known_at_each_moment(events, when_missing):
    rule = road(when_missing=when_missing)
    machine, clock, known, moments = Machine(rule, ["a"]), 0, [], []
    is_maintained = False
    for what, minutes, value in events:
        clock += minutes * MINUTE
        if what == "tick":
            machine.tick(clock)
        elif what in ("on", "off"):
            is_maintained = what == "on"
            machine.maintain(clock, is_on=is_maintained)
        else:
            at = clock - 700 if what == "late" else clock
            machine.take("a", at, value, int(Quality.RANGE) if what == "bad" else 0)
            if what != "bad":
                known.append((at, value))
            # a late reading is looked at when the newest moment was
            clock = max(at, machine.state.at) if what != "late" else clock
        moments.append((machine.state.at, sorted(known), is_maintained))
        assert machine.state.level(rule) == walked(rule, moments)


def walked(rule, moments):
    """The level by definition: on from the last raise, unless cleared since."""
    asked = [(at, None if off else condition(rule, at, known), off) for at, known, off in moments]
    on = [
        threshold.level
        for place, threshold in enumerate(rule.thresholds)
        if stands(asked, place, threshold)
    ]
    return max(on, default=Level.NONE)


def condition(rule, at, known):
    if not known or at - known[-1][0] > rule.missing_after:
        missing = rule.when_missing
        return [
            (missing == "raise" and each.level is Level.ADVISORY, missing == "clear")
            for each in rule.thresholds
        ]
    newest = known[-1]
    half = [value for when, value in known if when > at - 30 * MINUTE] or [newest[1]]
    third = [value for when, value in known if when > at - 20 * MINUTE] or [newest[1]]
    found = {
        "level": newest[1],
        "rise": max(newest[1] - min(half), 0),
        "mean": sum(third) / len(third),
    }
    return [(each.when(found), each.clear(found)) for each in rule.thresholds]


def stands(asked, place, threshold):
    for now in range(len(asked) - 1, -1, -1):
        if asked[now][2]:
            return False
        for which, after, answer in (
            (0, threshold.raise_after, True), (1, threshold.clear_after, False),
        ):  # fmt: skip
            first = now
            while first >= 0 and not asked[first][2] and asked[first][1][place][which]:
                first -= 1
            if first < now and asked[now][0] - asked[first + 1][0] >= after:
                return answer
    return False


def test_only_the_readings_that_windows_can_see_are_kept():
    machine = Machine(road(), ["a"])
    for minute in range(0, 10_000, 10):
        machine.take("a", minute * MINUTE, 1)
    assert len(machine.kept["a"]) <= 4


def test_a_window_holds_the_newest_reading_however_old():
    assert Window("mean", 60).of([Reading(0, 4), Reading(10, 6)], 1_000) == 6
    assert Window("rate", 7_200).of([Reading(0, 4), Reading(1_800, 6)], 1_800) == 4
