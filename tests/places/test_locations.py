"""Finding places in the registers: by address and lot, near a point, along a road, in an area."""

import json

import pytest
import shapely
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from tests.places.conftest import AT, DAY, plot, well

from shizheng.places.actions.things import thing_record, thing_retire
from shizheng.places.domain.address_errors import (
    AddressUnreadable,
    HouseUnknown,
    LotUnknown,
    StreetUnknown,
)
from shizheng.places.models import Register
from shizheng.places.selectors.locations import places_named

NOBODY = AnonymousUser()


def house(number, address, x, y, english=""):
    return thing_record(
        register=Register.objects.get(code="houses"), key=f"A-{number}", by=None, at=AT,
        valid_from=DAY, values={"address": address, "address_en": english},
        geometry=shapely.Point(x, y),
    )  # fmt: skip


@pytest.fixture
def street(town):
    """Houses on one side and the other of a street, and one of the same number elsewhere."""
    for at, number in enumerate((1, 5, 9)):
        house(number, f"水邊區示範一路{number}號", 0.001 + at * 0.002, 0.001,
              f"No. {number}, Shifan 1st Rd., Waterside District")  # fmt: skip
    house(2, "水邊區示範一路2號", 0.001, 0.0012)
    house(20, "水邊區示範一路20號之1", 0.005, 0.0012)
    house(105, "山邊區示範一路5號", 0.021, 0.021)
    house(200, "水邊區虛構街二段3巷7號", 0.006, 0.006)
    plot(town, "77-3", 0.004, 0.004, section="苓東段", lot="77-3", holder="某人")
    return town


def named(words, viewer=NOBODY):
    return places_named(words, viewer=viewer, on=DAY)


@pytest.mark.parametrize(
    "words",
    ["範例鎮水邊區示範一路5號", "水邊區示範1路５號", "水邊區 示範一路 五號",
     "No. 5, Shifan 1st Road, Waterside District"],
    ids=["plain", "full-width", "numerals", "english"],
)  # fmt: skip
def test_an_address_is_found_however_it_is_written(street, words):
    found = named(words.removeprefix("範例鎮"))

    assert [(each.how, each.shown.key) for each in found] == [("exact", "A-5")]
    assert found[0].longitude == pytest.approx(0.003)


def test_without_a_district_all_streets_of_that_name_answer(street):
    assert {each.shown.key for each in named("示範一路5號")} == {"A-5", "A-105"}


def test_a_number_that_is_not_there_is_reckoned_between_its_neighbours_and_says_so(street):
    (found,) = named("水邊區示範一路7號")

    assert (found.how, found.between) == ("between", ("5", "9"))
    assert found.longitude == pytest.approx(0.004)


def test_a_number_after_the_main_number_falls_back_to_the_main_one(street):
    assert [(each.how, each.shown.key) for each in named("水邊區示範一路9之4號")] == [
        ("main", "A-9")
    ]


def test_a_street_that_has_stretches_is_found_without_saying_which(street):
    (found,) = named("虛構街3巷7號")
    assert (found.how, found.shown.key) == ("stretch", "A-200")


def test_what_no_register_knows_is_refused_with_what_is_like_it(street):
    with pytest.raises(StreetUnknown) as unknown:
        named("示范一路5號")
    assert "示範一路" in str(unknown.value.parameters["like"])
    with pytest.raises(HouseUnknown) as house_unknown:
        named("水邊區示範一路99號")
    assert house_unknown.value.parameters["last"] == "20-1"
    with pytest.raises(LotUnknown):
        named("苓東段 9 地號")
    with pytest.raises(AddressUnreadable):
        named("?")


def test_a_lot_is_found_by_section_and_number_only_by_those_who_see_it(street, people):
    (found,) = named("水邊區苓東段 77-3 地號")

    assert (found.shown.key, found.title) == ("77-3", "苓東段 77-3")
    assert "holder" not in found.shown.values
    (seen,) = named("苓東段77之3", people.registrar)
    assert seen.shown.values["holder"] == "某人"


def test_a_house_number_that_was_taken_back_is_found_no_longer(street):
    thing = Register.objects.get(code="houses").things.get(key="A-5")
    thing_retire(thing=thing, seen=1, by=None, at=AT, on=DAY, why="門牌廢止")

    assert [each.how for each in named("水邊區示範一路5號")] == ["between"]


def asked(client, name, **given):
    response = client.get(reverse(f"places:locations_{name}"), given)
    return response.status_code, json.loads(response.content)


def test_programs_find_what_people_find(street, client):
    status, told = asked(client, "find", q="水邊區示範一路7號")

    assert status == 200
    assert told["features"][0]["properties"]["how"] == "between"
    status, told = asked(client, "find", q="沒有這條路1號")
    assert (status, told["code"]) == (404, "places.street_unknown")


