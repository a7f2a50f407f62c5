"""System 13, village affairs 里政: a chief reports, follows, publishes; residents read.

Everything is done over HTTP, each step by the person whose work it is. The page that works without
signal is tried in a browser by tests/browser/test_village_offline.py; here its door is.
"""

import io
import uuid

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.services.conftest import kaohsiung, person

from shizheng.core.journal import verify
from shizheng.core.models import Area
from shizheng.services.actions.opening import Contact, Intake, case_open
from shizheng.services.models import Case, CaseDocument, Service, VillageProfile
from shizheng.services.places import Place

__all__ = ["kaohsiung"]
HERE = "64000050012"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


class Desk:
    """One person at a browser."""

    def __init__(self, someone=None) -> None:
        self.someone, self.client = someone, Client()
        if someone:
            self.client.force_login(someone)

    def read(self, path: str) -> str:
        response = self.client.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        return response.content.decode()

    def send(self, path: str, *, expect: int = 303, **fields: object):
        response = self.client.post(path, fields)
        assert response.status_code == expect, response.content.decode()[:2000]
        return response


@pytest.fixture
def desks(kaohsiung):
    staff = {
        "chief": person("chief_here", "village_chief", area=HERE),
        "other_chief": person("chief_there", "village_chief", area="64000370001"),
        "officer": person("officer_works", "officer", "public_works"),
        "resident": person("resident_a"),
    }
    return {name: Desk(each) for name, each in staff.items()} | {"passer_by": Desk()}


def day(when=None, **more):
    when = when or timezone.localdate()
    return {"on_year": when.year, "on_month": when.month, "on_day": when.day, **more}


def written(**changes) -> dict[str, object]:
    photo = io.BytesIO(PNG)
    photo.name = "溝蓋.png"
    given = {
        "offline_id": "7b0b7c1e-2c55-4a5e-8a45-000000000001",
        "kind": "report", "service": "road_damage", "area": HERE, "answer.kind": "pothole",
        "description": "巷口路面破洞，機車會摔", "address": "示範路 12 號前",
        "noted_at": "2026-11-20T08:00:00+00:00", "photos": photo,
        "photo_places": '[{"longitude": "120.31", "latitude": "22.64", '
        '"taken_at": "2026-11-20T07:59:00+00:00"}]',
    }  # fmt: skip
    return given | changes


def test_a_report_written_without_signal_becomes_one_case_that_the_chief_follows(desks):
    chief, address = desks["chief"], "/en/villages/field/send"
    first = chief.send(address, expect=200, **written()).json()
    again = chief.send(address, expect=200, **written()).json()  # the reply was lost
    assert first == again
    case = Case.objects.get()
    assert (case.number, case.reporter) == (first["number"], chief.someone)
    assert case.village.code == HERE
    document = CaseDocument.objects.get()
    assert (document.longitude, document.latitude) == (120.31, 22.64)

    assert case.number in chief.read("/villages/mine/")
    states = chief.client.get("/en/villages/field/session").json()["states"]
    assert states == {case.number: "Received"}
    shown = desks["passer_by"].read(f"/en/villages/{HERE}/")
    assert case.number in shown
    assert "Being worked on" in shown


def test_what_is_wrong_is_said_in_words_and_may_be_sent_again(desks):
    chief, address = desks["chief"], "/en/villages/field/send"
    said = chief.send(address, expect=422, **written(**{"answer.kind": ""})).json()
    assert said["code"] == "services.answers_wrong"
    assert "Kind" in said["message"]
    disguised = io.BytesIO(b"MZ\x90\x00 not a picture")
    disguised.name = "照片.png"
    said = chief.send(address, expect=415, **written(photos=disguised)).json()
    assert said["hint"]
    assert not Case.objects.exists()
    number = chief.send(address, expect=200, **written()).json()["number"]
    said = chief.send(address, expect=409, **written(description="別的事")).json()
    assert number in said["message"]


def test_signed_out_or_without_a_village_nothing_is_taken(desks):
    address = "/villages/field/send"
    assert desks["passer_by"].send(address, expect=401, **written()).json()["code"] == "signed_out"
    desks["resident"].send(address, expect=403, **written())
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(desks["chief"].someone)
    assert strict.post(address, written()).status_code == 403
    token = strict.get("/villages/field/session").json()["token"]
    sent = strict.post(address, written(), headers={"X-CSRFToken": token})
    assert sent.status_code == 200


