"""A resident in a browser: reporting on a phone by keyboard, without scripts, and what follows."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.browser.visitor import PHONE, Visitor
from tests.services.conftest import kaohsiung, people  # noqa: F401 - fixtures
from tests.services.following.conftest import road_damage

from shizheng.services.models import Case

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_hole_is_reported_on_a_phone_by_keyboard(people, visit):  # noqa: F811
    known, visitor = road_damage(at=timezone.now()).case, visit(**PHONE)
    page = visitor.page
    visitor.open("/report/")
    visitor.write("place_address", "三民區建國三路 100 號")
    visitor.to("summary")
    page.keyboard.press("Enter")
    visitor.write("place_longitude", "120.3127")
    visitor.write("place_latitude", "22.6483")
    page.keyboard.press("Tab")
    page.locator(".near").get_by_text(known.title).wait_for()
    visitor.look()
    visitor.write("description", "馬路上有坑洞，機車很危險")
    page.locator(".likely").first.wait_for()
    assert page.locator("[name=service]").first.get_attribute("value") == "road_damage"
    assert page.locator("[name=service]:checked").count() == 0
    visitor.tick("service")
    page.locator("[name=more-kind]").first.wait_for()
    visitor.tick("more-kind")
    visitor.write("email", "b@example.org")
    visitor.look("report-filled")
    visitor.to("#report-form > .actions button")
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    case = Case.objects.exclude(pk=known.pk).get()
    assert page.url.endswith(f"/report/sent/{case.number}/")
    visitor.look("report-sent")
    visitor.open(f"/cases/{case.number}/", "case-of-party")


def test_without_scripts_and_map_an_address_is_enough(
    people,  # noqa: F811
    open_page,
    live_server,
):
    page = open_page(java_script_enabled=False, may_fail=True, **PHONE)
    page.goto(f"{live_server.url}/en/report/")
    page.fill("[name=place_address]", "100 Jianguo 3rd Road")
    page.select_option("[name=place_district]", label="Sanmin District")
    page.fill("[name=description]", "A deep hole in the road")
    page.check("[name=service][value=road_damage]")
    page.click("text=See what is reported there already")
    assert page.input_value("[name=description]") == "A deep hole in the road"
    page.check("[name=more-kind][value=pothole]")
    page.click("#report-form > .actions button")
    case = Case.objects.get()
    assert (case.district.name["en"], case.answers["kind"]) == ("Sanmin District", "pothole")
    assert page.url.endswith(f"/en/report/sent/{case.number}/")


@pytest.mark.parametrize(("language", "width"), [("/en", 390), ("", 1280)])
def test_my_cases_the_inbox_and_the_questions_fit(people, visit, language, width):  # noqa: F811
    visitor = visit(viewport={"width": width, "height": 844})
    visitor.sign_in(people.resident)
    pages = ["my/cases/", "my/notices/", "track/", "questions/", "questions/report_pothole/"]
    _look_at(visitor, pages, f"{width}-0", language)
    for turn in range(3):
        at = timezone.now() - timedelta(hours=turn)
        case = road_damage(reporter=people.resident, at=at).case
    Case.objects.filter(pk=case.pk).update(holder="applicant")
    address = f"cases/{case.number}/"
    _look_at(visitor, ["my/cases/", "my/notices/", address], f"{width}-3", language)
    visitor.page.context.clear_cookies()
    _look_at(visitor, [address, f"{address}follow/"], f"{width}-all", language)


def _look_at(visitor: Visitor, pages: list[str], suffix: str, language: str) -> None:
    for path in pages:
        name = re.sub(r"[^a-z]+", "-", path.strip("/"))
        visitor.open(f"{language}/{path}", f"{name}-{suffix}{language.strip('/')}")
