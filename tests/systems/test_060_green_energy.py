"""System 60, the smart green energy cloud 智慧綠能雲 (500MW).

Sites stand in the register; their gateways send hourly energy and states; a dead inverter becomes a
repair with its warranty; totals are public beside 500 MW. All sites here are invented.
"""

import csv
import io
from datetime import date, timedelta

import pytest
import shapely
from django.utils import timezone
from tests.services.conftest import kaohsiung, person
from tests.systems.sensed import Device, jobs_run
from tests.systems.test_053_hydrants import Desk

from shizheng.places.actions.things import thing_record
from shizheng.places.models import FaultReport, Register, WorkOrder
from shizheng.sensing.energy.keeping import inverters_check
from shizheng.sensing.energy.tasks import refresh_sites
from shizheng.sensing.models import SolarDay, SolarSite

__all__ = ["kaohsiung"]
LOOK = "sensing.look_at_sites"


def noon(days_ago: int, hour: int):
    """An hour of a local day, 0 to 23, so many days ago."""
    day = timezone.localtime() - timedelta(days=days_ago)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


@pytest.fixture
def cloud(kaohsiung):
    today = timezone.localdate()
    for key, capacity, name, warranty in (
        ("PV-1", "100", "示範國小", today + timedelta(days=400)),
        ("PV-2", "400.5", "示範國中", today - timedelta(days=10)),
    ):
        thing_record(
            register=Register.objects.get(code="solar_sites"), key=key, by=None,
            at=timezone.now(), valid_from=date(2020, 3, 1), geometry=shapely.Point(120.3, 22.6),
            values={"name": name, "kind": "school", "capacity_kw": capacity,
                    "connected_on": "2020-03-01", "warranty_until": warranty.isoformat(),
                    "supplier": "示範能源"},
        )  # fmt: skip
    thing_record(
        register=Register.objects.get(code="solar_sites"), key="PV-9", by=None, at=timezone.now(),
        valid_from=date(2020, 3, 1), geometry=shapely.Point(120.3, 22.6),
        values={"name": "規劃中", "kind": "water", "capacity_kw": "9000"},
    )  # fmt: skip
    device = Device("solar-1", "public_works")
    sun = device.register("日射計", (120.301, 22.601), ["irradiance"])
    first = device.register(
        "示範國小 INV1", (120.3, 22.6), ["solar_energy", "inverter_state"], site="PV-1"
    )
    second = device.register(
        "示範國中 INV1", (120.3, 22.6), ["solar_energy", "inverter_state"], site="PV-2"
    )
    return device, sun, first, second


def day_of(device, sun, inverter, kwh, days_ago=1):
    for at in range(24):
        light = 600.0 if 9 <= at < 15 else 0.0
        device.send(
            (sun["irradiance"], noon(days_ago, at), light),
            (inverter["solar_energy"], noon(days_ago, at), kwh if light else 0.0),
        )


def test_capacity_stands_beside_500_mw_and_energy_beside_the_sun(cloud):
    device, sun, first, _second = cloud
    day_of(device, sun, first, 45.0)
    jobs_run(LOOK)
    assert SolarSite.objects.count() == 2, "planned sites have no day of connection"
    day = SolarDay.objects.get()
    # six hours of 600 W/m² on 100 kW at a ratio of 0.8
    assert (day.kwh, round(day.expected_kwh, 6), day.hour_count) == (270.0, 288.0, 24)
    page = Desk().read("/solar/")
    assert "已設置 0.50 MW，目標 500 MW" in page
    assert "94 %" in page
    assert "沒有變流器停機" in page
    assert "示範國小" not in page
    assert "500,500 瓩" not in page
    value = round(500.5 * 60_000) + round(270 * 4.5)
    assert f"{value:,}" in page
    assert "每瓩設置成本" in page


def test_a_dead_inverter_opens_one_repair_that_says_its_warranty(cloud):
    device, sun, first, second = cloud
    day_of(device, sun, first, 45.0)
    day_of(device, sun, second, 0.0)
    jobs_run(LOOK)
    order = WorkOrder.objects.get()
    assert (order.fault, order.thing.key) == ("inverter_dead", "PV-2")
    text = FaultReport.objects.get().text
    assert "有日照而無發電" in text
    assert "保固已於" in text
    device.send((first["inverter_state"], timezone.now(), 7))
    jobs_run(LOOK)
    inverters_check(keys=["PV-1", "PV-2"], at=timezone.now())
    assert WorkOrder.objects.count() == 2, "told again it is the same repair"
    said = FaultReport.objects.get(order__thing__key="PV-1").text
    assert "狀態碼 7" in said
    assert "保固至" in said
    staff = Desk(person("solar_officer", "officer", "public_works"))
    page = staff.read("/solar/")
    assert order.number in page
    assert "2 處案場變流器停機" in Desk().read("/solar/")
    assert "示範國中" in page
    refresh_sites()
    assert WorkOrder.objects.count() == 2


def test_meters_are_for_the_staff_and_go_out_in_the_columns_of_green_button(cloud):
    device, sun, first, _second = cloud
    day_of(device, sun, first, 45.0)
    device.send((first["solar_energy"], noon(2, 10), 12_500, "Wh"))
    jobs_run(LOOK)
    path = "/solar/sites/PV-1/"
    assert Desk().client.get(path).status_code == 302
    Desk(person("resident")).read(path, status=403)
    Desk(person("resident_2")).read(f"{path}green-button.csv", status=403)
    staff = Desk(person("solar_officer", "officer", "public_works"))
    assert "288" in staff.read(path)
    answer = staff.client.get(f"{path}green-button.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert list(rows[0]) == [
        "TYPE", "DATE", "START TIME", "END TIME", "USAGE", "UNITS", "COST", "NOTES",
    ]  # fmt: skip
    assert len(rows) == 25
    assert (rows[0]["USAGE"], rows[0]["UNITS"], rows[0]["START TIME"]) == ("12.5", "kWh", "10:00")
    assert sum(float(row["USAGE"]) for row in rows) == 282.5
    staff.read("/solar/sites/PV-404/", status=404)
