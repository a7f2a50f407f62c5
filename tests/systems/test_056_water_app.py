"""System 56, smart water app and early warning 智慧水情App、災害潛勢預警.

The scenarios of Kaohsiung are the real ones and serve for comparison; warnings of a forecast are
tried in Exampleton, whose model is invented.
"""

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
import shapely
from django.core import mail
from tests.places.roadworks import SINCE, Site
from tests.sensing.alerting_city import town
from tests.sensing.night import Clock, crew, network, push, registered
from tests.services.conftest import KAOHSIUNG, kaohsiung
from tests.unit.sensing_domain.cap_rules import problems

from shizheng.core.models import JournalEntry, OutboxEvent
from shizheng.packs.loader import load
from shizheng.places.actions.things import thing_record
from shizheng.places.models import Register
from shizheng.sensing.alerting.tasks import warning_clock
from shizheng.sensing.models import Alert, AlertMessage, FloodOutlook, FloodScenario
from shizheng.sensing.outlooks.definitions import FloodPotential
from shizheng.sensing.outlooks.errors import PotentialUnfit
from shizheng.sensing.outlooks.importing import scenarios_import

__all__ = ["kaohsiung"]
REAL = Path(__file__).parents[2].parent / "shared" / "data" / "flood_potential"
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def potential(pack):
    return next(iter(load(KAOHSIUNG.parent / pack).bodies(FloodPotential)))


def test_a_resident_asks_by_place_subscribes_and_gets_level_pump_and_what_to_do(kaohsiung, clock):
    people = crew()
    thing_record(
        register=Register.objects.get(code="pumping_stations"), key="PS-1", by=None, at=clock.at,
        valid_from=SINCE, geometry=shapely.Point(120.302, 22.6215),
        values={"name": "示範抽水站", "pumps": "4"},
    )  # fmt: skip
    key = network()
    road = registered(key, "示範一路地下道", "flood_depth")
    pump = registered(key, "示範抽水站監測", "pumps_running", unit="台",
                      properties={"register": "pumping_stations", "key": "PS-1"})  # fmt: skip
    resident = Site(people["resident"])
    people["resident"].email = "resident@example.test"
    people["resident"].save()
    place = {"longitude": "120.3012", "latitude": "22.6203", "radius_m": "1000"}
    resident.send("/warnings/subscriptions/", status=422, **place)
    resident.send("/warnings/subscriptions/", agrees="on", **place)
    push(key, (road, clock.at, 3.0), (pump, clock.at, 2))
    clock.on(10)
    near = Site().read("/near/water/?longitude=120.3012&latitude=22.6203")
    assert "您不需要做什麼" in near or "沒有警戒" in near
    push(key, (road, clock.at, 33.0))
    clock.on(10)

    near = Site().read("/near/water/?longitude=120.3012&latitude=22.6203")
    for said in ("示範一路地下道淹水 33 公分", "離開地下室", "示範抽水站", "運轉中抽水機 2"):
        assert said in near, said
    assert len(mail.outbox) == 1
    sent = mail.outbox[0]
    assert sent.to == ["resident@example.test"]
    assert "33 公分" in sent.subject
    assert "請勿進入" in sent.body
    mine = resident.read("/warnings/subscriptions/")
    assert "1,000" in mine or "1000" in mine


