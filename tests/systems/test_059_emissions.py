"""System 59, emission and water quality monitoring 排放連續監測、八大流域水質.

A monitor at a stack sends hours under its permit; what exceeds opens an inspection with evidence.
Samples go from the river to the laboratory to the public. The last test takes in real yearly data.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.services.conftest import kaohsiung, person
from tests.systems.sensed import SHARED, Device, jobs_run
from tests.systems.test_053_hydrants import Desk

from shizheng.core.journal import verify
from shizheng.core.models import OutboxEvent
from shizheng.sensing.importing import imported
from shizheng.sensing.models import DischargePermit, Exceedance, SampleStep, Thing, WaterSample
from shizheng.sensing.water.judging import readings_judge

__all__ = ["kaohsiung"]
JUDGE = "sensing.judge_discharge"
WATER = SHARED / "water_quality"


def hour(ago: int):
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    return now - timedelta(hours=ago)


@pytest.fixture
def desks(kaohsiung):
    return {
        "officer": Desk(person("env_officer", "officer", "environmental_protection")),
        "chief": Desk(person("env_chief", "supervisor", "environmental_protection")),
        "works": Desk(person("works_officer", "officer", "public_works")),
        "anybody": Desk(),
        "resident": Desk(person("resident")),
    }


@pytest.fixture
def stack(desks):
    device = Device("stack-1", "environmental_protection")
    streams = device.register("示範廠 P001", (120.35, 22.5), ["stack_sox", "stack_flow"],
                              authority_type="自動監測")  # fmt: skip
    thing = Thing.objects.get(name="示範廠 P001")
    desks["officer"].send(
        "/emissions/permits/new/stack/", number="高市環空操證字第E0001號",
        holder="示範化工股份有限公司", point="P001", thing=str(thing.pk),
        valid_from="2024-01-01", valid_until="2029-12-31",
        limit_stack_sox="100", averaging_stack_sox="three_hours", cap_stack_sox="1000",
        averaging_stack_nox="hourly",
    )  # fmt: skip
    return device, streams


def test_an_exceedance_after_averaging_opens_one_inspection_with_its_evidence(desks, stack):
    device, streams = stack
    # a single hour above the limit exceeds nothing: three hours are averaged
    rows = [(streams["stack_sox"], hour(9 - at), value)
            for at, value in enumerate([90, 130, 70, 90, 110, 120, 95.0])]  # fmt: skip
    flow = [(streams["stack_flow"], hour(9 - at), 50_000.0) for at in range(7)]
    assert device.send(*rows[:4], *flow)["new"] == 11
    jobs_run(JUDGE)
    assert not Exceedance.objects.exists()
    assert device.send(*rows[4:])["new"] == 3
    jobs_run(JUDGE)
    found = Exceedance.objects.get()
    assert (found.count, found.allowed, round(found.highest, 2)) == (2, 100, 108.33)
    assert [value for _at, value in found.readings] == [90, 110, 120, 95]
    readings_judge([Thing.objects.get(name="示範廠 P001").pk], hour(12), hour(0), timezone.now())
    found.refresh_from_db()
    assert found.count == 2, "judged twice, counted once"
    event = OutboxEvent.objects.get(type="sensing.exceedance.opened")
    assert event.payload["permit"] == "高市環空操證字第E0001號"
    # more of the same joins the inspection that is open
    device.send((streams["stack_sox"], hour(2), 140.0), (streams["stack_sox"], hour(1), 1e9))
    jobs_run(JUDGE)
    found.refresh_from_db()
    assert (Exceedance.objects.count(), found.count) == (1, 3)
    # who may see it, and what the inspection found
    path = f"/emissions/exceedances/{found.pk}/"
    page = desks["officer"].read(path)
    assert "依規則 emissions 第 1 版" in page
    assert "示範化工" in page
    assert desks["anybody"].client.get(path).status_code == 302
    desks["resident"].read(path, status=404)
    answer = {"finding": "violation", "note": "現場確認脫硫設備故障"}
    token = dict(re.findall(r'name="(version|token)" value="([^"]+)"', page))
    refused = desks["works"].client.post(path, {**token, **answer})
    assert refused.status_code == 403
    desks["officer"].send(path, **answer)
    again = desks["chief"].client.post(path, {**token, **answer})
    assert again.status_code in (403, 409), again.status_code
    assert "確認超標" in desks["officer"].read("/emissions/")
    assert verify().is_intact


def test_yearly_totals_are_public_and_plant_details_are_not(desks, stack):
    device, streams = stack
    rows = [(streams["stack_sox"], hour(at), 50.0) for at in range(1, 11)]
    flow = [(streams["stack_flow"], hour(at), 100_000.0) for at in range(1, 10)]
    device.send(*rows, *flow)
    jobs_run(JUDGE)
    # nine hours have both: 50 ppm x 100,000 Nm³/h x 2.86e-6 = 14.3 kg an hour
    weight = 9 * 14.3
    page = desks["anybody"].read("/water-quality/")
    assert f"{weight:.1f}" in page
    assert f"{weight / 10:.1f} %" in page
    assert "示範化工" not in page
    assert "E0001" not in page
    permit = DischargePermit.objects.get()
    assert desks["anybody"].client.get("/emissions/").status_code == 302
    desks["resident"].read("/emissions/", status=403)
    assert f"{weight:.1f}" in desks["officer"].read(f"/emissions/permits/{permit.pk}/")


def test_a_permit_that_cannot_be_is_refused_in_a_sentence(desks, stack):
    new = "/emissions/permits/new/stack/"
    given = {"number": "N-2", "holder": "x", "point": "P1", "averaging_stack_sox": "hourly"}
    days = {"valid_from": "2024-01-01", "valid_until": "2029-12-31"}
    desks["officer"].send(new, expect=(422,), **given, **days)
    desks["officer"].send(new, expect=(422,), limit_stack_sox="-5", **given, **days)
    backwards = {"valid_from": "2029-01-01", "valid_until": "2024-12-31"}
    desks["officer"].send(new, expect=(422,), limit_stack_sox="5", **given, **backwards)
    taken = given | {"number": "高市環空操證字第E0001號"}
    desks["officer"].send(new, expect=(409,), limit_stack_sox="5", **taken, **days)
    desks["works"].send(new, expect=(403,), limit_stack_sox="5", **given, **days)
    assert DischargePermit.objects.count() == 1


def test_a_sample_goes_through_its_chain_and_is_public_once_another_releases_it(desks):
    officer, chief = desks["officer"], desks["chief"]
    day = timezone.localdate() - timedelta(days=1)
    where = officer.send(
        "/water-quality/samples/new/", number="W-1", basin="love", site="中正橋",
        taken_on=day.isoformat(), taken_at="09:30", note="封籤 0001",
    )  # fmt: skip
    desks["anybody"].read(where, status=404)
    result = {"method": "NIEA W455.52C", "detection_limit": "0.1"}
    early = officer.send(
        f"{where}?act=result", property="water_do", value="5.0", expect=(422,), **result
    )
    assert early == ""
    officer.send(f"{where}?act=step", kind="handed", note="交專車，封籤完整")
    officer.send(f"{where}?act=step", kind="received", note="檢驗室收樣，封籤完整")
    officer.send(f"{where}?act=result", property="water_do", value="5.0", **result)
    officer.send(f"{where}?act=result", property="water_do", value="4.0", expect=(422,), **result)
    officer.send(f"{where}?act=result", property="water_ss", value="許多", expect=(422,), **result)
    officer.send(f"{where}?act=result", property="water_ss", value="0.05", expect=(422,), **result)
    officer.send(f"{where}?act=result", property="water_ss", value="30", **result)
    officer.send(f"{where}?act=result", property="water_ammonia", value="2.5", **result)
    officer.send(f"{where}?act=result", property="water_bod5", value="ND",
                 method="NIEA W510.55B", detection_limit="1.0")  # fmt: skip
    officer.send(f"{where}?act=release", expect=(422,))
    chief.send(f"{where}?act=release")
    sample = WaterSample.objects.get()
    assert sample.rpi == (3 + 3 + 6 + 1) / 4
    kinds = list(SampleStep.objects.filter(sample=sample).values_list("kind", flat=True))
    assert kinds[0] == "taken"
    assert kinds[-1] == "released"
    page = desks["anybody"].read(where)
    assert "ND（低於 1）" in page
    assert "NIEA W510.55B" in page
    assert "env_officer" not in page
    assert "封籤" not in page
    basin = desks["anybody"].read("/water-quality/basins/love/")
    assert "3.25" in basin
    assert "中度污染" in basin
    officer.send(f"{where}?act=result", property="iron", value="1", expect=(422,), **result)
    desks["anybody"].read("/water-quality/basins/nowhere/", status=404)


@pytest.mark.skipif(not WATER.exists(), reason="needs ../shared/data")
def test_real_years_of_rivers_and_groundwater_are_shown_with_class_and_trend(desks):
    assert imported(WATER, "river_index")["new"] == 36
    assert imported(WATER, "river_index") == {"things": 4, "same": 36}
    assert imported(WATER, "groundwater_quality") == {"things": 46, "new": 2_461}, (
        "without the cells that have no value"
    )
    page = desks["anybody"].read("/water-quality/")
    row = re.search(r"二仁溪</a>.*?</tr>", page, re.S)[0]
    assert "7.00" in row
    assert "嚴重污染" in row
    assert "改善" in row, "8.0 in 2018, 7.0 in 2019"
    basin = desks["anybody"].read("/water-quality/basins/erren/")
    year = re.search(r'scope="row">2015</th>.*?</tr>', basin, re.S)[0]
    assert "嚴重污染" in year, "6.25 is severe by the official table, whatever the file says"
