"""Figures in a browser: found, traced to their source, downloaded, quoted; entered, signed."""

import pytest
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import empty_city  # noqa: F401 - a fixture
from tests.statistics.pages.conftest import figures, now  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = {"phone": PHONE, "desk": DESK}
PAGES = {
    "figures": "figures/", "cases": "figures/cases_closed/", "in-time": "figures/in_time/",
    "poll": "figures/satisfaction/", "visitors": "figures/visitors/",
    "villages": "figures/cases_closed/villages/", "releases": "figures/releases/",
    "empty": "figures/held_back/", "nothing-found": "figures/?q=zzz",
}  # fmt: skip


def drawn(visitor):
    """Wait until every chart that is in view was drawn by the browser."""
    for chart in visitor.page.locator("figure-chart").all():
        chart.scroll_into_view_if_needed()
        visitor.page.wait_for_selector("figure-chart[data-ready]")
    visitor.page.evaluate("scrollTo(0, 0)")


@pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("desk", "light")])
def test_pages_of_figures_are_accessible_on_a_phone_and_on_a_desk(figures, visit, size, scheme):  # noqa: F811
    visitor = visit(**SIZES[size], color_scheme=scheme)
    for name, path in PAGES.items():
        visitor.page.goto(f"{visitor.site}/{'en/' if size == 'desk' else ''}{path}")
        drawn(visitor)
        visitor.look(f"indicator-{name}-{size}-{scheme}")


def test_somebody_finds_a_number_by_keyboard_sees_its_source_takes_it_and_quotes_it(figures, visit):  # noqa: F811
    visitor = visit(**DESK, accept_downloads=True, permissions=["clipboard-write"])
    page = visitor.page
    visitor.open("/en/search/")
    visitor.write("q", "satisfaction of residents")
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    visitor.send("a[href$='/figures/satisfaction/']")
    visitor.look("indicator-found")
    assert page.locator(".indicator-big").inner_text().split() == ["74.4", "%"]
    assert "Survey" in page.locator(".aside-facts").inner_text()
    visitor.to("a[download]")
    with page.expect_download() as downloaded:
        page.keyboard.press("Enter")
    assert b"2019-Q4" in downloaded.value.path().read_bytes()
    visitor.press("copy-text button")
    page.wait_for_selector("copy-text [role=status]:not(:empty)")
    quoted = page.locator("#citation").inner_text()
    assert "Satisfaction of residents" in quoted
    visitor.send("a[href$='/figures/satisfaction/v1/']")
    assert "You see vintage 1, for good at this address." in page.content()
    visitor.look("indicator-vintage")


def test_without_scripts_the_drawing_of_the_server_and_the_table_stand(figures, visit):  # noqa: F811
    visitor = visit(**PHONE, java_script_enabled=False)
    visitor.page.goto(f"{visitor.site}/figures/visitors/")
    assert visitor.page.locator("svg.chart").first.is_visible()
    assert visitor.page.locator(".indicator-table tbody tr").count() == 36
    visitor.shoot(visitor.page, "indicator-without-scripts")


def test_a_figure_is_entered_by_one_and_signed_by_another(figures, visit):  # noqa: F811
    enterer = visit(figures.enterer, **PHONE, may_fail=True)  # one form is refused: 422
    enterer.open("/figures/desk/visitors/enter/", "desk-enter-phone")
    enterer.send("main button[type=submit]")
    enterer.look("desk-enter-refused-phone")
    enterer.write("period", "109年2月")
    enterer.write("value", "5,700")
    enterer.write("source", "服務字第 1 號")
    enterer.send("main button[type=submit]")
    enterer.look("desk-own-phone")
    signer = visit(figures.signer, **DESK)
    signer.open("/en/figures/desk/", "desk-sign-desk")
    signer.tick("figure")
    signer.send("main form button[type=submit]")
    signer.look("desk-signed-desk")
    assert "1 figure signed off." in signer.page.content()
    signer.open("/en/figures/visitors/")
    assert signer.page.locator(".indicator-big").inner_text().split() == ["5,700", "visits"]
