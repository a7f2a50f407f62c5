"""The year behind a demonstration: the same for the same seed, told once, marked as invented."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from tests.services.conftest import KAOHSIUNG, kaohsiung, pack_at  # noqa: F401 - fixtures

from shizheng.core import fresh
from shizheng.core.demo_year import Month, months_before, play_year
from shizheng.core.journal import verify
from shizheng.core.loading import demo_loaders
from shizheng.core.models import Job
from shizheng.services.demonstration.definitions import DemoCases, delay_of
from shizheng.services.demonstration.year.definitions import DemoYear
from shizheng.services.demonstration.year.generating import Year
from shizheng.services.demonstration.year.playing import play
from shizheng.services.models import Case

TODAY = date(2021, 1, 20)


@pytest.fixture(scope="module")
def year():
    pack = pack_at(KAOHSIUNG)
    (body,), (cases,) = pack.bodies(DemoYear), pack.bodies(DemoCases)
    return Year(body, cases, 12_000, TODAY)


def days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]


def test_a_day_is_always_the_same_and_a_year_has_about_its_size(year):
    again = Year(year.body, year.cases, year.size, TODAY)
    whole = [case for day in days(date(2020, 1, 21), 366) for case in year.on(day)]
    assert list(again.on(TODAY)) == list(year.on(TODAY))
    assert 0.75 * year.size < len(whole) < 1.25 * year.size
    assert len({case.id for case in whole}) == len(whole)
    shares = Counter(case.service for case in whole)
    assert shares["road_damage"] > shares["noise"] > shares["danger_removal"] > 0


def test_a_typhoon_week_fells_trees(year):
    storm = Counter(case.service for day in days(date(2020, 8, 3), 7) for case in year.on(day))
    before = Counter(case.service for day in days(date(2020, 7, 20), 7) for case in year.on(day))
    assert storm["trees_and_greenery"] > 8 * before["trees_and_greenery"]
    assert storm["noise"] < 3 * before["noise"]


def test_nothing_happens_after_today(year):
    noon = datetime.combine(TODAY, datetime.min.time()) + timedelta(hours=24)
    for case in year.on(TODAY):
        opened = datetime.combine(TODAY, datetime.strptime(case.time, "%H:%M").time())
        assert all(opened + delay_of(act.after) < noon for act in case.acts)


def test_the_months_follow_each_other_up_to_now():
    now = timezone.make_aware(datetime(2021, 1, 20, 12))
    months = list(months_before(now))
    assert len(months) == 13
    assert months[0][0] == timezone.make_aware(datetime(2020, 1, 1))
    assert all(end == start for (_, end), (start, _) in pairwise(months))
    assert months[-1] == (timezone.make_aware(datetime(2021, 1, 1)), now)


@pytest.mark.usefixtures("kaohsiung")
def test_a_month_is_told_once_by_acts_that_the_journal_keeps(settings):
    settings.IS_DEMO = True
    pack = pack_at(KAOHSIUNG)
    now = timezone.make_aware(datetime(2021, 1, 20, 12))
    demo_loaders["accounts"](pack, at=now)
    since = timezone.make_aware(datetime(2020, 11, 1))
    month = Month(since, timezone.make_aware(datetime(2020, 12, 1)), now, 150)
    play(pack, month, float)
    told = Case.objects.count()
    assert 5 <= told <= 20
    assert Case.objects.filter(is_synthetic=True).count() == told
    assert Case.objects.filter(is_open=False).count() > told / 2
    opened = Case.objects.values_list("opened_at", flat=True)
    assert all(month.since <= at < month.until for at in opened)
    play(pack, month, float)
    assert Case.objects.count() == told
    assert verify().is_intact


def test_pages_say_how_far_the_year_is_while_it_is_played(client, db, settings):
    settings.IS_DEMO = True
    play_year.enqueue(now=timezone.now().isoformat())
    Job.objects.update(progress=0.42)
    fresh.forget_all()
    assert "目前完成 42%" in client.get("/accessibility/").content.decode()
    Job.objects.update(status=Job.Status.DONE)
    fresh.forget_all()
    assert "目前完成" not in client.get("/accessibility/").content.decode()
