"""The ledger, contracts, occupation, a sale and a stock-taking through their actions."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from tests.places.tenure.conftest import NOW, TODAY, record, refused

from shizheng.core.models import Agency, JournalEntry, OutboxEvent
from shizheng.kernel.errors import DomainError, NotPermitted
from shizheng.places.models import (
    AccountingFigure,
    Lease,
    PropertyItem,
    RentDue,
    SaleHousehold,
    SaleNotice,
    StockFinding,
)
from shizheng.places.tenure.actions.households import (
    household_join,
    households_enter,
    households_read,
)
from shizheng.places.tenure.actions.leases import (
    PartyOf,
    Terms,
    lease_end,
    lease_make,
    lease_renew,
    leases_turn,
    rent_pay,
    rents_announce,
)
from shizheng.places.tenure.actions.ledger import (
    accounting_enter,
    property_dispose,
    property_hand_over,
    property_idle,
    value_change,
    value_of,
)
from shizheng.places.tenure.actions.occupation import occupation_find, occupation_settle
from shizheng.places.tenure.actions.sales import sale_apply, sale_decline, sales_remind
from shizheng.places.tenure.actions.stock import item_count, round_open
from shizheng.places.tenure.selectors.ledger import statement_of
from shizheng.services.models import Case, Notice

pytestmark = pytest.mark.django_db
YEAR = Terms(date(2026, 3, 1), date(2027, 3, 1), rent_twd=1_200, period_months=3)


def let(people, item, terms=YEAR, **more):
    party = PartyOf("王承租", "07-1234567", more.pop("person", None))
    return lease_make(
        item=item, party=party, terms=terms, document="租約1號", by=people.keeper, at=NOW, **more
    )


def test_a_value_changes_only_by_a_document_and_stays_on_record(people):
    item = record(people)
    change = {"item": item, "amount_twd": 200, "on": TODAY, "by": people.keeper, "at": NOW}
    refused("document_missing", value_change, document=" ", **change)
    refused("amount_unfit", value_change, document="文1", **change | {"amount_twd": -1_001})
    refused("day_unfit", value_change, document="文1", **change | {"on": date(2025, 12, 31)})
    refused("day_unfit", value_change, document="文1", **change | {"on": TODAY + timedelta(1)})
    with pytest.raises(NotPermitted):
        value_change(document="文1", **change | {"by": people.works})
    made = value_change(document="文1", **change)
    assert value_of(item) == 1_200
    with pytest.raises(DatabaseError), transaction.atomic():
        type(made).objects.filter(pk=made.pk).update(amount_twd=1)
    refused("number_taken", record, people=people)
    refused("amount_unfit", record, people=people, number="L-9", area_m2=Decimal(-3))
    refused("amount_unfit", record, people=people, number="L-9", value=-1)


def test_a_month_reconciles_to_accounting_and_names_what_does_not(people):
    item, other = record(people), record(people, "V-1", 400, "vehicle", on=date(2026, 3, 5))
    property_hand_over(item=other, to=Agency.objects.get(code="works"), on=date(2026, 3, 20),
                       document="撥1", by=people.keeper, at=NOW)  # fmt: skip
    value_change(item=item, amount_twd=-100, on=date(2026, 3, 9), document="估1",
                 by=people.keeper, at=NOW)  # fmt: skip
    entered = {"agency": people.affairs, "month": date(2026, 3, 31), "by": people.keeper,
               "at": NOW}  # fmt: skip
    accounting_enter(category="land", amount_twd=1_000, **entered)
    refused("figure_taken", accounting_enter, category="land", amount_twd=1_000, **entered)
    refused("amount_unfit", accounting_enter, category="land", amount_twd=-1, **entered)
    land, vehicle = statement_of(people.affairs, date(2026, 3, 1)).lines
    assert (land.opening_twd, land.revalued_twd, land.closing_twd) == (1_000, -100, 900)
    assert land.difference_twd == -100
    assert (vehicle.added_twd, vehicle.disposed_twd, vehicle.closing_twd) == (400, -400, 0)
    found = statement_of(people.affairs, date(2026, 3, 1))
    assert [each.document for each in found.explained["land"]] == ["估1"]
    accounting_enter(category="land", amount_twd=900, **entered | {"at": NOW + timedelta(hours=1)})
    assert AccountingFigure.objects.count() == 2
    assert statement_of(people.affairs, date(2026, 3, 1)).lines[0].difference_twd == 0
    works = statement_of(Agency.objects.get(code="works"), date(2026, 3, 1)).lines
    assert [(each.category, each.closing_twd) for each in works] == [("vehicle", 400)]


def test_what_was_disposed_of_changes_no_more(people):
    item = record(people)
    gone = {"item": item, "on": TODAY, "document": "廢1", "why": "拆除", "by": people.keeper,
            "at": NOW}  # fmt: skip
    let(people, item)
    refused("lease_overlaps", property_dispose, **gone)
    lease_end(lease=Lease.objects.get(), on=TODAY, why="提前終止", by=people.keeper, at=NOW)
    property_dispose(**gone)
    assert value_of(item) == 0
    refused("gone", property_idle, item=item, since=TODAY, by=people.keeper, at=NOW)
    refused("gone", let, people=people, item=item)


def test_two_contracts_on_one_parcel_and_rent_before_the_start_are_refused(people):
    item = record(people)
    made = let(people, item, person=people.resident)
    assert [each.amount_twd for each in made.rents.all()] == [1_200] * 4
    item.refresh_from_db()
    assert item.use == "leased"
    inside = Terms(date(2026, 12, 1), date(2028, 1, 1), rent_twd=5)
    refused("lease_overlaps", let, people=people, item=item, terms=inside)
    for wrong in (
        Terms(date(2027, 3, 1), date(2027, 3, 1), 5), Terms(date(2025, 1, 1), date(2025, 2, 1), 5),
        Terms(date(2027, 3, 1), date(2028, 1, 1), 5, due_days=-3),
        Terms(date(2027, 3, 1), date(2048, 1, 1), 5),
    ):  # fmt: skip
        refused("lease_unfit", let, people=people, item=item, terms=wrong)
    with pytest.raises(DatabaseError), transaction.atomic():
        RentDue.objects.filter(lease=made).update(amount_twd=1)


def test_rent_falls_due_as_an_event_once_and_is_booked_once(people):
    made = let(people, record(people), person=people.resident)
    assert rents_announce(at=NOW) == 1
    assert rents_announce(at=NOW) == 0
    (event,) = OutboxEvent.objects.filter(type="places.rent.due")
    assert event.payload == {
        "lease": made.number, "property": "L-1", "due_on": "2026-03-01", "amount_twd": 1_200
    }  # fmt: skip
    assert Notice.objects.get(template="places.rent_due").person == people.resident
    first = made.rents.first()
    pay = {"rent": first, "on": TODAY, "by": people.keeper, "at": NOW}
    refused("document_missing", rent_pay, receipt="", **pay)
    refused("lease_unfit", rent_pay, receipt="收1", **pay | {"on": TODAY + timedelta(1)})
    rent_pay(receipt="收1", **pay)
    refused("rent_settled", rent_pay, receipt="收2", **pay)
    everything = repr([*OutboxEvent.objects.values(), *JournalEntry.objects.values("now", "why")])
    assert "王承租" not in everything


def test_a_contract_is_renewed_where_it_ends_and_ended_once(people):
    item = record(people)
    made = let(people, item)
    more = Terms(made.ends_on, date(2028, 3, 1), rent_twd=1_300)
    by = {"by": people.keeper, "at": NOW}
    gap = Terms(date(2027, 4, 1), date(2028, 3, 1), rent_twd=1_300)
    refused("lease_unfit", lease_renew, lease=made, terms=gap, document="續1", **by)
    again = lease_renew(lease=made, terms=more, document="續1", **by)
    assert (again.renews, again.party_name) == (made, "王承租")
    lease_end(lease=made, on=TODAY, why="違約", **by)
    refused("lease_ended", lease_end, lease=made, on=TODAY, why="違約", **by)
    refused("reason_missing", lease_end, lease=again, on=again.starts_on, why="", **by)
    assert made.rents.filter(is_void=True).count() == 3
    later = datetime(2027, 3, 1, 2, tzinfo=UTC)
    assert leases_turn(at=later) == 1
    item.refresh_from_db()
    assert item.use == "leased"


def test_occupation_opens_a_case_and_is_settled_by_a_declared_way(people):
    item = record(people, area_m2=Decimal(50))
    found = {"item": item, "found_on": TODAY, "by": people.keeper, "at": NOW}
    refused("amount_unfit", occupation_find, area_m2=Decimal(51), **found)
    made = occupation_find(area_m2=Decimal(9), occupier="李占用", **found)
    case = Case.objects.get(number=made.case_number)
    assert (case.service.code, case.agency.code) == ("occupied_plot", "town_affairs")
    assert "李占用" not in case.description
    refused("occupation_open", occupation_find, **found)
    end = {"occupation": made, "document": "判1", "on": TODAY, "by": people.keeper, "at": NOW}
    refused("way_unknown", occupation_settle, way="buy", **end)
    occupation_settle(way="sue", **end)
    refused("occupation_settled", occupation_settle, way="sue", **end)
    item.refresh_from_db()
    assert item.use == "own"


def household(people, number, someone=None):
    return SaleHousehold.objects.create(
        sale="mill_lane",
        agency=people.affairs,
        number=number,
        head=f"戶長{number}",
        person=someone,
    )


def test_a_sale_counts_down_writes_to_who_waits_and_closes(people):
    mine, theirs = household(people, "M-1", people.resident), household(people, "M-2")
    assert sales_remind(at=NOW) == 0
    near = datetime(2026, 5, 20, 2, tzinfo=UTC)
    assert sales_remind(at=near) == 2
    assert sales_remind(at=near + timedelta(days=1)) == 0
    assert sorted(SaleNotice.objects.values_list("by_account", flat=True)) == [False, True]
    assert Notice.objects.get(template="places.sale_reminder").person == people.resident
    with pytest.raises(NotPermitted):
        sale_apply(household=theirs, by=people.resident, at=near)
    sale_decline(household=mine, by=people.resident, at=near)
    sale_apply(household=mine, by=people.resident, at=near)
    refused("applied_already", sale_apply, household=mine, by=people.resident, at=near)
    assert sales_remind(at=datetime(2026, 6, 6, 2, tzinfo=UTC)) == 1
    last = datetime(2026, 6, 12, 15, 59, 59, tzinfo=UTC)
    refused("sale_closed", sale_apply, household=theirs, by=people.keeper,
            at=last + timedelta(seconds=1))  # fmt: skip
    sale_apply(household=theirs, by=people.keeper, at=last)


def test_two_agencies_and_two_people_do_not_count_one_thing_twice(people):
    item = record(people)
    works = Agency.objects.get(code="works")
    usual = {"title": "上半年", "categories": [], "first": TODAY, "last": TODAY, "at": NOW}
    ours = round_open(agency=people.affairs, by=people.keeper, **usual)
    theirs = round_open(agency=works, by=people.works, **usual)
    refused("round_closed", round_open, agency=works, by=people.works,
            **usual | {"last": TODAY - timedelta(1)})  # fmt: skip
    refused("counted_elsewhere", item_count, round_=theirs, number="L-1", result="found",
            by=people.works, at=NOW)  # fmt: skip
    count = {"round_": ours, "number": " L-1 ", "by": people.keeper, "at": NOW}
    refused("number_unknown", item_count, result="found", **count | {"number": "X"})
    refused("reason_missing", item_count, result="missing", **count)
    refused("round_closed", item_count, result="found", **count | {"at": NOW + timedelta(1)})
    with pytest.raises(NotPermitted):
        item_count(result="found", **count | {"by": people.works})
    item_count(result="found", **count)
    refused("counted_already", item_count, result="found", **count)
    item_count(result="differs", note="門牌不符", replaces=True, **count)
    rows = StockFinding.objects.filter(item=item).order_by("at", "is_replaced")
    assert {(each.result, each.is_replaced) for each in rows} == {
        ("found", True), ("differs", False)
    }  # fmt: skip


def test_things_stay_in_the_ledger(people):
    record(people)
    with pytest.raises(DatabaseError), transaction.atomic():
        PropertyItem.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        PropertyItem.objects.update(number="X")


def test_households_are_entered_once_and_each_is_joined_to_who_has_its_letter(people):
    text = "M-7,王 小明,0900-000000,水邊區示範一路1號\n\nM-8,李大華\n"
    listed = list(households_read(text))
    enter = {"sale": "mill_lane", "agency": people.affairs, "by": people.keeper, "at": NOW}
    assert households_enter(listed=listed, **enter) == 2
    assert households_enter(listed=listed, **enter) == 0, "again, and nobody is there twice"
    with pytest.raises(NotPermitted):
        households_enter(listed=listed, **enter | {"by": people.resident})
    refused("household_row", households_enter, listed=[*listed, listed[0]], **enter)
    with pytest.raises(DomainError) as line:
        list(households_read("M-9\n"))
    assert line.value.parameters["line"] == 1

    join = {"sale": "mill_lane", "by": people.resident, "at": NOW}
    refused("household_unknown", household_join, number="M-7", head="王大明", **join)
    refused("household_unknown", household_join, number="M-70", head="王小明", **join)
    mine = household_join(number=" Ｍ-7", head="王小明", **join)
    assert mine.person == people.resident
    assert household_join(number="M-7", head="王小明", **join) == mine
    refused("household_unknown", household_join, number="M-7", head="王小明",
            **join | {"by": people.keeper})  # fmt: skip
    assert sale_apply(household=mine, by=people.resident, at=NOW).state == "applied"
