from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from tests.unit.calendar_2020 import CALENDAR, TAIPEI

from shizheng.kernel.time.amounts import Amount
from shizheng.kernel.time.clock import Clock, Extension, Pause, SpanKind, changes
from shizheng.kernel.time.clock_errors import (
    ExtensionUnit,
    PauseOpen,
    PauseOutOfOrder,
    PauseOverlap,
    ResumeWithoutPause,
)
from shizheng.kernel.time.explain import explain, explain_before
from shizheng.kernel.time.progress import (
    ClockState,
    WarningInvalid,
    WarningPoint,
    standing,
    warning_on,
)
from shizheng.kernel.time.rules import TW_APA48, rules


def clock(received, amount, *pauses, added=None, limit=None, rule=TW_APA48):
    spans = tuple(Pause(day(a), None if b is None else day(b)) for a, b in pauses)
    extensions = [Extension(added=Amount.parse(added))] if added else []
    extensions += [Extension(limit=Amount.parse(limit))] if limit else []
    return Clock(day(received), Amount.parse(amount), TAIPEI, rule, spans, tuple(extensions))


def day(text):
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def due_on(found):
    due = found.due(CALENDAR)
    return None if due is None else str(due.due_on)


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        pytest.param([], "2020-03-09", id="five-days-without-pause"),
        pytest.param([("2020-03-04", "2020-03-06")], "2020-03-11", id="two-days"),
        pytest.param([("2020-03-04", "2020-03-04")], "2020-03-09", id="same-day"),
        pytest.param([("2020-03-02", "2020-03-05")], "2020-03-11", id="from-the-day-of-receipt"),
        pytest.param([("2020-03-02", "2020-03-03")], "2020-03-09", id="only-the-day-of-receipt"),
        pytest.param([("2020-03-04", "2020-03-08")], "2020-03-12", id="resumed-on-a-sunday"),
        pytest.param([("2020-03-07", "2020-03-08")], "2020-03-09", id="over-a-day-off"),
        pytest.param([("2020-03-09", "2020-03-20")], "2020-03-20", id="from-the-last-day"),
        pytest.param([("2020-03-10", "2020-03-20")], "2020-03-09", id="after-the-end"),
        pytest.param([("2020-03-10", None)], "2020-03-09", id="open-after-the-end"),
        pytest.param([("2020-03-09", None)], None, id="open-on-the-last-day"),
        pytest.param(
            [("2020-03-03", "2020-03-05"), ("2020-03-05", "2020-03-06")], "2020-03-12", id="two"
        ),
    ],
)
def test_a_pause_shifts_the_end_by_what_it_took(pauses, expected):
    assert due_on(clock("2020-03-02", "5wd", *pauses)) == expected


def test_a_pause_between_the_last_day_and_the_day_it_moved_to_holds_it():
    assert due_on(clock("2020-01-02", "30d", ("2020-02-03", "2020-02-10"))) == "2020-02-10"
    assert due_on(clock("2020-01-02", "30d", ("2020-02-03", None))) is None
    found = clock("2020-01-02", "30d", ("2020-02-02", "2020-02-03"))
    assert found.due(CALENDAR).is_at_noon is True


@pytest.mark.parametrize(
    ("amount", "extension", "expected"),
    [
        pytest.param("30d", {"added": "10d"}, "2020-04-13", id="same-unit-adds-up"),
        pytest.param("1mo", {"added": "1mo"}, "2020-05-04", id="months-add-up"),
        pytest.param("5wd", {"added": "10d"}, "2020-03-19", id="another-unit-follows-on"),
        pytest.param("30d", {"limit": "5wd"}, "2020-03-09", id="new-limit-from-receipt"),
    ],
)
def test_an_extension_adds_or_sets_a_new_limit(amount, extension, expected):
    assert due_on(clock("2020-03-02", amount, **extension)) == expected


def test_hours_stand_still_and_run_on_to_the_second():
    found = clock("2020-03-02T09:00+08:00", "24h", added="2h")
    paused = found.paused(day("2020-03-02T10:00+08:00"))
    assert paused.due(CALENDAR) is None
    resumed = paused.resumed(day("2020-03-03T10:30+08:00"))
    assert resumed.due(CALENDAR).due_at == day("2020-03-04T11:30+08:00")
    assert standing(paused, CALENDAR, day("2020-03-05T00:00+08:00")).remaining == 25 * 3600
    half = warning_on(resumed, WarningPoint.parse("50%"), CALENDAR)
    assert half == day("2020-03-03T22:30+08:00")
    whole_day = found.paused(date(2020, 3, 2)).resumed(date(2020, 3, 3))
    assert whole_day.due(CALENDAR).due_at == day("2020-03-04T02:00+08:00")


