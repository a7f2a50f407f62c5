"""The frame of every page, in a browser: without errors, accessible, by keyboard."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)
PATHS = [
    "/",
    "/en/",
    "/api/",
    "/en/search/?q=1999",
    "/accessibility/",
    "/components/",
]


@pytest.mark.parametrize(("theme", "width"), [("light", 390), ("dark", 1280)])
@pytest.mark.parametrize("path", PATHS)
def test_pages_fit_are_accessible_and_without_errors(  # noqa: PLR0917 - one page, two axes
    live_server, open_page, assert_accessible, path, theme, width
):
    page = open_page(color_scheme=theme, viewport={"width": width, "height": 900})
    page.goto(live_server.url + path)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page)


def test_pages_fit_400_percent_zoom(live_server, open_page):
    page = open_page(viewport={"width": 320, "height": 256})
    page.goto(live_server.url + "/components/")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_first_key_leads_past_the_menu(live_server, page):
    page.goto(live_server.url)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_the_theme_is_kept_from_page_to_page(live_server, page):
    page.goto(live_server.url)
    page.get_by_role("button", name="切換明暗").click()
    page.goto(live_server.url + "/api/")

    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_shortcuts_are_shown_and_followed(live_server, page):
    page.goto(live_server.url)
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("s")

    page.wait_for_url("**/search/")


FOCUSED_SUMMARY = ".govuk-error-summary:focus"


def test_typing_in_a_box_triggers_no_shortcut(live_server, page):
    page.goto(live_server.url + "/components/")
    page.locator(FOCUSED_SUMMARY).wait_for()  # its script comes last, and takes the focus once
    page.keyboard.press("/")
    page.keyboard.type("g?")

    assert page.evaluate("document.activeElement.value") == "g?"
    assert not page.locator("dialog").is_visible()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(live_server, page):
    page.goto(live_server.url + "/components/")
    page.locator(FOCUSED_SUMMARY).wait_for()
    page.locator(".govuk-error-summary a").nth(1).click()

    assert page.evaluate("document.activeElement.id") == "id_due_on_0"


def test_the_page_works_without_scripts(live_server, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(live_server.url + "/en/")
    page.get_by_role("link", name="中文").click()

    expect(page.get_by_role("link", name="English")).to_be_visible()
    assert not page.get_by_role("button", name="切換明暗").is_visible()


def test_paper_is_white_whatever_the_theme(live_server, open_page):
    page = open_page(color_scheme="dark")
    page.goto(live_server.url)
    page.emulate_media(media="print")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator(".bar nav").is_visible()
