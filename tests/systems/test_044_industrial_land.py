"""System 44, industrial land bank 產業用地儲備: filtered, asked about, matched, checked or not."""

from datetime import date

import pytest
import shapely
from tests.services.conftest import kaohsiung, person
from tests.systems.tenure import NOON, Clock, Desk

from shizheng.places.actions.things import thing_record
from shizheng.places.models import LandEnquiry, Register
from shizheng.places.tenure.tasks import turn_tenure
from shizheng.services.models import Notice

pytestmark = pytest.mark.django_db
__all__ = ["kaohsiung"]
SECRET = "地主0912-345678"


@pytest.fixture
def clock(kaohsiung, monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def plots(clock):
    register = Register.objects.get(code="industrial_land")
    for number, power, price in ((1, "2000", "30000"), (2, "200", "12000")):
        west = 120.35 + number / 100
        thing_record(
            register=register, key=f"IL-{number}", by=None, at=NOON,
            valid_from=date(2020, 3, 2),
            values={
                "name": f"示例用地 {number}", "zoning": "甲種工業區", "price_from_twd": price,
                "price_to_twd": "40000", "power_kw": power, "water_m3_day": "100",
                "road_width_m": "15", "willingness": "sell", "checked_on": "2020-03-02",
                "owner_contact": SECRET,
            },
            geometry=shapely.box(west, 22.70, west + 0.002, 22.702),
        )  # fmt: skip


@pytest.fixture
def officer(clock):
    return person("e_officer", "officer", "economic_development")


def test_an_investor_filters_asks_and_is_answered_by_an_officer(plots, officer):
    nobody = Desk()
    found = nobody.read("/industrial-land/?power=1000&zoning=工業&least=1000")
    assert ("示例用地 1" in found, "示例用地 2" in found) == (True, False)
    assert "示例用地 2" in nobody.read("/industrial-land/?price=15000")
    shown = nobody.read("/industrial-land/IL-1/")
    assert ("2,000 kW" in shown, SECRET in shown) == (True, False)
    assert SECRET not in str(nobody.client.get("/registers/industrial_land/file.csv").content)
    home = Desk(person("e_investor"))
    ask = {"company": "甲科技", "contact": "a@example.org", "needs": "擴廠，需二千瓩"}
    home.send("/industrial-land/IL-1/enquire/", **ask)
    one = LandEnquiry.objects.get()
    assert (one.officer, one.due_at.date()) == (officer, date(2020, 3, 25))
    assert Notice.objects.get(template="places.land_enquiry").person == officer
    here = f"/industrial-land/enquiries/{one.pk}/"
    Desk(person("e_other")).read(here, 404)
    desk = Desk(officer)
    assert "甲科技" in desk.read("/industrial-land/enquiries/")
    desk.send(here, answer="可供電，請來會勘", act="answer")
    assert "請來會勘" in home.read(here)
    desk.send(here, answer="完成簽約", act="match")
    supervisor = person("e_chief", "supervisor", "economic_development")
    assert SECRET in Desk(supervisor).read("/industrial-land/IL-1/")
    assert "示例用地 1" not in nobody.read("/industrial-land/")
    assert "完成簽約" in desk.read("/industrial-land/enquiries/")


def test_refusals_keep_their_reason_and_a_flood_is_stopped(plots, officer):
    home, desk = Desk(person("e_investor")), Desk(officer)
    ask = {"company": "甲科技", "contact": "a@example.org", "needs": "擴廠"}
    for _number in range(3):
        home.send("/industrial-land/IL-2/enquire/", **ask)
    home.send("/industrial-land/IL-2/enquire/", 409, **ask)
    here = f"/industrial-land/enquiries/{LandEnquiry.objects.first().pk}/"
    desk.send(here, 422, answer="", act="refuse")
    desk.send(here, answer="供電不足", act="refuse")
    assert "供電不足" in home.read(here)


def test_a_plot_that_nobody_checks_drops_to_unverified(clock, plots, officer):
    clock.to(date(2020, 9, 1))
    turn_tenure()
    shown = Desk().read("/en/industrial-land/IL-1/")
    assert "Nobody has checked this for 180 days" in shown
    Desk(person("e_other")).read("/industrial-land/IL-1/check/")
    Desk(person("e_stranger")).send("/industrial-land/IL-1/check/", 403)
    Desk(officer).send("/industrial-land/IL-1/check/")
    assert "Nobody has checked" not in Desk().read("/en/industrial-land/IL-1/")
