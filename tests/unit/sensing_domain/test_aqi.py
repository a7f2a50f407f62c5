"""The Air Quality Index against the one that the ministry published for the same hours."""

import csv
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from shizheng.sensing.domain import aqi
from shizheng.sensing.domain.aqi import Pollutant, averaged, index_of, sub_index, table_on

FILE = Path(__file__).parents[3].parent / "shared" / "data" / "air_quality"
HOURS = FILE / "kaohsiung_aqi_hourly_2026-07-03_08-05.csv"
NOW, BEFORE = table_on(date(2025, 1, 1)), table_on(date(2024, 12, 31))
COLUMNS = {
    "pm2_5_avg": Pollutant.PM25, "pm10_avg": Pollutant.PM10, "o3_8hr": Pollutant.O3_8H,
    "o3": Pollutant.O3, "co_8hr": Pollutant.CO, "so2": Pollutant.SO2, "no2": Pollutant.NO2,
}  # fmt: skip
CLOSE = {"pm2_5_avg": 0.1, "pm10_avg": 1, "o3_8hr": 1, "co_8hr": 0.1}


@pytest.mark.parametrize(
    ("pollutant", "value", "table", "expected"),
    [
        pytest.param(Pollutant.PM25, 12.4, NOW, 50, id="pm25-end-of-good"),
        pytest.param(Pollutant.PM25, 12.49, NOW, 50, id="cut-not-rounded"),
        pytest.param(Pollutant.PM25, 12.5, NOW, 51, id="pm25-moderate"),
        pytest.param(Pollutant.PM25, 35.4, BEFORE, 100, id="pm25-before-2025"),
        pytest.param(Pollutant.PM25, 35.4, NOW, 113, id="pm25-since-2025"),
        pytest.param(Pollutant.O3_8H, 70, NOW, 100, id="o3-eight-hours"),
        pytest.param(Pollutant.O3_8H, 201, NOW, None, id="o3-eight-hours-beyond-table"),
        pytest.param(Pollutant.O3, 80, NOW, None, id="o3-hour-below-table"),
        pytest.param(Pollutant.O3, 101, NOW, 101, id="o3-hour"),
        pytest.param(Pollutant.SO2, 2.5, NOW, 12, id="halves-to-even"),
        pytest.param(Pollutant.CO, -0.2, NOW, 0, id="below-nothing"),
        pytest.param(Pollutant.PM10, 9_999, NOW, 500, id="above-all"),
        pytest.param(Pollutant.PM10, float("nan"), NOW, None, id="no-number"),
    ],
)
def test_sub_indices_stand_in_the_table(pollutant, value, table, expected):
    assert sub_index(pollutant, value, table) == expected


def test_there_is_no_index_without_particles_and_ozone():
    assert index_of({Pollutant.NO2: 30, Pollutant.CO: 1}, NOW) is None
    assert index_of({Pollutant.NO2: 90, Pollutant.PM10: 10}, NOW).pollutant is Pollutant.NO2


def test_there_was_no_index_before_2016():
    with pytest.raises(ValueError, match="2016-11-30"):
        table_on(date(2016, 11, 30))


def test_particles_need_six_hours_of_twelve_and_two_of_four():
    assert averaged({"pm2_5": [10] * 12})[Pollutant.PM25] == 10
    assert averaged({"pm2_5": [*[None] * 6, *[10] * 2, None, None, 20, 30]}) == {}
    assert averaged({"pm2_5": [*[10] * 8, None, None, 20, 20]})[Pollutant.PM25] == 16
    assert averaged({"pm2_5": [*[10] * 11, None]})[Pollutant.PM25] == 10
    assert averaged({"o3": [50, 50, None, None, *[40] * 4]})[Pollutant.O3] == 40


def test_a_day_with_too_many_missing_hours_is_neither_good_nor_bad():
    good, bad = {"pm2_5": [10.0] * 24}, {"pm2_5": [31.0] * 24}
    unknown = {"pm2_5": [None] * 9 + [10.0] * 15}
    found = aqi.good_days((each, NOW) for each in (good, good, bad, unknown))
    assert (found.good_count, found.counted_count, found.day_count) == (2, 3, 4)
    assert (found.missing_hour_count, found.share) == (9, 2 / 3)
    assert aqi.GoodDays().share is None


def test_the_day_takes_the_highest_eight_hours_of_ozone():
    hours = [20.0] * 12 + [80.0] * 8 + [20.0] * 4
    found = aqi.index_of_day({"o3": hours, "pm10": [10.0] * 24}, NOW)
    assert (found.value, found.pollutant) == (132, Pollutant.O3_8H)


def number(text):
    return None if text == "" else float(text)


@pytest.mark.skipif(not HOURS.exists(), reason="needs ../shared/data")
def test_every_hour_with_a_published_index_gives_the_same_number():
    with HOURS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    stations, equal = defaultdict(dict), Counter()
    for row in rows:
        at = datetime.fromisoformat(row["time"])
        stations[row["station"]][at] = row
        if row["aqi"] in ("", "0"):  # how the source writes that there is none
            continue
        found = index_of(
            {each: float(row[name]) for name, each in COLUMNS.items() if row[name]},
            table_on(at.date()),
        )
        equal[found.value == int(row["aqi"])] += 1
    assert equal == {True: 8_110}
    close = Counter()
    for hours in list(stations.values())[:3]:
        for at, row in hours.items():
            past = [hours.get(at - timedelta(hours=back)) for back in range(11, -1, -1)]
            if None in past:
                continue
            mine = averaged(
                {
                    name: [number(one[name]) for one in past]
                    for name in ("pm2_5", "pm10", "o3", "co")
                }
            )
            for name, away in CLOSE.items():
                if row[name] and COLUMNS[name] in mine:
                    close[abs(float(row[name]) - mine[COLUMNS[name]]) <= away + 1e-9] += 1
    assert close[True] / close.total() > 0.99
