"""SensorThings over HTTP, as programs ask it."""

import json
from base64 import b64encode
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.test import Client
from tests.sensing.conftest import AT

from shizheng.sensing.actions.gateways import gateway_known, gateway_make
from shizheng.sensing.actions.intake import gateway_streams, stream_known

pytestmark = pytest.mark.django_db
V11 = "/sensorthings/v1.1"
OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


def thing_body(name="Gauge 1", x=0.01, y=0.01, **more):
    return {
        "name": name, "description": "By the bridge",
        "properties": {"authority_type": "town", "stationID": name},
        "Locations": [
            {"name": f"Place of {name}", "description": "", "encodingType": "application/geo+json",
             "location": {"type": "Point", "coordinates": [x, y]}}
        ],
        "Datastreams": [
            {
                "name": f"Level of {name}", "description": "Datastream_Category_type=water",
                "observationType": OM, "properties": {"decimals": 2, "cycle_s": 600},
                "unitOfMeasurement": {"name": "metre", "symbol": "m", "definition": "ucum:m"},
                "ObservedProperty": {"name": "Water level", "definition": "level",
                                     "description": ""},
                "Sensor": {"name": "Gauge", "description": "", "encodingType": "text/plain",
                           "metadata": "none"},
                "Observations": [
                    {"phenomenonTime": f"2020-03-01T0{hour}:00:00Z", "result": hour / 4}
                    for hour in range(5)
                ],
            }
        ],
    } | more  # fmt: skip


class Asker:
    """A program with the key of a gateway."""

    def __init__(self, key=None):
        self.client, self.headers = Client(), {}
        if key:
            secret = b64encode(f"gateway:{key}".encode()).decode()
            self.headers = {"Authorization": f"Basic {secret}"}

    def ask(  # noqa: PLR0917
        self, method, path, body=None, kind="application/json", status=None, version=V11
    ):
        content = body if isinstance(body, str) else "" if body is None else json.dumps(body)
        found = self.client.generic(
            method, path if path.startswith("/") else f"{version}/{path}", content, kind,
            headers=self.headers,
        )  # fmt: skip
        if status is not None:
            assert found.status_code == status, found.content.decode()
        return found

    def get(self, path, **options):
        query = "&".join(f"${key}={quote(str(value))}" for key, value in options.items())
        return self.ask("GET", f"{path}?{query}" if query else path, status=200).json()

    def post(self, path, body, status=201):
        return self.ask("POST", path, body, status=status).json()


@pytest.fixture
def site(town) -> SimpleNamespace:
    for known in (gateway_known, gateway_streams, stream_known):
        known.forget()
    gateway, key = gateway_make(
        code="g-1", name="Gateway", owner=town.works, by=None, at=AT, may_register=True
    )
    asker = Asker(key)
    made = asker.post("Things", thing_body())
    thing = made["@iot.id"]
    stream = asker.get(f"Things({thing})/Datastreams")["value"][0]["@iot.id"]
    return SimpleNamespace(
        asker=asker, gateway=gateway, key=key, thing=thing, stream=stream, town=town
    )


def results(page):
    return [each["result"] for each in page["value"]]


