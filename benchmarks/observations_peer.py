"""django-ogc-sensorthings 1.2 as its own pages say, over SQLite, served by two processes.

It has no keys, rules or checks; the file is opened as ours is (write-ahead log, one writer waits
for the other), which it does not do by itself.
"""

import http.client
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from serving import asked, served

PORT, EACH, STREAMS = 8476, 1_000, 50
ROOT = "/sensorthings/v1.1"
SETTINGS = """
from uuid import UUID
SECRET_KEY = "of a benchmark"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
INSTALLED_APPS = ["sensorthings.versions.v1_1", "sensorthings.versions.v1_1.backends.django",
                  "sensorthings.versions.v1_1.extensions.dataarray"]
ROOT_URLCONF = "peer_urls"
ASGI_APPLICATION = "peer_asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "%s", "OPTIONS": {
    "transaction_mode": "IMMEDIATE", "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"}}}
SENSORTHINGS_V1_1_SERVICE_URL = "http://127.0.0.1:%d/sensorthings"
SENSORTHINGS_V1_1_BACKEND_ADAPTER = (
    "sensorthings.versions.v1_1.backends.django.adapter.DjangoBackendAdapter")
SENSORTHINGS_V1_1_ID_TYPE = UUID
SENSORTHINGS_V1_1_ID_DELIMITER = "'"
"""
URLS = """
from django.urls import include, path
urlpatterns = [path("sensorthings/", include("sensorthings.versions.v1_1.urls"))]
"""
ASGI = """
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peer_settings")
from django.core.asgi import get_asgi_application
application = get_asgi_application()
"""
Measured = Callable[[], tuple[list[float], int, float]]
Told = Callable[[str, int, Measured], dict[str, Any]]


def measured(
    python: str, home: Path, seconds: float, kinds: list[str], told: Told
) -> dict[str, Any]:
    """Install it, give it a thing with streams, and ask what is asked of ours."""
    folder = home / "peer"
    folder.mkdir()
    settings = SETTINGS % (folder / "peer.db", PORT)
    for name, text in (("settings", settings), ("urls", URLS), ("asgi", ASGI)):
        (folder / f"peer_{name}.py").write_text(text, encoding="utf-8")
    more = {"DJANGO_SETTINGS_MODULE": "peer_settings", "PYTHONPATH": str(folder)}
    subprocess.run([python, "-m", "django", "migrate", "--verbosity", "0"],
                   env=os.environ | more, check=True)  # fmt: skip
    command = [python, "-m", "uvicorn", "--workers", "2", "--port", str(PORT), "--log-level",
               "error", "peer_asgi:application"]  # fmt: skip
    found: dict[str, Any] = {}
    with served(command, more, PORT, f"{ROOT}/") as group:
        line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        streams = [stream_made(line, number) for number in range(STREAMS)]
        http_asks = asks(streams)
        for number in range(STREAMS):
            http_asks["array"](line, number)
        for kind in kinds:
            if kind in http_asks:
                ask = http_asks[kind]
                measure: Measured = lambda ask=ask: asked(PORT, ask, seconds)  # noqa: E731
                found |= told(f"peer_{kind}", group, measure)
        path = f"{ROOT}/Datastreams('{streams[0]}')/Observations?$orderby=phenomenonTime%20desc"
        line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        line.request("GET", path)
        answer = line.getresponse()
        found["peer_orderby_status"] = answer.status
        answer.read()
    return found


def posted(line: http.client.HTTPConnection, path: str, body: object) -> http.client.HTTPResponse:
    line.request("POST", f"{ROOT}/{path}", json.dumps(body), {"Content-Type": "application/json"})
    answer = line.getresponse()
    content = answer.read()
    assert answer.status in (200, 201), content[:500]
    assert b"error" not in content[:200].lower(), content[:300]
    return answer


def stream_made(line: http.client.HTTPConnection, number: int) -> str:
    """Make a thing with a place and a stream; return the id of the stream."""
    point = {"type": "Point", "coordinates": [120.3, 22.6]}
    made = {}
    for path, body in (
        ("Locations", {"name": f"Place {number}", "description": "none", "location": point,
                       "encodingType": "application/geo+json"}),
        ("Things", {"name": f"Post {number}", "description": "none"}),
        ("Sensors", {"name": "Gauge", "description": "none", "metadata": "none",
                     "encodingType": "text/html"}),
        ("ObservedProperties", {"name": "Depth", "description": "none", "definition": "urn:depth"}),
        ("FeaturesOfInterest", {"name": f"Place {number}", "description": "none", "feature": point,
                                "encodingType": "application/geo+json"}),
    ):  # fmt: skip
        where = posted(line, path, body).headers["Location"]
        made[path] = where.rpartition("(")[2].strip("()'\"")
    stream = {
        "name": f"Depth {number}", "description": "none",
        "unitOfMeasurement": {"name": "centimetre", "symbol": "cm", "definition": "ucum:cm"},
        "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
        "Thing": {"@iot.id": made["Things"]}, "Sensor": {"@iot.id": made["Sensors"]},
        "ObservedProperty": {"@iot.id": made["ObservedProperties"]},
    }  # fmt: skip
    where = posted(line, "Datastreams", stream).headers["Location"]
    features[key := where.rpartition("(")[2].strip("()'\"")] = made["FeaturesOfInterest"]
    return key


features: dict[str, str] = {}
"""The feature of interest of each stream: it takes no observation without one."""


def asks(streams: list[str]) -> dict[str, Callable[[http.client.HTTPConnection, int], int]]:
    """Return what is asked by HTTP, by kind, as in ``observations``."""
    from observations import PAGE, moment, now_us, rows_of

    def array(line: http.client.HTTPConnection, number: int) -> int:
        stream = streams[number % len(streams)]
        rows = [[*row, features[stream]] for row in rows_of(number, len(streams))]
        part = {"Datastream": {"@iot.id": stream}, "dataArray": rows,
                "components": ["phenomenonTime", "result", "FeatureOfInterest/id"]}  # fmt: skip
        posted(line, "CreateObservations", [part])
        return EACH

    def posts(line: http.client.HTTPConnection, number: int) -> int:
        stream = streams[number % len(streams)]
        posted(line, "Observations", {
            "phenomenonTime": moment(now_us()), "result": 6.9,
            "Datastream": {"@iot.id": stream}, "FeatureOfInterest": {"@iot.id": features[stream]},
        })  # fmt: skip
        return 1

    def pages(line: http.client.HTTPConnection, number: int) -> int:
        some = PAGE.replace("$orderby=phenomenonTime%20desc&", "")
        path = f"{ROOT}/Datastreams('{streams[number % len(streams)]}')/Observations?{some}"
        line.request("GET", path)
        answer = line.getresponse()
        content = answer.read()
        assert answer.status == 200, content[:300]
        assert json.loads(content)["value"], content[:300]
        return 1

    return {"array": array, "posts": posts, "pages": pages}
