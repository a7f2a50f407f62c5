"""A client that we did not write, frost_sta_client, against the live server."""

from datetime import UTC, datetime

import frost_sta_client as frost
import pytest
from frost_sta_client.model.ext.data_array_document import DataArrayDocument
from frost_sta_client.model.ext.data_array_value import DataArrayValue
from frost_sta_client.model.ext.unitofmeasurement import UnitOfMeasurement
from geojson import Point
from tests.sensing.conftest import AT, load_town

from shizheng.core.models import Agency
from shizheng.sensing.actions.gateways import gateway_known, gateway_make
from shizheng.sensing.actions.intake import gateway_streams, stream_known

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:furl.pathstr is deprecated"),  # the client's own matter
]
OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


@pytest.fixture
def service(live_server):
    for known in (gateway_known, gateway_streams, stream_known):
        known.forget()
    load_town()
    works = Agency.objects.get(code="works")
    _, key = gateway_make(
        code="frost", name="Client", owner=works, by=None, at=AT, may_register=True
    )
    return frost.SensorThingsService(
        f"{live_server.url}/sensorthings/v1.1", auth_handler=frost.AuthHandler("frost", key)
    )


def thing_made(service):
    place = frost.Location(
        name="Bridge", description="", encoding_type="application/geo+json",
        location=Point((0.01, 0.01)),
    )  # fmt: skip
    stream = frost.Datastream(
        name="Level", description="of water", observation_type=OM,
        unit_of_measurement=UnitOfMeasurement("metre", "m", "ucum:m"),
        sensor=frost.Sensor("Gauge", "", encoding_type="text/plain", metadata="none"),
        observed_property=frost.ObservedProperty("Level", definition="level", description=""),
    )  # fmt: skip
    thing = frost.Thing(
        name="Gauge", description="d", properties={"authority_type": "town"}, locations=[place],
        datastreams=[stream],
    )  # fmt: skip
    service.create(thing)
    return thing


def test_a_client_of_others_makes_lists_expands_filters_changes_and_deletes(service):
    thing = thing_made(service)
    stream = service.datastreams().query().expand("Thing,ObservedProperty").list().entities[0]
    assert (stream.thing.name, stream.observed_property.definition) == ("Gauge", "level")

    for hour in range(4):
        service.create(
            frost.Observation(
                phenomenon_time=f"2020-03-01T0{hour}:00:00Z",
                result=hour / 2,
                result_time=datetime(2020, 3, 1, hour, tzinfo=UTC).isoformat(),
                datastream=frost.Datastream(id=stream.id),
            )
        )
    query = stream.get_observations().query()
    found = query.filter("result gt 0.4").orderby("phenomenonTime", "desc").top(2).list()
    assert [each.result for each in found] == [1.5, 1.0, 0.5]  # over two pages

    array = DataArrayValue()
    array.datastream = frost.Datastream(id=stream.id)
    array.components = [array.Property.PHENOMENON_TIME, array.Property.RESULT]
    for hour in range(3):
        array.add_observation(
            frost.Observation(phenomenon_time=f"2020-03-02T0{hour}:00:00Z", result=9.5)
        )
    document = DataArrayDocument()
    document.add_data_array_value(array)
    assert len(service.observations().create(document)) == 3
    nines = service.observations().query().filter("result eq 9.5").list()
    assert len(nines.entities) == 3

    thing.name = "Gauge, moved"
    service.update(thing)
    assert service.things().find(thing.id).name == "Gauge, moved"
    service.patch(thing, [{"op": "replace", "path": "/properties/authority_type", "value": "x"}])
    assert service.things().find(thing.id).properties == {"authority_type": "x"}
    service.delete(nines.entities[0])
    assert len(service.observations().query().filter("result eq 9.5").list().entities) == 2
    service.delete(thing)
    assert service.things().query().list().entities == []


def test_a_client_of_others_asks_with_functions_in_places_and_in_time(service):
    thing = thing_made(service)
    stream = service.datastreams().query().list().entities[0]
    for hour in range(3):
        service.create(
            frost.Observation(
                phenomenon_time=f"2020-03-01T0{hour}:00:00Z", result=hour,
                datastream=frost.Datastream(id=stream.id),
                parameters={"round": hour},
            )
        )  # fmt: skip
    observations = service.observations().query()
    for asked, expected in {
        "hour(phenomenonTime) eq 1": [1], "phenomenonTime ge 2020-03-01T02:00:00Z": [2],
        "geo.intersects(FeatureOfInterest/feature, geography'POINT (0.01 0.01)')": [0, 1, 2],
        "substringof('eve', Datastream/name) and result lt 1": [0],
        "Datastream/ObservedProperty/definition eq 'level' and result mod 2 eq 1": [1],
        "Datastream/Thing/properties/authority_type eq 'town' and result gt 1": [2],
    }.items():  # fmt: skip
        found = observations.filter(asked).orderby("phenomenonTime", "asc").list().entities
        assert [each.result for each in found] == expected, asked
    inside = "st_within(location, geography'POLYGON ((0 0, 0.1 0, 0.1 0.1, 0 0.1, 0 0))')"
    assert len(service.locations().query().filter(inside).list().entities) == 1
    near = "geo.distance(location, geography'POINT (5 5)') lt 0.1"
    assert service.locations().query().filter(near).list().entities == []
    whole = service.things().query().expand("Datastreams($expand=Observations($top=1)),Locations")
    (found,) = whole.list().entities
    assert found.datastreams.entities[0].observations.entities[0].result in (0, 1, 2)
    assert found.locations.entities[0].location["coordinates"] == [0.01, 0.01]
    count = service.things().query().count().list()
    assert count.count == 1
    thing.properties = {"authority_type": "village", "years": [2019, 2020]}
    service.update(thing)
    assert service.things().find(thing.id).properties["years"] == [2019, 2020]


def test_a_client_of_others_observes_several_properties_at_once(service):
    thing = thing_made(service)
    units = [
        {"name": "metre per second", "symbol": "m/s", "definition": "ucum:m/s"},
        {"name": "degree", "symbol": "°", "definition": "ucum:deg"},
    ]
    wind = {
        "name": "Wind", "description": "", "Thing": {"@iot.id": thing.id},
        "multiObservationDataTypes": [OM, OM], "unitOfMeasurements": units,
        "Sensor": {"name": "Vane", "encodingType": "text/plain", "metadata": "none"},
        "ObservedProperties": [
            {"name": "Speed", "definition": "speed"}, {"name": "Direction", "definition": "dir"},
        ],
    }  # fmt: skip
    service.execute("post", f"{service.url}/MultiDatastreams", json=wind)  # it sends no units
    several = service.multi_datastreams().query().list().entities[0]
    service.create(
        frost.Observation(
            phenomenon_time="2020-03-01T00:00:00Z", result=[3.5, 270],
            multi_datastream=frost.MultiDatastream(id=several.id),
        )
    )  # fmt: skip
    found = service.multi_datastreams().query().expand("ObservedProperties").list().entities[0]
    assert [each.name for each in found.observed_properties.entities] == ["Speed", "Direction"]
    (one,) = found.get_observations().query().list().entities
    assert one.result == [3.5, 270]
