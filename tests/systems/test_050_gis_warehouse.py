"""System 50, GIS warehouse and cadastral map 土地公隨你行: layers, states to cite, plates.

Everything is done over HTTP: the civil affairs bureau gives and takes back house numbers, the land
office's parcels are public, a resident finds a lot, cites the layer of a day and prints a sheet.
"""

from datetime import UTC, datetime, timedelta

import pyogrio
import pytest
import shapely
from django.test import Client
from django.utils import timezone
from tests.places.test_pages import Desk, on
from tests.places.tiles import read
from tests.services.conftest import kaohsiung, person

from shizheng.places.actions.things import thing_record
from shizheng.places.domain.mercator import Tile
from shizheng.places.models import Register

__all__ = ["kaohsiung"]
AT = datetime(2020, 3, 2, 1, tzinfo=UTC)
TILE = Tile(15, 14268, 27334)
X, Y = 120.3100, 22.6265
FIRST, SECOND = "0301-0012-0000", "0301-0012-0001"


@pytest.fixture
def warehouse(kaohsiung):
    """Two invented parcels side by side."""
    parcels = Register.objects.get(code="parcels")
    since = timezone.localdate() - timedelta(days=400)
    for number, key, west in (("12", FIRST, X), ("12-1", SECOND, X + 0.0003)):
        thing_record(
            register=parcels, key=key, by=None, at=AT, valid_from=since,
            values={"section": "苓雅段", "lot_number": number, "registered_m2": "850",
                    "holder": "某甲"},
            geometry=shapely.box(west, Y, west + 0.0003, Y + 0.00025),
        )  # fmt: skip
    return parcels


def tile_of(code, **query):
    path = f"/ogc/collections/{code}/tiles/WebMercatorQuad/{TILE.zoom}/{TILE.row}/{TILE.column}"
    return Client().get(path, query)


def test_layers_are_registered_versioned_found_cited_and_printed(warehouse, tmp_path):
    resident = Desk()

    # Layers stand with owner, standard and access; others read them by the standards.
    page = resident.read("/en/registers/parcels/")
    assert "Land Administration" in page
    links = {
        each["rel"]: each["href"]
        for each in resident.client.get("/ogc/collections/parcels").json()["links"]
    }
    assert "items" in links
    assert any(rel.endswith("tilesets-vector") for rel in links)

    # The public map finds a parcel by lot number; who holds the right is not told.
    found = resident.read("/registers/parcels/?lot_number=12-1")
    assert SECOND in found
    assert "某甲" not in found
    shown = read(tile_of("parcels").content, "parcels", tmp_path)
    assert set(shown) == {FIRST, SECOND}
    assert "holder" not in shown[FIRST][1]
    middle = f"{Y + 0.0001:.6f},{X + 0.0004:.6f},18"
    assert SECOND in resident.read(f"/map/here/?part=here&layer=parcels&at={middle}")

    # The bureau gives a house number with its bilingual plate, and takes it back later.
    clerk, today = Desk(person("ca_clerk", "supervisor", "civil_affairs")), timezone.localdate()
    given = {"key": "A-100001", "field_address": "高雄市苓雅區示範一路1號",
             "field_address_en": "No. 1, Shifan 1st Rd., Lingya Dist.", "state": "in_use",
             "points": f"{X + 0.0001}, {Y + 0.0001}", "reason": "初編",
             **on(today - timedelta(days=90))}  # fmt: skip
    clerk.send("/registers/addresses/new/", **given)
    plate = resident.read("/en/registers/addresses/things/A-100001/")
    assert "No. 1, Shifan 1st Rd." in plate
    assert "示範一路1號" in plate
    assert "A-100001" in resident.read("/registers/addresses/?q=示範一路1號")
    assert "A-100001" in resident.read("/en/registers/addresses/?q=Shifan 1st")
    before = datetime.now(UTC)
    clerk.send("/registers/addresses/things/A-100001/end/", reason="整編", **on(today))
    assert tile_of("addresses").status_code == 204

    # A permit cites the layer of a day as it was known then: feature, tile and map say the same.
    day = (today - timedelta(days=30)).isoformat()
    cited = {"datetime": day, "known_at": before.isoformat().replace("+00:00", "Z")}
    shape, told = read(tile_of("addresses", **cited).content, "addresses", tmp_path)["A-100001"]
    assert shape.geom_type == "Point"
    assert told["address_en"] == given["field_address_en"]
    items = resident.client.get("/ogc/collections/addresses/items", {"datetime": day}).json()
    assert [each["id"] for each in items["features"]] == ["A-100001"]
    listed = resident.read(f"/map/?layer=addresses&on={day}&at={Y},{X},17")
    assert "A-100001" in listed
    assert "A-100001" not in resident.read(f"/map/?layer=addresses&at={Y},{X},17")

    # The sheet has a scale, its day and its source; the data come along as GeoPackage.
    sheet = resident.read(f"/en/map/sheet/?layer=parcels&at={Y},{X},18&scale=500")
    assert "1 : 500" in sheet
    assert "Land Administration" in sheet
    file = tmp_path / "parcels.gpkg"
    file.write_bytes(resident.client.get("/registers/parcels/file.gpkg?epsg=3826").content)
    meta, _, shapes, _ = pyogrio.raw.read(file)
    assert len(shapes) == 2
    assert "3826" in meta["crs"]

    # Pipes are drawn for reviewers; the public is not even told in which tile they run.
    assert resident.client.get("/ogc/collections/pipelines/tiles").status_code == 404
