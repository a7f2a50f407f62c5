"""The pages of the registers: who reads what, who changes, who proposes, who decides."""

import html
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.places.conftest import DAY, plot, well

from shizheng.places.actions.relations import things_relate
from shizheng.places.models import Feature, Proposal, Thing
from shizheng.services.models import Notice

HIDDEN = re.compile(r'type="hidden" name="(version|token)" value="([^"]+)"')


class Desk:
    """One person at a browser; nobody in particular if none is given."""

    def __init__(self, someone=None) -> None:
        self.client = Client()
        if someone is not None:
            self.client.force_login(someone)

    def read(self, path: str, status: int = 200) -> str:
        response = self.client.get(path)
        assert response.status_code == status, f"{path}: {response.status_code}"
        return html.unescape(response.content.decode())

    def send(self, path: str, status: int = 303, **fields: str):
        hidden = dict(HIDDEN.findall(self.read(path)))
        response = self.client.post(path, {**hidden, **fields})
        page = html.unescape(response.content.decode())
        assert response.status_code == status, page[page.find("<main") :][:2000]
        return response if status == 303 else page


def on(day: date) -> dict[str, str]:
    return {
        "valid_from_year": str(day.year),
        "valid_from_month": str(day.month),
        "valid_from_day": str(day.day),
    }


def test_everybody_reads_public_registers_and_staff_the_others(town, people):
    well(town, depth_m="12.5", use="home", remark="私下")
    nobody, staff = Desk(), Desk(people.staff)
    assert "Wells" in nobody.read("/en/registers/")
    assert "Drains" not in nobody.read("/en/registers/")
    assert "Drains" in staff.read("/en/registers/")
    nobody.read("/registers/drains/", 404)
    page = nobody.read("/en/registers/wells/")
    assert "12.5 m" in page
    assert "私下" not in page
    assert "square of 500 m" in page
    assert "私下" in Desk(people.officer).read("/registers/wells/things/W-1/")


def test_the_list_is_narrowed_by_the_address_and_taken_along_as_it_is(town, people):
    for number in range(1, 4):
        well(town, f"W-{number}", depth_m=str(number), use="home" if number == 2 else "field")
    desk = Desk(people.staff)
    page = desk.read("/en/registers/wells/?use=home")
    assert "W-2" in page
    assert "W-1" not in page
    assert "Nothing fits" in desk.read("/en/registers/wells/?q=nothing")
    assert "Nothing fits" in desk.read("/en/registers/wells/?on=2019-01-01")
    refused = desk.read("/en/registers/wells/?remark=x", 400)
    assert "has no field “remark”" in refused
    response = desk.client.get("/registers/wells/file.csv?use=home&epsg=3826")
    assert response.content.decode("utf-8-sig").count("W-") == 2  # key and name
    assert desk.client.get("/registers/wells/file.csv?epsg=1").status_code == 400
    assert desk.client.get("/registers/wells/file.exe").status_code == 404


def test_an_empty_register_says_how_things_come_into_it(town):
    assert "Nothing is recorded yet" in Desk().read("/en/registers/plots/")


def test_an_officer_records_changes_and_ends_a_thing(town, people):
    desk, today = Desk(people.officer), timezone.localdate()
    given = {"key": "W-9", "field_name": "新井", "points": "0.01, 0.01", "state": "in_use",
             "reason": "現勘", **on(today - timedelta(days=9))}  # fmt: skip
    page = desk.send("/registers/wells/new/", 422, **given | {"field_depth_m": "-4"})
    assert not Thing.objects.exists()
    assert "深度" in page
    desk.send("/registers/wells/new/", **given | {"field_depth_m": "4"})
    (row,) = Feature.objects.all()
    assert (row.properties, row.min_x) == ({"name": "新井", "depth_m": 4.0}, 0.01)
    change = {"field_name": "新井", "field_depth_m": "6", "state": "in_use", "reason": "重測",
              "points": "0.01, 0.01", **on(today)}  # fmt: skip
    desk.send("/registers/wells/things/W-9/change/", **change)
    page = desk.read("/en/registers/wells/things/W-9/")
    assert "Depth: 4 m → 6 m" in page
    desk.send("/registers/wells/things/W-9/end/", reason="填平", **on(today))
    assert "not there today" in desk.read("/en/registers/wells/things/W-9/")


