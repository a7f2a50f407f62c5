"""A building permit whose drawings are under review."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from tests.services.conftest import AT, person
from tests.services.documents.papers import pdf

from shizheng.services.actions.acting import case_act
from shizheng.services.actions.documents import Upload
from shizheng.services.actions.opening import Intake, case_open
from shizheng.services.models import CaseDocument, Service
from shizheng.services.places import Place

LATER = AT + timedelta(hours=1)
SITE = Place(longitude=120.3127, latitude=22.6483, address="三民區建國三路")
HOSPITAL = {
    "parcel": "0123-0004", "site_area": "6000", "is_urban": True, "work": "new",
    "building_use": "hospital", "structure": "src", "floors_above": "9", "floors_below": "2",
    "height": "38", "building_area": "3000", "floor_area": "9000", "owner_name": "示範起造人",
    "owner_id": "A123456789", "architect_name": "示範建築師", "architect_licence": "示範 001",
}  # fmt: skip
HOUSE = HOSPITAL | {
    "site_area": "200", "building_use": "house", "structure": "rc", "floors_above": "4",
    "floors_below": "0", "height": "13.5", "building_area": "100", "floor_area": "400",
}  # fmt: skip
FILES = ("application_form", "land_rights", "site_plan", "plans", "structure_plans",
         "equipment_plans")  # fmt: skip


def papers(**changed: bytes) -> dict[str, list[Upload]]:
    """Return the files of an application, two sheets each."""
    return {
        key: [Upload.of_bytes(f"{key}.pdf", changed.get(key, pdf(f"{key} A", f"{key} B")))]
        for key in FILES
    }


@pytest.fixture
def crew(kaohsiung):
    """The architect, and one officer for each agency that reviews a hospital."""
    works = "public_works"
    return SimpleNamespace(
        architect=person("architect"),
        stranger=person("stranger"),
        works=person("works_officer", "officer", works),
        chief=person("works_chief", "supervisor", works),
        second=person("works_second", "supervisor", works),
        planning=person("planning_officer", "officer", "urban_development"),
        fire=person("fire_officer", "officer", "fire"),
        water=person("water_officer", "officer", "water_resources"),
        culture=person("culture_officer", "officer", "cultural_affairs"),
    )


def applied(crew, answers=HOSPITAL, **changed: bytes):
    """Take an application in."""
    intake = Intake(
        channel="web", answers=answers, files=papers(**changed), place=SITE,
        reporter=crew.architect,
    )  # fmt: skip
    service = Service.objects.get(code="building_permit")
    return case_open(service=service, given=intake, by=crew.architect, at=AT).case


@pytest.fixture
def case(crew):
    """A hospital under joint review."""
    return case_act(case=applied(crew), action="accept", by=crew.works, at=LATER)


def drawing(case, field: str = "plans") -> CaseDocument:
    """Return the newest version of a drawing."""
    return CaseDocument.objects.filter(case=case, field=field).latest("number")
