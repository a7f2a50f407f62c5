"""The forecast “as the day before”, and how it is counted."""

from datetime import date

from shizheng.sensing.domain.air_forecast import Skill, expected, skill


def test_tomorrow_is_expected_to_be_as_today_and_gaps_are_left_out():
    days = {
        date(2026, 7, day): index for day, index in ((1, 80), (2, 120), (3, 130), (4, 90), (6, 110))
    }
    assert expected(days, date(2026, 7, 3)) == 120
    assert expected(days, date(2026, 7, 6)) is None
    assert skill(days, 100) == Skill(hit_count=1, miss_count=1, false_count=1, quiet_count=0)
    assert skill(days, 100).day_count == 3
