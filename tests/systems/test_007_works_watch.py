"""System 7, citizen works watch 全民督工 with time limits: one list, joined, matched, closed once.

Everything is done over HTTP, each step by the person whose work it is.
"""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.services.conftest import kaohsiung, people, person  # noqa: F401 - fixtures
from tests.systems.test_006_call_centre import Desk, call, typed

from shizheng.core.journal import verify
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.actions.opening import Intake, case_open
from shizheng.services.clocks.sweeping import clocks_sweep
from shizheng.services.domain.errors import ConditionUnmet
from shizheng.services.models import Case, Notice, Service
from shizheng.services.open311.keys import key_make
from shizheng.services.places import Place

DRAIN = {"place_longitude": "120.3100", "place_latitude": "22.6480"}  # in works of the pack


@pytest.fixture
def desks(people):  # noqa: F811 - the fixture
    found = {name: Desk(someone) for name, someone in vars(people).items()}
    found["water_chief"] = Desk(person("water_chief", "supervisor", "water_resources"))
    return found


def passed_on(number: str, metres: float = 0.0) -> Case:
    """Pass a report on as the program of the national works watch does; return its case."""
    _row, key = key_make(name=number, by=None, at=timezone.now())
    sent = {
        "api_key": key, "service_code": "works_watch", "lat": 22.6480 + metres / 110_750,
        "long": 120.3100, "description": "箱涵工地圍籬倒了，鋼筋外露", "attribute[kind]": "safety",
        "attribute[reference]": number, "email": f"{number.lower()}@example.org",
    }  # fmt: skip
    response = Client().post("/open311/v2/requests.json", sent)
    assert response.status_code in (200, 201), response.content.decode()
    case = Case.objects.get(number=response.json()[0]["service_request_id"])
    assert case.answers["reference"] == number
    return case


def phoned(desk: Desk, **given: object) -> Case:
    """Return a report that a call-taker took by telephone."""
    page = call(desk)
    matter = typed(description="建國三路工地圍籬倒在路邊，很危險", service="works_watch", **DRAIN)
    desk.send(page + "case/", **{**matter, "a-kind": "safety", "caller_email": "tel@example.org"})
    desk.send(page + "end/")
    return Case.objects.order_by("-opened_at", "-number").first()


def test_reports_of_both_sources_are_one_list_and_one_answer(desks):
    national = passed_on("PCC-1090001")
    taken = phoned(desks["call_taker"])
    assert {case.agency.code for case in (national, taken)} == {"water_resources"}
    chief = desks["water_chief"]
    listed = chief.read("/desk/?view=agency")
    assert national.number in listed
    assert taken.number in listed

    page = f"/desk/cases/{taken.number}/links/"
    shown = chief.read(page)
    assert national.number in shown
    assert "〔虛構〕示範營造股份有限公司" in shown  # the contractor of the works at this place
    chief.send(page, number=national.number, kind="duplicate", reason="同一處圍籬")
    assert national.number in chief.read(page)

    Notice.objects.all().delete()
    chief.act(national.number, "close", reply="圍籬已扶正固定")
    told = Notice.objects.filter(template="closed", channel="email")
    assert sorted(told.values_list("party__email", flat=True)) == [
        "pcc-1090001@example.org", "tel@example.org",
    ]  # fmt: skip
    taken.refresh_from_db()
    assert (taken.is_open, taken.outcome, taken.state) == (False, "duplicate", "done")
    assert verify().is_intact


def test_a_wrong_join_is_taken_back_and_the_limit_is_as_before(desks):
    first, second = passed_on("PCC-1090002"), passed_on("PCC-1090003", metres=20)
    due = second.due_at
    chief = desks["water_chief"]
    page = f"/desk/cases/{second.number}/links/"
    chief.send(page, number=first.number, kind="duplicate", reason="看似同一處")
    second.refresh_from_db()
    assert second.due_at is None
    assert chief.client.get(f"/desk/cases/{second.number}/act/accept/").status_code in (
        200,
        404,
        409,
    )
    link = second.links.get()
    chief.send(f"{page}{link.pk}/", link=str(link.pk), reason="是另一段圍籬")
    second.refresh_from_db()
    assert (second.due_at, second.holder) == (due, "office")
    chief.act(second.number, "accept")


def test_reminders_go_before_on_and_after_the_day_then_to_the_next_chief(desks):
    case = passed_on("PCC-1090004")
    opened = case.opened_at
    Notice.objects.all().delete()
    moments = {"due_soon": 13, "due_today": 24, "overdue": 25}
    for template, hours in moments.items():
        clocks_sweep(at=opened + timedelta(hours=hours))
        assert Notice.objects.filter(template=template).exists(), template
    chief = Notice.objects.get(template="overdue")
    assert chief.person.username == "water_chief"
    clocks_sweep(at=opened + timedelta(days=14))
    names = Notice.objects.filter(template="overdue").values_list("person__username", flat=True)
    assert sorted(names) == ["controller", "water_chief"]
    case.refresh_from_db()
    assert case.is_late


def test_closing_needs_a_photo_or_a_reply_and_is_taken_up_again_once(desks, people):  # noqa: F811
    service = Service.objects.get(code="works_watch")
    given = Intake(
        channel="api", description="人行道鋪面龜裂", answers={"kind": "quality"},
        place=Place(longitude=120.3100, latitude=22.6480), reporter=people.resident,
    )  # fmt: skip
    case = case_open(service=service, given=given, by=people.resident, at=timezone.now()).case
    officer = Desk(people.water)
    path = f"/desk/cases/{case.number}/act/close/"
    page = officer.read(path)
    hidden = dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', page))
    assert officer.client.post(path, {**hidden, "reply": ""}).status_code == 422
    officer.act(case.number, "close", reply="已請廠商重鋪")
    again = Given(fields={"reason": "還是龜裂"})
    case_act(case=case, action="reopen", by=people.resident, at=timezone.now(), given=again)
    officer.act(case.number, "close", reply="已再次重鋪")
    with pytest.raises(ConditionUnmet):
        case_act(case=case, action="reopen", by=people.resident, at=timezone.now(), given=again)
