"""System 6, 1999 call centre 1999話務中心: calls answered, joined, opened; the base kept.

Everything is done over HTTP, each step by the person whose work it is.
"""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.services.conftest import kaohsiung, people, person  # noqa: F401 - fixtures

from shizheng.core.journal import verify
from shizheng.services.models import Call, Case, KnowledgeEntry, Notice

SANMIN = {"place_longitude": "120.3127", "place_latitude": "22.6483"}
FIELDS = {"description": "", "service": "", "place_address": "", "place_district": "",
          "place_village": "", "place_longitude": "", "place_latitude": "", "caller_name": "",
          "caller_phone": "", "caller_email": ""}  # fmt: skip


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
        """Send a form; return where it leads, or the page shown."""
        response = self.client.post(path, fields)
        assert response.status_code == expect, response.content.decode()[:3000]
        return response.url if expect == 303 else response.content.decode()

    def act(self, number: str, action: str, **fields: object) -> None:
        """Act on a case at the desk, as its page shows it."""
        path = f"/desk/cases/{number}/act/{action}/"
        hidden = re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', self.read(path))
        response = self.client.post(path, {**dict(hidden), **fields})
        assert response.status_code in (302, 303), response.content.decode()[:3000]


@pytest.fixture
def centre(people):  # noqa: F811 - the fixture
    """The desks of the call centre, with one entry in the base."""
    editor = person("editor", "knowledge_editor", "research_development_and_evaluation")
    desks = {name: Desk(someone) for name, someone in vars(people).items()}
    desks["editor"], desks["stranger"] = Desk(editor), Desk()
    desks["editor"].send(
        "/knowledge/new/", code="old_sofa", question_zh="舊沙發怎麼約清運？",
        answer_zh="請撥示範清運專線約時間，免費清運。", question_en="", answer_en="",
        agency="environmental_protection", keywords="舊家具、沙發、床墊", is_public="on",
        reason="話務常問",
    )  # fmt: skip
    return desks


def call(desk: Desk, **given: object) -> str:
    """Begin a call; return its address."""
    return desk.send(
        "/calls/", **{"channel": "phone", "language": "nan", "wait_seconds": 12} | given
    )


def typed(**given: object) -> dict[str, object]:
    return {**FIELDS, **given}


def test_a_question_is_answered_from_the_base_at_first_contact(centre):
    taker = centre["call_taker"]
    page = call(taker)
    found = taker.send(page + "found/", expect=200, **typed(description="舊沙發要丟，怎麼約清運"))
    assert "請撥示範清運專線約時間" in found
    assert "第 1 版" in found
    taker.send(page + "answer/", expect=200, **typed(description="舊沙發"), entry="old_sofa")
    assert (
        taker.send(page + "end/", result="answered", topic="大型廢棄物", satisfaction="5")
        == "/calls/"
    )
    row = Call.objects.get()
    assert (row.result, row.satisfaction, row.wait_seconds) == ("answered", 5, 12)
    assert KnowledgeEntry.objects.get(code="old_sofa", is_current=True).use_count == 1
    figures = centre["call_taker"].read("/en/calls/figures/?days=1")
    assert "100 %" in figures


def test_a_report_becomes_a_case_with_type_place_and_due_time(centre):
    taker = centre["call_taker"]
    page = call(taker)
    matter = typed(
        description="建國三路路燈不亮，晚上很暗", service="street_light", caller_name="王小明",
        caller_phone="0912345678", **SANMIN,
    )  # fmt: skip
    found = taker.send(page + "found/", expect=200, **matter)
    assert "路燈" in found
    assert 'name="a-kind"' in taker.send(page + "fields/", expect=200, **matter)
    wrong = taker.send(page + "case/", expect=422, **matter)
    assert "govuk-error-summary" in wrong
    taker.send(page + "case/", **matter, **{"a-kind": "dark"})
    case = Case.objects.get()
    assert (case.service.code, case.channel, case.agency.code) == (
        "street_light",
        "phone",
        "public_works",
    )
    assert case.district.name["zh-Hant"] == "三民區"
    assert case.due_at > timezone.now() + timedelta(days=1)
    shown = taker.read(page)
    assert case.number in shown
    assert re.search(r'class="reference">[2-9A-Z]{10}<', shown)
    taker.send(page + "end/", satisfaction="4")
    assert Call.objects.get().result == "case"
    assert verify().is_intact


def test_a_second_caller_about_the_same_is_added_and_told(centre):
    taker, officer = centre["call_taker"], centre["officer"]
    matter = typed(description="建國三路路面大坑洞", service="road_damage", **SANMIN)
    first = call(taker)
    known = {"caller_email": "first@example.org", "a-kind": "pothole"}
    taker.send(first + "case/", **{**matter, **known})
    taker.send(first + "end/")
    case = Case.objects.get()

    second = call(taker)
    again = {**matter, "description": "建國三路有坑洞，機車差點跌倒"}
    assert case.number in taker.send(second + "found/", expect=200, **again)
    taker.send(
        second + "join/", **{**again, "caller_email": "second@example.org"}, number=case.number
    )
    assert Case.objects.count() == 1
    assert case.number in taker.read(second)
    taker.send(second + "end/")
    assert Call.objects.order_by("-started_at").first().result == "joined"

    Notice.objects.all().delete()
    officer.act(case.number, "close", reply="已補平")
    told = Notice.objects.filter(template="closed", channel="email")
    addresses = sorted(told.values_list("party__email", flat=True))
    assert addresses == ["first@example.org", "second@example.org"]