@pytest.mark.parametrize(
    ("pauses", "refusal"),
    [
        ([("2020-03-05", "2020-03-04")], PauseOutOfOrder),
        ([("2020-03-01", "2020-03-04")], PauseOutOfOrder),
        ([("2020-03-03", "2020-03-06"), ("2020-03-05", "2020-03-09")], PauseOverlap),
        ([("2020-03-03", None), ("2020-03-05", "2020-03-09")], PauseOpen),
    ],
)
def test_pauses_that_cannot_have_happened_are_refused(pauses, refusal):
    with pytest.raises(refusal):
        clock("2020-03-02", "5wd", *pauses)


def test_a_clock_is_paused_once_and_resumed_once():
    found = clock("2020-03-02", "5wd")
    with pytest.raises(ResumeWithoutPause):
        found.resumed(date(2020, 3, 5))
    with pytest.raises(PauseOpen):
        found.paused(date(2020, 3, 5)).paused(date(2020, 3, 6))


def test_hours_do_not_extend_days():
    with pytest.raises(ExtensionUnit):
        clock("2020-03-02", "5wd", added="24h")


def test_an_adverse_clock_takes_the_count_that_is_better_for_the_person():
    pause = ("2020-01-10", "2020-01-12")
    strict = clock("2020-01-02", "30d", pause, rule=rules["tw_apa48_adverse"])
    assert due_on(strict) == "2020-02-02"
    later = clock("2020-01-02", "30d", pause, rule=rules["tw_apa48_adverse_deadline"])
    assert due_on(later) == due_on(clock("2020-01-02", "30d", pause))


def test_spans_tell_runs_and_pauses_in_order():
    found = clock("2020-03-02", "5wd", ("2020-03-04", "2020-03-06")).spans(CALENDAR)
    assert [(s.kind, s.first.day, s.last.day, s.counted) for s in found] == [
        (SpanKind.RUN, 3, 3, 1),
        (SpanKind.PAUSE, 4, 5, 0),
        (SpanKind.RUN, 6, 11, 4),
    ]


def test_a_new_calendar_moves_only_the_clocks_it_touches():
    clocks = {
        "before": clock("2020-08-10", "3wd"),
        "after": clock("2020-08-24", "3wd"),
        "stands": clock("2020-08-24", "3wd", ("2020-08-25", None)),
    }
    old = CALENDAR.as_known_on(date(2020, 8, 1))
    moved = changes(clocks, old=old, new=CALENDAR)
    assert list(moved) == ["after"]
    assert moved["after"].was.due_on == date(2020, 8, 27)
    assert moved["after"].now.due_on == date(2020, 8, 28)
    in_the_hills = changes(clocks, old=old, new=CALENDAR.for_area("hills"))
    assert in_the_hills["after"].now.due_on == date(2020, 8, 31)


@pytest.mark.parametrize(
    ("on", "state", "used", "remaining", "overdue"),
    [
        ("2020-03-02", ClockState.RUNNING, 0, 5, 0),
        ("2020-03-03", ClockState.RUNNING, 1, 4, 0),
        ("2020-03-05", ClockState.PAUSED, 1, 4, 0),
        ("2020-03-11", ClockState.RUNNING, 5, 0, 0),
        ("2020-03-16", ClockState.OVERDUE, 5, 0, 3),
    ],
)
def test_a_clock_says_where_it_stands(on, state, used, remaining, overdue):
    found = standing(
        clock("2020-03-02", "5wd", ("2020-03-04", "2020-03-06")), CALENDAR, date.fromisoformat(on)
    )
    assert (found.state, found.used, found.remaining, found.overdue) == (
        state,
        used,
        remaining,
        overdue,
    )


def test_after_noon_on_monday_it_is_late():
    found = clock("2020-01-02", "30d")
    assert not standing(found, CALENDAR, day("2020-02-03T12:00+08:00")).is_overdue
    assert standing(found, CALENDAR, day("2020-02-03T12:01+08:00")).is_overdue
    assert not standing(found, CALENDAR, date(2020, 2, 3)).is_overdue


