"""The map of the city's things in a browser: on a phone by keyboard, its tiles, its sheet."""

import base64
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import shapely
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung, person

from shizheng.places.actions.things import thing_record
from shizheng.places.models import Register

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]
AT = datetime(2020, 3, 2, 1, tzinfo=UTC)
VENDOR = Path(__file__).parent / "vendor"
HERE = "22.62700,120.30900,15.00"


@pytest.fixture
def gutters(kaohsiung) -> Register:
    """Invented gutters around one crossing, and a hydrant."""
    register = Register.objects.get(code="gutters")
    since = timezone.localdate() - timedelta(days=90)
    for number in range(12):
        x, y = 120.305 + number % 4 * 0.002, 22.625 + number // 4 * 0.002
        thing_record(
            register=register, key=f"G-{number + 1}", by=None, at=AT, valid_from=since,
            values={"road": f"示範路{number + 1}號", "kind": ("open", "covered")[number % 2],
                    "width_m": "0.5"},
            geometry=shapely.LineString([(x, y), (x + 0.0015, y + 0.0002)]),
        )  # fmt: skip
    return register


def ready(visitor):
    expect(visitor.page.locator("city-map[data-ready]")).to_have_count(1)


@pytest.mark.parametrize(
    ("size", "language"), [(PHONE, ""), (DESK, "/en")], ids=["phone-zh", "desk-en"]
)
def test_everybody_reads_the_map(visit, gutters, size, language):
    visitor = visit(**size)
    name = f"{size['viewport']['width']}"
    visitor.open(f"{language}/map/?layer=gutters&at={HERE}")
    ready(visitor)
    expect(visitor.page.locator("#map-things tbody tr")).to_have_count(12)
    visitor.page.wait_for_timeout(400)
    visitor.look(f"map-{name}")
    visitor.page.locator("[data-layers] summary").click()
    visitor.look(f"map-layers-{name}")


def test_the_gutter_of_my_street_on_a_phone_by_keyboard(visit, gutters):
    visitor = visit(**PHONE)
    page = visitor.page
    visitor.open(f"/map/?at={HERE}")
    ready(visitor)
    visitor.to("#map-seek")
    page.keyboard.insert_text("道路側溝")
    expect(page.locator("[data-name]:visible")).to_have_count(1)
    visitor.press("#layer-gutters", "Space")
    expect(page.locator("#map-things tbody tr")).to_have_count(12)
    assert "layer=gutters" in page.url
    page.keyboard.press("Shift+Tab")
    page.evaluate("document.querySelector('city-map').go(120.3058, 22.6251)")
    expect(page.locator("#map-things tbody tr")).not_to_have_count(12)
    page.locator("canvas").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-found] li")).to_have_count(1)
    visitor.look("map-here-390")
    visitor.send("[data-found] a")
    expect(page.locator("h1")).to_have_text(re.compile("示範路1號"))
    visitor.look()


def test_a_length_and_an_area_are_measured_and_the_sheet_has_a_scale(visit, gutters):
    visitor = visit(**DESK)
    page = visitor.page
    visitor.open(f"/en/map/?layer=gutters&at={HERE}")
    ready(visitor)
    box = page.locator("canvas").bounding_box()
    page.get_by_role("button", name="Measure a length").click()
    for right in (0.3, 0.6):
        page.mouse.click(box["x"] + box["width"] * right, box["y"] + box["height"] * 0.4)
    expect(page.locator("[data-said]")).to_have_text(re.compile(r"Length: [\d,.]+ m"))
    page.get_by_role("button", name="Measure an area").click()
    for right, down in ((0.3, 0.4), (0.6, 0.4), (0.6, 0.6)):
        page.mouse.click(box["x"] + box["width"] * right, box["y"] + box["height"] * down)
    expect(page.locator("[data-said]")).to_have_text(re.compile(r"Area: [\d,.]+ m²"))
    visitor.look("map-measured-1440")
    visitor.send("[data-act=sheet]")
    expect(page.locator("city-sheet[data-ready]")).to_have_count(1)
    visitor.look("map-sheet-1440")
    assert "1 : 5,000" in page.locator(".map-sheet-scale").inner_text()
    words = page.locator(".map-sheet-foot").inner_text()
    assert "Street gutters" in words
    assert "/en/map/?" in words


def test_without_scripts_the_table_is_there(live_server, open_page, gutters):
    page = open_page(java_script_enabled=False)
    page.goto(f"{live_server.url}/en/map/")
    page.locator("#layer-gutters").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#map-things tbody tr")).to_have_count(12)
    assert not page.locator("[data-drawn]").is_visible()


DECODE = """async (content) => {
    const { VectorTile } = await import("/vector-tile.js");
    const { PbfReader } = await import("/pbf.js");
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const { layers } = new VectorTile(new PbfReader(bytes));
    const all = Object.values(layers);
    return all.flatMap((layer) => Array.from({ length: layer.length }, (_, at) => {
        const feature = layer.feature(at);
        return {
            layer: layer.name, extent: layer.extent, properties: { ...feature.properties },
            geojson: feature.toGeoJSON(13667, 7134, 14).geometry,
        };
    }));
}"""
PAGE = """<!doctype html><script type="importmap">
{"imports": {"@mapbox/point-geometry": "/point-geometry.js"}}</script>"""


