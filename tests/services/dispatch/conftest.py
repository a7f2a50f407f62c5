"""Crew leaders, and a danger reported at night."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from tests.services.conftest import person

from shizheng.services.actions.opening import Contact, Intake, case_open
from shizheng.services.models import Service
from shizheng.services.places import Place

NIGHT = datetime(2020, 2, 13, 15, 30, tzinfo=UTC)  # Thursday, half past eleven at night
PLACE = Place(longitude=120.2934, latitude=22.6246, address="中正四路與河東路口")


def report(at=NIGHT, place=PLACE, **answers):
    """Take a fallen tree in, reported without an account; return its case."""
    given = Intake(
        channel="web",
        answers={"danger_kind": "fallen_tree", "people_at_risk": "on", **answers},
        description="路樹倒在慢車道上",
        place=place,
        contact=Contact(name="王小明", email="ming@example.tw"),
    )
    service = Service.objects.get(code="danger_removal")
    return case_open(service=service, given=given, by=None, at=at).case


@pytest.fixture
def crews(kaohsiung):
    """Who answers for crews, and who does not."""
    return SimpleNamespace(
        leader=person("leader_works", "crew_leader", "public_works"),
        mate=person("mate_works", "crew_leader", "public_works"),
        water=person("leader_water", "crew_leader", "water_resources"),
        supervisor=person("supervisor_works", "supervisor", "public_works"),
        resident=person("resident_a"),
        call_taker=person("call_taker", "call_taker", "research_development_and_evaluation"),
    )
