"""Steps of a master case, and the places of a service, on a phone and on a desk, by keyboard."""

import pytest
from playwright.sync_api import expect
from tests.browser.test_desk import sit  # noqa: F401 - a fixture
from tests.services.conftest import kaohsiung  # noqa: F401 - a fixture
from tests.services.masters.conftest import filming, invested, team  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)
BROAD = """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth
  ? [] : [...document.querySelectorAll("main *")].filter(
    (each) => !each.closest(".scroll") &&
      each.getBoundingClientRect().right > document.documentElement.clientWidth
  ).map((each) => each.outerHTML.slice(0, 120)).concat(["something is too broad"])"""


@pytest.mark.parametrize(("width", "language"), [(390, "zh-hant"), (1440, "en")])
def test_steps_and_places_fit_and_are_written_down_by_keyboard(  # noqa: PLR0917 - one page
    team, sit, assert_accessible, shoot, width, language  # noqa: F811
):  # fmt: skip
    case = invested(team)
    filming(team)
    page = sit(team.window, language, width)
    page.goto(f"{page.site}/desk/cases/{case.number}/steps/")
    assert_accessible(page)
    assert page.evaluate(BROAD) == []
    shoot(page, f"steps-{width}")
    page.locator("#step-environment a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h2#change")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate(BROAD) == []
    shoot(page, f"step-{width}")
    page.locator("input[name=act][value=begin]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#step-environment .light-green")).to_be_visible()
    for path in ("places/", "places/demo-love-river/?month=2020-03"):
        page.goto(f"{page.site}/services/film_location/{path}")
        assert_accessible(page)
        assert page.evaluate(BROAD) == []
        shoot(page, f"places-{width}-{len(path)}")
