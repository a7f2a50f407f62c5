"""System 47, smooth roads and warranty 路平整合管控: the record of a section, defects, readings.

Everything is done over HTTP. Roads, contractors and readings are invented.
"""

import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
import shapely
from django.utils import timezone
from tests.places.roadworks import AT, SINCE, SOUTH, WEST, Site, crew, day, roads
from tests.services.conftest import kaohsiung

from shizheng.core.journal import verify
from shizheng.core.models import OutboxEvent
from shizheng.places.actions.things import thing_record
from shizheng.places.digging.models import DigCharge
from shizheng.places.models import Register, Thing
from shizheng.places.roads.models import RoadDefect

__all__ = ["kaohsiung"]


@pytest.fixture
def sites(kaohsiung):
    roads()
    people = crew()
    return SimpleNamespace(**{n: Site(p) for n, p in vars(people).items()}, visitor=Site())


def readings(text: str) -> io.BytesIO:
    file = io.BytesIO(text.encode())
    file.name = "iri.csv"
    return file


def test_a_defect_within_the_pavings_warranty_is_charged_back_to_its_contractor(sites):
    today = timezone.localdate()
    address = sites.officer.send(
        "/roads/sections/R-5/defect/", what="坑洞", **day("found_on", today)
    )
    defect = RoadDefect.objects.get()
    assert (defect.liable, defect.liable_name) == ("paving", "示範營造")
    assert defect.repair_by == today + timedelta(days=14)
    assert OutboxEvent.objects.filter(type="places.road_defect.charged_back").count() == 1
    sites.officer.send(f"{address}?act=charge", price="warranty_repair", quantity="3", note="逾期")
    assert DigCharge.objects.get().payer == "示範營造"
    sites.officer.send(address, note="已修")
    sites.officer.send(address, note="合格")
    defect.refresh_from_db()
    assert defect.state == "closed"
    assert "示範營造" in sites.visitor.read("/roads/sections/R-5/")
    assert verify().is_intact


def test_outside_every_warranty_it_goes_to_maintenance(sites):
    sites.visitor.read("/roads/sections/R-6/")
    sites.resident.read("/roads/sections/R-6/defect/", status=403)
    sites.officer.send(
        "/roads/sections/R-6/defect/", what="龜裂", **day("found_on", timezone.localdate())
    )
    assert RoadDefect.objects.get().state == "maintenance"
    event = OutboxEvent.objects.get(type="places.road_defect.to_maintenance")
    assert event.payload["section"] == "R-6"


def test_a_measured_run_makes_the_months_list_of_the_worst_sections(sites):
    today = timezone.localdate()
    assert sites.visitor.read("/roads/").count("6.40") == 1
    run = {
        "file": readings("section,iri\nR-6,7.1\nR-6,7.3\nR-5,6.4\n"),
        **day("measured_on", today),
    }
    sites.officer.send("/roads/readings/", **run)
    page = sites.visitor.read("/roads/")
    assert page.index("7.20") < page.index("6.40")
    before = (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    assert "7.20" not in sites.visitor.read(f"/roads/?month={before}")
    wrong = {"file": readings("section,iri\nR-1,3.0\nR-6,rough\n"), **day("measured_on", today)}
    assert "第 3 行" in sites.officer.send("/roads/readings/", status=422, **wrong)
    register = Register.objects.get(code="road_sections")
    assert Thing.objects.get(register=register, key="R-1").version == 1


def test_the_record_of_a_section_lists_tests_and_covers_one_by_one(sites):
    for code, key, values, place in (
        ("pavement_tests", "PT-1", {"tested_on": "2022-05-10", "kind": "core"}, None),
        ("manhole_covers", "MC-1", {"owner": "示範電信", "offset_mm": "22.0"}, (WEST, SOUTH)),
    ):
        thing_record(
            register=Register.objects.get(code=code), key=key, by=None, at=AT, valid_from=SINCE,
            values={"section": "R-5"} | values,
            geometry=shapely.Point(place) if place else None,
        )  # fmt: skip
    page = sites.visitor.read("/roads/sections/R-5/")
    for said in ("PT-1", "示範電信", "待齊平", "鑽心"):
        assert said in page, said
    sites.visitor.read("/roads/sections/R-99/", status=404)
