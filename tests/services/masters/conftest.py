"""An investment with its permits, and the people who work on them."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from tests.services.conftest import AT, kaohsiung, person

from shizheng.services.actions.acting import case_act
from shizheng.services.actions.documents import Upload
from shizheng.services.actions.opening import Contact, Intake, case_open
from shizheng.services.models import Service

__all__ = ["kaohsiung"]
PLANT = {
    "company": "示範科技股份有限公司", "business_number": "04595257", "industry": "semiconductor",
    "amount": "2000000000", "jobs": "300", "technology": "低溫蝕刻", "power_kw": "20000",
    "water_cmd": "800", "needs_assessment": "on",
}  # fmt: skip
FILM = {
    "work": "示範短片", "kind": "student", "producer": "示範學生", "synopsis": "河邊對話",
    "places": ["demo-love-river"], "first_day": "2020-03-05", "last_day": "2020-03-06",
    "hours": "8 至 17 時", "crew": "12",
}  # fmt: skip
SCRIPT = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def team(kaohsiung):
    """Who works on investments and films."""
    return SimpleNamespace(
        investor=person("investor"),
        stranger=person("stranger"),
        window=person("window", "officer", "economic_development"),
        chief=person("window_chief", "supervisor", "economic_development"),
        task_force=person("task_force", "controller", "economic_development"),
        works=person("works", "officer", "public_works"),
        environment=person("environment", "officer", "environmental_protection"),
        culture=person("culture", "officer", "cultural_affairs"),
        film_office=person("film_office", "officer", "cultural_affairs"),
        rivers=person("rivers", "officer", "water_resources"),
    )


def invested(team, *, by_steps=True, **answers):
    """Take an investment in and plan its permits."""
    given = Intake(
        channel="web", answers={**PLANT, **answers}, reporter=team.investor,
        contact=Contact(name="投資人", email="investor@example.org"),
    )  # fmt: skip
    service = Service.objects.get(code="major_investment")
    case = case_open(service=service, given=given, by=team.investor, at=AT).case
    return case_act(case=case, action="accept", by=team.window, at=AT) if by_steps else case


def filming(team, *, by=None, at=AT, **answers):
    """File a request for places."""
    by = by or team.investor
    given = Intake(
        channel="web", answers={**FILM, **answers}, reporter=by,
        contact=Contact(name="劇組", email="crew@example.org"),
        files={"script": [Upload.of_bytes("script.pdf", SCRIPT)]},
    )  # fmt: skip
    service = Service.objects.get(code="film_location")
    return case_open(service=service, given=given, by=by, at=at).case


DAY = timedelta(days=1)
TODAY = date(2020, 2, 13)
