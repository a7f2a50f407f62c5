"""Of system 38, courses and events 課程活動報名, the part that books: seats, waiting, halls.

A course has as many seats as its pack says; the last one is taken once, who comes too late waits
and moves up. The calendar of all agencies and the line 412-8185 are not here: the system itself
stays open. Halls of village activity centres (2-20) are booked by the same door.
"""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import shapely
from django.utils import timezone
from tests.services.conftest import kaohsiung, person
from tests.systems.test_053_hydrants import SEND, Desk

from shizheng.core.journal import verify
from shizheng.places.actions.things import thing_record
from shizheng.places.booking.actions import slot_book
from shizheng.places.booking.selectors import body_of, use_of, week
from shizheng.places.models import Bookable, Booking, Register, Upkeep, Waiting
from shizheng.places.upkeep.actions.scheduling import checks_refresh

__all__ = ["kaohsiung"]


@pytest.fixture
def course(kaohsiung) -> SimpleNamespace:
    row, now = Bookable.objects.get(code="parents_course"), timezone.now()
    days = week(row, timezone.localdate(now) + timedelta(days=3), now=now, days=21)
    slot = next(each for _day, slots in days for each in slots if each.state == "free")
    return SimpleNamespace(
        row=row, slot=slot, where=f"/bookables/parents_course/slots/{slot.name}/",
        page=f"/en/bookables/parents_course/?from={slot.name[:10]}",
    )  # fmt: skip


def test_a_course_fills_to_its_last_seat_and_who_waits_moves_up(course):
    seats = body_of(course.row).seats
    assert seats == 25
    visitor = Desk()
    assert "25 seats: book" in visitor.read(course.page)
    people = [person(f"parent_{number}") for number in range(seats + 1)]
    for who in people[: seats - 1]:
        slot_book(bookable=course.row, slot=course.slot.name, by=who, at=timezone.now())
    assert "1 seat: book" in visitor.read(course.page)
    last, late = Desk(people[seats - 1]), Desk(people[seats])
    last.send(course.where, act="book")
    assert "taken: wait" in visitor.read(course.page)
    late.send(course.where, act="book", expect=(409,))
    late.send(course.where, act="wait")
    assert "1 person waits" in visitor.read("/en/bookables/parents_course/use/")
    assert sorted(Booking.objects.values_list("seat", flat=True)) == list(range(1, seats + 1))
    day = timezone.localdate(course.slot.slot.starts)
    assert use_of(course.row, day, day) == (seats, seats)

    first = Desk(people[0])
    given = Booking.objects.get(person=people[0])
    first.send(f"/bookings/{given.pk}/", act="cancel")
    moved = Booking.objects.get(person=late.person)
    assert (moved.state, moved.seat) == ("booked", given.seat), "the seat that became free"
    assert Waiting.objects.get().state == "moved_up"
    first.send(course.where, act="book", expect=(409,))
    assert verify().is_intact


def test_a_seat_is_one_persons_and_one_person_has_one(course):
    someone = Desk(person("parent_once"))
    someone.send(course.where, act="book")
    someone.send(course.where, act="book", expect=(409,))
    assert Booking.objects.count() == 1


def test_a_hall_of_a_village_is_booked_by_the_same_door(kaohsiung):
    row, now = Bookable.objects.get(code="sanmin_activity_centre"), timezone.now()
    days = week(row, timezone.localdate(now) + timedelta(days=7), now=now, days=14)
    slot = next(each.name for _day, slots in days for each in slots if each.state == "free")
    where = f"/bookables/sanmin_activity_centre/slots/{slot}/"
    group = Desk(person("village_group"))
    group.send(where, act="book", purpose="社區會議", reduction="village_groups")
    assert Booking.objects.get().fee_twd == 400
    office = Desk(person("sanmin_officer", "officer", "sanmin_district_office"))
    assert "社區會議" in office.read(f"/bookables/sanmin_activity_centre/desk/?on={slot[:10]}")
    Desk(person("elsewhere", "officer", "finance")).read(
        "/bookables/sanmin_activity_centre/desk/", status=403
    )


def test_a_centre_is_checked_and_its_open_defects_are_told(kaohsiung):
    """Register and safety checks of 2-20: equipment, manager, what is broken."""
    thing_record(
        register=Register.objects.get(code="activity_centres"), key="VC-1", by=None,
        at=timezone.now(), valid_from=timezone.localdate() - timedelta(days=400),
        values={"name": "示範里活動中心", "equipment": "桌椅、音響", "manager": "三民區公所",
                "manager_phone": "07-0000000", "built_on": "1990-01-01",
                "checked_on": (timezone.localdate() - timedelta(days=390)).isoformat()},
        geometry=shapely.Point(120.31, 22.65),
    )  # fmt: skip
    checks_refresh(upkeep=Upkeep.objects.get(code="activity_centres"), at=timezone.now())
    resident = Desk()
    listed = resident.read("/registers/activity_centres/")
    assert "逾一年未檢查" in listed
    page = resident.read("/registers/activity_centres/things/VC-1/")
    assert "三民區公所" in page
    assert "07-0000000" not in page
    officer = Desk(person("centre_crew", "crew_leader", "civil_affairs"))
    now = timezone.now().isoformat()
    sent = {
        "offline_id": "centre-0001", "upkeep": "activity_centres", "round": "safety",
        "key": "VC-1", "noted_at": now, "sent_at": now, "answer.exits": "fail",
        "answer.alarm": "pass", "answer.structure": "pass", "answer.equipment": "pass",
    }  # fmt: skip
    assert officer.client.post(SEND, sent).json()["score"] == 20
    page = resident.read("/registers/activity_centres/things/VC-1/")
    assert "逃生出口受阻" in page
    assert "逾一年未檢查" not in resident.read("/registers/activity_centres/")
