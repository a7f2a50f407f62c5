"""Invented courses of a demonstration: the same whenever asked, and deep only in their storm."""

from datetime import UTC, datetime

import numpy as np
import pytest

from shizheng.sensing.domain.invented import COURSES, DRY, Post

STORM = datetime(2026, 7, 6, 10, tzinfo=UTC).timestamp()
HOUR = 3_600


def post(number=7, around=20.0, swing=46.0):
    return Post(number, STORM, 8 * HOUR, around, swing)


def every(minutes, days, begin=STORM):
    return np.arange(begin, begin + days * 24 * HOUR, minutes * 60.0)


@pytest.mark.parametrize("name", COURSES)
def test_what_is_asked_in_two_parts_is_what_is_asked_at_once(name):
    times, course = every(10, 4), COURSES[name]
    whole = course(times, post())
    parts = np.concatenate([course(times[:100], post()), course(times[100:], post())])
    assert np.array_equal(whole, parts)
    assert np.isfinite(whole).all()
    assert name == "season" or (whole >= 0).all()


def test_a_storm_floods_some_posts_deeply_and_leaves_them_dry_again():
    night, later = every(10, 1), every(10, 1, STORM + 36 * HOUR)
    highest = [COURSES["flood"](night, post(number)).max() for number in range(22)]
    assert sum(each >= 30 for each in highest) >= 8
    dry = [np.mean(COURSES["flood"](later, post(number)) == 0) for number in range(22)]
    assert np.mean(dry) > 0.8


def test_at_every_hour_some_post_of_a_city_stands_in_a_shower_and_most_are_dry():
    hours = every(60, 6, STORM + 48 * HOUR)
    depth = np.array([COURSES["flood"](hours, post(number)) for number in range(22)])
    assert (depth >= DRY).any(axis=0).all()
    assert np.mean(depth >= DRY) < 0.2


def test_the_sun_shines_by_day_in_local_time():
    times = every(60, 3)
    light = COURSES["sun"](times, post(swing=880))
    hours = (times + 8 * HOUR) % (24 * HOUR) / HOUR
    assert (light[(hours < 6) | (hours > 18)] == 0).all()
    assert light[(hours > 11) & (hours < 13)].min() > 300
