"""Maps in a browser: by hand, by keyboard, on a phone, and where none can be drawn."""

import re
from datetime import UTC, date, datetime

import pytest
import shapely

from shizheng.core.models import Area, City

pytestmark = pytest.mark.django_db(transaction=True)
SINCE = date(2018, 1, 1)
HERE = {"longitude": 120.01, "latitude": 22.01}
WITHOUT_WEBGL = """
    const before = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
        return kind.startsWith("webgl") ? null : before.call(this, kind, ...rest);
    };
"""
POINT, LINE, POLYGON = range(3)


@pytest.fixture(autouse=True)
def town():
    """Four villages of two districts, each a fiftieth of a degree wide."""
    City.objects.create(
        code="exampleton",
        name={"zh-Hant": "樣本市", "en": "Exampleton"},
        manifest={},
        loaded_at=datetime(2020, 3, 2, tzinfo=UTC),
    )
    for number, south in ((1, 22.0), (2, 22.02)):
        district = _area(f"D{number}", "district", (120.0, south, 120.04, south + 0.02))
        for west in (120.0, 120.02):
            code = f"D{number}-{round((west - 120) * 100)}"
            _area(code, "village", (west, south, west + 0.02, south + 0.02), district)


def _area(code, kind, box, parent=None):
    return Area.objects.create(
        code=code,
        kind=kind,
        name={"zh-Hant": f"{code}{'區' if kind == 'district' else '里'}", "en": f"{kind} {code}"},
        parent=parent,
        shape=shapely.to_wkb(shapely.box(*box)),
        source="Invented",
        valid_from=SINCE,
    )


def open_map(page, live_server, number=POINT, path="/en/components/"):
    page.goto(live_server.url + path)
    field = page.locator("location-field").nth(number)
    page.locator("location-field[data-ready]").nth(number).wait_for()
    field.locator("canvas").scroll_into_view_if_needed()
    return field


def click_at(field, right, down):
    box = field.locator("canvas").bounding_box()
    field.locator("canvas").click(position={"x": box["width"] * right, "y": box["height"] * down})


def value(field, part):
    return field.locator(f"[name$='_{part}']").input_value()


def wait_for_words(field, words):
    field.locator("[data-said]").filter(has_text=re.compile(words)).wait_for()


def test_a_click_sets_the_point_and_says_its_village(live_server, page):
    field = open_map(page, live_server)
    assert value(field, "longitude") == ""
    click_at(field, 0.45, 0.6)
    wait_for_words(field, "village D1-0, district D1")

    assert 120.0 < float(value(field, "longitude")) < 120.02
    assert value(field, "district") == "D1"
    assert value(field, "village") == "D1-0"
    assert field.locator("[data-pin]").get_attribute("data-is-set") == ""


