"""A resident reads a whole city's plan in a browser: accessible, on a phone, by keyboard."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shizheng.core import loading
from shizheng.packs import loader

pytestmark = pytest.mark.django_db(transaction=True)
PACK = Path(__file__).parents[2] / "packs" / "exampleton"
PATHS = [
    "",
    "plan/",
    "plan/?light=red",
    "plan/policy-outline-2026/",
    "plan/policy-outline-2026/departments/1/",
    "plan/policy-outline-2026/items/1-1/",
    "plan/policy-outline-2026/text/",
    "plan/policy-outline-2026/compare/",
    "plan/editions/",
    "coverage/",
]


@pytest.fixture
def city(transactional_db):
    return loading.load(loader.load(PACK), at=datetime(2026, 3, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("language", "theme", "width"), [("", "light", 1440), ("en/", "dark", 390)]
)
@pytest.mark.usefixtures("city")
def test_the_plan_is_accessible_and_fits(  # noqa: PLR0917 - one page, three axes
    live_server, open_page, assert_accessible, shoot, language, theme, width
):
    page = open_page(viewport={"width": width, "height": 800}, color_scheme=theme)
    for path in PATHS:
        page.goto(f"{live_server.url}/{language}{path}")
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        shoot(page, f"{language}{path}{width}".replace("/", "_").replace("?", "-"))


def test_a_promise_is_found_and_opened_with_the_keys_alone(city, live_server, page):
    page.goto(f"{live_server.url}/en/plan/")
    page.locator("#id_q").focus()
    page.keyboard.insert_text("1-1")
    page.locator("[role=status]", has_text="matches").wait_for()
    assert "q=1-1" in page.url

    summary = page.locator(".depts summary").first
    summary.focus()
    if summary.evaluate("element => !element.parentElement.open"):
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/1-1/**")
    assert page.locator("h1").inner_text().startswith("1-1")


def test_the_filters_work_without_scripts(city, live_server, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{live_server.url}/en/plan/")
    page.get_by_role("link", name="No evidence").first.click()
    assert "light=grey" in page.url
    assert page.locator(".items li").count() == 10
