"""The invented city in the registers: marked as such, taken in once, true to their rules."""

import json
from datetime import date

import pytest
import shapely
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from tests.places.conftest import AT
from tests.services.conftest import KAOHSIUNG, kaohsiung, pack_at

from shizheng.places.actions.things import thing_change
from shizheng.places.building import Given, built_all
from shizheng.places.frame import frame
from shizheng.places.models import Feature, ImportRow, Register, Relation, Thing
from shizheng.places.selectors.registers import body_of
from shizheng.places.synthetic.actions import synthetic_city_take_in
from shizheng.places.synthetic.definitions import SyntheticCity
from shizheng.places.synthetic.making import Making
from shizheng.places.topology import topology_judge

__all__ = ["kaohsiung"]
TODAY = date(2020, 3, 2)


def making(pack, things):
    (declared,) = pack_at(pack).bodies(SyntheticCity)
    return Making(declared, things, TODAY)


@pytest.fixture
def exampleton(town):
    found = making(KAOHSIUNG.parent / "exampleton", 150)
    synthetic_city_take_in(making=found, at=AT)
    return found


def test_everything_is_marked_as_invented_wherever_it_is_read(exampleton, client):
    assert Feature.objects.count() > 100
    assert not Feature.objects.filter(is_synthetic=False).exists()

    page = client.get(reverse("places:register", args=["houses"])).content.decode()
    thing = client.get(reverse("places:thing", args=["houses", "A-9000001"])).content.decode()
    for text in (page, thing):
        assert "示範用的虛構資料" in text
    items = client.get(reverse("ogc:items", args=["houses"]), {"f": "json", "limit": "3"})
    assert [each["properties"]["is_synthetic"] for each in json.loads(items.content)["features"]]
    file = client.get(reverse("places:file", args=["houses", "csv"])).content.decode("utf-8-sig")
    head, first = (line.split(",") for line in file.splitlines()[:2])
    assert dict(zip(head, first, strict=False))["is_synthetic"] == "true"


def test_what_was_taken_in_before_stays_as_it_is(exampleton):
    count, related = Feature.objects.count(), Relation.objects.count()

    synthetic_city_take_in(making=exampleton, at=AT)

    assert (Feature.objects.count(), Relation.objects.count()) == (count, related)


def test_an_invented_thing_that_is_changed_is_still_invented(exampleton):
    plot = Thing.objects.filter(register__code="plots").first()

    thing_change(thing=plot, seen=1, by=None, at=AT, valid_from=TODAY, values={"use": "park"})

    assert plot.features.filter(recorded_to=None).latest("valid_from").is_synthetic


def test_a_part_of_the_citys_plan_is_refused_by_no_rule_of_its_registers(kaohsiung):
    found = making(KAOHSIUNG, 180)
    count = synthetic_city_take_in(making=found, at=AT)

    assert count == Feature.objects.count() > 150
    assert not ImportRow.objects.exists(), "nothing is refused, and nothing had to be put right"
    assert not Feature.objects.filter(district=None).exists()
    assert {*Feature.objects.values_list("district__code", flat=True)} == {"64000080"}
    held = {*Relation.objects.values_list("code", flat=True)}
    assert held == {"on_parcel", "begins_at", "ends_at"}
    assert not [code for code in _registers() if _loose(code)]


def _registers():
    return ["parcels", "sewers", "gutters", "road_sections", "sewer_districts"]


def _loose(code):
    """What the register's topology says of its things, each laid beside all others."""
    register = Register.objects.get(code=code)
    body, rows = body_of(register), Feature.objects.filter(register=register)
    given = [
        Given(row.key, row.properties, row.state, shapely.from_wkb(bytes(row.shape)))
        for row in rows
    ]
    built = built_all(body, given, frame=frame(TODAY))
    topology_judge(register, body, built, on=TODAY)
    return [(each.key, each.notes, each.problems) for each in built if each.notes or each.problems]


def test_only_the_registers_keepers_see_where_the_invented_pipes_lie(kaohsiung, client):
    synthetic_city_take_in(making=making(KAOHSIUNG, 180), at=AT)

    found = json.loads(client.get(reverse("ogc:items", args=["pipelines"]), {"f": "json"}).content)

    assert AnonymousUser().pk is None
    assert all(each["geometry"] is None for each in found["features"])
    assert all("depth_m" not in each["properties"] for each in found["features"])