def test_the_same_defect_from_a_resident_is_merged(desks):
    from shizheng.services.duplicates.actions import case_link

    service = Service.objects.get(code="road_damage")
    given = Intake(
        channel="web", answers={"kind": "pothole"}, description="路有洞",
        place=Place(address="示範路 12 號", district=HERE[:8], village=HERE),
        contact=Contact(email="ming@example.tw"),
    )  # fmt: skip
    residents = case_open(service=service, given=given, by=None, at=timezone.now()).case
    number = desks["chief"].send("/villages/field/send", expect=200, **written()).json()["number"]
    chiefs = Case.objects.get(number=number)
    case_link(
        case=chiefs, to=residents, kind="duplicate", by=desks["officer"].someone,
        at=timezone.now(), reason="同一個坑洞",
    )  # fmt: skip
    assert f"joined to {residents.number}" in desks["chief"].read("/en/villages/mine/")
    shown = desks["passer_by"].read(f"/villages/{HERE}/")
    assert residents.number in shown
    assert chiefs.number not in shown


def test_notices_meetings_and_expenses_are_published_and_withdrawn(desks):
    chief, page = desks["chief"], f"/villages/{HERE}/"
    number = str(uuid.uuid4())
    for kind, title, more in (
        ("notice", "週六清溝", {}),
        ("meeting", "里民大會紀錄", {"text": "決議週三開放。"}),
        ("expense", "冷氣清洗", {"amount": "6500"}),
    ):
        path = reverse("services:village_record_new", args=[HERE, kind])
        fields = day(title=title, is_public="on", offline_id=number + kind[:1], **more)
        chief.send(path, **fields)
        chief.send(path, **fields)  # a double click
    shown = desks["passer_by"].read(page)
    assert all(words in shown for words in ("週六清溝", "決議週三開放", "冷氣清洗", "6,500"))
    assert shown.count("週六清溝") == 1

    chief.send(f"/villages/{HERE}/records/expense/", expect=422, **day(title="忘了金額"))
    desks["other_chief"].send(f"/villages/{HERE}/records/notice/", expect=403, **day(title="別里"))
    record = Area.objects.get(code=HERE).village_records.get(kind="notice")
    assert (
        desks["other_chief"].client.get(f"/villages/records/{record.pk}/withdraw/").status_code
        == 403
    )
    chief.send(f"/villages/records/{record.pk}/withdraw/", reason="日期寫錯")
    assert "週六清溝" not in desks["passer_by"].read(page)
    assert "日期寫錯" in chief.read("/villages/mine/")
    assert verify().is_intact


def test_the_site_shows_chief_and_activity_centre_but_not_the_telephone(desks):
    chief = desks["chief"]
    fields = {
        "chief_name": "陳里長",
        "activity_centre": "本元里活動中心",
        "chief_phone": "0912000111",
    }
    chief.send(f"/villages/{HERE}/profile/", **fields)
    assert VillageProfile.objects.get().chief_name == "陳里長"
    public = desks["passer_by"].read(f"/villages/{HERE}/")
    assert "陳里長" in public
    assert "本元里活動中心" in public
    assert "0912000111" not in public
    assert "0912000111" not in desks["resident"].read(f"/villages/{HERE}/")
    assert "0912000111" in desks["officer"].read(f"/villages/{HERE}/")
    assert "本元里" in desks["passer_by"].read("/villages/?q=本元")
    assert "陳里長" in desks["passer_by"].read("/villages/?district=64000050")
    assert desks["passer_by"].client.get("/villages/00000/").status_code == 404


def test_the_field_page_holds_nothing_personal_and_its_worker_stays_in_its_place(desks):
    page = desks["chief"].client.get("/villages/field/")
    assert page.status_code == 200
    assert str(desks["chief"].someone) not in page.content.decode()
    worker = Client().get("/villages/field/worker.js")
    assert worker["Service-Worker-Allowed"] == "/villages/field/"
    assert worker["Content-Type"] == "text/javascript"
    files = Client().get("/villages/field/shell.json").json()["files"]
    for file in files:
        if file.startswith("/static/"):
            assert finders.find(file.removeprefix("/static/")), file
        else:
            assert Client().get(file).status_code == 200, file


def test_strangers_keep_no_village(desks):
    for name in ("resident", "passer_by"):
        for path in ("/villages/mine/", f"/villages/{HERE}/records/notice/"):
            assert desks[name].client.get(path).status_code in (302, 403)
