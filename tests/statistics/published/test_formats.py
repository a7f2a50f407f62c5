"""Each format is read by a program of others, which finds the figures of the database in it."""

import csv
import io
import json
from decimal import Decimal

import duckdb
import frictionless
import pyjstat.pyjstat
import pytest
import shapely
from csvw import CSVW, Table
from frictionless import Package
from tests.statistics.published.test_sdmx import in_database, text_of

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"
AT = "/data/indicators/closed/v2"


def body(client, ending):
    response = client.get(f"{AT}.{ending}")
    assert response.status_code == 200, response.content[:300]
    return response.content


@pytest.fixture
def folder(client, figures, tmp_path):
    """The CSV and what describes it, as they lie beside each other."""
    for ending in ("csv", "csv-metadata.json", "datapackage.json"):
        text = body(client, ending).decode().replace(f"{SITE}{AT}.csv", "v2.csv")
        (tmp_path / f"v2.{ending}").write_bytes(text.encode())
    return tmp_path


def of_rows(rows):
    return {(row["area"], row["service"], row["period"]): text_of(row["value"]) for row in rows}


def test_the_csv_is_a_plain_table(client, figures):
    rows = list(csv.DictReader(io.StringIO(body(client, "csv").decode())))
    assert of_rows(rows) == in_database(figures)
    names = {row["area"]: (row["area_zh"], row["area_en"]) for row in rows}
    assert names["_T"] == ("高雄市", "Kaohsiung City")
    assert rows[0]["service_zh"]
    assert {row["unit"] for row in rows} == {"case"}


def test_csvw_reads_and_checks_the_table(folder, figures):
    assert CSVW(str(folder / "v2.csv-metadata.json"), validate=True).is_valid
    table = Table.from_file(folder / "v2.csv-metadata.json")
    rows = list(table.iterdicts(strict=True))
    assert {(r["area"], r["service"], r["period"]): text_of(r["value"]) for r in rows} == (
        in_database(figures)
    )
    assert all(isinstance(row["value"], Decimal | None) for row in rows)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(",73,", ",seventy,", id="no-number"),
        pytest.param("2020-02-01", "2020-02-31", id="no-day"),
        pytest.param("period_start", "period_begin", id="another-column"),
    ],
)
def test_csvw_refuses_a_broken_table(folder, old, new):
    _break(folder / "v2.csv", old, new)
    table = Table.from_file(folder / "v2.csv-metadata.json")
    with pytest.raises(ValueError):  # noqa: PT011 - of whatever kind csvw raises
        list(table.iterdicts(strict=True))


def _break(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_frictionless_finds_nothing_wrong(folder, figures):
    package = Package.from_descriptor(str(folder / "v2.datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["type", "note"])
    rows = [row.to_dict() for row in package.get_resource("closed").read_rows()]
    assert of_rows(rows) == in_database(figures)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param("v2.csv", ",73,", ",seventy,", id="no-number"),
        pytest.param("v2.csv", ",73,", ",74,", id="another-number-fails-the-digest"),
        pytest.param("v2.csv", "period_start", "period_begin", id="another-column"),
        pytest.param("v2.datapackage.json", '"type":"number"', '"type":"nmbr"', id="no-type"),
    ],
)
def test_frictionless_refuses_a_broken_copy(folder, file, old, new):
    _break(folder / file, old, new)
    try:
        report = Package.from_descriptor(str(folder / "v2.datapackage.json")).validate()
    except frictionless.FrictionlessException:
        return
    assert not report.valid


@pytest.mark.filterwarnings("ignore:Shouldn:DeprecationWarning")  # its own
def test_pyjstat_reads_the_cube(client, figures):
    dataset = pyjstat.pyjstat.Dataset.read(body(client, "jsonstat.json").decode())
    frame = dataset.write("dataframe", naming="id")
    found = {(row.area, row.service, row.period): text_of(row.value) for row in frame.itertuples()}
    known = in_database(figures)
    assert {place: found[place] for place in known} == known
    assert not any(text for place, text in found.items() if place not in known)


@pytest.mark.filterwarnings("ignore:Shouldn:DeprecationWarning")  # its own
def test_pyjstat_refuses_a_broken_cube(client, figures):
    content = json.loads(body(client, "jsonstat.json"))
    content["id"].append("colour")
    with pytest.raises((KeyError, IndexError, ValueError)):
        pyjstat.pyjstat.Dataset.read(json.dumps(content)).write("dataframe", naming="id")


def test_duckdb_reads_the_parquet_with_its_types(client, figures, tmp_path):
    file = tmp_path / "v2.parquet"
    file.write_bytes(body(client, "parquet"))
    with duckdb.connect() as reader:
        table = reader.execute(f"SELECT area, service, period, value FROM '{file}'").fetchall()
        types = dict(reader.execute(f"SELECT name, type FROM parquet_schema('{file}')").fetchall())
    assert {row[:3]: text_of(row[3]) for row in table} == in_database(figures)
    assert types["value"] is not None
    file.write_bytes(file.read_bytes()[:-8])
    with duckdb.connect() as reader, pytest.raises(duckdb.Error):
        reader.execute(f"SELECT * FROM '{file}'")


def test_geojson_holds_the_areas_with_shapes_and_figures(client, figures):
    content = json.loads(body(client, "geojson"))
    known = in_database(figures)
    assert {each["id"] for each in content["features"]} == set(figures.districts)
    for feature in content["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.is_valid
        outer = shapely.get_geometry(shape, 0)
        assert shapely.is_ccw(outer.exterior)
        for period, value in feature["properties"]["values"].items():
            text = "" if value is None else text_of(value)
            assert text == known[feature["id"], "_T", period]
    broken = json.dumps(content["features"][0]["geometry"]).replace("[", "{", 1)
    with pytest.raises(shapely.errors.GEOSException):
        shapely.from_geojson(broken)


def test_the_json_says_what_it_is(client, figures):
    content = json.loads(body(client, "json"))
    assert content["name"] == {"zh-Hant": "結案件數", "en": "Cases closed"}
    assert (content["vintage"], content["frequency"], content["unit"]) == (2, "M", "case")
    found = {
        (each["area"], each["service"], each["period"]): text_of(each["value"])
        for each in content["figures"]
    }
    assert found == in_database(figures)
