"""A controller issues, follows and releases a directive in a browser, by keyboard only."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from tests.plan.directives import town

from shizheng.core.models import Agency
from shizheng.plan.directives.actions.issuing import directive_issue
from shizheng.plan.models import Directive

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = timezone.localdate()
MOST_TABS = 160
ACTIVE = "document.activeElement"


@pytest.fixture
def people():
    town.make_city()
    return town.make_people(town.make_agencies())


class Keyboard:
    """A person at a browser who touches nothing but the keys."""

    def __init__(self, page: Page, check, live_server, person) -> None:
        self.page, self.check, self.site = page, check, live_server.url
        client = Client()
        client.force_login(person)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        page.context.add_cookies([{**cookie, "url": self.site}])

    def open(self, path: str) -> None:
        self.page.goto(self.site + path)
        self.check(self.page)

    def to(self, selector: str) -> None:
        """Press Tab until the element has the focus; it must be seen to have it."""
        for _ in range(MOST_TABS):
            if self.page.evaluate(f"{ACTIVE}.matches({selector!r})"):
                outline = self.page.evaluate(f"getComputedStyle({ACTIVE}).outlineStyle")
                assert outline != "none", f"no visible focus on {selector}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached by Tab on {self.page.url}")

    def write(self, name: str, text: str) -> None:
        self.to(f"[name={name}]")
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def day(self, name: str, day) -> None:
        for part, value in (("year", day.year - 1911), ("month", day.month), ("day", day.day)):
            self.write(f"{name}_{part}", str(value))

    def choose(self, name: str, text: str) -> None:
        """Move down a list to the entry."""
        self.to(f"select[name={name}]")
        for _ in range(MOST_TABS):
            if self.page.evaluate(f"{ACTIVE}.selectedOptions[0].text") == text:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{text} is not in the list {name}")

    def tick(self, selector: str) -> None:
        self.to(selector)
        self.page.keyboard.press("Space")

    def send(self) -> None:
        self.press("main button.govuk-button")

    def press(self, selector: str) -> None:
        self.to(selector)
        with self.page.expect_event("load"):
            self.page.keyboard.press("Enter")
        self.check(self.page)

    def act(self, name: str) -> None:
        self.press(f'main a[href$="/{name}/"]')


@pytest.fixture
def at_desk(open_page, assert_accessible, live_server):
    def sit(person, **options) -> Keyboard:
        page = open_page(**({"viewport": {"width": 1440, "height": 900}} | options))
        return Keyboard(page, assert_accessible, live_server, person)

    return sit


def test_a_directive_is_issued_followed_and_released_by_keyboard(
    people, at_desk, shoot, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    control = at_desk(people.control)
    control.open("/directives/")
    control.page.keyboard.press("n")
    control.page.wait_for_url("**/directives/new/")
    control.write("source_reference", "第 450 次市政會議")
    control.day("source_on", TODAY)
    control.write("wording", "請工務局於汛期前完成愛河沿線側溝清淤。")
    control.choose("lead", "工務局")
    control.tick('[name=partners][id$="_2"]')
    control.day("due_on", TODAY + timedelta(days=30))
    control.send()
    shoot(control.page, "directive-issued")
    directive = Directive.objects.get()
    page = f"/directives/{directive.number}/"
    assert control.page.url.endswith(page)
    shoot(control.page, "directive-issued")

    lead = at_desk(people.lead, may_fail=True)  # it sends an empty form, answered with 422
    lead.open(page)
    lead.act("report")
    lead.send()
    assert lead.page.locator(".govuk-error-summary").count() == 1
    shoot(lead.page, "directive-report-errors")
    lead.write("percent", "100")
    lead.write("text", "全線完成清淤。")
    lead.write("link_1", "https://example.org/photos")
    lead.tick("[name=is_final]")
    lead.send()

    partner = at_desk(people.partner)
    partner.open(page)
    partner.act("countersign")
    partner.send()

    control.open(page)
    control.act("accept")
    control.send()
    lead.open(page)
    lead.act("release-request")
    lead.write("reason", "已完成，請解除列管。")
    lead.send()

    control.open("/directives/?state=release_requested")
    control.page.keyboard.press("j")
    assert control.page.evaluate(f"{ACTIVE}.textContent") == directive.number
    control.press(f'main a[href="{page}"]')
    control.page.keyboard.press("l")
    control.page.wait_for_url("**/release/")
    control.write("text", "同意解除列管。")
    control.send()
    directive.refresh_from_db()
    assert directive.status == "released"
    shoot(control.page, "directive-released")
    control.open("/directives/?state=released")
    assert re.search(directive.number, control.page.content())


def issued(people) -> Directive:
    by_code = {agency.code: agency for agency in Agency.objects.all()}
    return directive_issue(
        by=people.control, at=town.AT, control=by_code["control"], source="city_meeting",
        source_reference="第 450 次市政會議", source_on=date(2020, 2, 25),
        wording="請工務局於汛期前完成愛河沿線側溝清淤，並將清淤前後照片及數量彙整報府。",
        lead=by_code["works"], partners=[by_code["water"]], cadence="monthly",
        due_on=date(2020, 5, 29), confidentiality="internal",
    )  # fmt: skip


@pytest.mark.parametrize(("width", "language"), [(390, "/en"), (1440, "")])
def test_every_page_fits_and_is_accessible(people, at_desk, shoot, width, language):
    directive = issued(people)
    desk = at_desk(people.control, viewport={"width": width, "height": 800})
    for name in ("", "overdue/", "new/", "periods/", "calendar/", f"{directive.number}/"):
        desk.open(f"{language}/directives/{name}")
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width, name
        shoot(desk.page, f"directives-{name.rstrip('/') or 'list'}-{width}{language[1:]}")
