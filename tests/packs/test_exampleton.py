from datetime import date

from shizheng.packs.kinds.agency import AgencyTree
from shizheng.packs.kinds.calendar import Calendar
from shizheng.packs.kinds.pack import Manifest
from shizheng.packs.loader import load
from shizheng.plan.definitions import Catalogue, Commitments, Outline
from shizheng.plan.domain.outline.parser import parse


def test_the_invented_town_says_that_it_is_invented(packs):
    manifest = load(packs / "exampleton").body(Manifest)
    assert manifest.is_fictitious
    assert (manifest.number_prefix, manifest.dates) == ("EX", "gregorian")


def test_its_outline_has_three_departments_and_ten_items(packs):
    pack = load(packs / "exampleton")
    parsed = parse(pack.read(pack.body(Outline).text))
    items = [item.code for chapter in parsed.chapters for item in chapter.items]
    assert len(parsed.chapters) == 3
    assert items == [item.id for item in pack.body(Catalogue).items]
    assert items == [each.item for each in pack.body(Commitments).all]
    assert len(items) == 10


def test_its_weekend_is_friday_and_saturday(packs):
    calendar = load(packs / "exampleton").body(Calendar).work_calendar()
    friday, sunday, made_up = date(2026, 1, 9), date(2026, 1, 11), date(2026, 3, 6)
    assert [calendar.is_working(day) for day in (friday, sunday, made_up)] == [False, True, True]


def test_offices_of_one_district_may_be_closed(packs):
    calendar = load(packs / "exampleton").body(Calendar).work_calendar()
    assert calendar.is_working(date(2026, 6, 10))
    assert not calendar.for_area("D2").is_working(date(2026, 6, 10))


def test_an_agency_may_change_its_name(packs):
    agencies = load(packs / "exampleton").body(AgencyTree).agencies
    names = [agency.short_name["en"] for agency in agencies if agency.id == "works"]
    assert names == ["Building", "Works"]