def test_a_deep_insert_makes_all_that_stands_in_it(site):
    found = site.asker.get(
        f"Things({site.thing})",
        expand="Locations,HistoricalLocations,Datastreams($expand=Sensor,ObservedProperty,"
        "Observations($orderby=phenomenonTime desc;$top=1))",
    )

    (stream,) = found["Datastreams"]
    assert found["Locations"][0]["location"]["coordinates"] == [0.01, 0.01]
    assert len(found["HistoricalLocations"]) == 1
    assert stream["Sensor"]["name"] == "Gauge"
    assert stream["ObservedProperty"]["definition"] == "level"
    assert results({"value": stream["Observations"]}) == [1.0]
    assert stream["phenomenonTime"] == "2020-03-01T00:00:00Z/2020-03-01T04:00:00Z"


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        ("result gt 0.25 and result le 0.75", [0.5, 0.75]),
        ("phenomenonTime ge 2020-03-01T03:00:00Z", [0.75, 1.0]),
        ("phenomenonTime lt 2020-03-01T09:00:00+08:00", [0.0]),
        ("not (result eq 0.5) and result add 1 gt 1.6", [0.75, 1.0]),
        ("hour(phenomenonTime) eq 2 or result mul 4 eq 1", [0.25, 0.5]),
        ("Datastream/Thing/properties/authority_type eq 'town' and result gt 0.9", [1.0]),
        ("substringof('Level', Datastream/name) and floor(result) eq 1", [1.0]),
        ("Datastream/Thing/name eq 'other'", []),
        ("phenomenonTime gt 2020-03-01T02:00:00Z/2020-03-01T03:00:00Z and true", [1.0]),
        ("resultTime eq null and round(result) eq 1", [0.5, 0.75, 1.0]),
        ("Datastream/ObservedProperty/name eq 'Water level' and result gt 0.9", [1.0]),
        ("Datastream/Sensor/name eq 'Gauge' and result gt 0.9", [1.0]),
        ("MultiDatastream/ObservedProperties/name eq 'Water level'", []),
        ("phenomenonTime ge '2020-03-01T11:00:00+08:00'", [0.75, 1.0]),
        ("phenomenonTime ge 2020-03-01 and '2020-03-01T01:00:00Z' gt phenomenonTime", [0.0]),
        ("time(phenomenonTime) gt 03:30:00", [1.0]),
        ("minute(phenomenonTime) ne 0", []),
        ("date(phenomenonTime) eq 2020-03-01 and result eq 1", [1.0]),
        ("phenomenonTime lt mindatetime() or phenomenonTime gt now()", []),
    ],
    ids=str,
)
def test_observations_are_filtered(site, filter_, found):
    for path in (f"Datastreams({site.stream})/Observations", "Observations"):
        assert results(site.asker.get(path, filter=filter_, orderby="phenomenonTime asc")) == found


@pytest.mark.parametrize(
    ("filter_", "count"),
    [
        ("name eq 'Gauge 1'", 1), ("name ne 'Gauge 1'", 1), ("startswith(name,'Gau')", 2),
        ("endswith(name, ' 2')", 1), ("substringof('auge 2', name)", 1), ("contains(name,'x')", 0),
        ("substringof('GAUGE', name)", 0), ("tolower(name) eq 'gauge 2'", 1),
        ("length(name) eq 7 and indexof(name, '2') ge 6", 1),
        ("concat(concat(name,','), description) eq 'Gauge 1,By the bridge'", 1),
        ("substring(name, 6) eq '2'", 1), ("trim(name) eq 'Gauge 1'", 1),
        ("properties/authority_type eq 'town'", 2), ("properties/stationID eq 'Gauge 2'", 1),
        ("startswith(properties/stationID, 'Gau')", 2),
        ("Datastreams/ObservedProperty/name eq 'Water level'", 2),
        ("Datastreams/unitOfMeasurement/symbol eq 'm' and Locations/name eq 'Place of Gauge 2'", 1),
        ("st_within(Locations/location, geography'POLYGON((0 0,0 0.02,0.02 0.02,0.02 0,0 0))')", 1),
        ("geo.distance(Locations/location, geography'POINT(0.5 0.5)') lt 0.1", 1),
        ("geo.intersects(Locations/location, geography'POINT(0.01 0.01)')", 1),
        ("st_disjoint(Locations/location, geography'POINT(0.01 0.01)')", 1),
        ("not (id eq 1) or id eq 1", 2), ("name in ('a')", None), ("nothing eq 1", None),
        ("Datastreams/Observations/result gt 1", None), ("geo.nothing(name)", None),
        ("name eq 'a", None), ("(((name eq 'a'", None), ("length(name, 1) eq 2", None),
    ],
    ids=str,
)  # fmt: skip
def test_things_are_filtered(site, filter_, count):
    site.asker.post("Things", thing_body("Gauge 2", 0.5, 0.5))

    found = site.asker.ask("GET", f"Things?$filter={quote(filter_)}&$count=true")

    if count is None:
        assert found.status_code == 400
        assert found.json()["message"].count(".") >= 1
    else:
        assert found.status_code == 200, found.content.decode()
        assert found.json()["@iot.count"] == count == len(found.json()["value"])


