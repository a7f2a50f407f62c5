"""A city with its services, and programs that report to it."""

import pytest
from django.core.cache import cache
from django.test import Client

from shizheng.services.models import Service

HERE = {"lat": "22.6483", "long": "120.3127"}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture
def city(kaohsiung):
    cache.clear()
    return Service.objects.get(code="road_damage")


@pytest.fixture
def program(city):
    """Somebody without a key."""
    return Client(headers={"accept-language": "zh-Hant"})


@pytest.fixture
def report(program):
    """Report a pothole; return the answer."""

    def send(path="/open311/v2/requests.json", *, headers=None, **fields):
        given = {
            "service_code": "road_damage", "attribute[kind]": "pothole",
            "description": "路中央有個大坑洞", **HERE, **fields,
        }  # fmt: skip
        given = {key: value for key, value in given.items() if value is not None}
        return program.post(path, given, headers=headers)

    return send
