"""System 54, inspection and maintenance of assets 設施資產檢查維護: pumps, lights, parks, centres.

Everything is done over HTTP, each step by the person whose work it is; jobs run as the worker
runs them.
"""

import uuid
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import shapely
from django.utils import timezone
from tests.services.conftest import kaohsiung, person
from tests.systems.test_053_hydrants import Desk

from shizheng.core.journal import verify
from shizheng.places.actions.things import thing_record
from shizheng.places.models import FaultReport, Register, Upkeep, WorkOrder
from shizheng.places.upkeep.actions.escalating import season_escalate
from shizheng.places.upkeep.actions.reporting import Said, Source, fault_report
from shizheng.places.upkeep.actions.scheduling import checks_refresh
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.actions.opening import Intake, case_open
from shizheng.services.models import Case, Notice, Service
from shizheng.services.places import Place
from shizheng.services.repairs.closing import cases_close
from shizheng.services.repairs.reporting import cases_report
from shizheng.services.repairs.telling import escalations_tell

__all__ = ["kaohsiung"]
BEGUN = date(2005, 1, 1)
SPRING = datetime(2027, 4, 5, 1, tzinfo=UTC)  # twenty-six days before the flood season
SEND = "/upkeep/field/send"


def recorded(register: str, key: str, x: float, y: float, on: date = BEGUN, **values: object):
    return thing_record(
        register=Register.objects.get(code=register), key=key, by=None, at=timezone.now(),
        valid_from=on, values=values, geometry=shapely.Point(x, y),
    )  # fmt: skip


@pytest.fixture
def desks(kaohsiung):
    recorded("pumps", "PS-1", 120.30, 22.62, name="示範抽水站", kind="station")
    recorded("pumps", "PS-2", 120.31, 22.62, date(2020, 1, 1), name="示範閘門", kind="gate")
    recorded("street_lights", "SL-000001", 120.3000, 22.6300, lamp="led", installed_on="2010-01-01")
    recorded("street_lights", "SL-000002", 120.3100, 22.6300, lamp="sodium",
             installed_on="1999-01-01")  # fmt: skip
    recorded("administration_centres", "AC-1", 120.3120, 22.6210, name="示範行政中心",
             built_on="1991-01-01")  # fmt: skip
    for upkeep in Upkeep.objects.all():
        checks_refresh(upkeep=upkeep, at=timezone.now())
    return SimpleNamespace(
        officer=Desk(person("water_officer", "officer", "water_resources")),
        mechanic=Desk(person("water_crew", "crew_leader", "water_resources")),
        chief=Desk(person("water_chief", "supervisor", "water_resources")),
        works=Desk(person("works_officer", "officer", "public_works")),
        works_chief=Desk(person("works_chief", "supervisor", "public_works")),
        passer_by=Desk(),
    )


def look(upkeep: str, code: str, key: str, **answers: object) -> dict[str, object]:
    now = timezone.now().isoformat()
    return {
        "offline_id": f"phone-{key}-{code}", "upkeep": upkeep, "round": code, "key": key,
        "noted_at": now, "sent_at": now,
        **{f"answer.{name}": value for name, value in answers.items()},
    }  # fmt: skip


def test_a_pump_with_an_open_fault_is_escalated_before_the_flood_season(desks):
    sent = look("pumps", "operation", "PS-1", starts="fail", rack="pass", control="pass")
    assert desks.mechanic.client.post(SEND, sent).json()["score"] == 20
    order = WorkOrder.objects.get()
    assert "故障" in desks.passer_by.read("/registers/pumps/things/PS-1/")
    made = season_escalate(at=SPRING)
    assert [(row.order, row.stage_days) for row in made] == [(order, 30)]
    assert season_escalate(at=SPRING) == []
    assert escalations_tell(at=SPRING) == 1
    assert escalations_tell(at=SPRING) == 0
    notice = Notice.objects.get(template="places.escalated")
    assert notice.person == desks.chief.person
    assert "PS-1" in notice.subject
    assert "防汛期" in notice.text
    page = desks.chief.read("/upkeep/season/")
    assert order.number in page
    desks.mechanic.send(f"/upkeep/orders/{order.pk}/", act="begin")
    desks.mechanic.send(f"/upkeep/orders/{order.pk}/?act=finish", act="finish", result="換電瓶",
                        labour_twd="3000")  # fmt: skip
    assert season_escalate(at=SPRING + timedelta(days=20)) == []
    assert order.number not in desks.chief.read("/upkeep/season/")
    desks.chief.send(f"/upkeep/orders/{order.pk}/", act="verify")
    assert "妥善" in desks.passer_by.read("/registers/pumps/things/PS-1/")
    assert verify().is_intact


def light_reported(number: str = "", longitude: float = 120.30005) -> str:
    given = Intake(
        channel="web", answers={"kind": "dark", **({"lamp_number": number} if number else {})},
        description="巷口路燈整晚不亮，我家門牌 12 號",
        place=Place(longitude=longitude, latitude=22.63, address=""),
    )  # fmt: skip
    service = Service.objects.get(code="street_light")
    return case_open(service=service, given=given, by=None, at=timezone.now()).case.number


