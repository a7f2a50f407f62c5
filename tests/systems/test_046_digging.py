"""System 46, road excavation management 智慧化管理管挖: from the drawn dig to the warranty.

Everything is done over HTTP, each step by the person whose work it is. Owners, roads and pipes
are invented.
"""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from tests.places.roadworks import LONG, SOUTH, WEST, Site, crew, day, photo, roads, section
from tests.places.wzdx import problems_of_feed
from tests.services.conftest import kaohsiung

from shizheng.core import worker
from shizheng.core.journal import verify
from shizheng.core.models import OutboxEvent
from shizheng.places.digging.actions.deciding import silence_grants
from shizheng.places.digging.models import (
    DigCharge,
    DigPermit,
    DigPlan,
    DigProposal,
    PlannedDig,
)
from shizheng.services.models import Case
from shizheng.services.roadworks.following import cases_follow

__all__ = ["kaohsiung"]
APPLY, PERMITS = "/digging/apply/", "/digging/permits"


@pytest.fixture
def sites(kaohsiung):
    roads()
    people = crew()
    made = {name: Site(who) for name, who in vars(people).items()}
    return SimpleNamespace(**made, visitor=Site())


def asked(**more: object) -> dict[str, object]:
    """Return an application for the next days on the first section."""
    today = timezone.localdate()
    return {
        "owner": "water_company", "title": "示範汰換水管", "purpose": "汰換老舊管線",
        "method": "open_cut", "sections": ["R-1"], "traffic": "some-lanes-closed",
        "lanes_closed": "1", "risk": "urgent", **day("first", today),
        **day("last", today + timedelta(days=2)), "act": "send",
    } | more  # fmt: skip