def test_the_map_is_dragged_under_the_pin(live_server, open_page):
    page = open_page(viewport={"width": 390, "height": 800}, has_touch=True)
    field = open_map(page, live_server)
    box = field.locator("canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y - 60, steps=6)
    page.mouse.up()
    wait_for_words(field, "village D1-0")

    assert float(value(field, "longitude")) < 120.02
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_arrow_keys_move_the_pin_and_plus_brings_it_nearer(live_server, page):
    field = open_map(page, live_server)
    field.locator("canvas").focus()
    page.keyboard.press("ArrowRight")
    wait_for_words(field, "D")
    far = float(value(field, "longitude")) - 120.02
    page.keyboard.press("+")
    page.keyboard.press("Shift+ArrowRight")
    near = float(value(field, "longitude")) - 120.02

    assert far > 0
    assert far < near < far * 1.2


def test_outside_the_city_is_said_in_words(live_server, page):
    field = open_map(page, live_server)
    click_at(field, 0.02, 0.5)
    wait_for_words(field, "outside Exampleton. The nearest district is district D")

    assert value(field, "district") == ""


def test_the_place_of_the_phone_is_taken(live_server, open_page):
    page = open_page(geolocation=HERE, permissions=["geolocation"])
    field = open_map(page, live_server)
    field.get_by_role("button", name="Where I am").click()
    wait_for_words(field, "village D1-0, district D1")

    assert float(value(field, "latitude")) == pytest.approx(22.01, abs=1e-5)


def test_typed_coordinates_move_the_map_and_a_district_takes_them_back(live_server, page):
    field = open_map(page, live_server)
    field.locator("summary").click()
    field.locator("[name$='_longitude']").fill("120.03")
    field.locator("[name$='_latitude']").fill("22.03")
    field.locator("[name$='_latitude']").blur()
    wait_for_words(field, "village D2-2, district D2")
    field.locator("[name$='_district']").select_option("D1")

    assert value(field, "longitude") == ""
    groups = field.locator("[name$='_village'] optgroup")
    assert groups.evaluate_all("all => all.map(one => one.label)") == ["district D1"]


def test_a_polygon_is_drawn_closed_and_taken_back(live_server, page):
    field = open_map(page, live_server, POLYGON)
    for right, down in ((0.45, 0.3), (0.55, 0.3), (0.55, 0.6)):
        click_at(field, right, down)
    wait_for_words(field, "3 points")
    field.get_by_role("button", name="Close the shape").click()
    wait_for_words(field, "closed")
    click_at(field, 0.45, 0.6)
    assert len(value(field, "points").splitlines()) == 3
    for _ in range(2):
        field.get_by_role("button", name="Take the last point back").click()
    wait_for_words(field, "2 points")

    assert len(value(field, "points").splitlines()) == 2


def test_a_line_is_drawn_by_keyboard(live_server, page):
    field = open_map(page, live_server, LINE)
    field.locator("canvas").focus()
    for key in ("Enter", "ArrowRight", "ArrowRight", "Enter", "ArrowDown", "Enter", "Backspace"):
        page.keyboard.press(key)
    first, second = (line.split(", ") for line in value(field, "points").splitlines())

    assert float(first[0]) < float(second[0])
    assert first[1] == second[1]


def test_without_webgl_words_say_so_and_the_inputs_work(live_server, open_page, assert_accessible):
    page = open_page(geolocation=HERE, permissions=["geolocation"])
    page.add_init_script(WITHOUT_WEBGL)
    page.goto(live_server.url + "/en/components/")
    field = page.locator("location-field").first
    field.get_by_text("No map can be drawn here.").wait_for()
    assert not field.locator("[data-map]").is_visible()
    field.locator("[name$='_district']").select_option("D2")
    field.locator("[name$='_address']").fill("Main Street 1")
    field.get_by_role("button", name="Where I am").click()
    wait_for_words(field, "village D1-0, district D1")

    page.get_by_text("The table shows the same.").wait_for()
    assert_accessible(page)


def test_without_scripts_the_inputs_are_all_there(live_server, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(live_server.url + "/en/components/")
    field = page.locator("location-field").nth(POLYGON)
    field.locator("[name$='_points']").fill("120.01, 22.01")
    field.locator("[name$='_village']").select_option("D2-2")

    assert not field.locator("[data-drawn]").is_visible()
    assert not field.get_by_role("button").first.is_visible()


def test_a_row_shows_its_point_and_a_point_its_row(live_server, page):
    page.goto(live_server.url + "/en/components/")
    page.locator("case-map[data-ready]").wait_for()
    page.locator("tr[data-feature-id='5'] a").focus()
    popup = page.locator("case-map .maplibregl-popup")
    popup.get_by_text("5").first.wait_for()
    assert page.locator("tr[aria-current]").get_attribute("data-feature-id") == "5"

    page.evaluate("document.querySelector('case-map').choose('7')")
    popup.get_by_role("link", name="Open 7").wait_for()
    assert page.locator("tr[aria-current]").get_attribute("data-feature-id") == "7"


FETCHED = """
    const old = document.querySelector("case-map");
    const fresh = old.cloneNode(true);
    fresh.querySelector("script").remove();
    fresh.querySelector("[data-map]").replaceChildren();
    fresh.removeAttribute("data-ready");
    fresh.setAttribute("src", "/points.geojson");
    old.replaceWith(fresh);
"""
POINTS = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"id": 1, "title": "No place"}, "geometry": None},
        {
            "type": "Feature",
            "properties": {"id": 3, "title": "<b>Hole</b>", "href": "//elsewhere.example/"},
            "geometry": {"type": "Point", "coordinates": [120.01, 22.01]},
        },
    ],
}


def test_points_are_fetched_and_their_texts_stay_texts(live_server, page):
    page.route("**/points.geojson", lambda route: route.fulfill(json=POINTS))
    page.goto(live_server.url + "/en/components/")
    page.locator("case-map[data-ready]").wait_for()
    page.evaluate(FETCHED)
    page.locator("case-map[data-ready]").wait_for()
    page.locator("tr[data-feature-id='3'] a").focus()
    popup = page.locator("case-map .maplibregl-popup")
    popup.get_by_text("<b>Hole</b>").wait_for()

    assert popup.get_by_role("link").count() == 0


def test_points_that_cannot_be_fetched_are_said_to_be_in_the_table(live_server, open_page):
    page = open_page(may_fail=True)
    page.route("**/points.geojson", lambda route: route.fulfill(status=503))
    page.goto(live_server.url + "/en/components/")
    page.locator("case-map[data-ready]").wait_for()
    page.evaluate(FETCHED)

    page.locator("case-map [data-said]").filter(has_text="The table shows them").wait_for()


@pytest.mark.parametrize(("theme", "width"), [("light", 390), ("dark", 1440)])
def test_a_page_with_maps_is_accessible(live_server, open_page, assert_accessible, theme, width):
    page = open_page(color_scheme=theme, viewport={"width": width, "height": 900})
    field = open_map(page, live_server, path="/components/")
    page.locator("case-map[data-ready]").wait_for()
    click_at(field, 0.45, 0.6)
    wait_for_words(field, "D1-0里")

    assert_accessible(page)
