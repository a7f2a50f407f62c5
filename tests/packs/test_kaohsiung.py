import json
from datetime import date
from pathlib import Path

import pytest
from shapely.geometry import shape

from shizheng.packs.kinds.agency import AgencyTree
from shizheng.packs.kinds.area import Areas
from shizheng.packs.kinds.calendar import Calendar
from shizheng.packs.loader import load

SHARED = Path(__file__).parents[2] / "../shared/data"


@pytest.fixture(scope="module")
def kaohsiung():
    return load(Path(__file__).parents[2] / "packs/kaohsiung")


def test_every_chapter_of_the_outline_has_its_department(kaohsiung):
    agencies = kaohsiung.body(AgencyTree).agencies
    departments = sorted((a for a in agencies if a.kind == "department"), key=lambda a: a.position)
    assert [a.position for a in departments] == [*range(1, 34)]
    assert departments[1].short_name["zh-Hant"] == "民政局"
    assert departments[29].id == "research_development_and_evaluation"


def test_every_district_has_its_office(kaohsiung):
    agencies = kaohsiung.body(AgencyTree).agencies
    offices = {a.district for a in agencies if a.kind == "district_office"}
    assert offices == {district.code for district in kaohsiung.body(Areas).districts}
    assert len(offices) == 38


def test_all_villages_stand_in_the_pack(kaohsiung):
    areas = kaohsiung.body(Areas)
    assert len(areas.villages) == 891
    assert len([village for village in areas.villages if village.note]) == 5


@pytest.mark.parametrize(
    ("level", "key", "tolerance"),
    [
        pytest.param("districts", "district_code", 0.01, id="districts"),
        pytest.param("villages", "village_code", 0.05, id="villages"),
    ],
)
def test_shapes_agree_with_the_published_map(kaohsiung, level, key, tolerance):
    source = SHARED / f"boundaries/{level}.geojson"
    if not source.exists():
        pytest.skip("the published map is not on this machine")
    published = {
        feature["properties"][key]: shape(feature["geometry"])
        for feature in json.loads(source.read_text())["features"]
    }
    content = kaohsiung.read(getattr(kaohsiung.body(Areas).shapes, level))
    drawn = {
        feature["properties"]["code"]: shape(feature["geometry"])
        for feature in json.loads(content)["features"]
    }
    assert drawn.keys() == published.keys()
    assert all(each.is_valid for each in drawn.values())
    off = {c: abs(drawn[c].area / published[c].area - 1) for c in drawn}
    assert max(off.values()) < tolerance


def test_shapes_stay_small(packs):
    folder = packs / "kaohsiung/areas"
    assert sum(file.stat().st_size for file in folder.glob("*.geojson")) < 1_500_000


def test_the_calendar_is_that_of_the_published_one(kaohsiung):
    source = SHARED / "calendar/taiwan_work_calendar_2017_2025.csv"
    if not source.exists():
        pytest.skip("the published calendar is not on this machine")
    calendar = kaohsiung.body(Calendar).work_calendar().as_known_on(date(2024, 6, 30))
    for line in source.read_text().splitlines()[1:]:
        day, _, is_holiday, *_ = line.split(",")
        assert calendar.is_working(date.fromisoformat(day)) == (is_holiday == "0"), day


def test_a_later_act_adds_days_off_only_once_it_is_known(kaohsiung):
    calendar = kaohsiung.body(Calendar).work_calendar()
    teachers_day_in_lieu = date(2025, 9, 29)
    assert not calendar.is_working(teachers_day_in_lieu)
    assert calendar.as_known_on(date(2025, 5, 27)).is_working(teachers_day_in_lieu)
