"""Devices of an invented flood network in the real city, and a clock that the test moves."""

import json
from datetime import UTC, datetime, timedelta

from django.test import Client
from django.utils import timezone
from tests.services.conftest import person

from shizheng.core import worker
from shizheng.core.models import Agency
from shizheng.sensing.actions.gateways import gateway_known, gateway_make
from shizheng.sensing.actions.intake import gateway_streams, stream_known
from shizheng.sensing.models import Datastream

DUSK = datetime(2026, 7, 6, 10, 0, tzinfo=UTC)
SPOT = (120.3015, 22.6205)
MEASURED = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


class Clock:
    """What ``timezone.now`` says, until it is moved."""

    def __init__(self, monkeypatch, at=DUSK):
        self.at = at
        monkeypatch.setattr(timezone, "now", lambda: self.at)

    def on(self, minutes):
        """Move on, do what waits, and return the moment."""
        self.at += timedelta(minutes=minutes)
        worker.run_all()
        return self.at


def network(owner="water_resources"):
    """Return the key of a gateway that may register things and send."""
    for known in (gateway_known, gateway_streams, stream_known):
        known.forget()
    _, key = gateway_make(
        code="field", name="Field", owner=Agency.objects.get(code=owner), by=None,
        at=timezone.now(), may_register=True,
    )  # fmt: skip
    return key


def registered(key, name, observed, *, at=SPOT, unit="cm", properties=None):
    """Register a thing with one stream over SensorThings, as a gateway does; return the stream."""
    client = Client()
    headers = {"Authorization": f"Bearer {key}"}
    asked = f"definition eq 'urn:kaohsiung:observed-property:{observed}'"
    found = client.get("/sensorthings/v1.1/ObservedProperties", {"$filter": asked}).json()
    thing = {
        "name": name, "description": name, "properties": properties or {},
        "Locations": [{"name": name, "description": name,
                       "encodingType": "application/geo+json",
                       "location": {"type": "Point", "coordinates": list(at)}}],
        "Datastreams": [{
            "name": f"{name} {observed}", "description": observed, "observationType": MEASURED,
            "unitOfMeasurement": {"name": unit, "symbol": unit, "definition": f"ucum:{unit}"},
            "ObservedProperty": {"@iot.id": found["value"][0]["@iot.id"]},
            "Sensor": {"name": observed, "description": observed,
                       "encodingType": "text/plain", "metadata": ""},
        }],
    }  # fmt: skip
    answer = client.post(
        "/sensorthings/v1.1/Things", json.dumps(thing), "application/json", headers=headers
    )
    assert answer.status_code == 201, answer.content
    return Datastream.objects.get(thing__name=name)


def push(key, *rows):
    """Send readings (stream, moment, value) over HTTP; return the answer."""
    told = [{"stream": s.pk, "time": at.isoformat(), "result": v} for s, at, v in rows]
    answer = Client().post(
        "/intake/observations/", json.dumps({"observations": told}), "application/json",
        headers={"Authorization": f"Bearer {key}"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    return answer.json()


def crew():
    """Make who is on duty."""
    return {
        "water": person("n_water", "officer", "water_resources"),
        "relief": person("n_relief", "officer", "water_resources"),
        "chief": person("n_chief", "supervisor", "water_resources"),
        "fire": person("n_fire", "officer", "fire"),
        "roads": person("n_roads", "officer", "public_works"),
        "resident": person("n_resident"),
    }
