"""System 53, hydrants and rescue maps 水源E化、搶救圖E化: patrols by phone, faults, plans on scene.

Everything is done over HTTP, each step by the person whose work it is. The pages that work without
signal are tried in a browser by tests/browser/test_upkeep_offline.py; here their doors are.
"""

import io
import json
import re
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
import shapely
from django.utils import timezone
from tests.services.conftest import kaohsiung, person
from tests.services.documents.papers import pdf
from tests.systems.test_016_building_permit import Desk as CaseDesk
from tests.systems.test_016_building_permit import errors_of

from shizheng.core.journal import verify
from shizheng.core.models import JournalEntry
from shizheng.places.actions.things import thing_record
from shizheng.places.models import Inspection, Register, RescueSheet, Upkeep, WorkOrder
from shizheng.places.upkeep.actions.scheduling import checks_refresh

__all__ = ["kaohsiung"]
BEGUN = date.today() - timedelta(days=200)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
SEND = "/upkeep/field/send"
HIDDEN = re.compile(r'type="hidden" name="(version|token)" value="([^"]+)"')
PATROL = {"access": "pass", "sign": "pass", "cap": "sound", "leak": "pass"}


class Desk(CaseDesk):
    """One person at a browser, with the forms of ``places``."""

    def send(self, path: str, *, expect: tuple[int, ...] = (302, 303), **fields: object) -> str:
        """Open a form, fill it in and send it; return where it leads."""
        hidden = dict(HIDDEN.findall(self.read(path)))
        response = self.client.post(path, {**hidden, **fields})
        assert response.status_code in expect, (response.status_code, errors_of(response))
        return response.get("Location", "")


def photo(name: str = "水源.png") -> io.BytesIO:
    content = io.BytesIO(PNG)
    content.name = name
    return content


def recorded(register: str, key: str, x: float, y: float, **values: object):
    return thing_record(
        register=Register.objects.get(code=register), key=key, by=None, at=timezone.now(),
        valid_from=BEGUN, values=values, geometry=shapely.Point(x, y),
    )  # fmt: skip


@pytest.fixture
def desks(kaohsiung):
    for number, x in enumerate((120.302, 120.304, 120.303), 1):
        recorded("hydrants", f"H-{number}", x, 22.63, kind="above", bore_mm="65")
    recorded("hydrants", "H-9", 120.36, 22.66, kind="tank")
    recorded("rescue_buildings", "RB-1", 120.3021, 22.6301, name="示範化工廠", use="工廠",
             floors="3", address="示範路 1 號")  # fmt: skip
    checks_refresh(upkeep=Upkeep.objects.get(code="hydrants"), at=timezone.now())
    return SimpleNamespace(
        officer=Desk(person("fire_officer", "officer", "fire")),
        inspector=Desk(person("fire_crew", "crew_leader", "fire")),
        chief=Desk(person("fire_chief", "supervisor", "fire")),
        works=Desk(person("works_officer", "officer", "public_works")),
        passer_by=Desk(),
    )


def look(key: str, number: str, code: str = "patrol", **answers: object) -> dict[str, object]:
    now = timezone.now().isoformat()
    return {
        "offline_id": number, "upkeep": "hydrants", "round": code, "key": key, "noted_at": now,
        "sent_at": now, "longitude": "120.302", "latitude": "22.63",
        **{f"answer.{name}": value for name, value in answers.items()},
    }  # fmt: skip