@pytest.mark.skipif(not REAL.is_dir(), reason="the real flood potential files are not beside us")
def test_the_real_scenarios_are_shown_for_comparison_and_warn_nobody(kaohsiung, clock):
    counts = scenarios_import(potential("kaohsiung"), REAL, at=clock.at)
    assert counts["scenarios"] == 3
    assert counts["extents"] == 12
    again = scenarios_import(potential("kaohsiung"), REAL, at=clock.at)
    assert again == counts
    areas = {
        each.rain_mm: sum(part.area_km2 for part in each.extents.all())
        for each in FloodScenario.objects.all()
    }
    assert areas[300] < areas[450] < areas[600]
    assert areas[300] == pytest.approx(_said("r300"), rel=0.03), "as the file says of itself"

    page = Site().read("/near/water/potential/?rain=600")
    for said in ("600 mm", "僅供對照", "可信度", "鹽埕區"):
        assert said in page, said
    assert len(page) < 600_000
    Site().read("/near/water/potential/?rain=7", status=404)
    near = Site().read("/near/water/?longitude=120.2565&latitude=22.6290")
    assert "0~0.5 m" in near

    people = {name: Site(who) for name, who in crew().items()}
    given = {"rain_mm": "420", "hours": "24", "tide_m": "1.3", "source": "示範預報",
             "valid_from": "2026-07-06T20:00", "valid_to": "2026-07-07T08:00"}  # fmt: skip
    address = people["water"].send("/warnings/outlooks/new/", **given)
    outlook = FloodOutlook.objects.get()
    assert outlook.scenario.rain_mm == 600, "a high tide takes the next bigger scenario"
    assert not Alert.objects.exists()
    page = Site().read(address)
    for said in ("示範預報", "僅供對照", "1.30 m", "可信度：低"):
        assert said in page, said
    people["roads"].send("/warnings/outlooks/new/", status=403, **given)


def _said(name):
    rows = json.loads((REAL / f"kaohsiung_flood_potential_{name}.geojson").read_text())
    return sum(row["properties"]["area_km2"] for row in rows["features"])


def square(x, y, size):
    return shapely.geometry.mapping(shapely.box(x, y, x + size, y + size))


def written(folder, rain, *parts):
    rows = [
        {"type": "Feature", "geometry": area,
         "properties": {"rain": rain, "class": depth_class, "depth": depth}}
        for depth_class, depth, area in parts
    ]  # fmt: skip
    (folder / f"flood_{rain}.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": rows})
    )


@pytest.fixture
def example(db, settings, tmp_path, clock):
    made = town(settings, tmp_path)
    written(tmp_path, 200, (1, "0~0.5", square(0.0, 0.03, 0.004)))
    written(
        tmp_path, 400, (1, "0~0.5", square(0.0, 0.03, 0.006)), (3, "1~2", square(0.011, 0.0, 0.004))
    )
    counts = scenarios_import(potential("exampleton"), tmp_path, at=clock.at)
    assert counts["scenarios"] == 2
    return SimpleNamespace(
        city=made, duty=Site(made.duty), chief=Site(made.chief), resident=Site(made.resident),
        visitor=Site(), folder=tmp_path,
    )  # fmt: skip


FORECAST = {
    "hours": "24", "source": "Forecast of 14:30", "valid_from": "2026-07-06T20:00",
    "valid_to": "2026-07-07T08:00",
}  # fmt: skip


def standing(**more):
    return dict(Alert.objects.filter(ended_at=None, **more).values_list("subject", "level"))


def test_a_forecast_warns_districts_hours_ahead_and_ends_when_its_time_is_over(example, clock):
    example.city.resident.email = "resident@example.test"
    example.city.resident.save()
    example.resident.send("/warnings/subscriptions/", village="D2001", radius_m="1000", agrees="on")
    example.duty.send("/en/warnings/outlooks/new/", rain_mm="250", **FORECAST)
    clock.on(1)
    assert standing() == {"area:D1": 1, "area:D2": 2}
    message = AlertMessage.objects.get(alert__subject="area:D2")
    assert not problems(message.content.encode())
    info = ET.fromstring(message.content.encode()).find(f"{CAP}info")
    assert info.find(f"{CAP}urgency").text == "Future"
    assert info.find(f"{CAP}onset").text == "2026-07-06T20:00:00+08:00"
    assert info.find(f"{CAP}expires").text == "2026-07-07T08:00:00+08:00"
    for said in ("Invented 1.0", "可信度：中", "2026-07-06 20:00"):
        assert said in info.find(f"{CAP}description").text, said
    assert [each.to for each in mail.outbox] == [["resident@example.test"]]
    page = example.visitor.read("/near/water/?longitude=0.0121&latitude=0.002")
    assert "備撤離" in page or "移到樓上" in page
    assert OutboxEvent.objects.filter(type="sensing.outlook.issued").count() == 1

    example.duty.send("/en/warnings/outlooks/new/", rain_mm="150", **FORECAST)  # less is forecast
    clock.on(1)
    assert standing() == {"area:D1": 1}
    assert AlertMessage.objects.get(alert__subject="area:D2", is_current=True).kind == "Cancel"
    clock.at += timedelta(hours=16)
    warning_clock()
    assert standing() == {}


