"""Definitions in a browser: the drawing, differences and publishing, on a phone and a desk."""

import pytest
from django.test import Client
from tests.services.conftest import KAOHSIUNG, kaohsiung, people  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = pytest.mark.parametrize(
    ("language", "size"),
    [("", {"width": 390, "height": 844}), ("/en", {"width": 1440, "height": 900})],
    ids=["phone", "desk"],
)


@SIZES
def test_definitions_are_read_and_a_slip_is_shown_with_its_line(  # noqa: PLR0917 - fixtures
    people,  # noqa: F811
    live_server,
    open_page,
    assert_accessible,
    shoot,
    language,
    size,
):
    name = "phone" if size["width"] == 390 else "desk"
    page = open_page(viewport=size, may_fail=True)  # a refused file is a 422
    base = f"{live_server.url}{language}/services/definitions/"

    def look(what):
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        shoot(page, f"definitions-{what}-{name}")

    page.goto(base)
    look("list")
    for code in ("road_damage", "building_permit"):
        page.goto(f"{base}{code}/")
        assert page.locator(".state-drawing svg[role=img]").count() == 1
        look(code)
    page.goto(f"{base}road_damage/difference/")
    look("difference")

    client = Client()
    client.force_login(people.administrator)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    text = (KAOHSIUNG / "services/road_damage.yaml").read_text(encoding="utf-8")
    page.goto(f"{base}road_damage/publish/")
    page.locator("#id_text").fill(text.replace("template: received", "template: recieved"))
    page.locator("button[name=check]").press("Enter")
    page.locator(".problems li").first.wait_for()
    look("refused")
    changed = text.replace("id: road_damage\n", "id: road_damage\nversion: 2\n", 1)
    page.locator("#id_text").fill(changed.replace("keep: 5y", "keep: 6y"))
    page.locator("button[name=check]").press("Enter")
    page.locator("button[name=publish]").wait_for()
    look("checked")
    page.locator("button[name=publish]").press("Enter")
    page.wait_for_url("**/reports/**")
    look("report")
