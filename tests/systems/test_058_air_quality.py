"""System 58, air quality pages and app 空氣品質監測網頁、空氣品質即時通.

Stations send with their keys; residents ask near a place; agencies carry out what a forecast of bad
air starts. The last test takes in the real hours of July 2026 and holds the index computed here
against the published one.
"""

import csv
import re
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from tests.services.conftest import kaohsiung, person
from tests.systems.sensed import SHARED, Device, jobs_run
from tests.systems.test_053_hydrants import Desk

from shizheng.core.models import OutboxEvent
from shizheng.sensing.air.tasks import close_air_day, compute_indices, expect_air
from shizheng.sensing.importing import imported
from shizheng.sensing.models import AirDay, AirMeasure, Datastream, Thing
from shizheng.sensing.store.reading import readings_between

__all__ = ["kaohsiung"]
INDEX, JUDGE = "sensing.compute_indices", "sensing.judge_waiting"
HOURS = SHARED / "air_quality" / "kaohsiung_aqi_hourly_2026-07-03_08-05.csv"


def hour(ago: int):
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    return now - timedelta(hours=ago)


@pytest.fixture
def air(kaohsiung):
    device = Device("air-1", "environmental_protection")
    return device, device.register(
        "示範左營測站", (120.2929, 22.6748), ["pm2_5", "pm10", "ozone"], authority_type="環保局"
    )


def fine(streams, ago, pm=10.0, ozone=20.0):
    at = hour(ago)
    return [
        (streams["pm2_5"], at, pm), (streams["pm10"], at, 20.0 + ago % 3),
        (streams["ozone"], at, ozone + ago % 2),
    ]  # fmt: skip


def test_what_stations_send_is_checked_then_published_as_an_index_near_me(air):
    device, streams = air
    rows = [row for ago in range(13, 0, -1) for row in fine(streams, ago, pm=60.0 + ago % 2)]
    told = device.send(*rows, (streams["pm2_5"], hour(0), 4000.0), (streams["pm10"], hour(0), 22.0))
    assert told["new"] == 41, told
    jobs_run(INDEX)
    index = Datastream.objects.get(thing__name="示範左營測站", observed_property__code="aqi")
    them = readings_between(index.pk, 0, 2**62, index.block_us)
    assert len(them.values) == 9, "the first five hours have too few before them"
    assert set(them.values.tolist()) == {158.0}, "by the table of 2025: 60.5 µg/m³"
    anybody = Desk()
    near = anybody.read("/near/air/?longitude=120.2930&latitude=22.6750")
    assert "示範左營測站" in near
    assert 'air-unhealthy">158' in near
    assert "不健康" in near
    page = anybody.read("/air/")
    assert "1 / 41 筆" in page
    assert "超出感測器可量測的範圍" in page
    jobs_run(JUDGE)
    assert "示範左營測站空氣品質指標 158" in anybody.read("/warnings/")
    # a late correction of an hour changes the index that was made of it
    late = device.client.patch(
        f"/sensorthings/v1.1/Observations('{streams['ozone']}~{round(hour(13).timestamp())}000000')",
        {"result": 20.5}, "application/json",
    )  # fmt: skip
    assert late.status_code == 200, late.content
    assert device.send((streams["pm2_5"], hour(14), 5.0))["new"] == 1
    jobs_run(INDEX)
    again = readings_between(index.pk, 0, 2**62, index.block_us)
    assert len(again.values) == len(them.values) + 1, "one more hour has six of twelve"
    assert again.values[1] < them.values[0] == 158, "the low hour counts in those after it"


def test_a_mobile_station_shows_its_index_but_is_no_part_of_the_share(air):
    device, _streams = air
    moving = device.register("監測車", (120.31, 22.63), ["pm2_5"], station_kind="mobile")
    device.send(*[(moving["pm2_5"], hour(ago), 8.0) for ago in range(30, 0, -1)])
    jobs_run(INDEX)
    close_air_day()
    yesterday = timezone.localdate() - timedelta(days=1)
    day = AirDay.objects.get(thing__name="監測車", day=yesterday)
    assert day.is_mobile
    assert "行動測站" in Desk().read("/near/air/?longitude=120.31&latitude=22.63")
    unheard = AirDay.objects.get(thing__name="示範左營測站", day=yesterday)
    assert (unheard.index, unheard.is_good, unheard.missing_hour_count) == (None, None, 24)
    asked = Desk().read(f"/air/?first={yesterday}&last={yesterday}")
    assert "這段期間沒有時數足夠的日子" in asked


def test_an_instrument_out_of_calibration_is_not_published(air):
    device, streams = air
    keeper = Desk(person("air_keeper", "officer", "environmental_protection"))
    old = timezone.localdate() - timedelta(days=200)
    choice = {"stream": str(streams["pm2_5"]), "certificate": "C-109-1", "result": "passed"}
    when = {"done_on": old.isoformat()}
    keeper.send("/air/calibrations/new/", **choice, **when)
    ahead = timezone.localdate() + timedelta(days=2)
    wrong = {"done_on": ahead.isoformat()}
    keeper.send("/air/calibrations/new/", expect=(422,), **choice, **wrong)
    device.send(*[(streams["pm2_5"], hour(ago), 8.0) for ago in range(13, 0, -1)])
    jobs_run(INDEX)
    assert not Datastream.objects.filter(
        thing__name="示範左營測站", observed_property__code="aqi",
        pk__in=[row.pk for row in Datastream.objects.all()
                if len(readings_between(row.pk, 0, 2**62, row.block_us))],
    ).exists()  # fmt: skip
    page = keeper.read("/air/")
    assert "13 / 13 筆" in page
    assert "設備校正已逾期" in page
    today = timezone.localdate()
    fresh = {"done_on": today.isoformat()}
    keeper.send("/air/calibrations/new/", **choice | {"certificate": "C-109-2"}, **fresh)
    device.send((streams["pm2_5"], timezone.now(), 9.5))
    assert "13 / 14 筆" in keeper.read("/air/")