def test_pages_lead_to_all_observations_once_newest_first(site):
    seen, path = [], f"Datastreams({site.stream})/Observations?$top=2&$orderby=phenomenonTime desc"
    while path:
        page = site.asker.ask("GET", path, status=200).json()
        seen += results(page)
        path = page.get("@iot.nextLink", "").partition("testserver")[2]
    assert seen == [1.0, 0.75, 0.5, 0.25, 0.0]


def test_observations_come_back_as_they_were_sent_and_once(site):
    path = f"Datastreams({site.stream})/Observations"
    body = {
        "phenomenonTime": "2020-03-01T06:00:00.5+08:00", "result": 2.25,
        "resultTime": "2020-03-01T07:00:00Z", "resultQuality": "good",
        "parameters": {"battery": 3.5}, "validTime": "2020-03-01T06:00:00Z/2020-03-01T07:00:00Z",
    }  # fmt: skip
    made = site.asker.ask("POST", path, body, status=201)
    again = site.asker.ask("POST", path, body, status=201)

    assert made["Location"] == again["Location"]
    found = site.asker.get(made["Location"].partition("testserver")[2])
    assert found["phenomenonTime"] == "2020-02-29T22:00:00.500Z"
    assert {name: found[name] for name in ("result", "resultQuality", "parameters")} == {
        "result": 2.25, "resultQuality": "good", "parameters": {"battery": 3.5},
    }  # fmt: skip
    other = site.asker.ask("POST", path, body | {"result": 3}, status=409)
    assert "PATCH" in other.json()["message"]


def test_an_observation_is_corrected_and_deleted(site):
    page = site.asker.get(f"Datastreams({site.stream})/Observations", top=1)
    where = page["value"][0]["@iot.selfLink"].partition("testserver")[2]

    site.asker.ask("PATCH", where, {"result": 9.5}, status=200)
    assert site.asker.get(where)["result"] == 9.5
    patch = [{"op": "replace", "path": "/result", "value": 8.5}]
    site.asker.ask("PATCH", where, patch, "application/json-patch+json", status=200)
    assert site.asker.get(f"{where}/result/$value".replace("/$value", "")) == {"result": 8.5}
    site.asker.ask("DELETE", where, status=200)
    site.asker.ask("GET", where, status=404)


def test_arrays_of_observations_go_in_and_come_out(site):
    body = [
        {
            "Datastream": {"@iot.id": site.stream},
            "components": ["phenomenonTime", "result"],
            "dataArray@iot.count": 3,
            "dataArray": [
                ["2020-03-02T00:00:00Z", 5], ["2020-03-02T00:10:00Z", float("nan")],
                ["1970-01-01T00:10:00Z", 5],
            ],
        }
    ]  # fmt: skip
    told = site.asker.post("CreateObservations", body)

    assert told[0].endswith("')")
    assert "finite" in told[1]
    assert "1980" in told[2]
    path = f"Datastreams({site.stream})/Observations"
    page = site.asker.get(path, resultFormat="dataArray", orderby="phenomenonTime desc", top=2)
    (array,) = page["value"]
    assert array["components"][:3] == ["id", "phenomenonTime", "result"]
    assert [row[2] for row in array["dataArray"]] == [5.0, 1.0]