def test_a_caller_is_handed_on_and_wrong_agencies_are_counted(centre):
    taker = centre["call_taker"]
    page = call(taker, channel="chat", language="en")
    taker.send(page + "hand-on/", agency="transportation", reason="號誌時制")
    matter = typed(
        description="The traffic light is wrong", service="general_question",
        caller_email="a@example.org",
    )  # fmt: skip
    taker.send(page + "case/", **matter, **{"a-subject": "other"})
    case = Case.objects.get()
    taker.act(case.number, "transfer", agency="public_works", reason="號誌")
    centre["officer"].act(case.number, "pass_back", reason="屬交通局業務")
    case.refresh_from_db()
    assert case.wrong_handoff_count == 1
    taker.act(case.number, "answer", reply="It is looked after by the Transportation Bureau.")
    told = Notice.objects.get(template="answered", channel="email")
    assert told.language == "en"
    taker.send(page + "end/")
    row = Call.objects.get()
    assert (row.handoff_count, row.handed_to.code) == (1, "transportation")
    figures = taker.read("/en/calls/figures/?days=1")
    assert "English" in figures
    assert re.search(r"Sent to a wrong agency</dt><dd><span class=\"num\">1<", figures)


def test_small_numbers_are_told_to_the_office_alone(centre):
    taker, stranger = centre["call_taker"], centre["stranger"]
    for number in range(7):
        page = call(taker, language="zh-Hant" if number < 6 else "vi")
        taker.send(page + "end/", result="answered")
    inside, outside = (desk.read("/en/calls/figures/?days=1") for desk in (taker, stranger))
    assert "Vietnamese" in inside
    assert "too few to tell" not in inside
    assert outside.count("too few to tell") == 2  # the one, and what would give it away


def test_the_base_is_changed_by_versions_with_reasons_and_withdrawn(centre):
    editor, taker = centre["editor"], centre["call_taker"]
    words = {
        "question_zh": "舊沙發怎麼約清運？",
        "answer_zh": "請上網或撥示範清運專線約時間，免費清運。",
        "question_en": "", "answer_en": "", "agency": "environmental_protection",
        "keywords": "沙發", "is_public": "on",
    }  # fmt: skip
    editor.send("/knowledge/old_sofa/edit/", **words, seen=1, reason="新增網路預約")
    shown = editor.read("/knowledge/old_sofa/")
    assert "<ins>上網或</ins>" in shown
    assert "新增網路預約" in shown
    stale = editor.send("/knowledge/old_sofa/edit/", expect=409, **words, seen=1, reason="再改")
    assert "govuk-error-summary" in stale
    assert taker.client.get("/knowledge/old_sofa/edit/").status_code == 403
    editor.send("/knowledge/old_sofa/withdraw/", seen=2, reason="改由各區辦理")
    page = call(taker)
    assert "示範清運專線" not in taker.send(
        page + "found/", expect=200, **typed(description="舊沙發清運")
    )
    versions = KnowledgeEntry.objects.filter(code="old_sofa").order_by("number")
    assert list(versions.values_list("number", flat=True)) == [1, 2, 3]
    assert not KnowledgeEntry.objects.filter(is_current=True, code="old_sofa").exists()
    editor.send("/knowledge/old_sofa/edit/", **words, seen=3, reason="恢復")
    assert KnowledgeEntry.objects.get(code="old_sofa", is_current=True).number == 4
    assert verify().is_intact


def test_who_called_is_known_to_the_call_taker_alone(centre):
    taker = centre["call_taker"]
    page = call(taker)
    matter = typed(
        description="半夜施工很吵", service="noise", caller_name="陳秘密",
        caller_phone="0987654321", **SANMIN,
    )  # fmt: skip
    taker.send(page + "case/", **matter, **{"a-kind": "building_site"})
    assert "陳秘密" in taker.read(page)
    other = centre["administrator"].read(page)
    assert "陳秘密" not in other
    assert "0987654321" not in other
    for name in ("officer", "resident"):
        assert centre[name].client.get(page).status_code == 404
    assert centre["stranger"].client.get(page).status_code == 302
    number = Case.objects.get().number
    assert "陳秘密" not in centre["stranger"].read(f"/cases/{number}/")


def test_a_call_that_ended_takes_nothing_more(centre):
    taker = centre["call_taker"]
    page = call(taker)
    assert (
        taker.client.post(
            "/calls/", {"channel": "phone", "language": "nan", "wait_seconds": 0}
        ).status_code
        == 409
    )
    assert "govuk-error-summary" in taker.send(page + "end/", expect=422)
    taker.send(page + "end/", result="abandoned")
    assert taker.client.post(page + "end/", {"result": "answered"}).status_code in (409, 422)
    assert Call.objects.get().result == "abandoned"
