"""Figures of the call centre: what is counted, and what is not told outside the office."""

from datetime import UTC, datetime

from shizheng.services.calls.figures import figures_by, figures_of

AT = datetime(2020, 2, 13, 2, 0, tzinfo=UTC)


def row(language="zh-Hant", wait=10, result="answered", handoffs=0, satisfaction=None):
    return {
        "channel": "phone", "language": language, "started_at": AT, "wait_seconds": wait,
        "result": result, "handoff_count": handoffs, "satisfaction": satisfaction,
    }  # fmt: skip


def test_solved_at_first_contact_is_answered_and_not_handed_on():
    rows = [row(), row(handoffs=1), row(result="case"), row(result="abandoned")]
    found = figures_of("", rows, suppress=False)
    assert found.first_contact_share == 1 / 3
    assert found.abandoned_share == 1 / 4
    assert (found.case_count, found.handoff_count) == (1, 1)


def test_the_ninetieth_of_a_hundred_waits_is_the_p90():
    found = figures_of("", [row(wait=second) for second in range(1, 101)], suppress=False)
    assert (found.wait_median, found.wait_p90) == (50.5, 90)


def test_no_calls_have_no_figures():
    found = figures_of("", [], suppress=True)
    assert (found.count, found.wait_median, found.first_contact_share) == (0, None, None)


def test_the_next_smallest_part_is_not_told_where_one_alone_would_be_given_away():
    rows = [row()] * 9 + [row("en")] * 6 + [row("vi")] * 2
    told = {each.name for each in figures_by(rows, lambda r: r["language"], suppress=True)
            if not each.is_suppressed}  # fmt: skip
    assert told == {"zh-Hant"}
    inside = figures_by(rows, lambda r: r["language"], suppress=False)
    assert [each.count for each in inside] == [6, 2, 9]


def test_what_few_say_of_their_satisfaction_is_not_told():
    rows = [row()] * 10 + [row(satisfaction=1)] * 2
    assert figures_of("", rows, suppress=True).satisfaction is None
    assert figures_of("", rows, suppress=False).satisfaction == 1