def test_one_batch_carries_many_and_a_set_is_all_or_none(site):
    requests = [
        {"id": "0", "method": "post", "url": "Things", "atomicityGroup": "a",
         "body": {"name": "T", "description": "d"}},
        {"id": "1", "method": "post", "url": "$0/Locations", "atomicityGroup": "a",
         "body": {"name": "L", "description": "d", "encodingType": "application/geo+json",
                  "location": {"type": "Point", "coordinates": [0, 0]}}},
        {"id": "2", "method": "get", "url": "Things?$filter=name eq 'T'&$expand=Locations"},
        {"id": "3", "method": "post", "url": "Things", "atomicityGroup": "b",
         "body": {"name": "U", "description": "d"}},
        {"id": "4", "method": "post", "url": "Things", "atomicityGroup": "b", "body": {}},
    ]  # fmt: skip
    told = site.asker.ask("POST", "$batch", {"requests": requests}, status=200).json()

    assert [each["status"] for each in told["responses"]] == [201, 201, 200, 424, 400]
    assert told["responses"][2]["body"]["value"][0]["Locations"][0]["name"] == "L"
    assert site.asker.get("Things", filter="name eq 'U'")["value"] == []


def test_a_batch_of_several_parts_is_answered_in_parts(site):
    body = "\r\n".join([
        "--b", "Content-Type: application/http", "", f"GET {V11}/Things({site.thing}) HTTP/1.1", "",
        "", "--b", "Content-Type: multipart/mixed; boundary=c", "", "--c",
        "Content-Type: application/http", "Content-ID: 1", "",
        f"POST {V11}/Things HTTP/1.1", "Content-Type: application/json", "",
        '{"name": "B", "description": "d"}', "--c--", "", "--b--", "",
    ])  # fmt: skip
    told = site.asker.ask("POST", "$batch", body, "multipart/mixed; boundary=b", status=200)

    assert told["Content-Type"].startswith("multipart/mixed")
    assert "HTTP/1.1 201 Created" in told.content.decode()
    assert site.asker.get("Things", filter="name eq 'B'")["value"]


def test_results_of_several_properties_are_observed_at_once(site):
    body = {
        "name": "Weather", "description": "d", "Thing": {"@iot.id": site.thing},
        "multiObservationDataTypes": [OM, OM],
        "unitOfMeasurements": [{"name": "degree", "symbol": "C", "definition": "c"}] * 2,
        "Sensor": {"name": "S", "description": "", "encodingType": "text/plain", "metadata": "m"},
        "ObservedProperties": [
            {"name": name, "definition": name, "description": ""} for name in ("air", "dew")
        ],
    }  # fmt: skip
    multi = site.asker.post("MultiDatastreams", body)["@iot.id"]
    observation = {"phenomenonTime": "2020-03-01T00:00:00Z", "result": [21.5, 12]}
    site.asker.post(f"MultiDatastreams({multi})/Observations", observation)

    found = site.asker.get(
        f"MultiDatastreams({multi})", expand="ObservedProperties,Observations($top=1)"
    )
    assert [each["name"] for each in found["ObservedProperties"]] == ["air", "dew"]
    assert results({"value": found["Observations"]}) == [[21.5, 12]]
    assert site.asker.get(f"Things({site.thing})/Datastreams")["value"][0]["@iot.id"] != multi


def test_entities_are_changed_replaced_and_deleted_with_what_hangs_on_them(site):
    where = f"Things({site.thing})"
    site.asker.ask("PATCH", where, {"name": "New"}, status=200)
    patch = [{"op": "add", "path": "/properties/floor", "value": 3}]
    site.asker.ask("PATCH", where, patch, "application/json-patch+json", status=200)
    assert site.asker.get(where)["properties"]["floor"] == 3
    site.asker.ask("PUT", where, {"name": "Whole", "description": "w"}, status=200)
    assert site.asker.get(where)["properties"] == {}
    site.asker.ask("PUT", where, {"description": "Half"}, status=400)
    site.asker.ask("DELETE", where, status=200)
    assert site.asker.get("Datastreams")["value"] == []
    assert site.asker.get("Observations")["value"] == []


