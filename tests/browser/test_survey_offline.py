"""An enumerator without signal, and whoever leads the survey, in a real browser."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from tests.services.conftest import kaohsiung
from tests.statistics.surveys.households import household, opened, send, staff

from shizheng.statistics.models import SurveyAddress, SurveyRecord

__all__ = ["kaohsiung"]
pytestmark = pytest.mark.django_db(transaction=True)
FIELD = "/surveys/field/"
PHONE = {"viewport": {"width": 390, "height": 844}}
KEPT = "async () => (await caches.keys()).some((name) => name.startsWith('survey-field-'))"
STORED = """async () => {
  const opened = await new Promise((resolve) => {
    const asked = indexedDB.open("shizheng-survey-field", 1);
    asked.onsuccess = () => resolve(asked.result);
  });
  const text = async (bytes) => new TextDecoder("latin1").decode(bytes);
  const all = await new Promise((resolve) => {
    const asked = opened.transaction(["entries", "facts"]).objectStore("entries").getAll();
    asked.onsuccess = () => resolve(asked.result);
  });
  opened.close();
  const read = all.map(async (row) => ({ ...row, data: await text(row.data) }));
  return JSON.stringify(await Promise.all(read));
}"""


@pytest.fixture
def people(kaohsiung):
    found = staff()
    opened(found, each=3)
    return found


def sign_in(page: Page, site: str, someone) -> None:
    client = Client()
    client.force_login(someone)
    value = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": site}])


def narrow(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def pressed(page: Page, selector: str) -> None:
    page.locator(selector).first.focus()
    page.keyboard.press("Enter")


def answered(page: Page, number: str) -> None:
    """Fill a household of one person in, by keyboard, and save it."""
    pressed(page, f"[data-number='{number}']")
    for name, value in (("q-tenure", "own"), ("q-members-1-relation", "head"),
                        ("q-members-1-sex", "female"), ("q-members-1-education", "tertiary"),
                        ("q-members-1-work", "working")):  # fmt: skip
        page.locator(f"#{name}").select_option(value)
    for name, value in (("q-rooms", "3"), ("q-members-1-person_name", "王小明"),
                        ("q-members-1-age", "40")):  # fmt: skip
        page.locator(f"#{name}").focus()
        page.keyboard.insert_text(value)
    pressed(page, "[data-visit] button[type=submit]")


def entries(page: Page, state: str):
    return page.locator(f"[data-kept] [data-entry={state}]")


def test_what_an_enumerator_saves_without_signal_is_counted_once_when_it_is_back(
    live_server, open_page, people, assert_accessible, shoot
):
    page = open_page(may_fail=True, **PHONE)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(page, live_server.url, people.mei)
    page.goto(live_server.url + FIELD)
    expect(page.locator("[data-number]")).to_have_count(6)
    page.wait_for_function(KEPT)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    assert_accessible(page)
    narrow(page)
    shoot(page, "survey-field-390")

    context = page.context
    context.set_offline(True)
    page.reload()  # the page and the addresses come from the tablet
    expect(page.locator("[data-number]")).to_have_count(6)
    pressed(page, "[data-number='1-001']")
    pressed(page, "[data-visit] button[type=submit]")
    expect(page.locator("[data-fault]")).to_be_visible()  # nothing was answered
    assert_accessible(page)
    narrow(page)
    shoot(page, "survey-visit-390")
    pressed(page, "[data-back]")
    answered(page, "1-001")
    expect(entries(page, "waiting")).to_have_count(1)
    pressed(page, "[data-number='1-002']")
    page.locator("#outcome").select_option("absent")
    pressed(page, "[data-visit] button[type=submit]")
    expect(entries(page, "waiting")).to_have_count(2)
    stored = page.evaluate(STORED)
    assert "王小明" not in stored.encode("latin1", "ignore").decode("utf-8", "ignore")
    assert "tenure" not in stored
    shoot(page, "survey-waiting-390")
    page.close()  # the tablet is put away
    assert not SurveyRecord.objects.exists()

    send(people.hua, "3-001", household())
    again = context.new_page()
    again.goto(live_server.url + FIELD)
    expect(entries(again, "waiting")).to_have_count(2)
    context.set_offline(False)
    again.evaluate("dispatchEvent(new Event('online'))")
    expect(entries(again, "taken")).to_have_count(2)
    again.reload()
    expect(entries(again, "taken")).to_have_count(2)
    expect(entries(again, "waiting")).to_have_count(0)
    assert SurveyRecord.objects.filter(sent_by=people.mei).count() == 2
    states = dict(SurveyAddress.objects.values_list("number", "state"))
    assert (states["1-001"], states["1-002"]) == ("complete", "absent")
    assert_accessible(again)
    shoot(again, "survey-sent-390")
    assert not faults


def test_a_lost_reply_is_one_record_and_what_is_refused_can_be_corrected(
    live_server, open_page, people
):
    page = open_page(may_fail=True, service_workers="block", **PHONE)
    sign_in(page, live_server.url, people.mei)
    lost: list[int] = []

    def lose(route) -> None:
        lost.append(route.fetch().status)  # the city has taken it in, and the reply never comes
        route.abort()

    page.goto(live_server.url + FIELD)
    expect(page.locator("[data-number]")).to_have_count(6)
    page.route("**/surveys/field/send", lose)
    answered(page, "1-001")
    expect(entries(page, "waiting")).to_have_count(1)
    for _ in range(100):
        if lost:
            break
        page.wait_for_timeout(100)
    page.unroute("**/surveys/field/send")
    page.reload()
    expect(entries(page, "taken")).to_have_count(1)
    assert SurveyRecord.objects.count() == 1

    pressed(page, "[data-number='1-003']")
    pressed(page, "[data-back]")
    answered(page, "1-002")
    expect(entries(page, "taken")).to_have_count(2)
    page.evaluate("document.querySelector('[data-number]').focus()")
    pressed(page, "[data-number='1-003']")
    page.locator("#q-members-1-age").fill("200")
    for name, value in (("q-tenure", "own"), ("q-members-1-relation", "head"),
                        ("q-members-1-sex", "female"), ("q-members-1-education", "tertiary"),
                        ("q-members-1-work", "working")):  # fmt: skip
        page.locator(f"#{name}").select_option(value)
    page.locator("#q-rooms").fill("3")
    pressed(page, "[data-visit] button[type=submit]")
    expect(entries(page, "refused")).to_have_count(1)
    pressed(page, "[data-act=correct]")
    expect(page.locator("#q-members-1-age")).to_have_value("200")
    page.locator("#q-members-1-age").fill("20")
    pressed(page, "[data-visit] button[type=submit]")
    expect(entries(page, "taken")).to_have_count(3)
    expect(entries(page, "refused")).to_have_count(0)
    assert SurveyRecord.objects.count() == 3


@pytest.mark.parametrize("width", [390, 1440])
def test_whoever_leads_reads_the_day(live_server, open_page, people, assert_accessible, width):
    send(people.mei, "1-001", household())
    page = open_page(viewport={"width": width, "height": 900})
    sign_in(page, live_server.url, people.lead)
    paths = ("/surveys/", "/surveys/census_2020/", "/en/surveys/census_2020/",
             "/surveys/census_2020/addresses/", "/surveys/census_2020/areas/A1/")  # fmt: skip
    for path in paths:
        page.goto(live_server.url + path)
        assert_accessible(page)
        narrow(page)