def test_near_around_within_along_and_areas_measure_in_metres(street, client):
    thing_record(
        register=Register.objects.get(code="road_sections"), key="R-1", by=None, at=AT,
        valid_from=DAY, values={"road": "示範一路"},
        geometry=shapely.LineString([(0.0, 0.001), (0.003, 0.001)]),
    )  # fmt: skip
    _, near = asked(client, "nearest", register="houses", lon="0.001", lat="0.001", most="2")
    assert [each["id"] for each in near["features"]] == ["A-1", "A-2"]
    assert near["features"][1]["properties"]["distance_m"] == pytest.approx(22.1, abs=0.2)
    _, near = asked(client, "around", register="houses", lon="0.001", lat="0.001", metres="20")
    assert [each["id"] for each in near["features"]] == ["A-1"]
    _, near = asked(client, "along", register="houses", section="R-1", metres="25")
    assert {each["id"] for each in near["features"]} == {"A-1", "A-2", "A-5"}
    shape = shapely.to_geojson(shapely.box(0.0045, 0, 0.0055, 0.0011))
    _, inside = asked(client, "within", register="houses", shape=shape)
    assert [each["id"] for each in inside["features"]] == ["A-9"]
    _, held = asked(client, "areas", lon="0.005", lat="0.005")
    assert [each["id"] for each in held["features"]] == ["77-3"]


@pytest.mark.parametrize(
    ("name", "given", "status"),
    [
        ("nearest", {"register": "houses", "lon": "x", "lat": "0"}, 400),
        ("nearest", {"register": "houses", "lon": "0", "lat": "91"}, 400),
        ("around", {"register": "houses", "lon": "0", "lat": "0", "metres": "-1"}, 400),
        ("around", {"register": "houses", "lon": "0", "lat": "0", "metres": "1e9"}, 400),
        ("within", {"register": "houses", "shape": "{"}, 400),
        ("within", {"register": "houses", "shape": '{"type":"Point","coordinates":[999,0]}'}, 400),
        ("areas", {"register": "drains", "lon": "0", "lat": "0"}, 404),
        ("along", {"register": "houses", "section": "R-9"}, 404),
        ("find", {"q": ""}, 422),
    ],
    ids=["no-number", "pole", "negative", "too-far", "no-json", "off-the-earth", "hidden",
         "no-section", "empty"],
)  # fmt: skip
def test_what_cannot_be_read_or_seen_is_refused_with_a_code(street, client, name, given, status):
    got, told = asked(client, name, **given)
    assert got == status
    assert told["code"]


def test_whose_wells_are_seen_roughly_are_near_only_as_roughly(street, client):
    well(street, x=0.0011, y=0.0011)

    _, near = asked(client, "nearest", register="wells", lon="0.0011", lat="0.0011")

    assert near["features"][0]["properties"]["distance_m"] > 1
    assert near["features"][0]["geometry"]["coordinates"] != [0.0011, 0.0011]


def test_the_page_tells_what_the_registers_know_of_an_address(street, client):
    well(street, x=0.0011, y=0.0011)

    page = client.get(reverse("places:locations"), {"q": "水邊區示範一路1號"}).content.decode()

    assert "最近的水井" in page
    assert "Well W-1" in page
    assert "所在地塊" in page
    refused = client.get(reverse("places:locations"), {"q": "?"})
    assert (refused.status_code, "無法辨識" in refused.content.decode()) == (400, True)


@pytest.mark.parametrize(
    ("words", "how", "keys"),
    [
        ("No. 5-2, Shifan 1st Rd.", "main", ["A-5"]),
        ("No. 7, Shifan 1st Rd., Waterside Dist.", "between", ["A-5"]),
        ("Shifan 1st Road", "street", ["A-5"]),
        ("No. 3, Moni Rd.", "stretch", ["A-300"]),
    ],
    ids=["sub-number", "between", "street", "stretch"],
)
def test_an_english_address_is_found_by_the_same_ways_as_a_chinese_one(street, words, how, keys):
    house(300, "水邊區模擬路二段3號", 0.007, 0.007, "No. 3, Sec. 2, Moni Rd., Waterside District")
    found = named(words)
    assert [(each.how, each.shown.key) for each in found] == [(how, key) for key in keys]


def test_an_address_is_given_in_english_to_who_reads_english(street, client):
    _status, told = asked(client, "find", q="水邊區示範一路5號")
    (found,) = [each["properties"] for each in told["features"]]
    assert (found["title"], found["english"]) == (
        "水邊區示範一路5號", "No. 5, Shifan 1st Rd., Waterside District"
    )  # fmt: skip
    page = client.get("/en/locations/", {"q": "水邊區示範一路5號"}).content.decode()
    assert "No. 5, Shifan 1st Rd., Waterside District" in page
    other = client.get("/en/locations/", {"q": "水邊區示範一路2號"}).content.decode()
    assert "水邊區示範一路2號" in other, "what has no English address keeps its own"


def test_an_english_number_beyond_the_street_says_which_numbers_there_are(street):
    with pytest.raises(HouseUnknown) as refused:
        named("No. 99, Shifan 1st Rd.")
    assert refused.value.parameters["street"] == "Shifan 1st Road"
    assert (refused.value.parameters["first"], refused.value.parameters["last"]) == ("1", "9")


def test_an_english_street_that_is_unknown_names_those_like_it(street):
    with pytest.raises(StreetUnknown) as refused:
        named("No. 1, Shifen 1st Rd.")
    assert "Shifan 1st Road" in refused.value.parameters["like"]


def test_an_english_district_narrows_what_is_found(street):
    house(310, "山邊區示範一路5號", 0.021, 0.0215, "No. 5, Shifan 1st Rd., Hillside District")
    assert {each.shown.key for each in named("No. 5, Shifan 1st Rd.")} == {"A-5", "A-310"}
    found = named("No. 5, Shifan 1st Rd., Hillside Dist. 80245")
    assert [each.shown.key for each in found] == ["A-310"]
