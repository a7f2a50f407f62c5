"""The requirements of OGC SensorThings 1.1 part 1 (18-088), each with one look at it over HTTP.

What the Sensing part demands is named here as the standard names it, below
``http://www.opengis.net/spec/iot_sensing/1.1/req/``. MQTT extensions are looked at in test_mqtt.
"""

import pytest
from tests.sensing.test_sensorthings import OM, V11, site, thing_body

__all__ = ["site"]
pytestmark = pytest.mark.django_db
REQUIRED = "http://www.opengis.net/spec/iot_sensing/1.1/req"
LOCATION = {"name": "L", "description": "", "encodingType": "application/geo+json",
            "location": {"type": "Point", "coordinates": [0.2, 0.2]}}  # fmt: skip


def has(path, *names):
    """An entity at a path has these properties and links."""

    def look(site):
        told = site.asker.get(path.format(thing=site.thing, stream=site.stream))
        told = told["value"][0] if "value" in told else told
        assert {"@iot.id", "@iot.selfLink"} <= set(told)
        missing = [
            name for name in names if name not in told and f"{name}@iot.navigationLink" not in told
        ]
        assert not missing

    return look


def says(path, expected, **options):
    """What a path answers, as a function of it."""

    def look(site):
        assert expected(
            site.asker.get(path.format(thing=site.thing, stream=site.stream), **options)
        )

    return look


def values(told):
    return [each["result"] for each in told["value"]]


def posted(path, body, status=201):
    def look(site):
        made = site.asker.ask(
            "POST", path.format(thing=site.thing, stream=site.stream), body, status=status
        )
        if status == 201:
            where = made["Location"].partition("testserver")[2]
            site.asker.ask("GET", where, status=200)

    return look


def root(site):
    told = site.asker.ask("GET", f"{V11}/", status=200).json()
    assert {each["name"] for each in told["value"]} >= {
        "Things", "Locations", "HistoricalLocations", "Datastreams", "Sensors", "Observations",
        "ObservedProperties", "FeaturesOfInterest", "MultiDatastreams",
    }  # fmt: skip
    conforms = told["serverSettings"]["conformance"]
    assert f"{REQUIRED}/data-array/data-array" in conforms
    assert all(each.startswith(REQUIRED) for each in conforms)
    by_mqtt = f"{REQUIRED}/receive-updates-via-mqtt/receive-updates"
    assert by_mqtt in conforms
    assert told["serverSettings"][by_mqtt]["endpoints"][0].startswith("mqtt://")


def value(site):
    told = site.asker.ask("GET", f"Things({site.thing})/name/$value", status=200)
    assert (told.content, told["Content-Type"]) == (b"Gauge 1", "text/plain; charset=utf-8")


def linked(site):
    body = {"@iot.id": site.asker.get("Sensors")["value"][0]["@iot.id"]}
    stream = thing_body()["Datastreams"][0] | {"Sensor": body, "Thing": {"@iot.id": site.thing}}
    site.asker.post("Datastreams", stream | {"Observations": []})
    assert len(site.asker.get("Sensors")["value"]) == 1


def moved(site):
    site.asker.post(f"Things({site.thing})/Locations", LOCATION)
    assert len(site.asker.get(f"Things({site.thing})/HistoricalLocations")["value"]) == 2
    assert [
        each["name"] for each in site.asker.get(f"Things({site.thing})/Locations")["value"]
    ] == ["L"]


def all_or_none(site):
    body = thing_body("Half")
    body["Datastreams"][0].pop("Sensor")
    site.asker.ask("POST", "Things", body, status=400)
    assert site.asker.get("Things", filter="name eq 'Half'")["value"] == []


def changed(site):
    site.asker.ask("PATCH", f"Datastreams({site.stream})", {"description": "new"}, status=200)
    assert site.asker.get(f"Datastreams({site.stream})")["description"] == "new"


def deleted(site):
    site.asker.ask("DELETE", f"Datastreams({site.stream})", status=200)
    site.asker.ask("GET", f"Datastreams({site.stream})", status=404)
    assert site.asker.get("Observations")["value"] == []


def feature_made(site):
    (feature,) = site.asker.get("FeaturesOfInterest")["value"]
    assert feature["feature"]["coordinates"] == [0.01, 0.01]
    found = site.asker.get(f"FeaturesOfInterest({feature['@iot.id']})/Observations")
    assert len(found["value"]) == 5


def time_given(site):
    made = site.asker.post(f"Datastreams({site.stream})/Observations", {"result": 7})
    assert site.asker.get(f"Observations('{made['@iot.id']}')")["phenomenonTime"].endswith("Z")


def status(method, path, code, body=None):
    def look(site):
        path_ = path.format(thing=site.thing, stream=site.stream)
        site.asker.ask(method, path_, body, status=code)

    return look


