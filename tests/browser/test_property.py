"""A resident applies for idle space, and an officer counts property on a phone; pages pass axe."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.browser.visitor import DESK, PHONE
from tests.services.conftest import kaohsiung, person

from shizheng.places.models import SpaceApplication, StockFinding
from shizheng.places.tenure.actions.idle import Offer, space_publish
from shizheng.places.tenure.actions.ledger import Described, property_idle, property_record
from shizheng.places.tenure.actions.stock import round_open

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]


@pytest.fixture
def keeper(kaohsiung):
    return person("h_keeper", "officer", "finance")


def recorded(keeper, number, category, name, **more):
    given = Described(number=number, category=category, name=name, acquired_on=date(2019, 1, 2),
                      is_synthetic=True, **more)  # fmt: skip
    return property_record(
        agency=keeper.agency, given=given, value_twd=50_000, document="高市財產字第1號",
        by=keeper, at=timezone.now(),
    )  # fmt: skip


def test_a_resident_applies_for_idle_space_at_a_desk(visit, keeper):
    item = recorded(keeper, "B-0001", "building", "舊活動中心")
    now, today = timezone.now(), timezone.localdate()
    property_idle(item=item, since=today - timedelta(days=9), by=keeper, at=now)
    item.refresh_from_db()
    offer = Offer("舊活動中心一樓", "building", 100, 120.318, 22.581, "前鎮區", "不得營業")
    space = space_publish(item=item, offer=offer, by=keeper, at=now)
    resident = person("h_resident")
    visitor = visit(resident, **DESK)
    visitor.open("/en/property/", "property-list")
    visitor.open("/en/spaces/", "spaces-list")
    visitor.send("#spaces tbody a")
    visitor.look("spaces-one")
    visitor.open(f"/en/spaces/{space.key}/apply/", "spaces-apply")
    visitor.press("[name=use][value=parking]", " ")
    visitor.write("purpose", "Parking for a market on Sundays")
    for name, day in (("starts_on", today), ("ends_on", today + timedelta(days=60))):
        for part in ("year", "month", "day"):
            visitor.write(f"{name}_{part}", str(getattr(day, part)))
    visitor.send("main form button.govuk-button")
    visitor.look("spaces-application")
    assert SpaceApplication.objects.get().person == resident
    visitor.sign_in(keeper)
    visitor.open("/en/spaces/desk/", "spaces-desk")
    visitor.open("/en/property/month/", "property-month")
    visitor.open(f"/en/property/things/{item.number}/lease/", "property-lease")
    visitor.open("/en/industrial-land/", "land-list")


def test_an_officer_counts_property_on_a_phone(visit, keeper):
    item = recorded(keeper, "E-77", "equipment", "影印機")
    today = timezone.localdate()
    round_ = round_open(
        agency=keeper.agency, title="年度盤點", categories=["equipment"], first=today, last=today,
        by=keeper, at=timezone.now(),
    )  # fmt: skip
    visitor = visit(keeper, **PHONE)
    visitor.open(f"/property/stock/{round_.pk}/", "stock-round")
    visitor.open(f"/property/stock/{round_.pk}/count/?number={item.number}", "stock-count")
    visitor.send("main form button.govuk-button[data-prevent-double-click]")
    visitor.look("stock-next")
    assert StockFinding.objects.get().result == "found"
    visitor.open(f"/property/things/{item.number}/", "property-one")
    visitor.open("/property/stock/new/", "stock-new")
