"""Whatever is withheld, embargoed or not public is in no format and at no door, whoever asks."""

import gzip
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.services.conftest import person
from tests.statistics.indicators.conftest import defined
from tests.statistics.published.conftest import BODY, kept, known, withheld

from shizheng.core.models import Area
from shizheng.statistics.published.formats.offered import formats

pytestmark = pytest.mark.django_db
CSV_1 = "application/vnd.sdmx.data+csv;version=1.0.0"
GENERIC = "application/vnd.sdmx.genericdata+xml;version=2.1"
SPECIFIC = "application/vnd.sdmx.structurespecificdata+xml;version=2.1"
JSON_1 = "application/vnd.sdmx.data+json;version=1.0.0"
JSON_2 = "application/vnd.sdmx.data+json;version=2.0.0"
XML_3 = "application/vnd.sdmx.data+xml;version=3.0.0"
DOORS = [
    *[(f"/data/indicators/{{code}}/v1.{ending}", "*/*") for ending in sorted(formats)],
    ("/data/indicators/{code}.ttl", "*/*"), ("/data/indicators/{code}.jsonld", "*/*"),
    ("/data/catalog.ttl", "*/*"), ("/data/feed.atom", "*/*"), ("/data/releases.ics", "*/*"),
    ("/api/3/action/package_show?id={code}", "*/*"), ("/api/3/action/package_search", "*/*"),
    *[("/sdmx/2.1/data/{CODE}?includeHistory=true", each)
      for each in (GENERIC, SPECIFIC, JSON_1, CSV_1)],
    *[("/sdmx/3.0/data/dataflow/*/{CODE}/~", each) for each in (XML_3, JSON_2)],
    ("/sdmx/2.1/availableconstraint/{CODE}", "*/*"),
    ("/sdmx/2.1/datastructure/all/DSD_{CODE}?references=all", "*/*"),
]  # fmt: skip
NUMBERS = st.integers(10**9, 10**10 - 1)  # such as no address, date or digest has by chance


def texts(client, code):
    """What every door says of an indicator."""
    for path, accept in DOORS:
        address = path.replace("{code}", code).replace("{CODE}", code.upper())
        response = client.get(address, headers={"accept": accept})
        assert response.status_code == 200, (address, response.content[:200])
        yield address, response.content


@settings(
    max_examples=5, deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(shown=st.lists(NUMBERS, min_size=2, max_size=4, unique=True), hidden=st.lists(
    NUMBERS, min_size=2, max_size=4, unique=True))  # fmt: skip
def test_no_withheld_number_is_at_any_door(figures, shown, hidden):
    hidden = [number for number in hidden if number not in shown]
    districts = [row.code for row in Area.objects.filter(kind="district").order_by("code")]
    cells = ["", "service=road_damage", *[f"district={code}" for code in districts]]
    point = transaction.savepoint()
    try:
        indicator = defined("guarded", BODY)
        series = {("2020-02", cell): known(n) for cell, n in zip(cells, shown, strict=False)}
        rest = cells[len(shown) :]
        series |= {
            ("2020-02", cell): withheld(Decimal(n)) for cell, n in zip(rest, hidden, strict=False)
        }
        kept(indicator, series, at=datetime(2020, 4, 1, 2, tzinfo=UTC))
        digest = indicator.vintages.get().digest
        client = Client()
        client.force_login(person("chief_of_figures", "administrator"))
        for address, content in texts(client, "guarded"):
            for number in hidden:
                assert str(number).encode() not in content, address
            assert digest.encode() not in content, address  # a small number could be guessed by it
        plain = client.get("/data/indicators/guarded/v1.json").content
        assert all(str(number).encode() in plain for number in shown)
    finally:
        transaction.savepoint_rollback(point)


def test_withheld_figures_say_so_and_nothing_else(client, figures):
    found = json.loads(client.get("/data/indicators/closed/v2.json").content)["figures"]
    guarded = [each for each in found if each["conf_status"] == "N"]
    assert len(guarded) == 2
    for each in guarded:
        assert (each["value"], each["obs_status"], each["reason"]) == (None, "Q", "withheld")


@pytest.mark.parametrize("role", ["administrator", "auditor", "controller"])
def test_a_person_with_rights_gets_no_more(figures, role):
    client = Client()
    client.force_login(person(f"with_rights_{role}", role))
    anonymous = Client()
    for code in ("hidden", "embargoed"):
        for path in (f"/data/indicators/{code}.csv", f"/sdmx/2.1/data/{code.upper()}"):
            assert client.get(path).status_code == anonymous.get(path).status_code == 404
    for address, content in texts(client, "closed"):
        assert b"987654" not in content, address
        assert b"456789" not in content, address
    packed = client.get("/data/catalog.ttl", headers={"accept-encoding": "gzip"}).content
    assert b"hidden" not in gzip.decompress(packed)
