"""The River Pollution Index at every border of the official table."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from shizheng.sensing.domain.river_index import (
    Part,
    Pollution,
    Value,
    class_of,
    index_of,
    points,
    points_of,
)

FILE = (
    Path(__file__).parents[3].parent / "shared/data/water_quality/kaohsiung_river_rating_yearly.csv"
)
DO, BOD, SS, NH3 = Part.DISSOLVED_OXYGEN, Part.BOD5, Part.SUSPENDED_SOLIDS, Part.AMMONIA


@pytest.mark.parametrize(
    ("part", "value", "expected"),
    [
        pytest.param(DO, 6.5, 1, id="oxygen-enough"), pytest.param(DO, 6.4, 3, id="oxygen-light"),
        pytest.param(DO, 4.6, 3, id="oxygen-light-end"), pytest.param(DO, 4.5, 6, id="oxygen-low"),
        pytest.param(DO, 2.0, 6, id="oxygen-low-end"), pytest.param(DO, 1.9, 10, id="oxygen-none"),
        pytest.param(BOD, 3.0, 1, id="bod-1"), pytest.param(BOD, 3.1, 3, id="bod-3"),
        pytest.param(BOD, 4.9, 3, id="bod-3-end"), pytest.param(BOD, 5.0, 6, id="bod-6"),
        pytest.param(BOD, 15.0, 6, id="bod-6-end"), pytest.param(BOD, 15.1, 10, id="bod-10"),
        pytest.param(SS, 20.0, 1, id="ss-1"), pytest.param(SS, 49.9, 3, id="ss-3-end"),
        pytest.param(SS, 100, 6, id="ss-6-end"), pytest.param(SS, 101, 10, id="ss-10"),
        pytest.param(NH3, 0.5, 1, id="ammonia-1"), pytest.param(NH3, 0.99, 3, id="ammonia-3"),
        pytest.param(NH3, 1.0, 6, id="ammonia-6"), pytest.param(NH3, 3.01, 10, id="ammonia-10"),
        pytest.param(BOD, 4.95, 6, id="written-to-the-digits-of-the-table"),
    ],
)  # fmt: skip
def test_points_stand_in_the_table(part, value, expected):
    assert points(part, value) == expected


def test_what_was_not_detected_counts_only_where_its_points_are_sure():
    assert points_of(BOD, Value(None, 1.0)) == 1
    assert points_of(BOD, Value(None, 4.0)) is None
    assert points_of(DO, Value(None, 0.1)) == 10
    four = {DO: Value(7.0), BOD: Value(None, 1.0), SS: Value(30.0), NH3: Value(2.0)}
    assert index_of(four) == (1 + 1 + 3 + 6) / 4
    assert index_of({**four, BOD: Value(None, 4.0)}) is None
    assert index_of({DO: Value(7.0)}) is None


def test_what_is_no_concentration_is_refused():
    for bad in (-0.1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="no such concentration"):
            points(SS, bad)


@pytest.mark.skipif(not FILE.exists(), reason="needs ../shared/data")
def test_the_published_ratings_and_the_official_classes_differ_in_few_years():
    said = {
        "嚴重汙染": Pollution.SEVERE, "中度汙染": Pollution.MODERATE, "輕度汙染": Pollution.LIGHT,
        "未 ( 稍 ) 受汙染": Pollution.UNPOLLUTED,
    }  # fmt: skip
    differ = Counter()
    with FILE.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            ours = class_of(float(row["rpi_avg_score"]))
            if ours != said[row["rating"]]:
                differ[row["rpi_avg_score"], row["rating"], str(ours)] += 1
    assert differ == {
        ("6.25", "中度汙染", "severe"): 3, ("3.25", "輕度汙染", "moderate"): 1,
    }  # fmt: skip
