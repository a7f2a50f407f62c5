"""System 49, the public sewer query 公共污水下水道系統查詢: one address, four answers.

Sewer district, whether the house is joined, when it is planned, the nearest manhole; what is wrong
is told to the agency. Customers and depths are for the agency alone.
"""

import json

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.places.test_synthetic_city import making
from tests.services.conftest import KAOHSIUNG, kaohsiung, person
from tests.systems.test_013_village_affairs import Desk

from shizheng.places.models import Feature
from shizheng.places.synthetic.actions import synthetic_city_take_in

__all__ = ["kaohsiung"]


@pytest.fixture
def desks(kaohsiung):
    synthetic_city_take_in(making=making(KAOHSIUNG, 180), at=timezone.now())
    return {
        "resident": Desk(person("resident_sewer")),
        "keeper": Desk(person("keeper_sewer", "supervisor", "water_resources")),
        "passer_by": Desk(),
    }


def test_an_address_and_a_point_are_answered_alike(desks):
    found = json.loads(
        desks["passer_by"].read(reverse("places:locations_find") + "?q=苓雅區示範一路１號")
    )["features"]
    house = next(each for each in found if each["properties"]["register"] == "addresses")
    lon, lat = house["geometry"]["coordinates"]
    at_point = desks["passer_by"].read(reverse("places:locations") + f"?lon={lon}&lat={lat}")
    for text in ("所在污水區", "虛構污水區", "污水接管情形", "最近的人孔", "公尺"):
        assert text in at_point, text
    connection = Feature.objects.get(
        register__code="sewer_connections", properties__address="苓雅區示範一路1號"
    )
    assert reverse("places:change", args=["sewer_connections", connection.key]) in at_point
    assert connection.properties["customer"] not in at_point

    kept = desks["keeper"].read(reverse("places:thing", args=["sewer_connections", connection.key]))
    assert connection.properties["customer"] in kept


def test_of_the_pipes_everybody_sees_the_district_alone(desks):
    items = reverse("ogc:items", args=["sewers"]) + "?f=json&limit=2"
    seen = json.loads(desks["passer_by"].read(items))["features"]
    assert all(each["geometry"] is None for each in seen)
    deep = json.loads(desks["keeper"].read(items))["features"]
    assert all(len(each["geometry"]["coordinates"][0]) == 3 for each in deep)