def test_the_reference_reader_reads_of_a_tile_what_the_features_say(page, client, gutters):
    """@mapbox/vector-tile 3.0.0 in a real browser."""
    tile = client.get("/ogc/collections/gutters/tiles/WebMercatorQuad/14/7134/13667")
    items = client.get("/ogc/collections/gutters/items?limit=100").json()["features"]

    def serve(route):
        name = route.request.url.rpartition("/")[2]
        if name:
            route.fulfill(path=VENDOR / name, content_type="text/javascript")
        else:
            route.fulfill(body=PAGE, content_type="text/html")

    page.route("http://reader.example/**", serve)
    page.goto("http://reader.example/")
    found = page.evaluate(DECODE, base64.b64encode(tile.content).decode())
    assert {each["layer"] for each in found} == {"gutters"}
    by_key = {each["properties"]["key"]: each for each in found}
    for each in items:
        shape = shapely.geometry.shape(each["geometry"])
        read = by_key[each["id"]]
        told = {name: value for name, value in each["properties"].items() if value is not None}
        read["properties"].pop("key")
        assert read["properties"] == told
        assert shapely.hausdorff_distance(shapely.geometry.shape(read["geojson"]), shape) < 2e-5
    assert len(found) == len(items)


def test_an_officer_sees_pipes_and_a_resident_sees_none(visit, gutters):
    visitor = visit(person("m_resident"), **DESK)
    visitor.open("/en/map/")
    ready(visitor)
    expect(visitor.page.locator("[data-name='Public pipelines'] input")).to_have_count(0)


def addressed(*numbers: int) -> None:
    """Invented addresses of one street."""
    register = Register.objects.get(code="addresses")
    since = timezone.localdate() - timedelta(days=90)
    for number in numbers:
        thing_record(
            register=register, key=f"A-{number}", by=None, at=AT, valid_from=since,
            values={"address": f"苓雅區示範一路{number}號"},
            geometry=shapely.Point(120.3200 + number * 0.0005, 22.6210),
        )  # fmt: skip


MARKED = """() => {
    const place = document.querySelector("city-map").dataset.mark.split(",").map(Number);
    return place;
}"""


def test_an_address_is_found_and_marked_on_the_map_by_keyboard(visit, gutters):
    addressed(1, 3)
    visitor = visit(**PHONE)
    page = visitor.page
    visitor.open(f"/map/?layer=gutters&at={HERE}")
    ready(visitor)
    visitor.to("#map-q")
    page.keyboard.insert_text("苓雅區示範一路３號")
    page.keyboard.press("Enter")
    expect(page.locator("[data-places] li")).to_have_count(1)
    expect(page.locator("[data-said]")).to_have_text(re.compile("示範一路3號"))
    assert page.evaluate(MARKED) == [22.6210, 120.3215]
    expect(page).to_have_url(re.compile(r"mark=22\.621000%2C120\.321500"))
    expect(page).to_have_url(re.compile(r"at=22\.62100%2C120\.32150%2C17"))
    visitor.look("map-found-390")

    visitor.to("#map-q")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("苓雅區示範一路")
    page.keyboard.press("Enter")
    expect(page.locator("[data-places]")).to_be_focused()
    expect(page.locator("[data-places]")).to_contain_text("示範一路")
    page.keyboard.press("Control+A")
    visitor.to("#map-q")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("不存在的路9號")
    page.keyboard.press("Enter")
    expect(page.locator("[data-places] h2 ~ p")).to_be_visible()
    visitor.look("map-not-found-390")

    page.reload()
    ready(visitor)
    assert page.evaluate(MARKED) == [22.6210, 120.3215], "the address of the page carries the mark"


def test_without_scripts_an_address_is_found_too(live_server, open_page, gutters):
    addressed(1, 3)
    page = open_page(java_script_enabled=False)
    page.goto(f"{live_server.url}/en/map/?layer=gutters")
    page.locator("#map-q").fill("苓雅區示範一路1號")
    page.get_by_role("button", name="Find").click()
    page.locator(".map-found a").first.click()
    assert "layer=gutters" in page.url
    assert "mark=22.621" in page.url


DRAWN = """() => new Promise((resolve) => {
    const canvas = document.querySelector("city-sheet canvas");
    const copy = document.createElement("canvas");
    copy.width = canvas.width; copy.height = canvas.height;
    const context = copy.getContext("2d");
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    const seen = {};
    for (let at = 0; at < data.length; at += 4) {
        const colour = `${data[at]},${data[at + 1]},${data[at + 2]}`;
        seen[colour] = (seen[colour] ?? 0) + 1;
    }
    const bar = document.querySelector(".map-sheet-scale svg").getBoundingClientRect();
    const box = canvas.getBoundingClientRect();
    resolve({ seen, bar: bar.width, box: [box.width, box.height] });
})"""


def test_the_sheet_draws_map_scale_and_legend(visit, gutters):
    """What is printed is looked at: colours of the canvas, the bar in millimetres, the legend."""
    visitor = visit(**DESK)
    page = visitor.page
    visitor.open(
        "/en/map/sheet/?layer=gutters&at=22.62700,120.30900,15&scale=2500&mark=22.62700,120.30900"
    )
    expect(page.locator("city-sheet[data-ready]")).to_have_count(1)
    page.emulate_media(media="print")
    page.wait_for_timeout(600)
    found = page.evaluate(DRAWN)
    for colour in ("14,116,144", "11,92,173"):  # open and covered gutters, as the pack says
        assert found["seen"].get(colour, 0) > 200, f"no line of {colour} is drawn"
    assert len(found["seen"]) > 20
    assert found["bar"] == pytest.approx(60 * 96 / 25.4, rel=0.02), "60 mm on paper"
    assert found["box"][1] == pytest.approx(190 * 96 / 25.4, rel=0.02)
    for part in (".map-sheet-scale", ".map-sheet-layer", ".map-legend", ".map-sheet-address"):
        assert page.locator(part).first.is_visible()
    assert page.locator(".map-legend svg").count() >= 4
    assert "the bar is 125 m" in page.locator(".map-sheet-scale").inner_text()
    assert not page.get_by_role("button", name="Print").is_visible()
    visitor.look("map-sheet-print-1440")
