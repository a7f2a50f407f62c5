"""A reviewer marks a drawing by keyboard; the architect reads the mark; versions are compared."""

import pytest
from django.test import Client
from tests.services.conftest import kaohsiung
from tests.services.documents.conftest import case, crew, drawing
from tests.services.documents.test_marks import marked, resubmitted, returned_by_fire

from shizheng.services.models import SheetMark

__all__ = ["case", "crew", "kaohsiung"]
pytestmark = pytest.mark.django_db(transaction=True)
ACTIVE = "document.activeElement"
MOST_TABS = 80


@pytest.fixture
def seat(open_page, assert_accessible, live_server):
    """Let somebody sit down at a browser."""

    def sit(person, width: int = 1440):
        page = open_page(viewport={"width": width, "height": 900})
        client = Client()
        client.force_login(person)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        page.context.add_cookies([{**cookie, "url": live_server.url}])

        def visit(path: str):
            page.goto(live_server.url + path)
            assert_accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            return page

        return visit

    return sit


def sheet_of(case, sheet: int = 1) -> str:
    return f"/cases/{case.number}/drawings/{drawing(case).pk}/sheets/{sheet}/"


def tab_to(page, selector: str) -> None:
    for _ in range(MOST_TABS):
        if page.evaluate(f"{ACTIVE}.matches({selector!r})"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")


def test_a_mark_is_placed_by_keyboard_alone(crew, case, seat, shoot):
    page = seat(crew.fire)(sheet_of(case))
    tab_to(page, ".sheet")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    assert "60" in page.locator("[data-place]").inner_text()
    page.keyboard.press("Enter")
    assert page.evaluate(f"{ACTIVE}.name") == "text"
    page.keyboard.insert_text("安全梯寬度不足")
    tab_to(page, "[data-mark-form] button")
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    mark = SheetMark.objects.get()
    assert (mark.x, mark.y, mark.text) == (0.6, 0.45, "安全梯寬度不足")
    assert page.locator(".sheet-mark text").text_content() == "1"
    shoot(page, "sheet-marked-1440")


def test_a_click_on_the_sheet_fills_in_the_place(crew, case, seat):
    page = seat(crew.fire)(sheet_of(case))
    box = page.locator(".sheet svg").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.2)
    assert float(page.locator("[name=left]").input_value()) == pytest.approx(25, abs=0.2)
    assert float(page.locator("[name=top]").input_value()) == pytest.approx(20, abs=0.2)
    assert page.evaluate(f"{ACTIVE}.name") == "text"


@pytest.mark.parametrize("width", [390, 1440])
def test_every_page_of_drawings_fits_and_is_accessible(crew, case, seat, shoot, width):
    marked(case, crew.works, sheet=2, text="基地排水方向與地盤圖不符")
    case = resubmitted(crew, returned_by_fire(crew, case))
    root = f"/cases/{case.number}/drawings/"
    compare = f"{root}{drawing(case).pk}/compare/"
    for person, name, path in (
        (crew.works, "list", root),
        (crew.works, "sheet", sheet_of(case)),
        (crew.works, "zoomed", f"/en{sheet_of(case)}?zoom=4"),
        (crew.works, "beside", compare),
        (crew.works, "over", f"{compare}?view=over&sheet=1&before=1"),
        (crew.architect, "architect", f"/en{sheet_of(case)}"),
    ):
        shoot(seat(person, width)(path), f"drawings-{name}-{width}")
