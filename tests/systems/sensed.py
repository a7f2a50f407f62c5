"""What scenarios of the sensing room share: a gateway that registers and sends, jobs that run."""

import json
from contextlib import suppress
from pathlib import Path

from django.test import Client
from django.utils import timezone

from shizheng.core.fresh import forget_all
from shizheng.core.jobs import Later, jobs
from shizheng.core.models import Agency, Job
from shizheng.sensing.actions.gateways import gateway_make

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


class Device:
    """A gateway of an agency, with its key, at the doors for devices."""

    def __init__(self, code: str, agency: str) -> None:
        _row, self.key = gateway_make(
            code=code, name=code, owner=Agency.objects.get(code=agency), by=None,
            at=timezone.now(), may_register=True,
        )  # fmt: skip
        self.client = Client(headers={"Authorization": f"Bearer {self.key}"})

    def register(self, name, point, streams, **properties) -> dict[str, int]:
        """Register a thing with a stream for each observed property; return their numbers."""
        from shizheng.sensing.models import ObservedProperty

        made = []
        for code in streams:
            declared = ObservedProperty.objects.get(code=code)
            made.append(
                {
                    "name": f"{name} {code}", "description": code,
                    "observationType": MEASUREMENT, "unitOfMeasurement": declared.unit,
                    "ObservedProperty": {"@iot.id": declared.pk},
                    "Sensor": {"name": code, "description": "", "encodingType": "text/plain",
                               "metadata": "none"},
                    "properties": {"decimals": 3, "cycle_s": 3600},
                }
            )  # fmt: skip
        body = {
            "name": name, "description": name, "properties": properties, "Datastreams": made,
            "Locations": [{"name": name, "description": "", "encodingType": "application/geo+json",
                           "location": {"type": "Point", "coordinates": list(point)}}],
        }  # fmt: skip
        answer = self.client.post("/sensorthings/v1.1/Things", body, "application/json")
        assert answer.status_code == 201, answer.content
        forget_all()
        from shizheng.sensing.models import Thing

        rows = Thing.objects.get(name=name).datastreams.all()
        return {each.observed_property.code: each.pk for each in rows}

    def send(self, *readings) -> dict:
        """Send readings (stream, moment, result[, unit]); return the city's answer."""
        rows = [
            dict(
                zip(("stream", "time", "result", "unit"), (s, at.isoformat(), *rest), strict=False)
            )
            for s, at, *rest in readings
        ]
        answer = self.client.post(
            "/intake/observations/", json.dumps({"observations": rows}), "application/json"
        )
        assert answer.status_code in (200, 422), answer.content
        return answer.json()


def jobs_run(*names: str) -> None:
    """Carry out the jobs of these names that wait."""
    for row in Job.objects.filter(name__in=names).order_by("pk"):
        with suppress(Later):  # it did its work, and asks to be called again when its time is over
            jobs[row.name].work(**row.arguments)
    Job.objects.filter(name__in=names).delete()
