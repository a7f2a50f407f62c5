"""A village chief without signal, and a crew leader's phone, in a real browser."""

from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.services.conftest import kaohsiung, person

from shizheng.services.actions.opening import Contact, Intake, case_open
from shizheng.services.models import (
    Case,
    CaseDocument,
    Dispatch,
    Service,
    VillageRecord,
    VillageReport,
)
from shizheng.services.places import Place

__all__ = ["kaohsiung"]
pytestmark = pytest.mark.django_db(transaction=True)
HERE = "64000050012"
PHONE = {"viewport": {"width": 390, "height": 844}}
FIELD = "/villages/field/"
KEPT = "async () => (await caches.keys()).some((name) => name.startsWith('village-field-'))"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture
def chief(kaohsiung):
    return person("chief_here", "village_chief", area=HERE)


@pytest.fixture
def photo(tmp_path) -> Path:
    path = tmp_path / "溝蓋.png"
    path.write_bytes(PNG)
    return path


def sign_in(page: Page, site: str, someone) -> None:
    client = Client()
    client.force_login(someone)
    value = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": site}])


def narrow(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def write(page: Page, photo: Path | None = None, words: str = "巷口水溝蓋破了") -> None:
    """Fill the report in, by keyboard."""
    page.locator("#description").focus()
    page.keyboard.insert_text(words)
    page.keyboard.press("Tab")
    page.keyboard.insert_text("示範路 12 號前")
    if photo:
        page.locator("#photos").set_input_files(photo)
    page.locator("[data-form=report] button[type=submit]").focus()
    page.keyboard.press("Enter")


def waiting(page: Page):
    return page.locator("[data-waiting] [data-entry]")


def sent(page: Page):
    return page.locator("[data-sent] [data-entry]")


def opened(page: Page, live_server, someone) -> Page:
    sign_in(page, live_server.url, someone)
    page.goto(live_server.url + FIELD)
    page.locator("[data-who]").get_by_text("chief_here").wait_for()
    return page


def test_what_a_chief_saves_without_signal_becomes_one_case_when_it_is_back(
    live_server, open_page, chief, photo, shoot
):
    faults: list[str] = []
    page = opened(open_page(may_fail=True, **PHONE), live_server, chief)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.wait_for_function(KEPT)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context = page.context

    context.set_offline(True)
    page.reload()  # the page itself comes from the device
    page.locator("village-field").wait_for()
    page.locator("[data-said]").get_by_text("沒有訊號").or_(
        page.locator("[data-said]").get_by_text("No signal")
    ).wait_for()
    write(page, photo)
    expect(waiting(page)).to_have_count(1)
    narrow(page)
    shoot(page, "field-offline")
    page.close()  # the phone is put away
    assert not Case.objects.exists()

    again = context.new_page()
    again.goto(live_server.url + FIELD)
    expect(waiting(again)).to_have_count(1)
    context.set_offline(False)
    again.evaluate("dispatchEvent(new Event('online'))")
    expect(sent(again)).to_have_count(1)
    case = Case.objects.get()
    expect(sent(again)).to_contain_text(case.number)
    assert (case.reporter, case.village.code) == (chief, HERE)
    assert CaseDocument.objects.filter(case=case).count() == 1
    again.reload()
    expect(sent(again)).to_have_count(1)
    expect(waiting(again)).to_have_count(0)
    assert VillageReport.objects.count() == 1
    shoot(again, "field-sent")
    assert not faults


def test_a_lost_reply_and_a_killed_tab_leave_one_case(live_server, open_page, chief, photo):
    page = opened(open_page(may_fail=True, service_workers="block", **PHONE), live_server, chief)
    lost = []

    def lose(route) -> None:
        lost.append(route.fetch().status)  # the city has taken it in, and the reply never comes
        route.abort()

    page.route("**/villages/field/send", lose)
    write(page, photo)
    for _ in range(100):
        if lost:
            break
        page.wait_for_timeout(100)
    assert lost == [200]
    expect(waiting(page)).to_have_count(1)
    assert Case.objects.count() == 1

    context = page.context
    page.close(run_before_unload=False)
    two = [context.new_page() for _ in range(2)]
    for tab in two:  # two tabs at once
        tab.goto(live_server.url + FIELD)
    for tab in two:
        tab.reload()
        expect(sent(tab)).to_have_count(1)
    assert Case.objects.count() == 1
    assert CaseDocument.objects.count() == 1


def test_signed_out_nothing_is_lost(live_server, open_page, chief, photo, assert_accessible):
    page = opened(open_page(may_fail=True, **PHONE), live_server, chief)
    page.context.clear_cookies()
    write(page, photo)
    page.locator("[data-sign]").wait_for()
    expect(waiting(page)).to_have_count(1)
    assert_accessible(page)
    sign_in(page, live_server.url, chief)
    page.reload()
    expect(sent(page)).to_have_count(1)
    assert Case.objects.count() == 1


def test_another_person_on_the_same_phone_does_not_send_what_is_not_theirs(
    live_server, open_page, chief
):
    page = opened(open_page(may_fail=True, **PHONE), live_server, chief)
    page.context.clear_cookies()
    write(page)
    page.locator("[data-sign]").wait_for()
    sign_in(page, live_server.url, person("chief_there", "village_chief", area="64000370001"))
    page.reload()
    page.locator("[data-who]").get_by_text("chief_there").wait_for()
    expect(waiting(page)).to_contain_text("chief_here")
    assert not Case.objects.exists()


def test_what_is_refused_is_said_and_can_be_corrected(live_server, open_page, chief, tmp_path):
    disguised = tmp_path / "照片.png"
    disguised.write_bytes(b"MZ not a picture")
    page = opened(open_page(may_fail=True, **PHONE), live_server, chief)
    write(page, disguised)
    expect(page.locator(".is-refused")).to_contain_text("照片.png")
    page.locator("[data-act=correct]").press("Enter")
    expect(page.locator("#description")).to_have_value("巷口水溝蓋破了")
    good = tmp_path / "好的.png"
    good.write_bytes(PNG)
    page.locator("#photos").set_input_files(good)
    page.locator("[data-form=report] button[type=submit]").press("Enter")
    expect(sent(page)).to_have_count(1)
    expect(waiting(page)).to_have_count(0)
    assert CaseDocument.objects.count() == 1


def test_an_expense_is_kept_too_and_what_is_missing_is_asked_for(
    live_server, open_page, chief, assert_accessible, shoot
):
    page = opened(open_page(**PHONE), live_server, chief)
    page.locator("[data-form=report] button[type=submit]").press("Enter")
    expect(page.locator("[data-form=report] [data-fault]")).to_be_visible()
    assert_accessible(page)
    page.locator("#kind").select_option("expense")
    page.locator("#title").fill("冷氣清洗")
    page.locator("#amount").fill("6500")
    page.locator("[data-form=record] button[type=submit]").press("Enter")
    expect(sent(page)).to_have_count(1)
    narrow(page)
    shoot(page, "field-390")
    assert VillageRecord.objects.get().amount == 6500
    page.set_viewport_size({"width": 1280, "height": 900})
    for path in (f"/villages/{HERE}/", "/villages/", "/villages/mine/", f"/en/villages/{HERE}/"):
        page.goto(live_server.url + path)
        assert_accessible(page)
        shoot(page, "village-" + path.strip("/").replace("/", "-"))


def danger() -> Case:
    given = Intake(
        channel="web", answers={"danger_kind": "fallen_tree", "people_at_risk": "on"},
        description="路樹倒在慢車道上", contact=Contact(email="ming@example.tw"),
        place=Place(longitude=120.2934, latitude=22.6246, address="中正四路與河東路口"),
    )  # fmt: skip
    service = Service.objects.get(code="danger_removal")
    return case_open(service=service, given=given, by=None, at=timezone.now()).case


@pytest.mark.usefixtures("kaohsiung")
def test_a_crew_acknowledges_and_reports_from_the_phone_by_keyboard(
    live_server, open_page, photo, assert_accessible, shoot
):
    leader = person("leader_works", "crew_leader", "public_works")
    case = danger()
    page = open_page(
        permissions=["geolocation"], geolocation={"longitude": 120.2935, "latitude": 22.6247},
        **PHONE,
    )  # fmt: skip
    sign_in(page, live_server.url, leader)
    page.goto(live_server.url + "/duty/")
    assert_accessible(page)
    narrow(page)
    shoot(page, "duty-390")
    page.locator(".duty-task form button").press("Enter")
    page.locator(".notice-success").wait_for()
    assert Dispatch.objects.get().status == "acknowledged"
    page.locator(".duty-acts a").first.press("Enter")
    page.locator("crew-photo [data-said]:not(:empty)").wait_for()
    assert_accessible(page)
    narrow(page)
    page.locator("input[type=file]").set_input_files(photo)
    shoot(page, "duty-report-390")
    page.locator("crew-photo button[type=submit]").press("Enter")
    page.wait_for_url("**/duty/")
    case.refresh_from_db()
    assert case.state == "on_site"
    assert CaseDocument.objects.get().latitude == 22.6247
    shoot(page, "duty-390-on-site")


@pytest.mark.usefixtures("kaohsiung")
@pytest.mark.parametrize("width", [390, 1920])
def test_the_board_shows_silence_and_is_dark_and_large(
    live_server, open_page, assert_accessible, shoot, width
):
    controller = person("controller", "controller")
    danger()
    page = open_page(viewport={"width": width, "height": 1080})
    sign_in(page, live_server.url, controller)
    page.goto(live_server.url + "/duty/board/")
    assert_accessible(page)
    narrow(page)
    shoot(page, f"board-{width}")
    size = page.locator(".duty-board td strong").first.evaluate(
        "element => parseFloat(getComputedStyle(element).fontSize)"
    )
    assert size >= (28 if width == 1920 else 16)
    for path in ("/duty/rota/", "/duty/figures/"):
        page.goto(live_server.url + path)
        assert_accessible(page)
        shoot(page, path.strip("/").replace("/", "-") + f"-{width}")
