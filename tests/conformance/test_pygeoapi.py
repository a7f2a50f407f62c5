"""The same requirements asked of pygeoapi, which is the reference of the standard.

What it keeps shows that a check is no private opinion; what it breaks is listed with why.
It stands in an interpreter of its own: set ``PYGEOAPI_PYTHON`` to one that has ``pygeoapi``, such
as that of ``uv venv peer && uv pip install --python peer/bin/python pygeoapi``.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from tests.conformance.requirements import CHECKS
from tests.conformance.running import results
from tests.conformance.server import Server, over_http

PYTHON = os.environ.get("PYGEOAPI_PYTHON", "")
BROKEN = {
    "/core/fc-op": "items come as application/json, whatever is accepted",
    "/core/fc-response": "the same",
    "/geojson/": "the same",
    "/core/query-param-unknown": "any parameter is taken; its OpenAPI says so (free form)",
    "/queryables/get-queryables-response": "the schema is of draft 2019-09",
    "/filter/filter-": "no filter is claimed; only ECQL is read",
    "/features-filter/filter-": "the same",
    "/filter/response": "the same, and a file of GeoJSON is not filtered",
    "/features-filter/response": "the same",
    "/cql2/": "CQL2 is not claimed",
}
"""Of pygeoapi 0.21.0 with a file of GeoJSON, by a part of the address."""
pytestmark = pytest.mark.skipif(
    not (PYTHON and shutil.which(PYTHON)), reason="PYGEOAPI_PYTHON names no interpreter"
)
CONFIGURATION = """
server:
  bind: {{host: 127.0.0.1, port: {port}}}
  url: http://127.0.0.1:{port}
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  languages: [en-US]
  limits: {{default_items: 10, max_items: 10000}}
  map: {{url: "https://tiles.example/{{z}}/{{x}}/{{y}}.png", attribution: none}}
logging: {{level: ERROR}}
metadata:
  identification:
    title: Peer
    description: Wells of Exampleton
    keywords: [wells]
    keywords_type: theme
    terms_of_service: none
    url: http://127.0.0.1
  license: {{name: CC0, url: "https://example.org"}}
  provider: {{name: nobody, url: "https://example.org"}}
  contact: {{name: nobody, position: none, email: a@example.org, url: "https://example.org"}}
resources:
  wells:
    type: collection
    title: Wells
    description: Wells
    keywords: [wells]
    links: []
    extents:
      spatial: {{bbox: [0, 0, 1, 1], crs: "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}
      temporal: {{begin: 2001-01-01T00:00:00Z, end: null}}
    providers:
      - type: feature
        name: GeoJSON
        data: {data}
        id_field: id
        time_field: dug_on
        crs:
          - http://www.opengis.net/def/crs/OGC/1.3/CRS84
          - http://www.opengis.net/def/crs/EPSG/0/4326
        storage_crs: http://www.opengis.net/def/crs/OGC/1.3/CRS84
"""


def wells() -> dict:
    features = [
        {
            "type": "Feature", "id": number,
            "geometry": {"type": "Point", "coordinates": [0.006 * number, 0.01]},
            "properties": {"id": number, "name": name, "depth_m": number * 2.5,
                           "dug_on": f"2001-01-0{number}"},
        }
        for number, name in enumerate(("Old well", "老井", "O'Hara", "deep", "deeper"), 1)
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("pygeoapi")
    (folder / "wells.geojson").write_text(json.dumps(wells()))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config, openapi = folder / "config.yml", folder / "openapi.yml"
    config.write_text(CONFIGURATION.format(port=port, data=folder / "wells.geojson"))
    environment = os.environ | {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi)}
    command = Path(PYTHON).with_name("pygeoapi")
    subprocess.run(
        [command, "openapi", "generate", config, "--output-file", openapi], env=environment,
        check=True, timeout=120, capture_output=True,
    )  # fmt: skip
    with subprocess.Popen(
        [command, "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            root = f"http://127.0.0.1:{port}"
            _wait(root)
            yield results(Server(root))
        finally:
            process.terminate()


def _wait(root: str) -> None:
    for _ in range(120):
        try:
            over_http(f"{root}/conformance", {})
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise AssertionError("pygeoapi does not answer")


@pytest.mark.parametrize("uri", CHECKS, ids=lambda uri: uri.partition("/req/")[2])
def test_a_requirement_is_kept_or_known_to_be_broken(found, uri):
    why = next((why for part, why in BROKEN.items() if part in uri), "")
    assert bool(found[uri]) is bool(why), (why, found[uri])