STREAM = "Datastreams({stream})"
READ = f"{STREAM}/Observations"
TABLE = {
    "datamodel/entity-control-information/common-control-information": has("Things", "name"),
    "datamodel/thing/properties": has("Things", "name", "description", "properties"),
    "datamodel/thing/relations": has(
        "Things", "Locations", "HistoricalLocations", "Datastreams", "MultiDatastreams"
    ),
    "datamodel/location/properties": has(
        "Locations", "name", "description", "encodingType", "location"
    ),
    "datamodel/location/relations": has("Locations", "Things", "HistoricalLocations"),
    "datamodel/historical-location/properties": has("HistoricalLocations", "time"),
    "datamodel/historical-location/relations": has("HistoricalLocations", "Thing", "Locations"),
    "datamodel/datastream/properties": has(
        STREAM, "name", "description", "observationType", "unitOfMeasurement", "phenomenonTime"
    ),
    "datamodel/datastream/relations": has(
        STREAM, "Thing", "Sensor", "ObservedProperty", "Observations"
    ),
    "datamodel/sensor/properties": has("Sensors", "name", "encodingType", "metadata"),
    "datamodel/sensor/relations": has("Sensors", "Datastreams"),
    "datamodel/observed-property/properties": has("ObservedProperties", "name", "definition"),
    "datamodel/observed-property/relations": has("ObservedProperties", "Datastreams"),
    "datamodel/observation/properties": has(READ, "phenomenonTime", "result", "resultTime"),
    "datamodel/observation/relations": has(READ, "Datastream", "FeatureOfInterest"),
    "datamodel/feature-of-interest/properties": has("FeaturesOfInterest", "name", "feature"),
    "datamodel/feature-of-interest/relations": has("FeaturesOfInterest", "Observations"),
    "resource-path/resource-path-to-entities/root": root,
    "resource-path/resource-path-to-entities/set": says("Things", lambda told: told["value"]),
    "resource-path/resource-path-to-entities/entity": has("Things({thing})", "name"),
    "resource-path/resource-path-to-entities/property": says(
        "Things({thing})/name", lambda told: told == {"name": "Gauge 1"}
    ),
    "resource-path/resource-path-to-entities/value": value,
    "resource-path/resource-path-to-entities/navigation": has(f"{STREAM}/Thing/Locations", "name"),
    "resource-path/resource-path-to-entities/reference": says(
        "Things({thing})/Datastreams/$ref", lambda told: [*told["value"][0]] == ["@iot.selfLink"]
    ),
    "resource-path/resource-path-to-entities/nothing": status("GET", "Things(99)", 404),
    "request-data/status-code": status("GET", "Things?$filter=name eq", 400),
    "request-data/query-status-code": status("GET", "Things?$unknown=1", 400),
    "request-data/orderby": says(
        READ, lambda told: values(told) == [1.0, 0.75, 0.5, 0.25, 0.0], orderby="result desc"
    ),
    "request-data/order": says(
        "Things", lambda told: told["value"], top=1, orderby="name asc", skip=0
    ),
    "request-data/expand": says(
        STREAM, lambda told: told["Thing"]["Locations"], expand="Thing/Locations,Sensor"
    ),
    "request-data/select": says(
        "Things", lambda told: [*told["value"][0]] == ["name"], select="name"
    ),
    "request-data/count": says("Things", lambda told: told["@iot.count"] == 1, count="true"),
    "request-data/top": says(READ, lambda told: values(told) == [0.0, 0.25], top=2),
    "request-data/skip": says(READ, lambda told: values(told) == [0.75, 1.0], skip=3),
    "request-data/filter": says(READ, lambda told: values(told) == [1.0], filter="result gt 0.8"),
    "request-data/built-in-filter-operations": says(
        READ, lambda told: values(told) == [0.5], filter="(result mul 2) mod 3 eq 1"
    ),
    "request-data/built-in-query-functions": says(
        READ, lambda told: values(told) == [1.0], filter="hour(phenomenonTime) ge 4"
    ),
    "request-data/pagination": says(READ, lambda told: "@iot.nextLink" in told, top=4),
    "create-update-delete/create-entity": posted("Things", {"name": "T", "description": ""}),
    "create-update-delete/link-to-existing-entities": linked,
    "create-update-delete/deep-insert": posted("Things", thing_body("Deep", 0.3)),
    "create-update-delete/deep-insert-status-code": all_or_none,
    "create-update-delete/historical-location-auto-creation": moved,
    "create-update-delete/feature-of-interest-auto-creation": feature_made,
    "create-update-delete/observation-time-by-server": time_given,
    "create-update-delete/missing-mandatory": posted("Datastreams", {"name": "x"}, 400),
    "create-update-delete/update-entity": changed,
    "create-update-delete/delete-entity": deleted,
    "create-update-delete/method": status("POST", "Things({thing})", 405, {}),
    "multi-datastream/properties": posted(
        "MultiDatastreams",
        {
            "name": "M", "description": "", "multiObservationDataTypes": [OM],
            "unitOfMeasurements": [{"name": "n", "symbol": "s", "definition": "d"}],
            "Thing": {"name": "T", "description": ""},
            "Sensor": {"name": "S", "encodingType": "text/plain", "metadata": "m"},
            "ObservedProperties": [{"name": "P", "definition": "p"}],
        },
    ),
    "multi-datastream/constraints": posted(
        "MultiDatastreams",
        {
            "name": "M", "multiObservationDataTypes": [OM, OM], "unitOfMeasurements": [],
            "Thing": {"name": "T"}, "ObservedProperties": [],
            "Sensor": {"name": "S", "encodingType": "text/plain", "metadata": "m"},
        },
        400,
    ),
    "data-array/data-array": says(
        READ, lambda told: len(told["value"][0]["dataArray"]) == 5, resultFormat="dataArray"
    ),
    "batch-request/batch-request": status(
        "POST", "$batch", 200, {"requests": [{"id": "1", "method": "get", "url": "Things"}]}
    ),
}  # fmt: skip


@pytest.mark.parametrize("requirement", TABLE)
def test_a_requirement_of_the_standard_is_met(requirement, site):
    TABLE[requirement](site)
