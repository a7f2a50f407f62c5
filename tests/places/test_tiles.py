"""OGC API Tiles: tiles say what features say, to each what they may see, and say so in headers."""

import gzip
from datetime import timedelta

import numpy as np
import pytest
import shapely
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.places.conftest import AT, DAY, plot, undone, well
from tests.places.tiles import TOWN, get, in_units, layers, path_of, read

from shizheng.places.actions.things import thing_change, thing_record, thing_retire
from shizheng.places.domain.mercator import DEEPEST, Tile
from shizheng.places.models import LayerVersion, Thing
from shizheng.places.tiles import reading
from shizheng.places.tiles.keeping import Kept, Made

NEXT = DAY + timedelta(days=30)


def road(town, key, points, **values):
    from shizheng.places.models import Register

    return thing_record(
        register=Register.objects.get(code="road_sections"), key=key, by=None, at=AT,
        valid_from=DAY, values={"road": f"{key}路"} | values, geometry=shapely.LineString(points),
    )  # fmt: skip


def fill(town):
    for number in range(6):
        well(
            town, f"W-{number}", 0.005 + 0.006 * number, 0.01, depth_m=str(number + 0.5),
            use=("home", "")[number % 2], is_drinkable=str(number % 2 == 0), dug_on="2019-05-01",
        )  # fmt: skip
        plot(town, str(number + 1), 0.005 * number, 0.02, use="田")
        road(town, f"R-{number}", [(0.001, 0.001 + 0.006 * number), (0.039, 0.003), (0.039, 0.03)])


@pytest.mark.parametrize("code", ["wells", "plots", "road_sections"], ids=str)
def test_a_tile_says_of_each_thing_what_its_feature_says(town, people, tmp_path, code):
    fill(town)
    told = get(path_of(code), people.staff)
    found = read(told.content, code, tmp_path)
    items = get(f"/ogc/collections/{code}/items", people.staff, limit="100").json()["features"]
    assert set(found) == {each["id"] for each in items}
    for each in items:
        shape, properties = found[each["id"]]
        known = {name: value for name, value in each["properties"].items() if value is not None}
        assert properties == known
        meant = in_units(shapely.geometry.shape(each["geometry"]))
        assert shapely.hausdorff_distance(shape, meant) < 1.0
        assert shape.is_valid


def test_the_tiles_of_a_zoom_together_are_the_whole_thing(town, tmp_path):
    plot(town, "7", 0.001, 0.001, size=0.037)
    total = 0.0
    for zoom in (14, 15):
        total, side = 0.0, 2 ** (zoom - 13)
        for row in range(TOWN.row * side, (TOWN.row + 1) * side):
            for column in range(TOWN.column * side, (TOWN.column + 1) * side):
                told = get(path_of("plots", Tile(zoom, row, column)), status=200)
                shape, _ = read(told.content, "plots", tmp_path)["7"]
                total += shapely.clip_by_rect(shape, 0, 0, 4096, 4096).area
        meant = in_units(shapely.box(0.001, 0.001, 0.038, 0.038), TOWN).area * side**2
        assert total == pytest.approx(meant, rel=1e-3)


def test_what_rounding_would_make_vanish_is_drawn_as_small_as_can_be(town, tmp_path):
    plot(town, "1", 0.01, 0.01, size=0.0001)
    road(town, "R-1", [(0.01, 0.01), (0.0100001, 0.01)])
    far = Tile(3, 3, 4)
    assert read(get(path_of("plots", far)).content, "plots", tmp_path)["1"][0].area == 1.0
    line = read(get(path_of("road_sections", far)).content, "road_sections", tmp_path)["R-1"][0]
    assert line.length == 1.0


@pytest.mark.parametrize(
    ("path", "said"),
    [("WebMercatorQuad/30/0/0", "zoom"), ("WebMercatorQuad/2/4/0", "row"),
     ("WebMercatorQuad/2/0/4", "column"), ("WebMercatorQuad/2/-1/0", "row"),
     ("WebMercatorQuad/x/0/0", "zoom"), ("WebMercatorQuad/1/0/1.5", "column"),
     ("WebMercatorQuad/9999999999/0/0", "zoom"), ("WorldCRS84Quad/1/0/0", "WorldCRS84Quad")],
    ids=str,
)  # fmt: skip
def test_a_tile_that_is_none_is_refused_with_a_sentence(town, path, said):
    told = get(f"/ogc/collections/plots/tiles/{path}", status=404).json()
    assert said in told["description"]
    assert told["code"].startswith("places.")


