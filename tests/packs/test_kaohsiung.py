import json
from datetime import date
from pathlib import Path

import pytest
from shapely.geometry import shape

from shizheng.packs.kinds.agency import AgencyTree
from shizheng.packs.kinds.area import Areas
from shizheng.packs.kinds.calendar import Calendar
from shizheng.packs.kinds.role import Role
from shizheng.packs.loader import load
from shizheng.plan.definitions import Catalogue, Commitments, DemoDirectives, Outline
from shizheng.plan.domain.outline.parser import parse

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


def test_the_catalogue_names_every_item_of_the_outline(kaohsiung):
    text = kaohsiung.read(kaohsiung.body(Outline).text)
    parsed = parse(text)
    items = [item.code for chapter in parsed.chapters for item in chapter.items]
    assert items == [item.id for item in kaohsiung.body(Catalogue).items]
    assert len(items) == 505


def test_every_system_of_the_catalogue_is_listed(kaohsiung):
    systems = kaohsiung.body(Catalogue).system_list
    assert [system.number for system in systems] == [*range(1, 117)]
    assert sum(system.is_presupposed for system in systems) == 43


def test_every_item_has_a_proposed_commitment_of_its_department(kaohsiung):
    commitments = kaohsiung.body(Commitments)
    chapters = {c.number: c.agency for c in kaohsiung.body(Outline).chapters}
    items = [item.id for item in kaohsiung.body(Catalogue).items]
    assert [each.item for each in commitments.proposed] == items
    assert all(each.agency == chapters[int(each.item.split("-")[0])] for each in commitments.all)
    assert all(each.due_on is None for each in commitments.proposed)


def test_the_dates_and_figures_of_the_text_are_commitments(kaohsiung):
    stated = {each.item: each for each in kaohsiung.body(Commitments).stated}
    assert stated["5-14"].due_on == date(2020, 6, 12)
    assert stated["9-16"].due_on == date(2020, 6, 2)
    assert stated["5-17"].targets[0].value == 98
    assert stated["13-8"].targets[0].value == 500


def test_every_directive_of_the_demonstration_says_that_it_is_invented(kaohsiung):
    for each in kaohsiung.body(DemoDirectives).directives:
        assert "非真實事項" in each.wording


def test_somebody_can_give_every_role(kaohsiung):
    roles = kaohsiung.bodies(Role)
    givers = [{*r.permissions} for r in roles if "core.manage_people" in r.permissions]
    assert all(any({*role.permissions} <= giver for giver in givers) for role in roles)
