"""Files into registers and out again: every format, every system, and what is wrong with rows."""

import gc
import json
import tracemalloc
import zipfile
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from tests.places.conftest import AT, DAY, plot, well

from shizheng.core.models import JournalEntry
from shizheng.kernel.errors import NotPermitted
from shizheng.places.building import Given, built_all
from shizheng.places.columns import Columns, built_columns
from shizheng.places.definitions import RegisterImport
from shizheng.places.domain.errors import ColumnMissing, FileInOtherSystem, FileUnreadable
from shizheng.places.domain.grids import reprojected
from shizheng.places.domain.values import Reader
from shizheng.places.exporting import written
from shizheng.places.frame import frame
from shizheng.places.importing import files, running
from shizheng.places.importing.files import pieces
from shizheng.places.importing.mapping import mapping_of_own
from shizheng.places.importing.running import file_preview, file_take_in
from shizheng.places.importing.telling import system_of
from shizheng.places.models import Feature, ImportRun, Thing
from shizheng.places.selectors.layers import Layer, Question
from shizheng.places.selectors.registers import body_of

LATER = AT + timedelta(days=20)
WELLS = {
    "id": "wells_list", "register": "wells", "file": "wells.csv", "key": ["no"],
    "placed_by": {"longitude": "lon", "latitude": "lat"},
    "columns": [
        {"field": "name", "column": "name"},
        {"field": "depth_m", "column": "depth", "missing": ["不詳"]},
        {"field": "use", "column": "use", "codes": {"住家": "home", "農田": "field"}},
    ],
    "source": {"zh-Hant": "測試", "en": "Test"},
}  # fmt: skip
CSV = """no,name,depth,use,lon,lat
W-1,一號,12.5,住家,0.010,0.010
W-2,二號,不詳,農田,0.020,0.010
W-3,,9,住家,0.020,0.020
W-4,四號,-3,賭場,0.020,0.020
W-1,又一號,1,住家,0.030,0.010
W-5,五號,4,住家,0.010,0.500
W-6,六號,4,住家,22.6,120.3
"""


def mapping(**changes) -> RegisterImport:
    return RegisterImport.model_validate(WELLS | changes)


