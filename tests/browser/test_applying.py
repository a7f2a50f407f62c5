"""From “I want to…” to the receipt: by keyboard, on a phone, without scripts; axe finds nothing."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect
from tests.browser.accessibility import CHANGING
from tests.services.applying.service import entered
from tests.services.conftest import kaohsiung  # noqa: F401 - a fixture

from shizheng.services.models import Case, Draft

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}
NEXT = ".part-form > .actions > .govuk-button"
DESK = {"width": 1440, "height": 900}


@pytest.fixture
def event(kaohsiung):  # noqa: F811 - the fixture
    return entered()


def press(page, selector, key="Enter"):
    """Reach a control as the keyboard does, and press a key on it."""
    page.locator(selector).focus()
    with page.expect_event("load"):
        page.keyboard.press(key)


def type_into(page, selector, text):
    page.locator(selector).focus()
    page.keyboard.type(text)


def fill_event(page):
    for name, text in (
        ("first_day_year", "115"), ("first_day_month", "12"), ("first_day_day", "24"),
        ("budget", "12000"),
    ):  # fmt: skip
        type_into(page, f"[name={name}]", text)


@pytest.mark.parametrize(("language", "size"), [("", PHONE), ("/en", DESK)], ids=["phone", "desk"])
def test_a_form_is_filled_in_and_sent_by_keyboard(  # noqa: PLR0917 - fixtures
    event, live_server, open_page, assert_accessible, shoot, language, size
):
    page = open_page(viewport=size)
    shot = "phone" if size is PHONE else "desk"

    def look(name):
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        shoot(page, f"applying-{name}-{shot}")

    page.goto(f"{live_server.url}{language}/services/")
    look("services")
    type_into(page, "#wish", "園遊會")
    expect(page).to_have_url(
        re.compile(quote("園遊會"))
    )  # what was found for its first signs is gone
    page.locator("#found a[href$='/services/big_event/']").wait_for()
    look("found")
    press(page, "#found a[href$='/services/big_event/']")
    look("service")
    press(page, ".govuk-button--start")
    look("first")
    page.locator("[name=who]").first.focus()
    page.keyboard.press("ArrowDown")
    page.locator("[name=tax_id]").wait_for()
    expect(page.locator(CHANGING)).to_have_count(0)  # a key during the exchange would be lost
    page.locator("[name=who]").nth(1).focus()
    page.keyboard.press("ArrowUp")
    page.locator("[name=tax_id]").wait_for(state="detached")
    type_into(page, "[name=id_no]", "A123456789")
    look("condition")
    press(page, NEXT)
    look("event")
    fill_event(page)
    press(page, NEXT)
    type_into(page, "[name=crew-0-name]", "甲")
    page.locator("#add-crew").focus()
    page.keyboard.press("Enter")
    page.locator("[name=crew-1-name]").wait_for()
    assert page.locator("[name=crew-0-name]").input_value() == "甲"
    look("crew")
    press(page, NEXT)
    type_into(page, "[name=name]", "王小明")
    type_into(page, "[name=email]", "wang@example.org")
    look("contact")
    press(page, NEXT)
    look("check")
    press(page, NEXT)
    look("receipt")
    case = Case.objects.get()
    assert case.number in page.content()
    assert case.answers["crew"] == [{"name": "甲"}] or case.answers["crew"][0]["name"] == "甲"


def test_the_same_journey_works_without_scripts(event, live_server, open_page):
    page = open_page(java_script_enabled=False, viewport=PHONE, may_fail=True)
    page.goto(f"{live_server.url}/services/?q=園遊會")
    press(page, "#found a[href$='/services/big_event/']")
    press(page, ".govuk-button--start")
    page.locator("[name=who]").nth(1).check()
    press(page, NEXT)
    assert page.locator("[name=tax_id]").is_visible()  # the answer opened it
    type_into(page, "[name=tax_id]", "04595257")
    press(page, NEXT)
    fill_event(page)
    press(page, NEXT)
    type_into(page, "[name=crew-0-name]", "甲")
    press(page, "#add-crew")
    type_into(page, "[name=crew-1-name]", "乙")
    press(page, NEXT)
    type_into(page, "[name=name]", "王")
    type_into(page, "[name=phone]", "0912345678")
    page.locator("[name=notice_by][value=sms]").check()
    press(page, NEXT)
    press(page, NEXT)
    code = re.search(r'receipt-number">([0-9A-Z]{10})<', page.content())
    assert code
    assert [row["name"] for row in Case.objects.get().answers["crew"]] == ["甲", "乙"]


def test_faults_are_summed_up_with_links_to_their_fields(
    event, live_server, open_page, assert_accessible, shoot
):
    page = open_page(viewport=DESK, may_fail=True)
    page.goto(f"{live_server.url}/en/services/big_event/start/")
    press(page, NEXT)
    assert_accessible(page)
    shoot(page, "applying-faults")
    link = page.locator(".govuk-error-summary a").first
    link.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "who"


def test_a_form_is_put_aside_and_the_link_shown(
    event, live_server, open_page, assert_accessible, shoot
):
    page = open_page(viewport=PHONE)
    page.goto(f"{live_server.url}/en/services/big_event/start/")
    page.locator("[name=who]").first.check()
    type_into(page, "[name=id_no]", "A123456789")
    press(page, "[name=later]")
    assert_accessible(page)
    press(page, "form:has([value=show]) button")
    assert_accessible(page)
    shoot(page, "applying-later")
    assert page.locator(".resume-link a").is_visible()
    assert Draft.objects.get().answers["who"] == "person"