def test_old_clients_find_their_root_and_their_functions(site):
    told = site.asker.ask("GET", "/sensorthings/v1.0", status=200).json()
    assert {each["name"] for each in told["value"]} >= {"Things", "Observations"}
    page = site.asker.ask(
        "GET", "Datastreams?$filter=substringof('Category_type=water',description)",
        version="/sensorthings/v1.0", status=200,
    ).json()  # fmt: skip
    assert "/v1.0/" in page["value"][0]["@iot.selfLink"]


def test_who_has_no_key_reads_what_is_public_and_writes_nothing(site):
    nobody = Asker()
    site.asker.ask("POST", "Things", thing_body("Gauge 2"), status=201)
    from shizheng.sensing.models import Thing

    Thing.objects.filter(pk=site.thing).update(seen_by="restricted")
    assert [each["name"] for each in nobody.get("Things")["value"]] == ["Gauge 2"]
    assert len(nobody.get("Observations")["value"]) == 5
    nobody.ask("GET", f"Datastreams({site.stream})", status=404)
    nobody.ask("POST", "Things", {"name": "x", "description": "y"}, status=401)
    nobody.headers = {"Authorization": "Bearer szd_wrong"}
    nobody.ask("GET", "Things", status=401)


@pytest.mark.parametrize(
    "query",
    [
        "phenomenonTime gt 'yesterday'", "phenomenonTime gt '2020-03-01T02:00:00'",
        "MultiDatastream/ObservedProperty/name eq 'x'", "result gt 'a' add 'b' add",
        "Datastream/nothing eq 1", "result eq NaN",
    ],
    ids=str,
)  # fmt: skip
def test_a_filter_that_cannot_hold_is_refused_and_never_answered_with_nothing(site, query):
    told = site.asker.ask("GET", f"Observations?$filter={quote(query)}", status=400).json()
    assert told["message"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Things", '{"name": "x", "properties": {"a": NaN}}'),
        ("Things", '{"name": "x", "properties": {"a": [1e999]}}'),
        ("Things", '{"name": "x", "properties": {"a": "b\\u0000"}}'),
        ("Things", '{"name": "x\\u0000"}'),
        ("Things", json.dumps({"name": "x" * 301})),
        ("Things", '{"name": "x", "properties": {"a": %s}}' % ("[" * 60 + "]" * 60)),
        ("Locations", '{"name": "l", "encodingType": "application/geo+json", '
                      '"location": {"type": "Point", "coordinates": [1e999, 2]}}'),
        ("Sensors", '{"name": "s", "encodingType": "text/plain", "metadata": {"a": Infinity}}'),
    ],
    ids=["nan", "infinite", "nul-inside", "nul", "long", "deep", "point", "metadata"],
)  # fmt: skip
def test_what_no_database_can_keep_is_refused_with_a_sentence(site, name, body):
    told = site.asker.ask("POST", name, body, status=400).json()
    assert told["type"] == "sensing.entity_unfit"


def test_browsers_of_other_sites_may_ask_and_heads_are_answered(site):
    asked = site.asker.ask("OPTIONS", "Things", status=204)
    assert "PATCH" in asked["Access-Control-Allow-Methods"]
    assert "Authorization" in asked["Access-Control-Allow-Headers"]
    head = site.asker.ask("HEAD", f"Things({site.thing})", status=200)
    assert head.content == b""
    assert site.asker.ask("HEAD", "Things(99)").status_code == 404


def test_expansions_are_nested_chosen_ordered_and_counted(site):
    found = site.asker.get(
        "Things",
        expand="Datastreams($select=name;$expand=Observations($orderby=result desc;"
        "$top=2;$count=true;$select=result),Thing($select=@iot.id))",
        select="name",
    )  # fmt: skip
    (stream,) = found["value"][0]["Datastreams"]
    assert stream["Thing"] == {"@iot.id": site.thing}
    assert stream["Observations"] == [{"result": 1.0}, {"result": 0.75}]
    assert stream["Observations@iot.count"] == 5