def test_of_two_forms_the_second_is_told_and_the_same_form_twice_acts_once(town, people):
    well(town)
    desk, today = Desk(people.officer), timezone.localdate()
    path = "/registers/wells/things/W-1/change/"
    hidden = dict(HIDDEN.findall(desk.read(path)))
    given = {"field_name": "甲", "state": "in_use", "reason": "更名", **on(today)}
    for _turn in range(2):
        assert desk.client.post(path, {**hidden, **given}).status_code == 303
    assert Thing.objects.get().version == 2
    stale = desk.client.post(path, {**hidden, **given, "token": "0" * 32, "field_name": "乙"})
    assert stale.status_code == 409
    assert Thing.objects.get().version == 2


def test_a_resident_proposes_and_the_owner_decides(town, people):
    well(town, depth_m="4")
    resident, keeper, today = Desk(people.resident), Desk(people.keeper), timezone.localdate()
    path = "/registers/wells/things/W-1/change/"
    assert "decides on your proposal" in resident.read("/en" + path)
    resident.send(
        path, field_name="Well W-1", field_depth_m="5", state="in_use", reason="我量過", **on(today)
    )
    (proposal,) = Proposal.objects.all()
    assert (proposal.values, proposal.state) == ({"depth_m": 5.0}, "waiting")
    assert Feature.objects.count() == 1
    decide = f"/registers/proposals/{proposal.pk}/"
    assert "我量過" in resident.read(decide)
    assert resident.client.post(decide, {"verdict": "accept"}).status_code == 403
    Desk(people.staff).read(decide, 404)
    keeper.send(decide, 422, verdict="refuse", answer="")
    keeper.send(decide, verdict="accept", answer="謝謝")
    assert Feature.objects.filter(recorded_to=None).latest("pk").properties["depth_m"] == 5.0
    assert "謝謝" in resident.read(decide)
    told = Notice.objects.get(person=people.resident)
    assert (told.template, "謝謝" in told.text) == ("places.proposal_accepted", True)
    Desk().client.get("/registers/wells/new/")
    assert Desk(people.resident).client.get("/registers/drains/new/").status_code == 404


def test_a_proposal_is_shown_beside_what_the_register_says_and_its_maker_withdraws_it(town, people):
    well(town, depth_m="4")
    resident, path = Desk(people.resident), "/registers/wells/things/W-1/change/"
    resident.send(path, field_name="Well W-1", field_depth_m="5", state="in_use", reason="量過",
                  **on(timezone.localdate()))  # fmt: skip
    proposal = Proposal.objects.get()
    decide = f"/en/registers/proposals/{proposal.pk}/"
    for desk in (resident, Desk(people.keeper)):
        shown = desk.read(decide)
        assert ("4 m" in shown, "<b>5 m</b>" in shown) == (True, True)
    resident.send(decide)
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"
    assert 'name="verdict"' not in Desk(people.keeper).read(decide)


def test_nobody_proposes_for_fields_that_they_do_not_see(town, people):
    well(town, remark="私下")
    resident, today = Desk(people.resident), timezone.localdate()
    path = "/registers/wells/things/W-1/change/"
    assert "field_remark" not in resident.read(path)
    resident.send(
        path, field_name="改名", field_remark="公開", state="in_use", reason="改名", **on(today)
    )
    assert Proposal.objects.get().values == {"name": "改名"}


def test_the_difference_of_two_days_and_what_belongs_together(town, people):
    one, lot = well(town), plot(town, "1", 0.0, 0.0)
    things_relate(
        thing=lot, seen=1, code="watered_by", other=one, by=None, at=timezone.now(), valid_from=DAY
    )
    desk = Desk()
    page = desk.read("/en/registers/wells/difference/?from=2020-01-01&to=2020-04-01")
    assert "It is new." in page
    assert "Nothing differs" in desk.read("/en/registers/wells/difference/?from=2021-01-01")
    assert "Watered by" in desk.read("/en/registers/plots/things/1/")
    assert "Waters" in desk.read("/en/registers/wells/things/W-1/")


@pytest.mark.parametrize("path", ["?page=x", "?page=99", "?order=-depth_m", "?q=%00%27"], ids=str)
def test_odd_addresses_are_answered(town, path):
    well(town)
    assert Desk().client.get(f"/registers/wells/{path}").status_code in (200, 400)