def test_a_patrol_goes_by_phone_from_the_list_to_the_repaired_hydrant(desks):
    # the officer makes the round
    page = desks.officer.read("/upkeep/of/hydrants/?round=patrol")
    assert "H-1" in page
    where = desks.officer.send(
        "/upkeep/of/hydrants/lists/new/", round="patrol", until=date.today().isoformat(), most="3",
        district="", assigned_to=str(desks.inspector.person.pk),
    )  # fmt: skip
    page = desks.officer.read(where)
    assert page.count('<tr id="H-') == 3
    # the inspector's phone takes the stops, and sends what was seen; one photo is too large
    told = desks.inspector.client.get("/upkeep/field/session").json()
    assert [stop["key"] for stop in told["stops"]] in (["H-1", "H-3", "H-2"], ["H-2", "H-3", "H-1"])
    form = next(each for each in told["rounds"] if each["round"] == "patrol")
    assert {item["kind"] for item in form["items"]} == {"pass", "choice", "photo", "note"}
    sent = look("H-1", "phone-0001", **PATROL)
    refused = desks.inspector.client.post(SEND, sent)
    assert refused.status_code == 422
    assert "照片" in refused.json()["message"]
    taken = desks.inspector.client.post(SEND, sent | {"photo.photo": photo()})
    assert taken.json()["score"] == 100, taken.content
    again = desks.inspector.client.post(SEND, sent | {"photo.photo": photo()})
    assert again.json() == taken.json()
    bad = look("H-2", "phone-0002", **PATROL | {"cap": "missing", "leak": "fail"})
    said = desks.inspector.client.post(SEND, bad | {"photo.photo": photo()}).json()
    assert said["score"] == 50
    assert Inspection.objects.count() == 2
    leak = WorkOrder.objects.get(fault="leaking")
    assert leak.number in said["said"]
    assert len(desks.inspector.client.get("/upkeep/field/session").json()["stops"]) == 1
    # the fault becomes an order, takes a part, is repaired and verified by another
    order = f"/upkeep/orders/{WorkOrder.objects.get(fault='cap_missing').pk}/"
    desks.officer.send("/upkeep/of/hydrants/stock/new/", part="cap_65", count="4")
    assert "450" in desks.officer.read("/upkeep/of/hydrants/stock/")
    desks.officer.send(f"{order}?act=assign", act="assign", to=str(desks.inspector.person.pk))
    desks.inspector.send(order, act="begin")
    desks.inspector.send(f"{order}?act=part", act="part", part="cap_65", count="1")
    desks.inspector.send(f"{order}?act=part", act="part", part="cap_65", count="9", expect=(409,))
    desks.inspector.send(f"{order}?act=finish", act="finish", result="換新蓋", labour_twd="600")
    page = desks.chief.read(order)
    assert "1,050" in page
    desks.chief.send(order, act="verify")
    assert WorkOrder.objects.get(fault="cap_missing").state == "verified"
    thing = desks.passer_by.read("/registers/hydrants/things/H-2/")
    assert "狀況" in thing
    assert "fire_crew" not in thing
    assert leak.number not in thing
    assert leak.number in desks.works.read("/registers/hydrants/things/H-2/")
    assert verify().is_intact


def test_a_flow_test_is_written_to_the_register_and_a_weak_hydrant_is_faulty(desks):
    sent = look("H-3", "phone-0003", "flow_test", flow="520", pressure="2", valve="pass")
    said = desks.inspector.client.post(SEND, sent).json()
    assert said["score"] == 50
    page = desks.works.read("/registers/hydrants/things/H-3/")
    assert "520" in page
    assert "故障" in page
    order = WorkOrder.objects.get(fault="flow_low")
    path = f"/upkeep/orders/{order.pk}/"
    desks.inspector.send(path, act="begin")
    desks.inspector.send(f"{path}?act=finish", act="finish", result="清洗管線")
    desks.chief.send(path, act="verify")
    assert "可用" in desks.works.read("/registers/hydrants/things/H-3/")
    board = desks.works.read("/upkeep/orders/?state=verified")
    assert order.number in board


def test_a_crew_opens_the_plan_on_scene_and_every_reading_is_noted(desks):
    old = date.today() - timedelta(days=500)
    new = "/upkeep/plans/rescue_buildings/RB-1/new/"
    content = io.BytesIO(pdf("甲種搶救圖"))
    content.name = "甲種.pdf"
    desks.chief.send(
        new, kind="class_a", drawn_on=old.isoformat(), contents="甲苯、氯氣", file=content
    )
    desks.works.read(new, status=404)
    later = (date.today() + timedelta(days=2)).isoformat()
    content.seek(0)
    desks.chief.send(new, kind="class_a", drawn_on=later, file=content, expect=(422,))
    shell = desks.passer_by.read("/upkeep/scene/")
    assert "示範化工廠" not in shell
    assert desks.works.client.get("/upkeep/scene/session").json()["buildings"] == []
    assert not desks.passer_by.client.get("/upkeep/scene/session").json()["keeps"]
    told = desks.officer.client.get("/upkeep/scene/session").json()
    (building,) = told["buildings"]
    assert building["name"] == "示範化工廠"
    assert [each["key"] for each in building["water"]] == ["H-1", "H-3", "H-2"]
    (sheet,) = building["sheets"]
    assert (sheet["drawn_on"], sheet["is_old"]) == (old.isoformat(), True)
    # the device keeps the file; that is a reading, and so is each opening without a signal
    file = desks.officer.client.get(sheet["file"])
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    assert desks.works.client.get(sheet["file"]).status_code == 404
    number = str(uuid4())
    opening = [{"id": number, "sheet": sheet["id"], "at": timezone.now().isoformat()}]
    for _told in ("once", "again, as the answer was lost"):
        answer = desks.officer.client.post(
            "/upkeep/scene/opened", json.dumps(opening), content_type="application/json"
        )
        assert answer.json() == {"taken": [number]}
    bad = desks.officer.client.post("/upkeep/scene/opened", "[1]", content_type="application/json")
    assert bad.status_code == 400
    reads = JournalEntry.objects.filter(action="places.rescue_sheet.read").order_by("number")
    assert [entry.by for entry in reads] == [desks.officer.person] * 2
    assert RescueSheet.objects.count() == 1
    assert re.search("opened_at", str(reads.last().now))