def test_little_rain_matches_nothing_and_more_than_reckoned_is_said(example):
    address = example.duty.send("/en/warnings/outlooks/new/", rain_mm="60", **FORECAST)
    assert "no scenario is matched" in example.visitor.read(address)
    assert standing() == {}
    example.duty.send("/en/warnings/outlooks/new/", rain_mm="900", **FORECAST)
    last = FloodOutlook.objects.get(withdrawn_at=None)
    assert last.scenario.rain_mm == 400
    page = example.visitor.read(f"/en/warnings/outlooks/{last.pk}/")
    assert "More rain is forecast than the biggest scenario has" in page


def test_an_outlook_is_withdrawn_with_a_reason_once(example):
    address = example.duty.send("/en/warnings/outlooks/new/", rain_mm="350", **FORECAST)
    assert example.visitor.client.post(address, {"why": "x"}).status_code == 404
    stranger = Site(example.city.stranger)
    assert stranger.client.post(address, {"why": "x"}).status_code == 403
    assert example.duty.client.post(address, {"why": "路徑偏東"}).status_code == 303
    assert standing() == {}
    assert "路徑偏東" in example.visitor.read(address)
    assert example.duty.client.post(address, {"why": "again"}).status_code == 409
    assert JournalEntry.objects.filter(action="sensing.outlook.withdrawn").count() == 1


def test_a_drill_of_an_outlook_reaches_no_resident(example, clock):
    example.resident.send("/warnings/subscriptions/", village="D2001", radius_m="1000", agrees="on")
    form = {"rain_mm": "350", "is_drill": "on", **FORECAST}
    example.duty.send("/en/warnings/outlooks/new/", status=403, **form)
    address = example.chief.send("/en/warnings/outlooks/new/", **form)
    clock.on(1)
    assert standing() == standing(is_drill=True) != {}
    assert {each.status for each in AlertMessage.objects.all()} == {"Exercise"}
    assert not mail.outbox
    example.visitor.read(address, status=404)
    assert "EXERCISE" in example.chief.read(address)
    assert "Forecast:" not in example.visitor.read("/en/near/water/potential/")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"valid_to": "2026-07-06T10:00"}, "ends after it begins"),
        ({"valid_to": "2026-08-06T10:00"}, "ten days at most"),
        ({"rain_mm": "-1"}, "0"), ({"rain_mm": "nan"}, "number"), ({"source": ""}, "required"),
    ],
    ids=["before-it-begins", "a-month", "negative", "not-a-number", "of-nobody"],
)  # fmt: skip
def test_a_forecast_that_makes_no_sense_is_refused_in_a_sentence(example, given, said):
    page = example.duty.send(
        "/en/warnings/outlooks/new/", status=422, **{"rain_mm": "350", **FORECAST, **given}
    )
    assert said in page
    assert not FloodOutlook.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "no GeoJSON"), ('{"features": [{"properties": {}}]}', "lacks its rain"),
        (None, "not there"),
    ],
    ids=["no-features", "no-rain", "no-file"],
)  # fmt: skip
def test_a_file_that_cannot_be_used_changes_nothing(example, clock, text, said):
    file = example.folder / "flood_400.geojson"
    file.unlink()
    if text is not None:
        file.write_text(text)
    with pytest.raises(PotentialUnfit) as refusal:
        scenarios_import(potential("exampleton"), example.folder, at=clock.at)
    assert said in str(refusal.value)
    assert FloodScenario.objects.count() == 2