def test_a_forecast_of_bad_air_starts_measures_that_their_owners_report(kaohsiung):
    air_officer = Desk(person("air_officer", "officer", "environmental_protection"))
    school_officer = Desk(person("school_officer", "officer", "education"))
    works_officer = Desk(person("works_officer", "officer", "public_works"))
    day = timezone.localdate() + timedelta(days=1)
    told = {"day": day.isoformat(), "source": "環境部預報 16:30"}
    air_officer.send("/air/forecasts/new/", index="100", **told)
    assert not AirMeasure.objects.exists()
    works_officer.send("/air/forecasts/new/", index="120", expect=(403,), **told)
    air_officer.send("/air/forecasts/new/", index="501", expect=(422,), **told)
    air_officer.send("/air/forecasts/new/", index="120", **told)
    air_officer.send("/air/forecasts/new/", index="130", **told)
    assert AirMeasure.objects.count() == 4, "once a day, however often it is said"
    started = OutboxEvent.objects.filter(type="sensing.air_measure.started")
    assert {each.payload["owner"] for each in started} == {
        "education", "environmental_protection", "public_works",
    }  # fmt: skip
    mine = AirMeasure.objects.get(code="tell_schools")
    assert "通報學校調整戶外活動" in Desk().read("/air/")
    works_officer.read(f"/air/measures/{mine.pk}/", status=403)
    school_officer.send(f"/air/measures/{mine.pk}/", note="已通知全市學校")
    school_officer.send(f"/air/measures/{mine.pk}/", note="再一次", expect=(409,))
    mine.refresh_from_db()
    assert (mine.done_by, mine.note) == (school_officer.person, "已通知全市學校")
    past = timezone.localdate() - timedelta(days=1)
    gone = {"day": past.isoformat(), "source": "x"}
    answer = air_officer.client.get("/air/forecasts/new/").content.decode()
    assert "預報" in answer
    air_officer.send("/air/forecasts/new/", index="120", expect=(422,), **gone)


def test_yesterday_is_the_forecast_where_nobody_gave_one(air):
    thing = Thing.objects.get(name="示範左營測站")
    yesterday = timezone.localdate() - timedelta(days=1)
    expect_air()
    assert not AirMeasure.objects.exists(), "nothing known, nothing said"
    AirDay.objects.create(
        thing=thing, day=yesterday, index=152, is_good=False, missing_hour_count=0
    )
    expect_air()
    expect_air()
    assert AirMeasure.objects.filter(day=timezone.localdate()).count() == 5
    assert "持續法" in Desk().read("/air/")


@pytest.mark.skipif(not HOURS.exists(), reason="needs ../shared/data")
def test_the_real_hours_of_july_give_the_published_index_and_the_share_of_good_days(kaohsiung):
    counts = imported(SHARED / "air_quality", "air_quality")
    assert counts["new"] > 45_000
    things = sorted(
        Thing.objects.filter(code__startswith="air_quality:").values_list("pk", flat=True)
    )
    zone = timezone.get_current_timezone()
    start = datetime(2026, 7, 3, tzinfo=zone)
    compute_indices(
        things=things, first_us=round(start.timestamp()) * 10**6,
        last_us=round((start + timedelta(days=33, hours=23)).timestamp()) * 10**6,
    )  # fmt: skip
    published = {}
    with HOURS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["aqi"] not in ("", "0"):
                at = datetime.fromisoformat(row["time"]).replace(tzinfo=zone)
                published[row["site_id"], round(at.timestamp()) * 10**6] = int(row["aqi"])
    near = same = both = 0
    for stream in Datastream.objects.filter(observed_property__code="aqi", thing__in=things):
        site = stream.thing.code.partition(":")[2]
        them = readings_between(stream.pk, 0, 2**62, stream.block_us)
        for at, value in zip(them.times.tolist(), them.values.tolist(), strict=True):
            if (site, at) in published:
                both += 1
                same += value == published[site, at]
                near += abs(value - published[site, at]) <= 2
    # the published one is made of values with more digits than the file has
    assert both > 7_000
    assert (same / both, near / both) > (0.6, 0.95), (same, near, both)
    page = Desk().read("/air/?first=2026-07-04&last=2026-08-04")
    share = re.search(r"([\d.]+) % 的測站日", page)
    assert share, page[:3000]
    rows = AirDay.objects.filter(
        thing__in=things, day__gte=date(2026, 7, 4), day__lte=date(2026, 8, 4)
    )
    counted = rows.exclude(index=None)
    good = counted.filter(is_good=True).count()
    assert float(share[1]) == round(good / counted.count() * 100, 1)
    missing = 12 * 32 * 24 - sum(24 - each.missing_hour_count for each in rows)
    assert f"{missing}" in page.replace(",", "")
