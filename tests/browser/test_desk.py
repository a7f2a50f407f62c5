"""An officer works by keyboard: list, case, act, next; joint review; 0 to 3,000 cases."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.services.conftest import kaohsiung, people  # noqa: F401 - fixtures
from tests.services.desk.conftest import SANMIN
from tests.systems.test_016_building_permit import desks, filed  # noqa: F401 - a fixture

from shizheng.services.actions.opening import Contact, Intake, case_open
from shizheng.services.models import Case, Service

pytestmark = pytest.mark.django_db(transaction=True)
LATE = {"due_at": timezone.now() - timedelta(days=1)}


def reported(people, description, **changes):  # noqa: F811 - the fixture's value
    """Open a report of road damage now."""
    given = Intake(
        channel="phone", description=description, place=SANMIN, answers={"kind": "pothole"},
        contact=Contact(name="王小明", phone="0912345678"), reporter=people.resident,
    )  # fmt: skip
    service = Service.objects.get(code="road_damage")
    case = case_open(service=service, given=given, by=people.resident, at=timezone.now()).case
    if changes:
        Case.objects.filter(pk=case.pk).update(**changes)
    return case


def copies(case, count):
    """Make many cases like one, without what hangs on them."""
    rows = []
    for number in range(count):
        row = Case.objects.get(pk=case.pk)
        row.pk, row.number = None, f"KHC-9{number:07d}"
        row.id = Case._meta.get_field("id").get_default()
        row.due_at = case.due_at + timedelta(hours=number)
        rows.append(row)
    Case.objects.bulk_create(rows, batch_size=500)


@pytest.fixture
def sit(open_page, live_server):
    """Open a page as somebody, in a language and a size."""

    def one(person, language="zh-hant", width=1440, **options) -> Page:
        page = open_page(viewport={"width": width, "height": 900}, **options)
        client = Client()
        client.force_login(person)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        page.context.add_cookies([{**cookie, "url": live_server.url}])
        page.site = live_server.url + ("/en" if language == "en" else "")
        return page

    return one


def test_an_officer_goes_through_the_list_by_keyboard(people, sit, assert_accessible, shoot):  # noqa: F811
    first = reported(people, "路中央有個大坑洞，機車經過會翹起", **LATE)
    second = reported(people, "人孔蓋旁邊下陷，昨晚有人差點摔倒")
    page = sit(people.officer)
    page.goto(f"{page.site}/desk/?view=agency")
    assert_accessible(page)
    shoot(page, "desk-list")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_contain_text("勾選")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#case-title")).to_contain_text("坑洞")
    expect(page).to_have_url(re.compile(first.number))
    assert_accessible(page)
    shoot(page, "desk-split")
    page.keyboard.press("a")
    expect(page.locator(".notice-success")).to_be_visible()
    expect(page.locator(f"#row-{first.number} .desk-who")).to_contain_text("officer_works")
    first.refresh_from_db()
    assert (first.state, first.assignee) == ("in_progress", people.officer)
    page.keyboard.press("c")
    expect(page.locator(".case-form")).to_be_visible()
    shoot(page, "desk-act")
    page.locator("[name=reply]").focus()
    page.keyboard.insert_text("已補平，謝謝您的通報。")
    assert_accessible(page)
    page.locator(".case-form button.govuk-button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#row-{first.number} .light")).to_contain_text(re.compile("結|closed"))
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(second.number))
    page.keyboard.press("x")
    assert page.locator(".desk-tick input:checked").count() == 1
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "desk-q"


def test_a_stale_act_says_what_happened_beside_the_list(people, sit, shoot):  # noqa: F811
    case = reported(people, "路面龜裂")
    page = sit(people.officer, may_fail=True)
    page.goto(f"{page.site}/desk/cases/{case.number}/?view=agency")
    page.keyboard.press("n")
    expect(page.locator(".case-form")).to_be_visible()
    page.locator("[name=reply]").fill("現場未發現破損。")
    from shizheng.services.actions.acting import case_act

    case_act(case=case, action="accept", by=people.colleague, at=timezone.now())
    page.locator(".case-form button.govuk-button").click()
    expect(page.locator(".case-form .notice-warning")).to_be_visible()
    expect(page.locator("[name=reply]")).to_have_value("現場未發現破損。")
    expect(page.locator("#desk-rows")).to_be_visible()
    shoot(page, "desk-stale")
    page.locator(".case-form button.govuk-button").click()
    expect(page.locator(".notice-success")).to_be_visible()
    case.refresh_from_db()
    assert case.outcome == "no_action"


def test_the_form_of_an_act_works_on_a_page_of_its_own(people, sit):  # noqa: F811
    case = reported(people, "路面龜裂")
    page = sit(people.officer)
    page.goto(f"{page.site}/desk/cases/{case.number}/note/?view=agency")
    page.locator(".case-form textarea").fill("已電話聯繫里長。")
    page.locator(".case-form button.govuk-button").click()
    expect(page.locator(".notice-success")).to_be_visible()
    expect(page.locator("#case-title")).to_be_visible()


def test_one_agency_of_a_joint_review_returns_the_file(desks, sit, assert_accessible, shoot):  # noqa: F811
    case = filed(desks)
    desks["works"].act(case, "accept")
    for name, agency in (
        ("works", "public_works"), ("planning", "urban_development"),
        ("water", "water_resources"), ("environment", "environmental_protection"),
    ):  # fmt: skip
        desks[name].review(case, agency, "agree")
    page = sit(desks["fire"].person)
    page.goto(f"{page.site}/desk/?view=review")
    expect(page.locator(".desk-row")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#case-title")).to_be_visible()
    page.keyboard.press("R")
    form = page.locator(".case-form")
    expect(form).to_be_visible()
    form.locator("[value=return]").focus()
    page.keyboard.press("Space")
    form.locator("[name=opinion]").focus()
    page.keyboard.insert_text("安全梯寬度不符，請改正。")
    assert_accessible(page)
    shoot(page, "desk-review")
    form.locator("button.govuk-button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success")).to_be_visible()
    expect(page.locator(".case")).to_contain_text("安全梯寬度不符")
    case.refresh_from_db()
    assert case.state == "compiling"
    assert_accessible(page)
    shoot(page, "desk-returned")


@pytest.mark.parametrize(("width", "language"), [(390, "en"), (1440, "zh-hant")])
@pytest.mark.parametrize("count", [0, 3, 3_000])
def test_the_desk_fits_phones_and_wide_screens(  # noqa: PLR0917 - one page, four axes
    people, sit, assert_accessible, shoot, language, width, count  # noqa: F811
):  # fmt: skip
    case = reported(people, "路中央有個大坑洞，機車經過會翹起，昨晚有人差點摔倒")
    if count:
        copies(case, count - 1)
    view = "agency" if count else "mine"
    page = sit(people.officer, language, width)
    page.goto(f"{page.site}/desk/?view={view}")
    assert_accessible(page)
    shoot(page, f"desk-{count}-{width}-{language}")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
    if not count:
        return
    rows = page.locator(".desk-row")
    shown = rows.count()
    if count > 50:
        page.locator("#desk-more a").click()
        expect(rows).to_have_count(shown + 50)
    heights = {round(box.bounding_box()["height"]) for box in rows.all()[:5]}
    assert max(heights) <= (46 if width > 1100 else 130)
    rows.first.locator("a").click()
    expect(page.locator("#case-title")).to_contain_text("坑洞")
    assert_accessible(page)
    assert page.evaluate(overflow) <= 0
    shoot(page, f"desk-case-{count}-{width}-{language}")