def test_a_residents_report_becomes_an_order_and_a_second_one_joins_it(desks):
    first, second = light_reported(), light_reported()
    elsewhere, named = light_reported(longitude=120.35), light_reported("SL-000002", 120.35)
    assert cases_report(at=timezone.now()) == 3
    assert cases_report(at=timezone.now()) == 0
    joined = WorkOrder.objects.get(thing__key="SL-000001")
    assert joined.report_count == 2
    told = FaultReport.objects.filter(order=joined)
    assert {row.reference for row in told} == {first, second}
    assert {row.text for row in told} == {""}
    assert FaultReport.objects.get(reference=named).order.thing.key == "SL-000002"
    assert not FaultReport.objects.filter(reference=elsewhere).exists()
    page = desks.works.read(f"/upkeep/orders/{joined.pk}/")
    assert first in page
    assert "12 號" not in page
    assert "不亮" in desks.passer_by.read("/registers/street_lights/things/SL-000001/")


def repaired(desks, order) -> None:
    """The order is begun, repaired and looked at again, each by whose work it is."""
    where = f"/upkeep/orders/{order.pk}/"
    crew = Desk(person("light_crew", "crew_leader", "public_works"))
    crew.send(where, act="begin")
    crew.send(f"{where}?act=finish", act="finish", result="換燈泡，已恢復照明", labour_twd="800")
    desks.works_chief.send(where, act="verify")


def test_a_verified_repair_closes_the_cases_that_asked_for_it(desks):
    first, second = light_reported(), light_reported()
    cases_report(at=timezone.now())
    order = WorkOrder.objects.get()
    assert cases_close(at=timezone.now()) == 0, "the repair is not there yet"
    repaired(desks, order)
    assert cases_close(at=timezone.now()) == 2
    assert cases_close(at=timezone.now()) == 0
    for number in (first, second):
        case = Case.objects.get(number=number)
        assert (case.is_open, case.state) == (False, "done")
        last = case.events.order_by("sequence").last()
        assert last.by is None
        assert order.number in last.note
        assert last.act["reply"] == "換燈泡，已恢復照明"
    assert verify().is_intact


def test_a_case_that_is_taken_up_again_waits_for_the_next_repair(desks):
    number = light_reported()
    cases_report(at=timezone.now())
    repaired(desks, WorkOrder.objects.get())
    cases_close(at=timezone.now())
    case = Case.objects.get(number=number)
    party = case.parties.first()
    case_act(case=case, action="reopen", by=None, at=timezone.now(), as_party=party,
             given=Given(fields={"reason": "又不亮了"}))  # fmt: skip
    assert cases_close(at=timezone.now()) == 0


def test_a_sensor_and_a_member_of_staff_report_and_an_order_is_cancelled(desks):
    lights = Upkeep.objects.get(code="street_lights")
    thing = Register.objects.get(code="street_lights").things.get(key="SL-000001")
    given = Said(Source.SENSOR, "lamp-1/2027-01-01T20:00", "no current")
    by_sensor = fault_report(
        upkeep=lights, thing=thing, fault="dark", given=given, by=None, at=timezone.now()
    )
    where = desks.officer.send(
        "/upkeep/of/street_lights/things/SL-000001/report/", fault="wires", text="電線外露"
    )
    assert WorkOrder.objects.count() == 2
    asked = {"act": "cancel", "why": "誤報", "version": 0, "token": uuid.uuid4()}
    assert desks.officer.client.post(where, asked).status_code == 403
    desks.works.send(f"{where}?act=cancel", act="cancel", why="", expect=(422,))
    desks.works.send(f"{where}?act=cancel", act="cancel", why="誤報")
    board = desks.works.read("/upkeep/orders/?upkeep=street_lights")
    assert by_sensor.number in board
    assert board.count("<tr>") == 2  # the head and one row


def test_age_condition_and_consequence_make_the_renewal_list_with_its_line(desks):
    dark = look("street_lights", "night", "SL-000002", lit="fail", wires="pass", pole="pass")
    desks.works.client.post(SEND, dark)
    page = desks.works.read("/upkeep/of/street_lights/renewal/?budget=30000")
    assert page.index("SL-000002") < page.index("SL-000001")
    assert "超出經費" in page
    content = desks.works.client.get("/upkeep/of/street_lights/renewal.csv?budget=30000")
    rows = content.content.decode("utf-8-sig").splitlines()
    assert rows[1].startswith("1,SL-000002,1999-01-01,")
    assert rows[1].endswith(",22000,22000,yes")
    assert rows[2].endswith(",44000,no")
    desks.officer.read("/upkeep/of/street_lights/renewal/", status=403)
    overview = desks.works.read("/upkeep/")
    assert "行政中心檢查維護" in overview
    assert desks.passer_by.client.get("/upkeep/orders/").status_code == 302
