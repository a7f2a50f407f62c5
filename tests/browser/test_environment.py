"""Air, waters, emissions and solar sites in a browser: everybody's pages and the staff's."""

from datetime import date, timedelta

import pytest
import shapely
from django.utils import timezone
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung, person
from tests.systems.sensed import Device, jobs_run

from shizheng.places.actions.things import thing_record
from shizheng.places.models import Register
from shizheng.sensing.air.actions import forecast_record
from shizheng.sensing.models import DischargePermit, Exceedance, Thing, WaterSample
from shizheng.sensing.water import actions
from shizheng.sensing.water.actions import Limit

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]


@pytest.fixture
def officer(kaohsiung):
    """A station, a stack above its limit, a sample, two solar sites of which one is dead."""
    now = timezone.now()
    officer = person("env_officer", "officer", "environmental_protection")
    chief = person("env_chief", "supervisor", "environmental_protection")
    hour = now.replace(minute=0, second=0, microsecond=0)
    device = Device("env-1", "environmental_protection")
    air = device.register("示範左營測站", (120.2929, 22.6748), ["pm2_5", "ozone"])
    stack = device.register("示範廠 P001", (120.35, 22.5), ["stack_sox", "stack_flow"])
    actions.permit_record(
        number="高市環空操證字第E0001號", kind="stack", holder="示範化工股份有限公司", point="P001",
        valid_from=date(2024, 1, 1), valid_until=date(2029, 12, 31), by=officer, at=now,
        limits=[Limit("stack_sox", "hourly", 100.0, 1_000.0)],
        thing=Thing.objects.get(name="示範廠 P001"),
    )  # fmt: skip
    rows = []
    for ago in range(13, 0, -1):
        at = hour - timedelta(hours=ago)
        rows += [(air["pm2_5"], at, 40.0 + ago), (air["ozone"], at, 30.0),
                 (stack["stack_sox"], at, 90.0 + ago),
                 (stack["stack_flow"], at, 50_000.0)]  # fmt: skip
    device.send(*rows)
    forecast_record(
        day=timezone.localdate(), index=130, source="環境部預報", issued_at=now, by=officer, at=now
    )
    sample = actions.sample_take(
        number="W-1",
        basin="love",
        site="中正橋",
        taken_at=now - timedelta(days=2),
        by=officer,
        at=now,
    )
    actions.sample_step(sample=sample, kind="received", by=officer, at=now, note="封籤完整")
    for code, value in (("water_do", 5.0), ("water_bod5", None), ("water_ss", 30.0),
                        ("water_ammonia", 2.5)):  # fmt: skip
        actions.result_record(sample=sample, code=code, value=value, detection_limit=1.0,
                              method="NIEA W455.52C", by=officer, at=now)  # fmt: skip
    actions.sample_release(sample=sample, by=chief, at=now)
    solar = Device("solar-1", "public_works")
    sun = solar.register("日射計", (120.301, 22.601), ["irradiance"])
    for key, kwh in (("PV-1", 45.0), ("PV-2", 0.0)):
        thing_record(
            register=Register.objects.get(code="solar_sites"), key=key, by=None, at=now,
            valid_from=date(2020, 3, 1), geometry=shapely.Point(120.3, 22.6),
            values={"name": f"示範國小 {key}", "kind": "school", "capacity_kw": "100",
                    "connected_on": "2020-03-01"},
        )  # fmt: skip
        made = solar.register(f"{key} INV1", (120.3, 22.6), ["solar_energy"], site=key)
        solar.send(*[(made["solar_energy"], hour - timedelta(hours=ago), kwh) for ago in (4, 3, 2)])
        solar.send(*[(sun["irradiance"], hour - timedelta(hours=ago), 600) for ago in (4, 3, 2)])
    jobs_run("sensing.compute_indices", "sensing.judge_discharge", "sensing.look_at_sites")
    return officer


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_everybody_reads_air_waters_and_sun(visit, officer, size):
    visitor = visit(**size)
    width = size["viewport"]["width"]
    sample = WaterSample.objects.get()
    for language in ("", "/en"):
        for path in ("air/", "near/air/", "water-quality/", "water-quality/basins/love/",
                     f"water-quality/samples/{sample.pk}/", "solar/"):  # fmt: skip
            name = path.split(str(sample.pk))[0].strip("/").replace("/", "-")
            visitor.open(f"{language}/{path}", f"{name}-{width}{language.replace('/', '-')}")


def test_staff_read_permits_inspections_and_meters(visit, officer):
    visitor = visit(officer, **PHONE)
    permit, exceedance = DischargePermit.objects.get(), Exceedance.objects.get()
    for name, path in {
        "emissions": "emissions/", "permit-new": "emissions/permits/new/stack/",
        "permit": f"emissions/permits/{permit.pk}/",
        "exceedance": f"emissions/exceedances/{exceedance.pk}/",
        "samples": "water-quality/samples/", "sample-new": "water-quality/samples/new/",
        "solar-staff": "solar/", "solar-site": "solar/sites/PV-2/",
        "forecast": "air/forecasts/new/", "calibration": "air/calibrations/new/",
    }.items():  # fmt: skip
        visitor.open(f"/{path}", f"environment-{name}")


def test_an_officer_writes_a_finding_by_keyboard(visit, officer):
    visitor = visit(officer, **DESK)
    visitor.open(f"/emissions/exceedances/{Exceedance.objects.get().pk}/")
    visitor.to("[name=finding]")
    visitor.page.keyboard.press("Space")
    visitor.write("note", "現場確認脫硫設備故障")
    visitor.send("main form button.govuk-button")
    visitor.look("exceedance-done")
    assert Exceedance.objects.get().finding == "violation"
