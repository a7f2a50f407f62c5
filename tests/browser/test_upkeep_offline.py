"""An inspector without signal, and a crew that opens a rescue plan on scene, in a real browser."""

import io
import os
from datetime import date, timedelta

import pytest
import shapely
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.services.conftest import kaohsiung, person

from shizheng.core.files import attachments_of
from shizheng.core.models import JournalEntry
from shizheng.places.actions.things import thing_record
from shizheng.places.models import Inspection, Register, Upkeep, WorkOrder
from shizheng.places.upkeep.actions.listing import list_make
from shizheng.places.upkeep.actions.reporting import Said, fault_report
from shizheng.places.upkeep.actions.rescuing import sheet_add
from shizheng.places.upkeep.actions.scheduling import checks_refresh

__all__ = ["kaohsiung"]
pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {
    "viewport": {"width": 390, "height": 844}, "permissions": ["geolocation"],
    "geolocation": {"longitude": 120.302, "latitude": 22.63},
}  # fmt: skip
FIELD, SCENE = "/upkeep/field/", "/upkeep/scene/"
KEPT = "async (name) => (await caches.keys()).some((each) => each.startsWith(name))"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def recorded(register: str, key: str, x: float, **values: object):
    return thing_record(
        register=Register.objects.get(code=register), key=key, by=None, at=timezone.now(),
        valid_from=date.today() - timedelta(days=100), values=values,
        geometry=shapely.Point(x, 22.63),
    )  # fmt: skip


@pytest.fixture
def crew(kaohsiung):
    """Two hydrants on an inspector's list."""
    for number in (1, 2):
        recorded("hydrants", f"H-{number}", 120.30 + number / 1000, kind="above")
    upkeep = Upkeep.objects.get(code="hydrants")
    checks_refresh(upkeep=upkeep, at=timezone.now())
    inspector = person("inspector_here", "crew_leader", "fire")
    chief = person("fire_chief", "supervisor", "fire")
    list_make(
        upkeep=upkeep, code="patrol", until=date.today(), assigned_to=inspector, most=5, by=chief,
        at=timezone.now(),
    )  # fmt: skip
    return inspector, chief


def sign_in(page: Page, site: str, someone) -> None:
    client = Client()
    client.force_login(someone)
    value = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": site}])


def narrow(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def shot(page: Page, name: str) -> None:
    """Write a picture where a folder is named, for a test that has no place left for a fixture."""
    folder = os.environ.get("SHIZHENG_SCREENSHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def choose(page: Page, item: str, value: str) -> None:
    page.locator(f"#item-{item}-{value}").focus()
    page.keyboard.press("Space")


def test_what_is_seen_without_signal_is_one_inspection_and_an_order(
    live_server, open_page, crew, assert_accessible, shoot
):
    photo = {"name": "水源.png", "mimeType": "image/png", "buffer": PNG}
    page = open_page(may_fail=True, **PHONE)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(page, live_server.url, crew[0])
    page.goto(live_server.url + FIELD)
    page.locator("[data-list] button").first.wait_for()
    expect(page.locator("[data-list] button")).to_have_count(2)
    assert_accessible(page)
    shoot(page, "upkeep-stops-390")
    page.wait_for_function(KEPT, arg="upkeep-field-")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    page.context.set_offline(True)
    page.reload()  # the page and the stops come from the device
    page.locator("[data-list] button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-where]")).to_be_focused()
    key = page.locator("[data-where]").text_content().split(" · ")[1]
    page.locator("[data-visit] button[type=submit]").press("Enter")
    expect(page.locator("[data-fault]")).to_be_visible()
    for item, value in (("access", "pass"), ("sign", "pass"), ("cap", "missing"), ("leak", "fail")):
        choose(page, item, value)
    page.locator("#item-photo").set_input_files(photo)
    assert_accessible(page)
    narrow(page)
    shoot(page, "upkeep-form-390")
    page.locator("[data-visit] button[type=submit]").press("Enter")
    expect(page.locator("[data-kept] [data-state=waiting]")).to_have_count(1)
    expect(page.locator("[data-list] button")).to_have_count(1)
    assert not Inspection.objects.exists()

    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-kept] [data-state=sent]")).to_have_count(1)
    row = Inspection.objects.get()
    assert (row.thing.key, row.score, row.by) == (key, 50, crew[0])
    assert row.away_m == pytest.approx(103, abs=2)
    assert attachments_of(row).count() == 1
    expect(page.locator("[data-kept]")).to_contain_text(
        WorkOrder.objects.get(fault="leaking").number
    )
    page.reload()
    expect(page.locator("[data-kept] [data-state=sent]")).to_have_count(1)
    assert Inspection.objects.count() == 1
    shoot(page, "upkeep-sent-390")
    assert not faults


