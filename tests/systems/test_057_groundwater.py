"""System 57, smart groundwater management 地下水管理系統.

Wells and their chloride are the real ones where the files are beside us; levels and pumping are
invented, and the parameters of the zones are the samples of the pack.
"""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.places.roadworks import Site
from tests.sensing.night import Clock, crew, network, push, registered
from tests.services.conftest import KAOHSIUNG, kaohsiung, person

from shizheng.core.models import JournalEntry
from shizheng.packs.loader import load
from shizheng.sensing.definitions import ObservationImport, ObservedPropertyBody
from shizheng.sensing.groundwater.selectors import days_of, zone_now
from shizheng.sensing.importing import observations_import
from shizheng.sensing.models import Datastream, GroundwaterZone, Hot, PumpingTrial, Thing

__all__ = ["kaohsiung"]
REAL = Path(__file__).parents[2].parent / "shared" / "data" / "water_quality"
ZIGUAN = [(120.2488888, 22.733412), (120.258, 22.735)]


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def field(kaohsiung, clock):
    key = network()
    wells = [
        registered(key, f"蚵寮觀測井{n}", "groundwater_level", unit="m", at=spot)
        for n, spot in enumerate(ZIGUAN, 1)
    ]
    meter = registered(key, "蚵寮水表", "groundwater_pumping", unit="m³/d", at=ZIGUAN[0])
    return SimpleNamespace(
        key=key, wells=wells, meter=meter, zone=GroundwaterZone.objects.get(code="north_coast"),
        chief=Site(person("g_chief", "supervisor", "water_resources")),
        visitor=Site(), **{name: Site(who) for name, who in crew().items() if name != "chief"},
    )  # fmt: skip


def test_levels_arrive_and_stand_beside_the_safe_level_and_what_is_permitted(field, clock):
    one, two = field.wells
    push(field.key, (one, clock.at, -1.2), (two, clock.at, -1.6), (field.meter, clock.at, 171_000))
    here = zone_now(field.zone, clock.at)
    assert here.now.level_m == pytest.approx(-1.4)
    assert here.now.drawdown_m == pytest.approx(4.4)
    assert here.now.state == "near"
    public = field.visitor.read("/groundwater/")
    assert "-1.40 m" in public
    assert "未滿一公尺" in public
    assert "171000" not in public, "how much is licensed is internal"
    inside = field.water.read("/groundwater/north_coast/")
    assert "171000" in inside
    assert "超過核准量" in inside
    push(field.key, (one, clock.at + timedelta(minutes=1), -2.6),
         (two, clock.at + timedelta(minutes=1), -2.4))  # fmt: skip
    clock.on(2)
    assert "低於安全水位" in field.visitor.read("/groundwater/north_coast/")


def test_what_is_missing_is_marked_and_never_made_up(field, clock):
    one, two = field.wells
    first = clock.at
    for day in range(6):
        now = first + timedelta(days=day)
        rows = [(one, now, 0.5)] if day not in (2, 3) else []
        rows += [(two, now, 0.3)] if day not in (2, 3, 4) else []
        clock.at = now
        if rows:
            push(field.key, *rows)
    days = {each.day: each for each in days_of(field.zone, clock.at)}
    levels = [days[(first + timedelta(days=n)).astimezone().date()].level_m for n in range(6)]
    assert levels[2:4] == [None, None]
    assert levels[0] == pytest.approx(0.4)
    assert levels[4] == pytest.approx(0.5), "half of the wells are enough, and it is said"
    assert Hot.objects.filter(stream__in=[one.pk, two.pk]).count() == 7
    page = field.visitor.read("/groundwater/north_coast/")
    assert page.count("缺資料") >= 56
    assert "0 / 2" in page
    assert "1 / 2" in page
    clock.at += timedelta(days=3)
    here = zone_now(field.zone, clock.at)
    assert (here.now.level_m, here.now.state) == (None, "unknown")
    assert here.now.pumped_m3_day is None
    assert "缺資料" in field.visitor.read("/groundwater/")


def test_pumping_is_tried_in_the_model_and_the_chosen_action_is_recorded(field, clock):
    push(field.key, *[(well, clock.at, 1.0) for well in field.wells])
    address = "/groundwater/north_coast/"
    page = field.chief.read(address)
    assert "150000" in page, "the most that stays safe for half a year"
    field.chief.send(address, pumping_m3_day="150000", days="90", begins_m="")
    field.chief.send(address, pumping_m3_day="900000", days="90", begins_m="")
    few, much = PumpingTrial.objects.order_by("pumping_m3_day")
    assert few.levels[-1] == pytest.approx(0.638, abs=0.001)
    assert (few.is_safe, few.is_permitted) == (True, True)
    assert (much.is_safe, much.is_permitted) == (False, False)
    page = field.chief.read(address)
    assert "會低於安全水位" in page
    choose = f"/groundwater/trials/{few.pk}/choose/"
    assert field.roads.client.post(choose, {"why": "x"}).status_code in (403, 404)
    assert field.resident.client.post(choose, {"why": "x"}).status_code == 404
    field.chief.client.post(choose, {"why": ""})
    few.refresh_from_db()
    assert few.chosen_at is None, "a decision needs its reason"
    field.chief.client.post(choose, {"why": "枯水期維持供灌，水位仍在安全水位以上"})
    field.chief.client.post(choose, {"why": "second thoughts"})
    few.refresh_from_db()
    assert few.why.startswith("枯水期")
    assert JournalEntry.objects.filter(action="sensing.pumping.chosen").count() == 1
    assert "目前方案" in field.chief.read(address)
    assert "枯水期" not in field.visitor.read(address)


def test_a_trial_that_makes_no_sense_is_refused_in_a_sentence(field, clock):
    address = "/groundwater/north_coast/"
    page = field.chief.send(address, status=409, pumping_m3_day="1000", days="90", begins_m="")
    assert "最近兩天" in page
    field.chief.send(address, pumping_m3_day="1000", days="30", begins_m="0.5")
    for days, amount in (("0", "1"), ("9999", "1"), ("10", "-5"), ("10", "nan"), ("10", "")):
        field.chief.send(address, status=422, pumping_m3_day=amount, days=days, begins_m="1")
    form = {"pumping_m3_day": "5", "days": "5", "begins_m": "1"}
    assert field.resident.client.post(address, form).status_code == 403
    assert PumpingTrial.objects.count() == 1
    field.visitor.read("/groundwater/no_such_zone/", status=404)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real groundwater files are not beside us")
def test_the_real_wells_are_taken_in_by_a_mapping_and_show_where_salt_is_high(kaohsiung, clock):
    pack = load(KAOHSIUNG)
    mapping = next(
        each for each in pack.bodies(ObservationImport) if each.id == "groundwater_quality"
    )
    properties = {each.id: each for each in pack.bodies(ObservedPropertyBody)}
    given = {"properties": properties, "at": clock.at}
    counts = observations_import(mapping, REAL, **given)
    assert counts["things"] == Thing.objects.count()
    assert counts["new"] > 250
    again = observations_import(mapping, REAL, **given)
    assert (again["new"], again["same"]) == (0, counts["new"])
    stream = Datastream.objects.get(
        thing__name="蚵寮國小(高雄市)", observed_property__code="chloride"
    )
    values = sorted(Hot.objects.filter(stream=stream.pk).values_list("value", flat=True))
    assert 78.73 in values
    clock.at = clock.at.replace(year=2021, month=2)
    zone = GroundwaterZone.objects.get(code="north_coast")
    assert zone_now(zone, clock.at).salt
    Site().read("/groundwater/north_coast/")