def number_of(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


def applied(site: Site, **more: object) -> str:
    return number_of(site.send(APPLY, **asked(**more)))


def done(site: Site, number: str, act: str, **fields: object) -> None:
    site.send(f"{PERMITS}/{number}/{act}/", **fields)


def test_an_owner_sees_at_once_what_stands_against_a_drawn_dig(sites):
    applied(sites.power, owner="power_company", title="示範地下化", sections=["R-2"])
    line = f"{WEST}, {SOUTH}\n{WEST + 2.9 * LONG}, {SOUTH}"
    page = sites.water.send(APPLY, status=200, **asked(sections=[], line_points=line, act="look"))
    for said in ("示範一路", "power_company-", "禁挖", "不得施工"):
        assert said in page, said
    assert DigPermit.objects.count() == 1
    refused = sites.water.send(APPLY, status=422, **asked(sections=["R-3"]))
    assert "R-3" in refused
    near = sites.water.send(APPLY, status=200, **asked(sections=["R-4"], act="look"))
    assert "IP-1" in near


@pytest.mark.parametrize(
    ("values", "said", "estimated"),
    [
        ({"capacity_vph": "2000", "flow_vph": "1500"}, ("2,000", "3,000"), False),
        ({"road_class": "main"}, ("4,800", "6,200"), True),
        ({"road_class": "lane"}, None, False),
        ({"capacity_vph": "2000", "flow_vph": "1000"}, None, False),
    ],
    ids=["counted", "estimated-by-class", "lanes-have-room", "just-enough"],
)
def test_parallel_roads_that_are_open_together_leave_too_little_to_traffic(
    sites, values, said, estimated
):
    section("R-11", 0, 1, road="示範三路", **values)
    section("R-12", 0, 2, road="示範四路", **values)
    number = applied(sites.power, owner="power_company", title="示範地下化", sections=["R-11"])
    page = sites.water.send("/en" + APPLY, status=200, **asked(sections=["R-12"], act="look"))
    told = " ".join(page.split())
    if said is None:
        assert "can pass at the peak" not in told
        return
    left, wanted = said
    assert f"{left} cars an hour can pass at the peak and {wanted} want to" in told
    assert (number in told, "示範三路" in told) == (True, True)
    assert ("nobody counted there" in told) is estimated
    later = timezone.localdate() + timedelta(days=30)
    free = asked(sections=["R-12"], act="look", risk="none", **day("first", later),
                 **day("last", later + timedelta(days=2)))  # fmt: skip
    assert "can pass at the peak" not in sites.water.send("/en" + APPLY, status=200, **free)


def test_a_permit_goes_from_the_application_to_the_charge_for_a_defect(sites):
    number = applied(sites.water)
    sites.resident.read(f"{PERMITS}/{number}/", status=404)
    assert number in sites.officer.read("/digging/desk/")
    done(sites.officer, number, "grant", note="")
    assert "示範一路" in sites.visitor.read("/digging/")
    refused = sites.water.send(f"{PERMITS}/{number}/begin/", status=422, note="")
    assert "照片" in refused
    done(sites.water, number, "begin", photos=photo())
    done(sites.officer, number, "stop", note="交通維持設施不足")
    sites.water.read(f"{PERMITS}/{number}/resume/", status=403)
    done(sites.officer, number, "resume")
    done(sites.water, number, "backfill", photos=photo())
    done(sites.water, number, "restored", photos=photo())
    done(sites.officer, number, "charge", price="milling", quantity="42.5", note="代辦銑鋪")
    done(sites.officer, number, "accept")
    page = sites.visitor.read(f"{PERMITS}/{number}/")
    assert page.count("<img") == 3
    assert "26,350" not in page, "prices are internal"
    assert "26,350" in sites.water.read(f"{PERMITS}/{number}/")
    charge = DigCharge.objects.get()
    assert (charge.amount_twd, charge.payer) == (26_350, "water_company")
    assert OutboxEvent.objects.filter(type="places.digging.fee_due").count() == 1
    defect = sites.officer.send(
        "/roads/sections/R-1/defect/", what="回填處下陷", **day("found_on", timezone.localdate())
    )
    assert number in sites.visitor.read(defect)
    sites.water.send(defect, note="已重鋪")
    sites.officer.send(defect, note="驗收合格")
    assert verify().is_intact


def case_of(number: str) -> Case:
    record = DigPermit.objects.get(
        record__number=number.rpartition("-")[0], sequence=int(number.rpartition("-")[2])
    ).record
    return Case.objects.get(number=record.case_number)


def test_the_permit_runs_as_a_case_that_follows_what_happens_on_the_road(sites):
    number = applied(sites.water)
    case = case_of(number)
    assert (case.service.code, case.agency.code, case.state) == (
        "dig_permit", "public_works", "received",
    )  # fmt: skip
    assert case.longitude == pytest.approx(WEST + LONG / 2)
    assert number in case.description
    assert case.number in sites.officer.read(f"{PERMITS}/{number}/")
    assert cases_follow(at=timezone.now()) == 0
    done(sites.officer, number, "return", note="請縮小範圍")
    assert cases_follow(at=timezone.now()) == 1
    case.refresh_from_db()
    assert case.state == "returned"
    record = number.rpartition("-")[0]
    fields = {k: v for k, v in asked().items() if k not in ("owner", "title")}
    again = number_of(sites.water.send(f"{APPLY}?record={record}", **fields))
    assert case_of(again) == case, "one work, one case"
    cases_follow(at=timezone.now())
    case.refresh_from_db()
    assert case.state == "received"
    done(sites.officer, again, "grant", note="")
    done(sites.water, again, "begin", photos=photo())
    assert cases_follow(at=timezone.now()) == 1, "what was skipped between two looks is skipped"
    case.refresh_from_db()
    assert case.state == "digging"
    done(sites.water, again, "backfill", photos=photo())
    done(sites.water, again, "restored", photos=photo())
    done(sites.officer, again, "accept")
    assert cases_follow(at=timezone.now()) == 1
    assert cases_follow(at=timezone.now()) == 0
    case.refresh_from_db()
    assert (case.state, case.is_open, case.outcome) == ("restored", False, "completed")
    assert [each.action for each in case.events.order_by("sequence")][1:] == [
        "ask_again", "resubmit", "begin", "close",
    ]  # fmt: skip
    assert verify().is_intact


def test_silence_grants_and_a_modified_application_has_its_own_clock(sites):
    number = applied(sites.water)
    done(sites.officer, number, "return", note="請縮小範圍")
    assert "請縮小範圍" in sites.water.read(f"{PERMITS}/{number}/")
    record = number.rpartition("-")[0]
    again = number_of(
        sites.water.send(
            f"{APPLY}?record={record}",
            **{k: v for k, v in asked(sections=["R-2"]).items() if k not in ("owner", "title")},
        )
    )
    assert again == f"{record}-02"
    permit = DigPermit.objects.get(sequence=2)
    silence_grants(at=permit.answer_due_at + timedelta(seconds=1))
    page = sites.visitor.read(f"{PERMITS}/{again}/")
    assert "視為同意" in page, page[page.index("<main") :]
    today = timezone.localdate()
    done(sites.water, again, "change", note="機具調度", **day("first", today + timedelta(days=7)),
         **day("last", today + timedelta(days=8)))  # fmt: skip
    change = permit.changes.get()
    sites.officer.send(f"/digging/changes/{change.pk}/", verdict="agree", note="")
    permit.refresh_from_db()
    assert permit.first == today + timedelta(days=7)


def test_nobody_digs_beside_a_dangerous_pipe_before_its_operator_signed(sites):
    number = applied(sites.water, sections=["R-4"])
    done(sites.officer, number, "grant")
    sites.water.read(f"{PERMITS}/{number}/begin/", status=403)
    sites.power.read(f"{PERMITS}/{number}/sign/", status=403)
    done(sites.gas, number, "sign", pipe="IP-1", note="已到場", photos=photo())
    done(sites.water, number, "begin", photos=photo())
    assert "IP-1" in sites.visitor.read(f"{PERMITS}/{number}/")


def test_other_maps_read_the_works_as_wzdx(sites):
    assert json.loads(sites.visitor.read("/digging/wzdx.geojson"))["features"] == []
    number = applied(sites.water, sections=["R-1", "R-2"])
    done(sites.officer, number, "grant")
    feed = json.loads(sites.visitor.read("/digging/wzdx.geojson"))
    assert problems_of_feed(feed) == []
    (work,) = feed["features"]
    assert work["properties"]["core_details"]["road_names"] == ["示範一路"]
    assert [lane["status"] for lane in work["properties"]["lanes"]] == [*["open"] * 3, "closed"]
    assert work["geometry"]["type"] == "LineString"


@pytest.mark.parametrize(
    ("values", "said", "estimated"),
    [
        ({"capacity_vph": "2000", "flow_vph": "1500"}, ("2,000", "3,000"), False),
        ({"road_class": "main"}, ("4,800", "6,200"), True),
        ({"capacity_vph": "2000", "flow_vph": "1000"}, None, False),
    ],
    ids=["counted", "estimated-by-class", "just-enough"],
)
def test_the_feed_warns_where_works_together_leave_too_little_to_traffic(
    sites, values, said, estimated
):
    section("R-11", 0, 1, road="示範三路", **values)
    section("R-12", 0, 2, road="示範四路", **values)
    first = applied(sites.power, owner="power_company", title="示範地下化", sections=["R-11"])
    second = applied(sites.water, sections=["R-12"])
    done(sites.officer, second, "grant")
    path = "/digging/wzdx.geojson"
    (alone,) = json.loads(sites.visitor.read(path))["features"]
    assert "related_road_events" not in alone["properties"]["core_details"]
    assert alone["properties"]["core_details"]["description"] == "示範汰換水管"
    done(sites.officer, first, "grant")
    feed = json.loads(sites.visitor.read(path))
    assert problems_of_feed(feed) == []
    told = {each["id"]: each["properties"]["core_details"] for each in feed["features"]}
    if said is None:
        assert not any("related_road_events" in each for each in told.values())
        return
    left, wanted = said
    for mine, other, road in ((first, second, "示範四路"), (second, first, "示範三路")):
        assert told[mine]["related_road_events"] == [{"type": "related-work-zone", "id": other}]
        for words in (other, road, f"每小時可通過 {left} 輛", f"{wanted} 輛"):
            assert words in told[mine]["description"]
        assert ("推估" in told[mine]["description"]) is estimated


def planned(site: Site, owner: str, title: str, *, sections: list[str], days) -> None:
    site.send(
        "/digging/planned/new/", owner=owner,
        title=title, sections=sections, days="5", **day("earliest", days[0]),
        **day("latest", days[1]),
    )  # fmt: skip


def test_a_year_is_planned_together_pinned_and_answered_by_the_owners(sites):
    year = timezone.localdate().year + 1
    first = timezone.localdate().replace(year=year, month=3, day=1)
    days = (first, first + timedelta(days=60))
    planned(sites.water, "water_company", "示範水管", sections=["R-1", "R-2"], days=days)
    planned(sites.power, "power_company", "示範電纜", sections=["R-2"], days=days)
    planned(sites.telecom, "telecom_company", "示範電信", sections=["R-1"], days=days)
    sites.water.read("/digging/plans/", status=403)
    address = sites.officer.send("/digging/plans/", year=str(year), pins="")
    assert DigPlan.objects.get().state == "waiting"
    worker.run_all()
    page = sites.officer.read(address)
    plan = DigPlan.objects.get()
    assert (plan.openings_before, plan.openings_after, plan.problems) == (4, 2, []), plan.failure
    assert "一起挖" in page
    numbers = dict(PlannedDig.objects.values_list("owner", "number"))
    again = sites.officer.send(
        f"/digging/plans/?previous={plan.pk}", year=str(year),
        pins=f"{numbers['water_company']} / {numbers['telecom_company']}",
    )  # fmt: skip
    worker.run_all()
    pinned = DigPlan.objects.exclude(pk=plan.pk).get()
    assert (pinned.openings_after, pinned.problems) == (3, []), pinned.failure
    assert numbers["telecom_company"] in sites.officer.read(f"{address}difference/{pinned.pk}/")
    sites.officer.send(again, at="/digging/plans/")
    assert sites.officer.client.post(again).status_code == 303
    proposals = {each.planned.owner: each for each in DigProposal.objects.all()}
    assert len(proposals) == 3
    sites.power.send(f"/digging/proposals/{proposals['power_company'].pk}/", verdict="agree")
    sites.telecom.send(
        f"/digging/proposals/{proposals['telecom_company'].pk}/", verdict="refuse", note="人力不足"
    )
    sites.telecom.read(f"/digging/proposals/{proposals['water_company'].pk}/", status=404)
    sites.power.client.post(f"/digging/planned/{numbers['power_company']}/", {"act": "apply"})
    permit = DigPermit.objects.get()
    assert permit.is_joint
    assert permit.first == proposals["power_company"].first
    assert verify().is_intact
