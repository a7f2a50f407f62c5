"""System 21, major investments 重大投資案件推動小組: one master case, one contact.

Everything is done over HTTP, each step by the person whose work it is.
"""

import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from icalendar import Calendar
from tests.services.conftest import kaohsiung, person
from tests.services.masters.conftest import PLANT
from tests.systems.test_016_building_permit import Desk

from shizheng.core.journal import verify
from shizheng.core.models import OutboxEvent
from shizheng.services.models import Case, CaseStep, Draft

__all__ = ["kaohsiung"]
FIRM = {key: PLANT[key] for key in ("company", "business_number", "industry")}
PROJECT = {key: PLANT[key] for key in ("amount", "jobs", "technology")}
NEEDS = {key: PLANT[key] for key in ("power_kw", "water_cmd", "needs_assessment")}
TODAY = date.today()
LAW = "environment"


@pytest.fixture
def desks(kaohsiung):
    window = "economic_development"
    return SimpleNamespace(
        investor=Desk(person("investor")),
        stranger=Desk(person("stranger")),
        visitor=Desk(),
        window=Desk(person("window", "officer", window)),
        task_force=Desk(person("task_force", "controller", window)),
        environment=Desk(person("environment", "officer", "environmental_protection")),
        works=Desk(person("works", "officer", "public_works")),
        culture=Desk(person("culture", "officer", "cultural_affairs")),
    )


def steps(case: Case) -> str:
    return f"/desk/cases/{case.number}/steps/"


def write(desk: Desk, case: Case, key: str, act: str, expect: int = 303, **given: str) -> str:
    """Open a step and write down what became of it."""
    path = f"{steps(case)}{key}/"
    seen = re.search(r'name="seen" value="(\w+)"', desk.read(path))
    assert seen, "the form is not open"
    sent = {"act": act, "on": TODAY.isoformat(), "seen": seen[1], **given}
    response = desk.client.post(path, sent)
    assert response.status_code == expect, response.content.decode()[:3000]
    return response.content.decode()


def planned(desks) -> Case:
    """The investor applies, the window takes it on and plans the permits."""
    investor = desks.investor
    investor.send("/services/major_investment/start/", **FIRM)
    base = f"/drafts/{Draft.objects.get().pk}"
    investor.send(f"{base}/parts/project/", **PROJECT)
    investor.send(f"{base}/parts/needs/", **NEEDS)
    investor.client.post(f"{base}/parts/the-place/", {})
    investor.client.post(
        f"{base}/parts/your-contact/", {"name": "投資人", "email": "i@example.org"}
    )
    investor.send(f"{base}/check/")
    case = Case.objects.get()
    desks.window.act(case, "accept")
    return case


def test_permits_are_planned_promised_blocked_decided_and_done(desks):
    case = planned(desks)
    page = desks.window.read(steps(case))
    assert "環境影響評估審查 → 建造執照 → 施工與使用執照 → 工廠登記" in page
    assert "50日" in page
    assert 'class="gantt"' in page
    promised = TODAY + timedelta(days=40)
    write(desks.environment, case, LAW, "begin", promised_on=promised.isoformat())
    write(desks.works, case, "building", "begin", expect=409)
    write(desks.environment, case, LAW, "block", why="用水量超過總量管制")
    assert "用水量超過總量管制" in desks.task_force.read(steps(case))
    decision = f"{steps(case)}{LAW}/decision/"
    given = {"decision": "改用再生水", "agency": "water_resources"}
    assert desks.environment.client.post(decision, given).status_code == 403
    assert desks.task_force.client.post(decision, given).status_code == 303
    assert OutboxEvent.objects.filter(type="city.case.blocker_decided").count() == 1
    assert "改用再生水" in desks.investor.read(f"/cases/{case.number}/steps/")
    write(desks.environment, case, LAW, "done")
    assert CaseStep.objects.get(case=case, key=LAW).status == "done"
    assert verify().is_intact


def test_the_investor_sees_one_contact_and_the_public_nothing(desks):
    case = planned(desks)
    write(desks.window, case, LAW, "promise", promised_on=(TODAY + timedelta(days=9)).isoformat())
    page = desks.investor.read(f"/cases/{case.number}/steps/")
    assert "window@example.org" in page
    assert "許可辦理中" in page
    assert "承諾日" in page or "Promised" in page
    assert f"/desk/cases/{case.number}" not in page
    address = re.search(r'href="([^"]+\.ics)"', page)[1].partition("testserver")[2]
    feed = desks.visitor.client.get(address)
    events = Calendar.from_ical(feed.content).walk("VEVENT")
    assert [event["dtstart"].dt for event in events] == [TODAY + timedelta(days=9)]
    assert desks.visitor.client.get(address.replace(".ics", "x.ics")).status_code == 404
    for desk in (desks.stranger, desks.visitor):
        assert desk.client.get(f"/cases/{case.number}/").status_code == 404
        assert desk.client.get(f"/cases/{case.number}/steps/").status_code == 404
    assert desks.culture.client.get(steps(case)).status_code == 404
    assert "低溫蝕刻" not in desks.environment.read(f"/desk/cases/{case.number}/")


def test_a_step_is_a_case_of_its_own_and_ends_with_it(desks):
    case = planned(desks)
    page = desks.window.read(f"{steps(case)}utilities/")
    assert 'value="open"' in page
    opened = desks.window.client.post(f"{steps(case)}utilities/case/", {"act": "open"})
    assert opened.status_code == 303, opened.content.decode()[:2000]
    child = Case.objects.get(service__code="utility_supply")
    desks.window.act(child, "agree", terms="先供 1 萬瓩，次年足額")
    step = CaseStep.objects.get(case=case, key="utilities")
    assert (step.status, step.child) == ("done", child)
    wrong = desks.window.client.post(f"{steps(case)}fire_safety/case/", {"number": "KHC-1"})
    assert wrong.status_code == 422


def test_after_every_permit_results_are_compared_with_the_promise(desks):
    case = planned(desks)
    for key in CaseStep.objects.filter(case=case).values_list("key", flat=True):
        write(desks.window, case, key, "done")
    desks.window.act(case, "start_operation")
    desks.investor.send(
        f"/cases/{case.number}/do/report_results/", as_of=TODAY.isoformat(),
        amount_realised="1500000000", jobs_realised="330",
    )  # fmt: skip
    page = desks.window.read(steps(case))
    assert "1,500,000,000" in page
    assert "75%" in page
    assert "110%" in page
    assert "75%" not in desks.environment.read(steps(case))
    desks.window.act(case, "close", finding="就業達成，投資分期")
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("completed", "completed")