def written_file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def take(town, file, how=None, **more):
    return file_take_in(
        register=more.pop("register", town.wells), mapping=how or mapping(), file=file, by=None,
        at=more.pop("at", AT), valid_from=more.pop("valid_from", DAY), **more,
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950"], ids=["utf8", "bom", "big5"])
def test_each_row_is_kept_or_refused_with_its_reason(town, tmp_path, encoding):
    run = take(town, written_file(tmp_path / "wells.csv", CSV, encoding))
    assert run.counts == {"added": 2, "refused": 5}
    assert list(Thing.objects.values_list("key", flat=True)) == ["W-1", "W-2"]
    assert Feature.objects.get(key="W-1").source == "測試 (wells.csv)"
    assert Feature.objects.get(key="W-1").properties == {
        "name": "一號", "depth_m": 12.5, "use": "home",
    }  # fmt: skip
    assert [(row.number, row.code) for row in run.rows.all()] == [
        (3, "places.field_missing"), (4, "places.field_out_of_range"),
        (4, "places.word_unknown"), (5, "places.key_twice"), (6, "places.outside_city"),
        (7, "places.outside_city"),
    ]  # fmt: skip
    assert JournalEntry.objects.filter(action="places.import.done").count() == 1


def test_the_same_file_again_changes_nothing_and_a_newer_one_only_what_differs(town, tmp_path):
    file = written_file(tmp_path / "wells.csv", CSV)
    first = take(town, file)
    assert take(town, file, at=LATER).pk == first.pk
    again = take(town, file, at=LATER, again=True)
    assert (again.counts["unchanged"], Feature.objects.count()) == (2, 2)
    newer = written_file(tmp_path / "newer.csv", CSV.replace("12.5", "13"))
    changed = take(town, newer, at=LATER + timedelta(days=1), valid_from=DAY + timedelta(days=30))
    assert (changed.counts["changed"], changed.counts["unchanged"]) == (1, 1)
    believed = Feature.objects.filter(key="W-1", recorded_to=None).order_by("valid_from")
    assert [row.properties["depth_m"] for row in believed] == [12.5, 13.0]


def test_a_run_that_was_killed_goes_on_where_it_was(town, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "SIZE", 2)
    lines = [f"W-{n},井{n},5,住家,0.0{n % 4},0.01" for n in range(1, 8)]
    file = written_file(tmp_path / "w.csv", "no,name,depth,use,lon,lat\n" + "\n".join(lines))
    keep, calls = running._keep, []

    def dies(*arguments):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        keep(*arguments)

    monkeypatch.setattr(running, "_keep", dies)
    with pytest.raises(KeyboardInterrupt):
        take(town, file)
    half = ImportRun.objects.get()
    assert (half.state, half.row_count, Thing.objects.count()) == ("running", 4, 4)
    monkeypatch.setattr(running, "_keep", keep)
    whole = take(town, file, at=LATER)
    assert (whole.pk, whole.state, whole.counts) == (half.pk, "done", {"added": 7})
    assert Feature.objects.count() == 7


def test_a_run_that_dies_between_writing_and_keeping_leaves_nothing_of_that_piece(
    town, tmp_path, monkeypatch
):
    monkeypatch.setattr(running, "SIZE", 3)
    lines = [f"W-{n},井{n},5,住家,0.0{n % 4},0.01" for n in range(1, 9)]
    file = written_file(tmp_path / "w.csv", "no,name,depth,use,lon,lat\n" + "\n".join(lines))
    write, calls = running.rows_write, []

    def dies(*arguments):
        counts = write(*arguments)
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return counts

    monkeypatch.setattr(running, "rows_write", dies)
    with pytest.raises(KeyboardInterrupt):
        take(town, file)
    assert (ImportRun.objects.get().row_count, Feature.objects.count()) == (3, 3)
    whole = take(town, file, at=LATER)
    assert (whole.state, whole.counts, Feature.objects.count()) == ("done", {"added": 8}, 8)


def test_what_was_kept_before_a_file_turned_unreadable_stays(town, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "SIZE", 2)
    lines = [f"W-{n},井{n},5,住家,0.0{n % 4},0.01" for n in range(1, 6)]
    text = "no,name,depth,use,lon,lat\n" + "\n".join(lines)
    file = written_file(tmp_path / "w.csv", text)
    file.write_bytes(file.read_bytes() + b"\nW-6,\xff\xff" + b"x" * 20_000)
    with pytest.raises(FileUnreadable):
        take(town, file, how=mapping(encoding="utf-8"))
    run = ImportRun.objects.get()
    assert (run.state, run.row_count) == ("running", Feature.objects.count())
    assert run.row_count % 2 == 0


def test_a_column_says_of_each_thing_what_one_thing_alone_says(town):
    """In a file what stands in many cells is read once; nothing may be taken for something else."""
    body, held = body_of(town.wells), frame(DAY)
    cells = [
        ("W-1", {"name": "一號", "depth_m": "12.5", "use": "home"}, None),
        ("W-2", {"name": 'a "b" \\ c', "depth_m": 12, "use": "住家"}, "broken"),
        ("W-3", {"name": "一號", "depth_m": 12.0, "use": None}, ""),
        ("W-4", {"name": "x", "depth_m": True, "use": "賭場"}, "no state"),
        ("no key", {"name": "", "depth_m": "-3", "use": "home"}, None),
        ("W-5", {"name": "  二號 ", "depth_m": "1e2", "use": "field"}, None),
        ("", {"name": None, "depth_m": "", "use": ""}, None),
        ("W-6", {"name": "長" * 500, "depth_m": "12,5", "use": "home"}, None),
    ]
    spots = [None if n == 4 else shapely.Point(0.01 * (n % 3), 0.01) for n in range(len(cells))]
    alone = built_all(
        body,
        [Given(key, values, state, spot, "s") for (key, values, state), spot in zip(
            cells, spots, strict=True)],
        frame=held,
    )  # fmt: skip
    names = ("name", "depth_m", "use")
    together = built_columns(
        body, Reader(body),
        Columns(
            keys=[key for key, _, _ in cells],
            values={name: [values[name] for _, values, _ in cells] for name in names},
            states=[state for _, _, state in cells], geometries=np.array(spots, dtype=object),
            problems=[None] * len(cells), are_synthetic=[False] * len(cells), source="s",
        ),
        frame=held.ready(),
    )  # fmt: skip
    for one, other in zip(alone, together, strict=True):
        assert [(each.code, dict(each.parameters)) for each in other.problems] == [
            (each.code, dict(each.parameters)) for each in one.problems
        ]
        assert (other.key, other.state, other.values) == (one.key, one.state, one.values)
        assert (other.said, other.digest, other.kept) == (one.said, one.digest, one.kept)
        assert json.loads(other.said) == other.values
        assert (other.district, other.source) == (one.district, one.source)
    assert any(each.problems for each in alone)


def test_what_was_read_of_a_file_is_let_go_piece_by_piece(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "AT_ONCE", 1)
    keys = np.array([f"W-{n}" for n in range(2_000)], dtype=object)
    lines = shapely.to_wkb([shapely.LineString(np.random.rand(200, 2)) for _ in keys])
    pyogrio.raw.write(
        tmp_path / "w.gpkg", lines, [keys] * 4, ["no", "name", "depth", "use"],
        geometry_type="LineString", driver="GPKG", crs="EPSG:4326",
    )  # fmt: skip
    assert sum(map(len, lines)) > 6_000_000
    gc.collect()
    gc.disable()  # as in a process that looks for garbage seldom
    tracemalloc.start()
    try:
        read = sum(len(piece) for piece in pieces(tmp_path / "w.gpkg", mapping(placed_by={}),
                                                  size=100))  # fmt: skip
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert read == 2_000
    assert held < 1_000_000


@pytest.mark.parametrize("skip", [0, 3, 7], ids=str)
@pytest.mark.parametrize(
    ("name", "driver"), [("w.shp", "ESRI Shapefile"), ("w.gpkg", "GPKG"), ("w.geojson", "GeoJSON")]
)
def test_every_row_of_a_file_is_in_one_piece(tmp_path, monkeypatch, name, driver, skip):
    monkeypatch.setattr(files, "AT_ONCE", 2)
    keys = np.array([f"W-{n}" for n in range(11)], dtype=object)
    spots = shapely.to_wkb(shapely.points(np.arange(11) / 100, 0.01))
    pyogrio.raw.write(
        tmp_path / name, spots, [keys] * 4, ["no", "name", "depth", "use"],
        geometry_type="Point", driver=driver, crs="EPSG:4326",
    )  # fmt: skip
    found = [*pieces(tmp_path / name, mapping(placed_by={}), skip=skip, size=3)]
    assert [piece.first for piece in found] == [*range(skip, 11, 3)]
    assert [key for piece in found for key in piece.columns["no"]] == keys[skip:].tolist()
    assert [round(each.x * 100) for piece in found for each in piece.shapes] == [*range(skip, 11)]


def test_an_import_says_in_which_system_it_read():
    """TWD67 and TWD97 lie 850 m apart, and nothing in a file of numbers tells which it is."""
    assert system_of(mapping()) == "EPSG:4326 (WGS 84)"
    assert system_of(mapping(epsg=3828)) == "EPSG:3828 (TWD67 / TM2 121)"


def test_a_preview_writes_nothing(town, tmp_path, people):
    file = written_file(tmp_path / "wells.csv", CSV)
    rows = file_preview(register=town.wells, mapping=mapping(), file=file, by=people.keeper, on=DAY)
    assert [bool(row.built.problems) for row in rows] == [False, False] + [True] * 5
    assert not Thing.objects.exists()
    with pytest.raises(NotPermitted):
        file_preview(register=town.wells, mapping=mapping(), file=file, by=people.officer, on=DAY)


@pytest.mark.parametrize(
    ("name", "text", "refusal"),
    [
        ("w.csv", "no,name\n1,x\n", ColumnMissing),
        ("w.csv", "", FileUnreadable),
        ("w.csv", "\n\n", FileUnreadable),
        ("w.geojson", "{not json", FileUnreadable),
        ("w.gpkg", "SQLite format 9", FileUnreadable),
        ("w.xls", "x", FileUnreadable),
        ("w.zip", "PK", FileUnreadable),
    ],
    ids=["columns", "empty", "no-columns", "geojson", "gpkg", "ending", "zip"],
)
def test_what_is_no_such_file_is_refused_as_a_whole(town, tmp_path, name, text, refusal):
    with pytest.raises(refusal):
        take(town, written_file(tmp_path / name, text))


@pytest.mark.parametrize(
    ("name", "driver", "crs", "stated", "refused"),
    [
        ("w.gpkg", "GPKG", "EPSG:3828", 3826, True),
        ("w.shp", "ESRI Shapefile", "EPSG:3828", 3826, True),
        ("w.shp", "ESRI Shapefile", "EPSG:32651", 3826, True),
        ("w.gpkg", "GPKG", "EPSG:3826", 3826, False),
        ("w.gpkg", "GPKG", "EPSG:3824", 4326, False),
        ("w.gpkg", "GPKG", None, 3826, False),
        ("w.geojson", "GeoJSON", "EPSG:4326", 3826, False),
    ],
    ids=["gpkg-twd67", "shp-twd67", "shp-utm", "as-stated", "twd97-degrees", "says-nothing",
         "geojson-says-nothing"],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_file_that_says_another_system_than_was_stated_is_refused(  # noqa: PLR0917 - one table
    tmp_path, name, driver, crs, stated, refused
):
    file, points = tmp_path / name, shapely.to_wkb([shapely.Point(178_000, 2_501_000)])
    pyogrio.raw.write(
        file, np.array(points, dtype=object), [np.array(["W-1"], dtype=object)] * 4,
        ["no", "name", "depth", "use"], geometry_type="Point", driver=driver, crs=crs,
    )  # fmt: skip
    taken = mapping(epsg=stated, placed_by={})
    if refused:
        with pytest.raises(FileInOtherSystem) as caught:
            next(pieces(file, taken, size=10))
        assert str(stated) in caught.value.message.format(**caught.value.parameters)
        return
    assert len(next(pieces(file, taken, size=10))) == 1


def test_a_table_that_a_spreadsheet_kept_as_unicode_text_is_read(town, tmp_path):
    run = take(town, written_file(tmp_path / "w.csv", CSV, encoding="utf-16"))
    assert run.counts["added"] >= 1
    assert Feature.objects.get(key="W-1").properties["name"] == "一號"


@pytest.mark.parametrize("epsg", [4326, 3826, 3828], ids=["degrees", "twd97", "twd67"])
@pytest.mark.parametrize("kind", ["csv", "geojson", "gpkg", "shapefile", "gml"])
def test_what_goes_out_comes_in_again(town, people, tmp_path, kind, epsg):
    """Into an empty register: values, states, days and places are what they were."""
    well(town, "W-1", depth_m="12.5", use="home", dug_on="2001-02-03", is_drinkable="是")
    well(town, "W-2", x=0.02, pump_count="2", depth_m="40", remark="內部，有逗號")
    layer = Layer.of(town.wells, people.keeper)
    before = layer.shown(layer.rows(Question(on=DAY)))
    content = written(layer.sight, before, kind, epsg=epsg)
    ending = {"shapefile": "zip"}.get(kind, kind)
    file = tmp_path / f"wells.{ending}"
    file.write_bytes(content)
    body = body_of(town.wells)
    system = 4326 if kind == "geojson" else epsg
    how = mapping_of_own(body, epsg=system, short=kind == "shapefile")
    rows = file_preview(register=town.wells, mapping=how, file=file, by=None, on=DAY)
    assert [row.built.problems for row in rows] == [[], []]
    for row, shown in zip(rows, before, strict=True):
        built = row.built
        assert (built.key, built.state, row.valid_from) == (shown.key, shown.state, DAY)
        assert built.values == dict(shown.values)
        assert shapely.distance(built.geometry, shown.geometry) < 1e-7


@pytest.mark.parametrize("kind", ["csv", "geojson", "gpkg", "shapefile", "gml"])
def test_lines_with_depth_and_polygons_come_through_every_format(town, people, tmp_path, kind):
    from shizheng.places.actions.things import thing_record

    thing_record(
        register=town.drains, key="D-1", by=None, at=AT, valid_from=DAY, values={"width_mm": "300"},
        geometry=shapely.LineString([(0.01, 0.01, -1.25), (0.02, 0.01, -2.5)]),
    )  # fmt: skip
    plot(town, "1", 0.0, 0.0, use="田")
    for register, viewer in ((town.drains, people.keeper), (town.plots, people.registrar)):
        layer = Layer.of(register, viewer)
        (shown,) = layer.shown(layer.rows(Question(on=DAY)))
        file = tmp_path / f"{register.code}.{'zip' if kind == 'shapefile' else kind}"
        file.write_bytes(written(layer.sight, [shown], kind))
        how = mapping_of_own(body_of(register), short=kind == "shapefile")
        (row,) = file_preview(register=register, mapping=how, file=file, by=None, on=DAY)
        assert row.built.problems == []
        assert row.built.geometry.has_z == shown.geometry.has_z
        given, kept = (
            shapely.get_coordinates(shapely.normalize(each), include_z=True)
            for each in (shown.geometry, row.built.geometry)
        )
        assert np.allclose(given, kept, atol=1e-7, equal_nan=True)


def test_a_shapefile_in_big5_and_twd67_is_read_as_the_mapping_says(town, tmp_path):
    names = np.array(["一號井", "許功蓋"], dtype=object)  # 許功蓋 ends in a backslash in Big5
    spots = reprojected(
        np.array([shapely.Point(120.3, 22.6), shapely.Point(120.31, 22.61)]), source=4326,
        target=3828,
    )  # fmt: skip
    pyogrio.raw.write(
        tmp_path / "井.shp", shapely.to_wkb(spots), [np.array(["W-1", "W-2"], dtype=object), names],
        ["編號", "名稱"], geometry_type="Point", driver="ESRI Shapefile", crs="EPSG:3828",
        encoding="CP950",
    )  # fmt: skip
    with zipfile.ZipFile(tmp_path / "井.zip", "w") as archive:
        for part in ("shp", "shx", "dbf"):
            archive.write(tmp_path / f"井.{part}", f"井.{part}")
    how = mapping(
        encoding="big5", epsg=3828, key=["編號"], placed_by={},
        columns=[{"field": "name", "column": "名稱"}],
    )  # fmt: skip
    rows = file_preview(register=town.wells, mapping=how, file=tmp_path / "井.zip", by=None, on=DAY)
    assert [row.built.values["name"] for row in rows] == ["一號井", "許功蓋"]
    assert rows[0].built.problems[0].code == "places.outside_city"  # not in this town, but there:
    assert str(rows[0].built.problems[0].parameters["x"]).startswith("17")


@pytest.mark.parametrize("epsg", [4326, 3826], ids=["degrees", "twd97"])
def test_geoparquet_has_types_shapes_system_and_rectangles(town, people, tmp_path, epsg):
    import duckdb
    from pyarrow import parquet
    from pyproj import CRS

    well(town, "W-1", name='say "a", b', depth_m="12.5", use="home", is_drinkable="是")
    well(town, "W-2", x=0.02, pump_count="2", depth_m="40", dug_on="2001-02-03")
    layer = Layer.of(town.wells, people.keeper)
    shown = layer.shown(layer.rows(Question(on=DAY)))
    file = tmp_path / "wells.parquet"
    file.write_bytes(written(layer.sight, shown, "parquet", epsg=epsg))
    table = parquet.read_table(file)
    geo = json.loads(table.schema.metadata[b"geo"])
    column = geo["columns"]["geometry"]
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    assert (column["encoding"], column["geometry_types"]) == ("WKB", ["Point"])
    system = CRS.from_json_dict(column["crs"])
    assert system == CRS("OGC:CRS84" if epsg == 4326 else "EPSG:3826")
    rows = table.to_pylist()
    for row, each in zip(rows, shown, strict=True):
        values = {name: row[name] for name in each.values}
        if row["dug_on"]:
            values["dug_on"] = row["dug_on"].isoformat()
        assert (row["key"], row["valid_from"], values) == (each.key, DAY, dict(each.values))
        found = np.array([shapely.from_wkb(row["geometry"])], dtype=object)
        assert row["bbox"] == dict(
            zip(["xmin", "ymin", "xmax", "ymax"], found[0].bounds, strict=True)
        )
        (back,) = reprojected(found, source=epsg)
        assert shapely.distance(back, each.geometry) < 1e-7
    with duckdb.connect() as reader:
        told = reader.execute(
            f"SELECT key, depth_m FROM '{file}' WHERE bbox.xmin IS NOT NULL AND use = 'home'"
        )
        assert told.fetchall() == [("W-1", 12.5)]


def test_nobody_takes_out_what_they_may_not_see(town, tmp_path):
    from django.contrib.auth.models import AnonymousUser

    well(town, "W-1", remark="不可外流", pump_count="1")
    layer = Layer.of(town.wells, AnonymousUser())
    for kind in ("csv", "geojson", "gpkg", "gml", "parquet"):
        content = written(layer.sight, layer.shown(layer.rows(Question(on=DAY))), kind)
        assert "不可外流".encode() not in content
        assert b"remark" not in content
    told = json.loads(written(layer.sight, layer.shown(layer.rows(Question(on=DAY))), "geojson"))
    assert told["features"][0]["geometry"]["coordinates"] != [0.01, 0.01]
