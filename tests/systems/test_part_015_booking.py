"""Of system 15, funeral services 殯葬服務資訊網絡, the part that books: halls and furnaces.

Families see live slots with prices and take one; nobody else can; who waits moves up. Condolence
boards, memorial pages and registers of graves are not here, so that the system itself stays open.
"""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from icalendar import Calendar
from tests.services.conftest import kaohsiung, person
from tests.systems.test_053_hydrants import Desk

from shizheng.core.journal import verify
from shizheng.core.models import OutboxEvent
from shizheng.places.booking.actions import no_show_mark, slot_book, slot_wait
from shizheng.places.booking.selectors import name_of, offered, week
from shizheng.places.booking.tallying import slots_tally
from shizheng.places.models import Bookable, Booking, SlotTally

__all__ = ["kaohsiung"]


@pytest.fixture
def desks(kaohsiung):
    return SimpleNamespace(
        family=Desk(person("family_a")), other=Desk(person("family_b")),
        third=Desk(person("family_c")),
        office=Desk(person("funeral_officer", "officer", "civil_affairs")),
        passer_by=Desk(),
    )  # fmt: skip


def coming(code: str) -> str:
    """The first free slot from five days on, by the last part of its address."""
    now = timezone.now()
    row = Bookable.objects.get(code=code)
    days = week(row, timezone.localdate(now) + timedelta(days=5), now=now)
    return next(each.name for _day, slots in days for each in slots if each.state == "free")


def test_a_family_takes_a_hall_and_a_furnace_and_nobody_else_can(desks):
    for code, price in (("farewell_hall_a", "3,000"), ("cremation_furnace_1", "2,000")):
        slot = coming(code)
        where = f"/bookables/{code}/slots/{slot}/"
        page = desks.passer_by.read(f"/bookables/{code}/?from={slot[:10]}")
        assert price in page, "the price stands beside the slots"
        assert where in page
        assert desks.passer_by.client.get(where).status_code == 302, "to book, one signs in"
        desks.family.send(where, act="book", purpose="告別式")
        desks.other.send(where, act="book", expect=(409,))
        desks.other.send(where, act="wait")
        shown = desks.passer_by.read(f"/bookables/{code}/?from={slot[:10]}")
        assert "告別式" not in shown
        feed = desks.passer_by.client.get(f"/bookables/{code}/calendar.ics").content
        busy = [e for e in Calendar.from_ical(feed).walk("VEVENT") if e["transp"] == "OPAQUE"]
        assert len(busy) == 1
    fees = OutboxEvent.objects.filter(type="places.booking.fee_due")
    assert sorted(each.payload["amount_twd"] for each in fees) == [2000, 3000]
    hall = Booking.objects.get(bookable__code="farewell_hall_a")
    desks.family.send(f"/bookings/{hall.pk}/", act="cancel")
    moved = Booking.objects.get(bookable__code="farewell_hall_a", state="booked")
    assert moved.person == desks.other.person, "who waited has it at once"
    day = timezone.localdate(hall.starts_at)
    desk = desks.office.read(f"/bookables/farewell_hall_a/desk/?on={day.isoformat()}")
    assert desks.other.person.display_name in desk
    assert verify().is_intact


def test_use_empty_slots_and_waits_of_a_hall_are_there_for_everybody(desks):
    hall, now = Bookable.objects.get(code="farewell_hall_a"), timezone.now()
    today = timezone.localdate(now)
    slots = offered(hall, today - timedelta(days=9), today - timedelta(days=1))
    before = slots[0].starts - timedelta(days=20)
    for slot, desk in zip(slots[:3], (desks.family, desks.other, desks.family), strict=True):
        slot_book(bookable=hall, slot=name_of(slot), by=desk.person, at=before)
    slot_wait(bookable=hall, slot=name_of(slots[0]), by=desks.third.person, at=before)
    missed = Booking.objects.order_by("starts_at")[1]
    no_show_mark(booking=missed, by=desks.office.person, at=now)

    assert slots_tally(bookable=hall, at=now, days=9) == 9
    assert slots_tally(bookable=hall, at=now, days=9) == 9, "again, and nothing is twice"
    rows = SlotTally.objects.filter(bookable=hall)
    assert sum(each.offered for each in rows) == 18
    assert (sum(each.used for each in rows), sum(each.missed for each in rows)) == (2, 1)
    assert sum(each.waited for each in rows) == 1
    assert all(each.is_synthetic for each in rows), "the place is a sample, and its figures are"
    page = desks.passer_by.read("/en/bookables/farewell_hall_a/use/")
    assert "An invented example" in page
    assert "Stayed empty" in page
    assert desks.family.person.display_name not in page
    everything = desks.passer_by.read("/en/bookables/use/")
    assert "Demonstration farewell hall A" in everything
