"""System 52, industrial pipeline safety 既有工業管線圖資、油氣管線安全: restricted data and leaks.

The operator's sign-on before a dig is in test_046_digging. Pipes and operators are invented.
"""

from types import SimpleNamespace

import pytest
import shapely
from tests.places.roadworks import AT, SINCE, SOUTH, WEST, Site, crew, roads
from tests.services.conftest import kaohsiung, person

from shizheng.core.models import OutboxEvent
from shizheng.places.actions.things import thing_record
from shizheng.places.models import Register
from shizheng.places.pipelines.models import LeakNotice, LeakReport

__all__ = ["kaohsiung"]


@pytest.fixture
def sites(kaohsiung):
    roads()
    people = crew()
    keeper = person("d_keeper", "supervisor", "economic_development")
    made = {name: Site(who) for name, who in vars(people).items()}
    return SimpleNamespace(**made, keeper=Site(keeper), visitor=Site())


def test_a_leak_goes_to_fire_and_police_at_once_with_card_and_zone(sites):
    address = sites.gas.send("/leaks/new/", pipe="IP-1", size="large", wind="0", note="有瓦斯味")
    leak = LeakReport.objects.get()
    assert (leak.un_number, leak.isolate_m, leak.protect_m) == ("1077", 100, 800)
    zone = shapely.geometry.shape(leak.zone)
    assert zone.contains(shapely.Point(leak.longitude, leak.latitude - 0.006)), "south of it"
    assert not zone.contains(shapely.Point(leak.longitude, leak.latitude + 0.002))
    told = set(LeakNotice.objects.values_list("agency__code", flat=True))
    assert told == {"fire", "police", "economic_development"}
    event = OutboxEvent.objects.get(type="places.leak.reported")
    assert event.payload["told"] == ["economic_development", "fire", "police"]
    page = sites.fire.read(address)
    for said in ("丙烯", "ERG 115", "07-0000000", "尚未確認"):
        assert said in page, said
    assert sites.fire.client.post(address, {"act": "known"}).status_code == 303
    assert LeakNotice.objects.filter(known_at=None).count() == 2
    for stranger in (sites.officer, sites.resident, sites.water):
        stranger.read(address, status=404)
    sites.police.send(address, act="close", note="已止漏，量測正常")
    leak.refresh_from_db()
    assert leak.state == "closed"


def test_an_unknown_pipe_is_refused_in_a_sentence(sites):
    page = sites.gas.send("/leaks/new/", status=422, pipe="IP-99", size="large")
    assert "查無管線 IP-99" in page
    assert not LeakReport.objects.exists()


def test_the_map_of_pipelines_and_its_audits_are_restricted(sites):
    thing_record(
        register=Register.objects.get(code="pipeline_audits"), key="IA-1", by=None, at=AT,
        valid_from=SINCE,
        values={"pipeline": "IP-1", "kind": "audit", "held_on": "2020-02-10",
                "finding": "陰極防蝕電位不足", "due_on": "2020-03-10"},
    )  # fmt: skip
    for register in ("industrial_pipelines", "pipeline_audits"):
        sites.visitor.read(f"/registers/{register}/", status=404)
        sites.water.read(f"/registers/{register}/", status=404)
    assert "陰極防蝕" in sites.officer.read("/registers/pipeline_audits/things/IA-1/")
    assert "07-0000000" not in sites.officer.read("/registers/industrial_pipelines/things/IP-1/")
    assert "07-0000000" in sites.keeper.read("/registers/industrial_pipelines/things/IP-1/")


def test_the_place_of_a_leak_may_be_given(sites):
    sites.gas.send(
        "/leaks/new/", pipe="IP-1", size="small", longitude=str(WEST), latitude=str(SOUTH)
    )
    leak = LeakReport.objects.get()
    assert (leak.longitude, leak.protect_m) == (WEST, 100)
    assert leak.zone["type"] == "Polygon"
