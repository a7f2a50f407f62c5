"""System 8, 24-hour dispatch 24小時派工服務: a fallen tree at night, from the report to the repair.

Everything is done over HTTP, each step by the person whose work it is. The crews of the pack are
synthetic.
"""

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from tests.services.conftest import kaohsiung, person

from shizheng.core.journal import verify
from shizheng.services.actions.opening import Contact, Intake, case_open
from shizheng.services.dispatch.tasks import pass_on_dispatches
from shizheng.services.models import Case, CaseDocument, Dispatch, Service
from shizheng.services.places import Place

__all__ = ["kaohsiung"]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


class Desk:
    """One person at a browser."""

    def __init__(self, someone=None) -> None:
        self.client = Client()
        if someone:
            self.client.force_login(someone)

    def read(self, path: str) -> str:
        response = self.client.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        return response.content.decode()

    def send(self, path: str, *, expect: int = 303, **fields: object) -> str:
        response = self.client.post(path, fields)
        assert response.status_code == expect, response.content.decode()[:2000]
        return response.url if expect == 303 else response.content.decode()


@pytest.fixture
def desks(kaohsiung):
    staff = {
        "crew": person("leader_works", "crew_leader", "public_works"),
        "water_crew": person("leader_water", "crew_leader", "water_resources"),
        "supervisor": person("supervisor_works", "supervisor", "public_works"),
        "control_room": person("controller", "controller"),
        "resident": person("resident_a"),
    }
    return {name: Desk(each) for name, each in staff.items()} | {"passer_by": Desk()}


def photo(name="現場.png"):
    file = io.BytesIO(PNG)
    file.name = name
    return file


def reported() -> Case:
    """A call to the hotline is typed in; the reporter has no account."""
    given = Intake(
        channel="phone",
        answers={"danger_kind": "fallen_tree", "people_at_risk": "on"},
        description="路樹倒在慢車道上，機車要繞到快車道",
        place=Place(longitude=120.2934, latitude=22.6246, address="中正四路與河東路口"),
        contact=Contact(name="王小明", phone="0912345678"),
    )
    service = Service.objects.get(code="danger_removal")
    return case_open(service=service, given=given, by=None, at=timezone.now()).case


def late(case: Case) -> None:
    """Let the time to acknowledge pass."""
    past = timezone.now() - timedelta(minutes=11)
    Dispatch.objects.filter(case=case, status="sent").update(sent_at=past, answer_by=past)


def test_a_fallen_tree_is_removed_at_any_hour(desks):
    case = reported()
    page = desks["crew"].read("/en/duty/")
    assert case.number in page
    assert "Acknowledge and set out" in page
    key = Dispatch.objects.get(case=case).pk
    assert desks["water_crew"].client.post(f"/duty/{key}/acknowledge/").status_code == 404
    desks["crew"].send(f"/en/duty/{key}/acknowledge/")
    assert "is yours" in desks["crew"].read("/en/duty/")

    arrive = reverse("services:duty_report", args=[case.number, "arrive"])
    desks["crew"].send(arrive, expect=422)
    for act in ("arrive", "make_safe", "repair"):
        path = reverse("services:duty_report", args=[case.number, act])
        assert desks["crew"].read(path)
        place = {"longitude": "120.29341", "latitude": "22.62461"}
        desks["crew"].send(path, photos=photo(f"{act}.png"), words="已圍籬", **place)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("repaired", "completed")
    taken = CaseDocument.objects.filter(case=case, field="photos")
    assert {each.longitude for each in taken} == {120.29341}

    figures = desks["control_room"].read("/en/duty/figures/")
    for stamp in ("Arrival", "Danger removed", "Repaired"):
        assert stamp in figures
    assert case.number not in desks["crew"].read("/duty/")
    assert verify().is_intact


def test_a_crew_that_does_not_answer_is_replaced_and_the_silence_is_seen(desks):
    case = reported()
    board = desks["control_room"].read("/en/duty/board/")
    assert "silent for 0 minutes" in board
    late(case)
    assert "silent for 11 minutes" in desks["control_room"].read("/en/duty/board/")
    for _ in range(3):
        pass_on_dispatches()
        late(case)
    crews = list(Dispatch.objects.filter(case=case).values_list("crew", "status"))
    assert [status for _, status in crews] == ["missed"] * 3
    assert len({crew for crew, _ in crews}) == 3
    assert "nobody answers" in desks["control_room"].read("/en/duty/board/")
    case.refresh_from_db()
    assert case.state == "unanswered"
    assert case.notices.filter(
        template="crew_missing", person__username="supervisor_works"
    ).exists()


def test_too_late_is_said_in_words(desks):
    case = reported()
    key = Dispatch.objects.get(case=case).pk
    late(case)
    pass_on_dispatches()
    desks["crew"].send(f"/en/duty/{key}/acknowledge/")
    assert "has been passed on" in desks["crew"].read("/en/duty/")


def test_the_rota_is_a_page_and_a_calendar(desks):
    page = desks["crew"].client.post("/en/duty/rota/", {"act": "make"}).content.decode()
    assert "Demo works, night" in page
    address = re.search(r"(/[\w/-]*duty/rota/[\w-]+\.ics)", page)[1]
    calendar = Calendar.from_ical(Client().get(address).content)
    events = calendar.walk("VEVENT")
    nights = [event for event in events if "works_city_night" in str(event["uid"])]
    assert len(nights) == 64  # a week back, eight ahead, and today
    assert all(e.decoded("dtend") - e.decoded("dtstart") == timedelta(hours=12) for e in nights)
    desks["crew"].client.post("/duty/rota/", {"act": "end"})
    assert Client().get(address).status_code == 404


def test_crews_are_nobody_elses_business(desks):
    case = reported()
    for name in ("resident", "passer_by"):
        for path in ("/duty/", "/duty/rota/", "/duty/board/", "/duty/figures/"):
            answer = desks[name].client.get(path)
            assert answer.status_code in (302, 403), f"{name} {path}"
    key = Dispatch.objects.get(case=case).pk
    assert desks["resident"].client.post(f"/duty/{key}/acknowledge/").status_code == 404
