"""Pages of sensors, and files of others that fill them."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from tests.sensing.conftest import DAY, START, stream_made
from tests.services.conftest import KAOHSIUNG

from shizheng.packs.loader import load
from shizheng.sensing.actions.intake import counted
from shizheng.sensing.definitions import ObservationImport, ObservedPropertyBody
from shizheng.sensing.importing import ImportUnfit, observations_import
from shizheng.sensing.models import Datastream, Hourly, ObservedProperty, Thing
from shizheng.sensing.pages.views import value_in_words
from shizheng.sensing.store import retention
from shizheng.sensing.store.reading import readings_between
from shizheng.sensing.store.sealing import sealed
from shizheng.sensing.store.writing import readings_added

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).parents[2].parent / "shared/data"
HOUR = 3_600_000_000


def shown(name, *args, who=None, **query):
    client = Client()
    if who:
        client.force_login(who)
    return client.get(reverse(name, args=args), query)


def filled(town, **more):
    stream = stream_made(owner=town.works, **more)
    rows = [(stream.pk, START + n * HOUR, 1 + n % 7 / 4, 8 * (n == 30), None) for n in range(48)]
    readings_added(rows, {stream.pk: stream.block_us}, START)
    return stream


def test_a_sensor_shows_its_newest_reading_its_line_and_its_table(town, people):
    stream = filled(town)
    listed = shown("sensing:list").content.decode()
    assert stream.thing.name in listed
    thing = shown("sensing:thing", stream.thing_id).content.decode()
    assert 'class="chart-line' in thing
    page = shown("sensing:stream", stream.pk).content.decode()
    assert 'class="chart"' in page
    assert page.count('<th scope="row">') == 48
    counted({("g", stream.pk, "future"): 3})
    assert "3</li>" in shown("sensing:stream", stream.pk, who=people.keeper).content.decode()
    assert "3</li>" not in page


def test_readings_of_some_days_are_a_file(town):
    stream = filled(town)
    days = {"from": "2020-03-02", "to": "2020-03-02"}
    found = shown("sensing:stream_csv", stream.pk, **days).content.decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(found)))
    assert rows[0] == {"phenomenonTime": "2020-03-02T00:00:00Z", "result": "1.0", "unit": "m",
                       "quality": "0"}  # fmt: skip
    assert len(rows) == 16  # the local day ends at 16:00 UTC


@pytest.mark.parametrize("days", [("2020-03-02", "2020-03-01"), ("x", ""), ("0001-01-01", "")])
def test_days_that_cannot_be_shown_are_answered_in_a_sentence(town, days):
    stream = filled(town)

    page = shown("sensing:stream", stream.pk, **dict(zip(("from", "to"), days, strict=True)))
    assert (page.status_code, 'role="alert"' in page.content.decode()) == (400, True)


def test_what_is_not_public_is_not_there_for_others(town, people):
    stream = filled(town, seen_by="internal")

    for name, key in (("sensing:thing", stream.thing_id), ("sensing:stream", stream.pk)):
        assert shown(name, key).status_code == 404
        assert shown(name, key, who=people.resident).status_code == 404
        assert shown(name, key, who=people.staff).status_code == 200


def test_what_the_pack_declares_is_observed(town):
    found = ObservedProperty.objects.get(code="brook_level")
    assert (found.unit["symbol"], found.conversions) == ("m", {"cm": ["0.01", "0"]})


def test_readings_that_are_kept_no_longer_leave_their_hours(town):
    stream = filled(town, keep_days=31)
    sealed(until_us=START + 30 * DAY)

    at = datetime(2020, 5, 2, tzinfo=UTC)
    assert retention.let_go(at=datetime(2020, 3, 20, tzinfo=UTC)) == 0
    assert retention.let_go(at=at) == 48
    assert len(readings_between(stream.pk, 0, 2**60, stream.block_us)) == 0
    (row,) = Hourly.objects.all()
    hours = retention.unpacked(bytes(row.body))
    assert (hours.shape, hours[1].sum(), hours[3].max()) == ((5, 48), 48, 2.5)
    assert retention.let_go(at=at + timedelta(days=1)) == 0


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the data are not at {SHARED}")
def test_the_flood_sensors_of_the_city_and_their_readings_are_taken_in(town, tmp_path):
    pack = load(KAOHSIUNG)
    properties = {body.id: body for body in pack.bodies(ObservedPropertyBody)}
    mapping = next(m for m in pack.bodies(ObservationImport) if m.id == "flood_sensors")
    mapping = mapping.model_copy(update={"owner": "works"})
    ObservedProperty.objects.create(code="flood_depth", name="Depth", unit={"symbol": "cm"})
    at = datetime(2026, 11, 28, tzinfo=UTC)

    counts = observations_import(mapping, SHARED / "flood_sensors", properties=properties, at=at)
    again = observations_import(mapping, SHARED / "flood_sensors", properties=properties, at=at)

    assert counts["things"] == Thing.objects.count() == Datastream.objects.count() == 159
    assert sum(counts.values()) - counts["things"] == 872
    assert again["new"] == 0
    assert again["same"] == counts["new"] + counts["same"]
    assert counts["new"] > 800
    with pytest.raises(ImportUnfit):
        observations_import(mapping, tmp_path, properties=properties, at=at)


@pytest.mark.parametrize(("symbol", "said"), [("1", "84"), ("ppb", "84 ppb"), ("", "84")])
def test_an_index_has_no_unit_beside_it(symbol, said):
    stream = Datastream(unit={"symbol": symbol}, decimals=0)
    assert value_in_words(stream, 84.0) == said
    assert value_in_words(stream, None) == "–"