@pytest.mark.parametrize(
    ("point", "expected"),
    [("50%", "2020-03-05"), ("1%", "2020-03-03"), ("2wd", "2020-03-05"), ("90d", "2020-03-02")],
)
def test_warnings_fall_on_days(point, expected):
    found = warning_on(clock("2020-03-02", "5wd"), WarningPoint.parse(point), CALENDAR)
    assert str(found) == expected


@pytest.mark.parametrize("text", ["0%", "100%", "5", "half", "٥%"])
def test_a_warning_point_that_is_none_is_refused(text):
    with pytest.raises(WarningInvalid):
        WarningPoint.parse(text)


def test_a_clock_that_stands_still_cannot_be_warned_of_its_end():
    found = clock("2020-03-02", "5wd", ("2020-03-04", None))
    assert warning_on(found, WarningPoint.parse("2wd"), CALENDAR) is None
    assert warning_on(found, WarningPoint.parse("50%"), CALENDAR) is None
    assert str(warning_on(found, WarningPoint.parse("20%"), CALENDAR)) == "2020-03-03"


def test_the_arithmetic_is_told_in_both_languages():
    told = explain(clock("2020-01-02", "30d"), CALENDAR)
    assert "末日改到下個星期一上午，109年2月3日（一）" in told.zh
    assert told.en.endswith("In time until Mon 2020-02-03, 12:00 noon.")
    assert told.steps[0].zh == "收件當日，不計"
    assert told.steps[30].en == "day 30 (Saturday), the count is full; the last day moves on"
    assert told.steps[31].zh == "星期日，順延"
    assert told.steps[32].zh == "星期一，上班，期限末日，到中午12時為止"


def test_working_days_are_told_with_holidays_and_make_up_days():
    told = explain(clock("2020-02-13", "3wd"), CALENDAR)
    assert [step.zh for step in told.steps[2:4]] == [
        "補行上班，第2個工作天",
        "星期日，不是工作天，不計",
    ]
    told = explain(clock("2020-08-25", "1wd").paused(date(2020, 9, 1)), CALENDAR)
    assert told.steps[1].en == "offices closed (Typhoon), no working day, not counted"


def test_a_clock_that_stands_still_says_so():
    told = explain(clock("2020-03-02", "5wd", ("2020-03-04", None)), CALENDAR)
    assert told.due is None
    assert "自109年3月4日（三）起停止計算，已算1個工作天，還剩4個工作天" in told.zh
    assert "The clock stands still since Wed 2020-03-04: 1 counted, 4 left" in told.en
    assert told.steps[-1].on == date(2020, 3, 4)


def test_an_adverse_period_tells_both_counts_and_which_applies():
    told = explain(clock("2020-01-02", "30d", rule=rules["tw_apa48_adverse"]), CALENDAR)
    assert "收件當日算第1日。第30日是109年1月31日（五）。" in told.zh
    assert "一般算法是109年2月3日（一）。早結束對當事人有利" in told.zh
    assert told.en.endswith("The period ends with Fri 2020-01-31.")
    assert told.steps[0].counted


def test_hours_are_told_by_the_moment():
    told = explain(clock("2020-03-02T09:05+08:00", "24h"), CALENDAR)
    assert "109年3月2日（一）9時05分收件，期限24小時，即時起算。" in told.zh
    assert told.steps[-1].on - told.steps[0].on == timedelta(hours=24)


def test_counting_back_is_told_day_by_day():
    told = explain_before(
        date(2020, 3, 18), Amount.parse("10d"), CALENDAR, tz=TAIPEI, rule=TW_APA48
    )
    assert told.due.due_on == date(2020, 3, 6)
    assert [step.zh for step in told.steps[-3:]] == [
        "往前第10日",
        "星期六，再往前移",
        "往前移到這天，最後一天",
    ]
    assert told.zh.endswith("最晚109年3月6日（五）完成。")


def test_a_make_up_saturday_that_may_not_end_a_period_is_named():
    rule = replace(TW_APA48, make_up_day_ends=False)
    told = explain(clock("2020-02-14", "1d", rule=rule), CALENDAR)
    assert "這天是補行上班的星期六，不作末日，末日改到下個星期一上午" in told.zh
    back = explain_before(date(2020, 2, 17), Amount.parse("1d"), CALENDAR, tz=TAIPEI, rule=rule)
    assert [step.zh for step in back.steps[1:]] == [
        "往前第1日",
        "補行上班的星期六，不作末日",
        "往前移到這天，最後一天",
    ]
