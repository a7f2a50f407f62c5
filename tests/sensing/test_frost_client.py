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