def test_a_crew_opens_a_plan_on_scene_without_signal(
    live_server, open_page, crew, assert_accessible, shoot
):
    building = recorded("rescue_buildings", "RB-1", 120.3012, name="示範化工廠", floors="3")
    content = io.BytesIO(PNG)
    sheet_add(
        thing=building, kind="class_a", drawn_on=date.today() - timedelta(days=500),
        content=content, name="甲種.png", contents="甲苯", by=crew[1], at=timezone.now(),
    )  # fmt: skip
    page = open_page(may_fail=True, **PHONE)
    sign_in(page, live_server.url, crew[1])
    page.goto(live_server.url + SCENE)
    page.locator("rescue-scene[data-synced='1']").wait_for()
    page.wait_for_function(KEPT, arg="rescue-scene-")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    page.context.set_offline(True)
    page.reload()
    page.locator("[data-buildings] button").first.press("Enter")
    expect(page.locator("[data-sheets]")).to_contain_text("500")
    expect(page.locator("[data-water]")).to_contain_text("H-1")
    assert_accessible(page)
    narrow(page)
    page.locator("[data-sheet]").press("Enter")
    page.locator("img[data-plan]").wait_for()
    shoot(page, "scene-plan-390")

    def reads() -> int:
        return JournalEntry.objects.filter(action="places.rescue_sheet.read").count()

    assert reads() == 1  # it came onto the device
    page.context.set_offline(False)
    with page.expect_response("**/upkeep/scene/opened"):
        page.evaluate("dispatchEvent(new Event('online'))")
    assert reads() == 2


@pytest.mark.parametrize(
    "view", [pytest.param((390, ""), id="phone-zh"), pytest.param((1440, "/en"), id="desk-en")]
)
def test_pages_of_staff_are_accessible(live_server, open_page, crew, assert_accessible, view):
    width, language = view
    upkeep = Upkeep.objects.get(code="hydrants")
    orders = [
        fault_report(
            upkeep=upkeep, thing=upkeep.register.things.get(key=f"H-{number}"), fault=fault,
            given=Said("staff", f"r-{number}-{fault}"), by=crew[1],
            at=timezone.now() - timedelta(days=9 * number),
        )
        for number in (1, 2) for fault in ("leaking", "sign_lost")
    ]  # fmt: skip
    page = open_page(viewport={"width": width, "height": 900})
    sign_in(page, live_server.url, crew[1])
    walk = upkeep.lists.get()
    paths = (
        "/upkeep/", "/upkeep/of/hydrants/?round=patrol", f"/upkeep/lists/{walk.pk}/",
        "/upkeep/orders/", f"/upkeep/orders/{orders[0].pk}/?act=assign", "/upkeep/season/",
        "/upkeep/of/hydrants/renewal/?budget=100000", "/upkeep/of/hydrants/stock/",
        "/upkeep/of/hydrants/lists/new/", "/registers/hydrants/things/H-1/",
    )  # fmt: skip
    for number, path in enumerate(paths):
        page.goto(live_server.url + language + path)
        assert_accessible(page)
        narrow(page)
        shot(page, f"upkeep-{number}-{width}")
