"""A call-taker at a browser, by keyboard only: a report that is a duplicate, and all pages."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.browser.test_directive_journey import Keyboard
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung, people, person  # noqa: F401 - fixtures

from shizheng.services.actions.opening import Intake, case_open
from shizheng.services.duplicates.actions import case_link
from shizheng.services.models import Call, Case, Service
from shizheng.services.places import Place

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "三民區建國三路 50 號前"


def reported(words: str, **place: object) -> Case:
    where = Place(**{"longitude": 120.3100, "latitude": 22.6480, "address": ADDRESS} | place)
    given = Intake(channel="web", description=words, answers={"kind": "pothole"}, place=where)
    service = Service.objects.get(code="road_damage")
    at = timezone.now() - timedelta(hours=3)
    return case_open(service=service, given=given, by=None, at=at).case


@pytest.fixture
def at_desk(open_page, assert_accessible, live_server):
    def sit(someone, **options) -> Keyboard:
        page = open_page(**({"viewport": {"width": 1440, "height": 900}} | options))
        return Keyboard(page, assert_accessible, live_server, someone)

    return sit


def test_a_duplicate_is_found_while_typing_and_the_caller_added(people, at_desk, shoot):  # noqa: F811
    case = reported("建國三路路中央有大坑洞")
    taker = at_desk(people.call_taker)
    taker.open("/calls/")
    shoot(taker.page, "calls-begin")
    taker.write("wait_seconds", "8")
    taker.page.keyboard.press("Enter")
    taker.page.wait_for_url(re.compile(r"/calls/[0-9a-f-]{36}/"))
    assert taker.page.evaluate("document.activeElement.name") == "description"

    taker.page.keyboard.insert_text("建國三路有一個大坑洞，機車差點跌倒")
    taker.write("place_address", ADDRESS)
    taker.choose("place_district", "三民區")
    taker.page.locator(f"#found >> text={case.number}").first.wait_for()
    taker.check(taker.page)
    shoot(taker.page, "calls-duplicate-1440")
    taker.write("caller_phone", "0912345678")
    with taker.page.expect_event("load"):
        taker.page.keyboard.press("Alt+1")
    taker.check(taker.page)
    shoot(taker.page, "calls-joined")
    assert case.parties.get(role="follower").phone == "0912345678"
    assert Case.objects.count() == 1

    taker.page.keyboard.press("Escape")
    taker.press('form[action$="/end/"] button')
    assert Call.objects.get().result == "joined"


def test_a_case_is_opened_by_keyboard(people, at_desk, shoot):  # noqa: F811
    taker = at_desk(people.call_taker)
    taker.open("/calls/")
    taker.write("wait_seconds", "0")
    taker.page.keyboard.press("Enter")
    taker.page.wait_for_url(re.compile(r"/calls/[0-9a-f-]{36}/"))
    taker.page.keyboard.insert_text("巷口路燈不亮")
    taker.choose("service", "路燈故障")
    taker.page.locator("#fields legend", has_text="路燈故障").wait_for()
    taker.to("[name=a-kind]")
    taker.page.keyboard.press("Space")
    taker.write("place_address", ADDRESS)
    taker.choose("place_district", "三民區")
    taker.check(taker.page)
    shoot(taker.page, "calls-case-1440")
    with taker.page.expect_event("load"):
        taker.page.keyboard.press("Control+Enter")
    taker.check(taker.page)
    case = Case.objects.get()
    assert (case.service.code, case.answers["kind"]) == ("street_light", "dark")


@pytest.mark.parametrize(("width", "language"), [(390, "/en"), (1440, "")])
def test_every_page_fits_and_is_accessible(people, at_desk, shoot, width, language):  # noqa: F811
    first, second = reported("路面大坑洞"), reported("有坑洞，很危險", latitude=22.6481)
    third = reported("坑洞", latitude=22.64795)
    case_link(case=third, to=first, kind="duplicate", by=people.officer, at=timezone.now())
    editor = person("editor", "knowledge_editor", "research_development_and_evaluation")
    officer = at_desk(people.officer, viewport={"width": width, "height": 800})
    pages = [(officer, f"/desk/cases/{second.number}/links/"),
             (officer, f"/desk/cases/{third.number}/links/"),
             (officer, f"/desk/cases/{third.number}/links/{third.links.get().pk}/")]  # fmt: skip
    taker = at_desk(editor, viewport={"width": width, "height": 800})
    known = Call.objects.create(
        agent=editor, channel="phone", language="nan", started_at=timezone.now()
    )
    pages += [(taker, path) for path in ("/calls/", f"/calls/{known.pk}/", "/calls/figures/",
                                         "/knowledge/", "/knowledge/new/")]  # fmt: skip
    for number, (desk, path) in enumerate(pages):
        desk.open(language + path)
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width, path
        shoot(desk.page, f"calls-{number}-{width}{language[1:]}")


@pytest.mark.parametrize(("language", "size"), [("/en", PHONE), ("", DESK)], ids=["phone", "desk"])
def test_a_supervisor_reads_how_calls_go(people, visit, language, size):  # noqa: F811
    width, now = size["viewport"]["width"], timezone.now()
    chief = person("chief", "supervisor", "research_development_and_evaluation")
    watcher = visit(chief, **size)
    watcher.open(f"{language}/calls/figures/", f"calls-few-{width}")
    assert watcher.page.locator(".empty").is_visible()
    for number in range(24):
        at = now - timedelta(hours=number + 1)
        Call.objects.create(
            agent=people.call_taker, channel="phone", language=("nan", "zh-Hant")[number % 2],
            started_at=at, ended_at=at, wait_seconds=number, result="answered", satisfaction=4,
        )  # fmt: skip
    watcher.open(f"{language}/calls/figures/?days=7", f"calls-many-{width}")
    assert watcher.page.locator("main table").count() == 3