@pytest.mark.parametrize(
    "query",
    ["datetime=yesterday", "datetime=2020-01-01/2020-02-01", "known_at=2020-03-01T00:00:00",
     "nothing=1", "remark=x", "pump_count=1", "use=bath"],
    ids=str,
)  # fmt: skip
def test_a_wrong_question_is_refused_with_a_sentence(town, query):
    response = Client().get(f"{path_of('wells')}?{query}")
    assert response.status_code == 400
    assert response.json()["description"]


def test_who_sees_no_place_gets_no_tiles(town, people):
    thing_record(
        register=town.drains, key="D-1", by=None, at=AT, valid_from=DAY, values={},
        geometry=shapely.LineString([(0.01, 0.01, -1), (0.02, 0.01, -2)]),
    )  # fmt: skip
    get(path_of("drains"), status=404)
    get(path_of("drains"), people.staff, status=204)
    get("/ogc/collections/drains/tiles", people.staff, status=404)
    assert "D-1" in str(get(path_of("drains"), people.officer).content)


def test_what_everybody_sees_may_be_kept_and_what_some_see_by_nobody(town, people):
    fill(town)
    path = path_of("wells")
    everybody, staff = get(path), get(path, people.staff)
    assert everybody["Cache-Control"] == "public, max-age=60"
    assert staff["Cache-Control"] == "private, no-store"
    assert {"Cookie", "Authorization", "Accept-Encoding"} <= set(staff["Vary"].split(", "))
    assert everybody["ETag"] != staff["ETag"]
    again = Client().get(path, headers={"if-none-match": everybody["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    packed = Client().get(path, headers={"accept-encoding": "gzip"})
    assert gzip.decompress(packed.content) == everybody.content


def test_a_tile_is_anew_after_every_act_and_the_state_of_a_day_can_be_cited(town, tmp_path):
    made = well(town, "W-1")
    path, on = path_of("wells"), {"datetime": DAY.isoformat()}
    first = get(path, **on).content
    cited = {**on, "known_at": AT.isoformat()}
    assert get(path, **cited).content == first
    later = AT + timedelta(days=40)
    thing_change(thing=made, seen=1, by=None, at=later, valid_from=DAY, values={"name": "更正"})
    assert read(get(path, **on).content, "wells", tmp_path)["W-1"][1]["name"] == "更正"
    assert get(path, **cited).content == first
    thing_retire(thing=made, seen=2, by=None, at=later, on=NEXT, why="填平")
    assert Client().get(path).status_code == 204
    assert read(get(path, **on).content, "wells", tmp_path)["W-1"][1]["name"] == "更正"


def test_a_tile_of_some_values_holds_them_alone(town, tmp_path):
    fill(town)
    found = read(get(path_of("wells"), use="home").content, "wells", tmp_path)
    assert set(found) == {"W-0", "W-2", "W-4"}


def test_where_there_is_too_much_a_tile_tells_how_many_lie_where(
    town, people, tmp_path, monkeypatch
):
    fill(town)
    monkeypatch.setattr(reading, "MOST", 5)
    for viewer in (None, people.staff):
        told = get(path_of("wells"), viewer, datetime=NEXT.isoformat()).content
        assert layers(told, tmp_path) == ["wells_counts"]
        found = read(told, "wells_counts", tmp_path)
        assert sum(each["count"] for _, each in found.values()) == 6
        assert len(found) > 1
    monkeypatch.setattr(reading, "COUNTED", 5)
    told = get(path_of("plots"), datetime=NEXT.isoformat()).content
    ((_, many),) = read(told, "plots_counts", tmp_path).values()
    assert many == {"count": 5, "more": True}
    said = get("/ogc/collections/plots/tiles/WebMercatorQuad").json()["description"]
    assert "5" in said


spots = st.lists(
    st.tuples(st.floats(0.0, 0.0044), st.floats(0.0, 0.0044), st.integers(0, 1), st.booleans()),
    min_size=1, max_size=3,
)  # fmt: skip
places = st.sampled_from([TOWN, Tile(3, 3, 4), Tile(17, 65535, 65536), Tile(18, 131071, 131073)])


@settings(
    max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(spots, spots, places, st.sampled_from([5_000, 1]))
def test_what_is_hidden_changes_no_tile(town, one, other, place, most):
    """Wells in one cell of 500 m: wherever they lie in it, whatever is hidden, one tile."""
    count = min(len(one), len(other))
    reading.MOST, before = most, reading.MOST
    try:
        told = [_public_tiles(town, spots_[:count], place) for spots_ in (one, other)]
    finally:
        reading.MOST = before
    assert told[0] == told[1]


HEADERS = ("ETag", "Cache-Control", "Vary", "Content-Type", "Content-Length", "Content-Datetime")


def _public_tiles(town, spots_, place):
    with undone():
        for number, (x, y, pumps, is_touched) in enumerate(spots_):
            made = well(town, f"W-{number}", x, y, pump_count=str(pumps))
            if is_touched:
                thing_change(
                    thing=made, seen=1, by=None, at=AT, valid_from=NEXT, values={"remark": "私下"}
                )
        thing_record(
            register=town.drains, key="D-1", by=None, at=AT, valid_from=DAY,
            values={"width_mm": str(100 + len(spots_[0]) + int(spots_[0][0] * 1e6) % 50)},
            geometry=shapely.LineString([(0.01, 0.01, -1), (0.02 + spots_[0][0], 0.01, -2)]),
        )  # fmt: skip
        answers = [
            Client().get(f"{path_of(code, place)}?datetime=2020-05-01{more}")
            for code in ("wells", "plots", "drains")
            for more in ("", "&pump_count=1", "&known_at=2020-04-01T00:00:00Z")
        ]
        answers += [Client().get(f"/ogc/collections/wells/{part}")
                    for part in ("tiles", "tiles/WebMercatorQuad", "style")]  # fmt: skip
        return [
            (each.status_code, each.content, [each.get(name) for name in HEADERS])
            for each in answers
        ]


def test_tilesets_tilejson_and_style_lead_to_tiles(town, people):
    """/req/core/tc-tilejson-tileset, /req/tilesets-list, /req/tileset (OGC 20-057)"""
    fill(town)
    conforms = get("/ogc/conformance").json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt" in conforms
    links = {each["rel"]: each["href"] for each in get("/ogc/collections/wells").json()["links"]}
    (entry,) = get(_path(links["http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"])).json()[
        "tilesets"
    ]
    described = get(_path(entry["links"][0]["href"])).json()
    assert entry["tileMatrixSetURI"].endswith("/WebMercatorQuad")
    zoomed = next(e for e in described["tileMatrixSetLimits"] if e["tileMatrix"] == "13")
    assert (zoomed["minTileRow"], zoomed["minTileCol"]) == (TOWN.row, TOWN.column)
    (item,) = [each for each in described["links"] if each["rel"] == "item"]
    places_ = {"{tileMatrix}": "13", "{tileRow}": str(TOWN.row), "{tileCol}": str(TOWN.column)}
    address = _path(item["href"])
    for name, value in places_.items():
        address = address.replace(name, value)
    assert get(address).content == get(path_of("wells")).content
    fields = described["layers"][0]["propertiesSchema"]["properties"]
    assert "depth_m" in fields
    assert "pump_count" not in fields
    style = get("/ogc/collections/wells/style", datetime="2020-03-01").json()
    told = get(_path(style["sources"]["wells"]["url"])).json()
    assert told["tilejson"] == "3.0.0"
    assert told["tiles"][0].endswith("/{z}/{y}/{x}?datetime=2020-03-01")
    assert {each["source-layer"] for each in style["layers"]} == {
        each["id"] for each in told["vector_layers"]
    }
    assert [
        "match",
        ["to-string", ["get", "use"]],
        "home",
        "#0b5cad",
        "field",
        "#b45309",
        "#0b5cad",
    ] in [each["paint"].get("circle-color") for each in style["layers"]]
    (cut,) = get("/ogc/tileMatrixSets").json()["tileMatrixSets"]
    assert len(get(_path(cut["links"][0]["href"])).json()["tileMatrices"]) == DEEPEST + 1


def _path(address):
    return address.removeprefix("http://testserver")


def test_kept_tiles_stay_within_their_room():
    kept = Kept(room=3 * (Made.of(b"x" * 100).size))
    for number in range(10):
        kept.get(number, lambda number=number: bytes([number]) * 100)
    assert kept.get(9, lambda: b"made anew").content == bytes([9]) * 100
    assert kept.get(0, lambda: b"made anew").content == b"made anew"


def test_an_answer_from_what_is_kept_asks_the_database_twice(town, django_assert_max_num_queries):
    fill(town)
    get(path_of("plots"))
    with django_assert_max_num_queries(2):
        get(path_of("plots"))
    assert LayerVersion.objects.get(register=town.plots).mark
    assert Thing.objects.filter(register=town.plots).count() == 6
    assert np.isfinite(TOWN.bounds).all()
