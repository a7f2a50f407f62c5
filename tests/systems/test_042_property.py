"""System 42, city property 市有財產管理資訊系統: one ledger from purchase to the count by phone.

The Finance Bureau records land, lets a parcel, finds another occupied, sells to households until
109-06-12, counts its things and closes the month against accounting.
"""

import csv
import io
from datetime import date

import pytest
from tests.services.conftest import kaohsiung, person
from tests.systems.tenure import TODAY, Clock, Desk, day, photo, place

from shizheng.core.models import Agency, Attachment, OutboxEvent, User
from shizheng.places.models import (
    Lease,
    Occupation,
    PropertyItem,
    SaleHousehold,
    StockFinding,
    StockRound,
)
from shizheng.places.tenure.tasks import turn_tenure
from shizheng.services.models import Case, Notice

pytestmark = pytest.mark.django_db
__all__ = ["kaohsiung"]
LAST = date(2020, 6, 12)


@pytest.fixture
def clock(kaohsiung, monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def keeper(clock):
    return Desk(person("f_keeper", "officer", "finance"))


def record(keeper, number, category="land", value=1_000_000, name="新草衙段 12-3"):
    agency = Agency.objects.get(code="finance")
    keeper.send(
        "/property/new/", agency=str(agency.pk), number=number, category=category, name=name,
        value_twd=str(value), document="高市財產字第10930000001號", area_m2="120.50",
        **day("acquired_on", date(2019, 5, 1)), **place(120.318, 22.581),
    )  # fmt: skip
    return f"/property/things/{number}/"


def test_a_parcel_is_recorded_let_and_its_rent_is_followed(clock, keeper):
    tenant = person("f_tenant")
    here = record(keeper, "L-0001-0003")
    keeper.send(here + "value/", 422, is_addition="no", amount_twd="-100000", document="",
                why="重估", **day("on", TODAY))  # fmt: skip
    keeper.send(here + "value/", is_addition="no", amount_twd="-100000", why="公告現值調整",
                document="高市財產字第10930000002號", **day("on", TODAY))  # fmt: skip
    assert "NT$ 900,000" in keeper.read(here)
    keeper.send(
        here + "lease/", party_name="王承租", party_contact="07-0000000", username="f_tenant",
        rent_twd="12000", period_months="3", due_days="0", steps="2021-03-01 103",
        document="租字第1號", **day("starts_on", date(2020, 3, 1)),
        **day("ends_on", date(2022, 3, 1)),
    )  # fmt: skip
    lease = Lease.objects.get()
    again = day("starts_on", date(2021, 1, 1)) | day("ends_on", date(2023, 1, 1))
    response, _sent = keeper.send(
        "/en" + here + "lease/", 409, party_name="李晚到", rent_twd="1", period_months="12",
        due_days="0", document="租字第2號", **again,
    )  # fmt: skip
    assert f"is let by {lease.number}" in response.content.decode()
    amounts = [*lease.rents.values_list("amount_twd", flat=True)]
    assert amounts == [12_000] * 4 + [12_360] * 4
    turn_tenure()
    assert Notice.objects.get(template="places.rent_due").person == tenant
    assert OutboxEvent.objects.filter(type="places.rent.due").count() == 1
    contract = f"/property/leases/{lease.pk}/"
    assert "王承租" in Desk(tenant).read(contract)
    Desk(person("f_other")).read(contract, 404)
    assert "王承租" in keeper.read("/property/leases/")
    pay = f"/property/rents/{lease.rents.first().pk}/pay/"
    keeper.send(pay, receipt="收字第1號", **day("on", TODAY))
    assert "王承租" not in keeper.read("/property/leases/")
    public = Desk().read(here)
    assert ("王承租" in public, "900,000" in public) == (False, False)


def test_occupied_land_opens_a_case_and_is_settled(clock, keeper):
    here = record(keeper, "L-0001-0009")
    keeper.send(here + "occupied/", occupier="林占用", note="搭建鐵皮屋", area_m2="30",
                **day("found_on", TODAY))  # fmt: skip
    one = Occupation.objects.get()
    case = Case.objects.get(number=one.case_number)
    assert (case.service.code, case.agency.code, "林占用" in case.description) == (
        "occupied_property", "finance", False
    )  # fmt: skip
    assert one.case_number in keeper.read("/property/leases/")
    settle = f"/property/occupations/{one.pk}/settle/"
    keeper.send(settle, 422, way="forget", document="判1", **day("on", TODAY))
    keeper.send(settle, way="sue", document="高雄地院109訴1", **day("on", TODAY))
    assert PropertyItem.objects.get().use == "own"


def test_the_sale_counts_down_to_its_last_day_and_then_takes_nothing(clock, keeper):
    resident, finance = person("f_resident"), Agency.objects.get(code="finance")
    mine, late = [
        SaleHousehold.objects.create(
            sale="xincaoya", agency=finance, number=number, head=head, person=someone
        )
        for number, head, someone in (("X-001", "陳戶長", resident), ("X-002", "吳戶長", None))
    ]
    sale = "/en/property/sales/xincaoya/"
    shown = Desk().read(sale)
    assert ("88 days left" in shown, "陳戶長" in shown) == (True, False)
    turn_tenure()
    assert Notice.objects.get(template="places.sale_reminder").person == resident
    told = keeper.read(sale)
    assert ("吳戶長" in told, "letter to be posted" in told) == (True, True)
    home = Desk(resident)
    assert "X-001" in home.read(sale)
    home.send(f"/property/households/{mine.pk}/apply/")
    waiting, _id, applied = keeper.read(sale).partition('id="applied"')
    assert ("陳戶長" in waiting, "陳戶長" in applied) == (False, True)
    settle = f"/property/households/{mine.pk}/settle/"
    assert settle in applied
    home.send(settle, 403)
    keeper.send(settle)
    assert SaleHousehold.objects.get(pk=mine.pk).state == SaleHousehold.State.SOLD
    home.read(f"/property/households/{late.pk}/apply/", 404)
    clock.to(date(2020, 6, 13))
    assert "closed" in Desk().read(sale)
    again = Desk(User.objects.get(username="f_keeper"))  # who signed in months ago signs in anew
    response, _sent = again.send(f"/en/property/households/{late.pk}/apply/", 409)
    assert "closed at the end of" in response.content.decode()
    assert OutboxEvent.objects.filter(type="places.sale.applied").count() == 1


def test_things_are_counted_by_phone_and_another_agency_cannot(clock, keeper):
    record(keeper, "E-77", "equipment", 50_000, "影印機")
    record(keeper, "E-78", "equipment", 20_000, "投影機")
    agency = Agency.objects.get(code="finance")
    span = day("first", TODAY) | day("last", TODAY)
    keeper.send("/property/stock/new/", agency=str(agency.pk), title="109年度盤點",
                categories=["equipment"], **span)  # fmt: skip
    here = f"/property/stock/{StockRound.objects.get().pk}/"
    assert 'value="E-77"' in keeper.read(f"{here}count/?number=E-77")
    keeper.send(f"{here}count/", number="E-77", result="found", photo=photo(),
                **place(120.312, 22.621))  # fmt: skip
    keeper.send(f"{here}count/", 409, number="E-77", result="found")
    keeper.send(f"{here}count/", number="E-78", result="missing", note="找遍三樓")
    found = StockFinding.objects.get(result="found")
    assert (found.longitude, Attachment.objects.filter(object_key=str(found.pk)).count()) == (
        120.312, 1
    )  # fmt: skip
    shown = keeper.read(here)
    assert ("2 / 2" in shown, "找遍三樓" in shown) == (True, True)
    elsewhere = Desk(person("f_tourism", "officer", "tourism"))
    elsewhere.read(here, 404)
    Desk().client.get(here)


def test_the_month_closes_against_accounting_and_names_the_difference(clock, keeper):
    here = record(keeper, "V-1", "vehicle", 700_000, "公務車")
    keeper.send(here + "dispose/", document="報廢字第1號", why="逾齡",
                **day("on", date(2020, 2, 10)))  # fmt: skip
    month = "/en/property/month/?agency=finance&month=2020-02-01"
    keeper.send(month, category="vehicle", amount_twd="700000", note="")
    shown = keeper.read(month)
    assert ("differ by NT$ -700,000" in shown, "報廢字第1號" in shown) == (True, True)
    keeper.send(month, category="vehicle", amount_twd="0", note="已補登")
    assert "differ by" not in keeper.read(month)
    text = keeper.client.get(month.replace("month/", "month.csv")).content.decode("utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(text))
    assert (line["opening_twd"], line["disposed_twd"], line["closing_twd"]) == (
        "700000", "-700000", "0"
    )  # fmt: skip
