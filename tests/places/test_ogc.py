"""OGC API Features, Parts 1 and 2: requirements by their names, and clients of others."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import numpy as np
import pytest
import shapely
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.places.conftest import AT, DAY, plot, undone, well

from shizheng.places.actions.things import thing_change, thing_record, thing_retire
from shizheng.places.domain.grids import reprojected
from shizheng.places.models import Feature, Register, Thing
from shizheng.places.ogc.systems import CRS84, EPSG

NEXT = DAY + timedelta(days=30)
PUBLIC = ["empty_rooms", "houses", "plots", "road_sections", "wells", "workshops"]


def get(path: str, client: Client | None = None, status: int = 200):
    response = (client or Client()).get(path)
    assert response.status_code == status, response.content[:300]
    return response.json()


def keys(path: str, client: Client | None = None) -> list[str]:
    return [each["id"] for each in get(path, client)["features"]]


def of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_core_root_op_and_links(town):
    """/req/core/root-success, /req/core/conformance-success, /req/core/api-definition-success"""
    root = get("/ogc/")
    links = {each["rel"]: each["href"] for each in root["links"]}
    assert {"self", "service-desc", "conformance", "data"} <= set(links)
    for rel in ("service-desc", "conformance", "data"):
        get(links[rel].removeprefix("http://testserver"))
    assert (
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
        in (get("/ogc/conformance")["conformsTo"])
    )


def test_core_collections_are_those_that_one_may_know_of(town, people):
    """/req/core/fc-md-success, /req/core/sfc-md-success"""
    assert [each["id"] for each in get("/ogc/collections")["collections"]] == [*PUBLIC, "catalogue"]
    own = get("/ogc/collections", of(people.staff))["collections"]
    assert "drains" in [each["id"] for each in own]
    get("/ogc/collections/drains", status=404)
    get("/ogc/collections/drains/items", status=404)
    told = get("/ogc/collections/plots")
    assert told["storageCrs"] in told["crs"]
    assert told["extent"]["spatial"]["bbox"] == [[0.0, 0.0, 0.04, 0.04]]


def test_core_limit_and_next_reach_every_item_once(town):
    """/req/core/fc-limit-response-1, /req/core/fc-links, /req/core/fc-numberMatched"""
    for number in range(7):
        plot(town, str(number + 1), 0.004 * number, 0.0)
    found, path = [], "/ogc/collections/plots/items?limit=3"
    while path:
        page = get(path)
        assert page["numberMatched"] == 7
        assert page["numberReturned"] == len(page["features"]) <= 3
        found += [each["id"] for each in page["features"]]
        following = [each["href"] for each in page["links"] if each["rel"] == "next"]
        path = following[0].removeprefix("http://testserver") if following else ""
    assert found == [str(number + 1) for number in range(7)]


def test_core_bbox_is_met_by_shapes_and_not_by_the_rectangles_around_them(town, people):
    """/req/core/fc-bbox-response"""
    from shizheng.places.actions.things import thing_record

    thing_record(
        register=town.plots, key="9", by=None, at=AT, valid_from=DAY, values={},
        geometry=shapely.Polygon([(0.01, 0.01), (0.03, 0.01), (0.01, 0.03)]),
    )  # fmt: skip
    items = "/ogc/collections/plots/items?bbox="
    assert keys(items + "0.0,0.0,0.012,0.012") == ["9"]
    corner = get(items + "0.028,0.028,0.03,0.03")
    assert (corner["features"], corner["numberMatched"]) == ([], 0)


def test_core_datetime_instants_and_intervals(town):
    """/req/core/fc-time-response"""
    well(town, "W-1")
    well(town, "W-2", on=NEXT)
    made = Thing.objects.get(key="W-1")
    thing_change(thing=made, seen=1, by=None, at=AT, valid_from=NEXT, values={"name": "新名"})
    thing_retire(thing=made, seen=2, by=None, at=AT, on=NEXT + timedelta(days=10), why="填平")
    items = "/ogc/collections/wells/items?datetime="
    assert keys(f"{items}2020-03-15T00:00:00Z") == ["W-1"]
    assert keys(f"{items}2020-03-01/2020-04-05") == ["W-1", "W-2"]
    assert keys(f"{items}2020-05-01/..") == ["W-2"]
    assert keys(f"{items}../2020-02-01T00:00:00Z") == []
    page = get(f"{items}2020-03-01/..")
    assert [each["properties"]["name"] for each in page["features"]] == ["新名", "Well W-2"]


@pytest.mark.parametrize(
    "query",
    ["bbox=1,2,3", "bbox=a,b,c,d", "bbox=3,3,1,1", "limit=0", "limit=x", "datetime=yesterday",
     "datetime=2020-02-01/2020-01-01", "crs=http://nowhere", "unknown=1", "remark=x",
     "pump_count=1"],
    ids=str,
)  # fmt: skip
def test_core_wrong_and_unknown_parameters_are_refused(town, query):
    """/req/core/query-param-invalid, /req/core/query-param-unknown"""
    assert get(f"/ogc/collections/wells/items?{query}", status=400)["description"]


@pytest.mark.parametrize("uri", [CRS84, f"{EPSG}4326", f"{EPSG}3826", f"{EPSG}3828"], ids=str)
def test_crs_answers_and_boxes_in_every_system(town, uri):
    """/req/crs/fc-crs-action, /req/crs/ogc-crs-header, /req/crs/fc-bbox-crs-action"""
    plot(town, "1", 0.01, 0.02)
    response = Client().get("/ogc/collections/plots/items", {"crs": uri})
    assert response.headers["Content-Crs"] == f"<{uri}>"
    (ring,) = response.json()["features"][0]["geometry"]["coordinates"]
    x, y = zip(*ring, strict=True)
    if uri == CRS84:
        assert (min(x), min(y)) == (0.01, 0.02)
    elif uri.endswith("4326"):
        assert (min(x), min(y)) == (0.02, 0.01)
    else:
        (back,) = reprojected(np.array([shapely.Polygon(ring)]), source=int(uri[-4:]), target=4326)
        assert back.bounds == pytest.approx((0.01, 0.02, 0.012, 0.022), abs=1e-6)
    west, south, east, north = min(x), min(y), max(x), max(y)
    inside = f"{west},{south},{east},{north}"
    asked = {"bbox": inside, "bbox-crs": uri}
    assert Client().get("/ogc/collections/plots/items", asked).json()["numberReturned"] == 1


RECORDS = "/ogc/collections/catalogue/items"


def test_the_catalogue_has_a_record_of_each_register_that_one_may_know_of(town, people):
    """Records Part 1, /req/record-core, /req/record-core-query-parameters"""
    assert keys(RECORDS) == PUBLIC
    assert keys(RECORDS, of(people.staff)) == ["drains", *PUBLIC]
    wells = get(f"{RECORDS}/wells")
    told = wells["properties"]
    assert (told["title"], told["license"]) == ("水井", "Apache-2.0")
    assert told["updateFrequency"] == "每月更新"
    assert told["contacts"][0]["identifier"] == "works"
    assert told["language"] == {"code": "zh-hant"}
    assert {"application/vnd.apache.parquet", "application/geo+json"} <= {
        each["type"] for each in wells["links"] if each["rel"] == "enclosure"
    }
    assert keys(f"{RECORDS}?q=Well") == ["wells"]
    assert keys(f"{RECORDS}?q=水井&bbox=0,0,1,1&datetime=2020-01-01/..&type=dataset") == ["wells"]
    assert keys(f"{RECORDS}?ids=plots,drains") == ["plots"]
    assert keys(f"{RECORDS}?bbox=100,0,101,1") == []
    page = get(f"{RECORDS}?limit=2")
    assert (page["numberMatched"], page["numberReturned"]) == (len(PUBLIC), 2)
    following = next(each["href"] for each in page["links"] if each["rel"] == "next")
    assert keys(following.removeprefix("http://testserver")) == PUBLIC[2:4]
    get(f"{RECORDS}/drains", status=404)
    for query in ("nothing=1", "bbox=1", "datetime=x", "limit=0"):
        get(f"{RECORDS}?{query}", status=400)


@pytest.mark.parametrize("name", ["parquet", "gpkg", "csv"], ids=str)
def test_items_are_taken_along_as_a_file(town, name):
    for number in range(3):
        plot(town, str(number + 1), 0.01 * number, 0.0, use="田" if number else "水")
    path = f"/ogc/collections/plots/items?f={name}&limit=1&filter=use='田'&bbox=0,0,0.015,0.01"
    response = Client().get(path)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith('attachment; filename="plots.')
    if name == "csv":
        rows = response.content.decode("utf-8-sig").splitlines()[1:]
        assert [row.partition(",")[0] for row in rows] == ["2"]


def test_people_are_led_to_pages(town):
    well(town)
    client = Client()
    for path, page in {
        "/ogc/": "/registers/", "/ogc/collections/wells": "/registers/wells/",
        "/ogc/collections/wells/items/W-1": "/registers/wells/things/W-1/",
    }.items():  # fmt: skip
        assert client.get(path, headers={"accept": "text/html"}).url == page


spots = st.lists(
    st.tuples(st.floats(0.0, 0.0044), st.floats(0.0, 0.0044), st.integers(0, 1)),
    min_size=1, max_size=3,
)  # fmt: skip


@settings(
    max_examples=10, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(spots, spots, st.tuples(st.floats(0, 0.01), st.floats(0, 0.01), st.floats(0.0001, 0.01)))
def test_what_is_hidden_changes_no_answer(town, one, other, box):
    """Wells in one cell of 500 m: wherever they lie in it, whatever is hidden, one answer."""
    count = min(len(one), len(other))
    west, south, size = box
    numbers = f"{west},{south},{west + size},{south + size}"
    box, spatial = f"bbox={numbers}", f"filter=NOT S_WITHIN(geometry,BBOX({numbers}))"
    told = []
    for spots_ in (one[:count], other[:count]):
        with undone():
            for number, (x, y, pumps) in enumerate(spots_):
                made = well(town, f"W-{number}", x, y, pump_count=str(pumps))
                if pumps:
                    thing_change(
                        thing=made, seen=1, by=None, at=AT, valid_from=NEXT,
                        values={"remark": "私下"},
                    )  # fmt: skip
            pages = [
                get(f"/ogc/collections/wells/items?{box}&datetime=2020-05-01"),
                get("/ogc/collections/wells/items?datetime=2020-03-05/2020-05-01&limit=2"),
                get("/ogc/collections/wells/items/W-0"),
                get(f"/ogc/collections/wells/items?{spatial}"),
                get("/ogc/collections/wells/items?filter=pump_count=1", status=400),
            ]
            for page in pages:
                page.pop("timeStamp", None)
            told.append(pages)
    assert told[0] == told[1]


CLIENTS = """
import json, sys
import pyogrio, shapely
from owslib.ogcapi.features import Features
from owslib.ogcapi.records import Records
root = sys.argv[1]
server = Features(root)
found = server.collection_items("plots", limit=2, bbox=[0.0, 0.0, 0.04, 0.04])
layers = sorted(str(name) for name, _ in pyogrio.list_layers(f"OAPIF:{root}"))
catalogue = Records(root)
records = catalogue.collection_items("catalogue", q="地塊")
filtered = server.collection_items("plots", filter="key IN ('1', '2')")
meta, _, shapes, cells = pyogrio.raw.read(f"OAPIF:{root}", layer="plots")
print(json.dumps({
    "collections": server.feature_collections(), "owslib": [f["id"] for f in found["features"]],
    "records": [catalogue.records(), [each["id"] for each in records["features"]]],
    "filtered": [each["id"] for each in filtered["features"]],
    "one": server.collection_item("plots", "1")["id"], "layers": layers,
    "count": len(shapes), "crs": meta["crs"], "fields": [str(name) for name in meta["fields"]],
    "area": float(shapely.area(shapely.from_wkb(shapes)).sum()),
}))
"""


@pytest.mark.django_db(transaction=True)
def test_clients_that_we_did_not_write_read_the_collections(town, live_server):
    for number in range(12):
        plot(town, str(number + 1), 0.003 * number, 0.0, use="田")
    ran = subprocess.run(
        [sys.executable, "-c", CLIENTS, f"{live_server.url}/ogc/"], text=True, capture_output=True,
        env={**os.environ, "NO_PROXY": "*", "no_proxy": "*", "HTTP_PROXY": "", "http_proxy": ""},
        timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = json.loads(ran.stdout)
    assert told["collections"] == PUBLIC
    assert told["owslib"] == ["1", "10"]
    assert told["one"] == "1"
    assert told["records"] == [["catalogue"], ["plots"]]
    assert told["filtered"] == ["1", "2"]
    assert told["layers"] == sorted([*PUBLIC, "catalogue"])
    assert told["count"] == 12
    assert told["area"] == pytest.approx(12 * 0.002**2)
    assert {"state", "use"} <= set(told["fields"])


def test_a_page_shows_what_is_declared_now_of_rows_of_an_older_declaration(town, people):
    """Rows are sent as they are kept only where the declaration in force made them."""
    plot(town, "7", 0.001, 0.001, use="田")
    row = Feature.objects.get(key="7")
    thing = Thing.objects.create(register=row.register, key="8", recorded_at=AT)
    row.pk, row.thing, row.key, row.definition = None, thing, "8", 999
    row.properties = {**row.properties, "once": "gone"}
    row.save(force_insert=True)
    for path in (
        "/ogc/collections/plots/items",
        "/ogc/collections/plots/items?bbox=-180,-85,180,85",
        f"/ogc/collections/plots/items?bbox=-180,-85,180,85&use={row.properties['use']}",
    ):
        told = {each["id"]: each["properties"] for each in get(path)["features"]}
        assert {*told} == {"7", "8"}, path
        assert told["7"] == told["8"], path


@pytest.mark.parametrize("code", ["plots", "wells", "road_sections"])
def test_a_rectangle_says_of_things_what_a_filter_says_of_them(town, people, code):
    """One is written from rows as they are kept, the other from what is seen of each."""
    for number in range(4):
        well(town, f"W-{number}", 0.005 + 0.006 * number, 0.01, use=("home", "")[number % 2])
        plot(town, str(number + 1), 0.005 * number, 0.02, use="田")
        line = shapely.LineString([(0.001, 0.001 + 0.006 * number), (0.039, 0.003)])
        thing_record(
            register=Register.objects.get(code="road_sections"), key=f"R-{number}", by=None, at=AT,
            valid_from=DAY, values={"road": "老街"}, geometry=line,
        )  # fmt: skip
    for client in (Client(), of(people.staff)):
        base = f"/ogc/collections/{code}/items?bbox=-180,-85,180,85"
        quick, slow = get(base, client), get(f"{base}&filter=NOT(key LIKE '%25x%25')", client)
        assert quick["features"]
        assert quick["features"] == slow["features"]
        assert quick.get("numberMatched") == slow.get("numberMatched")
