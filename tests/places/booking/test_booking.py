"""Booking, waiting, cancelling and closing through actions and pages; fifty who want one slot."""

import html
import re
import threading
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from tests.places.conftest import load_town
from tests.services.conftest import person
from tests.services.snapshot import restored

from shizheng.core.models import JournalEntry, OutboxEvent, User
from shizheng.kernel.errors import DomainError, NotPermitted
from shizheng.places.booking.actions import (
    booking_cancel,
    no_show_mark,
    slot_book,
    slot_wait,
    waiting_leave,
)
from shizheng.places.booking.closing import closure_make
from shizheng.places.booking.groups import member_end, member_enter
from shizheng.places.booking.selectors import offered, use_of, week, zone
from shizheng.places.booking.views import week_of
from shizheng.places.models import Bookable, Booking, Waiting
from shizheng.services.models import Notice

NOW = datetime(2026, 4, 5, 0, tzinfo=zone())  # a Sunday
MONDAY = "2026-04-06T0900"
HIDDEN = re.compile(r'type="hidden" name="(version|token)" value="([^"]+)"')


@pytest.fixture
def hall(db, settings, tmp_path) -> Bookable:
    settings.MEDIA_ROOT = tmp_path / "files"
    restored("exampleton_places", load_town)
    return Bookable.objects.get(code="lantern_hall")


@pytest.fixture
def people(hall) -> SimpleNamespace:
    return SimpleNamespace(
        a=person("b_a"), b=person("b_b"), c=person("b_c"),
        keeper=person("b_keeper", "officer", "town_affairs"),
        stranger=person("b_stranger", "officer", "environment"),
    )  # fmt: skip


def test_a_week_that_is_over_gives_way_to_the_next_unless_it_was_asked_for(hall):
    day = NOW.date()
    before, after = datetime(2026, 4, 3, 0, tzinfo=zone()), datetime(2026, 4, 5, 23, tzinfo=zone())
    monday, next_monday = date(2026, 3, 30), date(2026, 4, 6)
    assert week_of(hall, before.date(), before, is_asked=False)[0] == monday
    assert week_of(hall, day, after, is_asked=True)[0] == monday
    first, days = week_of(hall, day, after, is_asked=False)
    assert first == days[0][0] == next_monday


def refused(code, act, **given):
    with pytest.raises(DomainError) as caught:
        act(**given)
    assert caught.value.code == f"places.booking.{code}"


def book(hall, by, slot=MONDAY, at=NOW, **more):
    return slot_book(bookable=hall, slot=slot, by=by, at=at, **more)


def wait(hall, by, slot=MONDAY, at=NOW, **more):
    return slot_wait(bookable=hall, slot=slot, by=by, at=at, **more)


def events(kind):
    return [each.payload for each in OutboxEvent.objects.filter(type=f"places.booking.{kind}")]


def test_a_slot_is_booked_once_and_its_fee_is_announced(hall, people):
    made = book(hall, people.a, purpose="合唱", reduction="neighbours")
    assert (made.fee_twd, made.state) == (150, "booked")
    assert [each["amount_twd"] for each in events("fee_due")] == [150]
    refused("slot_taken", book, hall=hall, by=people.b)
    refused("already_yours", book, hall=hall, by=people.a)
    refused("reduction_unknown", book, hall=hall, by=people.b, slot="2026-04-06T1000",
            reduction="elders")  # fmt: skip
    everything = repr([*OutboxEvent.objects.values(), *JournalEntry.objects.values("now", "why")])
    assert "合唱" not in everything
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.create(
            bookable=hall, starts_at=made.starts_at, ends_at=made.ends_at, person=people.b,
            made_at=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("slot", "code"),
    [
        ("2026-04-06T0930", "slot_unknown"),
        ("2026-04-06T1200", "slot_unknown"),
        ("2026-04-10T0900", "slot_unknown"),
        ("nonsense", "slot_unknown"),
        ("2026-04-04T0900", "slot_past"),
        ("2026-06-06T0900", "too_far_ahead"),
    ],
    ids=["between", "noon", "closed weekday", "nonsense", "past", "far"],
)
def test_what_is_not_open_is_refused(hall, people, slot, code):
    refused(code, book, hall=hall, by=people.a, slot=slot)


def test_holidays_of_the_working_calendar_and_closures_are_closed(hall):
    march = datetime(2026, 3, 2).date()
    assert offered(hall, march, march + timedelta(days=1)) == []
    open_day = march + timedelta(days=2)
    assert len(offered(hall, open_day, open_day)) == 7
    unknown = datetime(2028, 1, 3).date()
    assert offered(hall, unknown, unknown) == []


def test_of_one_person_a_month_takes_three(hall, people):
    for hour in (9, 10, 11):
        last = book(hall, people.a, f"2026-04-06T{hour:02}00")
    refused("too_many_this_month", book, hall=hall, by=people.a, slot="2026-04-07T0900")
    book(hall, people.a, "2026-05-02T0900")
    booking_cancel(booking=last, by=people.a, at=NOW)
    book(hall, people.a, "2026-04-07T0900")


def test_who_waited_longest_and_still_may_moves_up(hall, people):
    refused("slot_free", wait, hall=hall, by=people.b)
    made = book(hall, people.a)
    wait(hall, people.b)
    wait(hall, people.c, at=NOW + timedelta(minutes=1), purpose="練琴")
    refused("already_yours", wait, hall=hall, by=people.b)
    for hour in (9, 10, 11):
        book(hall, people.b, f"2026-04-07T{hour:02}00")  # b may have no more this month
    moved = booking_cancel(booking=made, by=people.a, at=NOW + timedelta(hours=1))
    assert (moved.person, moved.purpose, moved.was_given) == (people.c, "練琴", True)
    assert sorted(Waiting.objects.values_list("state", flat=True)) == ["lapsed", "moved_up"]
    assert len(events("moved_up")) == len(events("waiting.lapsed")) == 1
    late = moved.starts_at - timedelta(minutes=1)
    assert booking_cancel(booking=moved, by=people.c, at=late) is None
    refused("ended", booking_cancel, booking=moved, by=people.c, at=late)


def test_a_waiting_list_is_full_and_can_be_left(hall, people):
    book(hall, people.a)
    waits = [wait(hall, each) for each in (people.b, people.c, people.keeper)]
    refused("waiting_full", wait, hall=hall, by=people.stranger)
    waiting_leave(waiting=waits[0], by=people.b, at=NOW)
    waiting_leave(waiting=waits[0], by=people.b, at=NOW)
    assert len(events("waiting.left")) == 1
    refused("ended", waiting_leave, waiting=waits[1], by=people.b, at=NOW)
    wait(hall, people.stranger)


def test_cancelling_late_is_for_the_owner_with_a_reason(hall, people):
    made = book(hall, people.a)
    late = made.starts_at - timedelta(hours=23)
    refused("too_late_to_cancel", booking_cancel, booking=made, by=people.a, at=late)
    with pytest.raises(NotPermitted):
        booking_cancel(booking=made, by=people.stranger, at=late, why="不給")
    with pytest.raises(NotPermitted):
        booking_cancel(booking=made, by=people.b, at=late, why="不給")
    refused("why_missing", booking_cancel, booking=made, by=people.keeper, at=late)
    booking_cancel(booking=made, by=people.keeper, at=late, why="漏水")
    made.refresh_from_db()
    assert (made.state, made.why) == ("cancelled", "漏水")


def test_a_no_show_is_marked_once_after_the_start_by_the_owner(hall, people):
    made = book(hall, people.a)
    refused("not_begun", no_show_mark, booking=made, by=people.keeper, at=NOW)
    with pytest.raises(NotPermitted):
        no_show_mark(booking=made, by=people.stranger, at=made.starts_at)
    no_show_mark(booking=made, by=people.keeper, at=made.starts_at)
    refused("ended", no_show_mark, booking=made, by=people.keeper, at=made.starts_at)


@pytest.mark.parametrize("moves", [True, False], ids=["moves", "cancels"])
def test_a_closure_moves_or_cancels_and_tells(hall, people, moves):
    made = book(hall, people.a)
    wait(hall, people.b)
    monday = datetime(2026, 4, 6, tzinfo=zone())
    given = {
        "bookable": hall, "starts": monday, "ends": monday + timedelta(days=1), "at": NOW,
        "why": "整修", "moves": moves,
    }  # fmt: skip
    with pytest.raises(NotPermitted):
        closure_make(by=people.stranger, **given)
    refused("closure_unfit", closure_make, by=people.keeper, **given | {"ends": monday})
    closure_make(by=people.keeper, **given)
    made.refresh_from_db()
    assert (made.state, made.why) == ("moved" if moves else "cancelled", "整修")
    new = Booking.objects.filter(moved_from=made)
    assert [timezone.localtime(each.starts_at).isoformat() for each in new] == (
        ["2026-04-07T09:00:00+08:00"] if moves else []
    )
    assert len(events("fee_due")) == 1
    assert Waiting.objects.get().state == "lapsed"
    refused("slot_unknown", book, hall=hall, by=people.b)


def test_the_database_keeps_bookings_as_they_were(hall, people):
    made = book(hall, people.a)
    rows = Booking.objects.filter(pk=made.pk)
    for act in (rows.delete, lambda: rows.update(person=people.b)):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_use_is_the_share_of_open_slots(hall, people):
    book(hall, people.a)
    monday = datetime(2026, 4, 6).date()
    assert use_of(hall, monday, monday) == (1, 7)
    (_day, slots), *_others = week(hall, monday, now=NOW)
    assert [each.state for each in slots] == ["taken", *["free"] * 6]


@pytest.mark.django_db(transaction=True)
def test_of_fifty_who_want_one_slot_exactly_one_gets_it(hall):
    everybody = [person(f"r_{number}") for number in range(50)]
    ready, outcomes = threading.Barrier(50), []

    def want(pk):
        try:
            by = User.objects.get(pk=pk)
            ready.wait()
            book(hall, by)
            outcomes.append("booked")
        except DomainError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=want, args=(each.pk,)) for each in everybody]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["booked", *["places.booking.slot_taken"] * 49]
    assert Booking.objects.count() == 1
    assert len(events("fee_due")) == 1


class Desk:
    """One person at a browser; nobody in particular if none is given."""

    def __init__(self, someone=None) -> None:
        self.client = Client()
        if someone is not None:
            self.client.force_login(someone)

    def read(self, path, status=200):
        response = self.client.get(path)
        assert response.status_code == status, f"{path}: {response.status_code}"
        return html.unescape(response.content.decode())

    def send(self, path, status=303, **fields):
        hidden = dict(HIDDEN.findall(self.read(path)))
        response = self.client.post(path, {**hidden, **fields})
        assert response.status_code == status, response.content.decode()[:3000]
        return response, {**hidden, **fields}


@pytest.fixture
def coming(hall) -> str:
    """A slot of the coming days, more than a day away."""
    now = timezone.now()
    first = timezone.localdate(now) + timedelta(days=2)
    days = week(hall, first, now=now, days=28)
    return next(each.name for _day, slots in days for each in slots if each.state == "free")


def test_pages_book_wait_cancel_and_list(hall, people, coming):
    slot = f"/bookables/lantern_hall/slots/{coming}/"
    a, b, nobody = Desk(people.a), Desk(people.b), Desk()
    assert nobody.client.get(slot).status_code == 302
    _answer, sent = a.send(slot, purpose="家族聚會", act="book")
    assert a.client.post(slot, sent).status_code == 303  # the same form again
    assert Booking.objects.count() == 1
    made = Booking.objects.get()
    response, _sent = b.send("/en" + slot, 409, act="book")
    assert "Somebody else has booked" in html.unescape(response.content.decode())
    b.send(slot, act="wait")
    shown = nobody.read(f"/en/bookables/lantern_hall/?from={coming[:10]}")
    assert "taken: wait" in shown
    feed = nobody.client.get("/bookables/lantern_hall/calendar.ics").content
    for secret in ("家族聚會", "b_a"):
        assert secret not in shown
        assert secret.encode() not in feed
    busy = [e for e in Calendar.from_ical(feed).walk("VEVENT") if e["transp"] == "OPAQUE"]
    assert [e["dtstart"].dt for e in busy] == [made.starts_at]
    mine = f"/bookings/{made.pk}/"
    assert "家族聚會" in a.read(mine)
    b.read(mine, 404)
    Desk(people.stranger).read(mine, 404)
    (event,) = Calendar.from_ical(a.client.get(mine + "booking.ics").content).walk("VEVENT")
    assert event["status"] == "CONFIRMED"
    a.send(mine, act="cancel")
    assert "moved up" in b.read("/en/bookings/")
    b.read("/bookables/nothing/", 404)
    assert "no such slot" in b.read("/en/bookables/lantern_hall/slots/x/", 404)


def test_the_owner_sees_a_day_and_closes_and_the_reading_is_noted(hall, people, coming):
    book(hall, people.a, coming, at=timezone.now(), purpose="排練")
    keeper, day = Desk(people.keeper), coming[:10]
    desk = f"/bookables/lantern_hall/desk/?on={day}"
    assert "排練" in keeper.read(desk)
    assert JournalEntry.objects.filter(action="core.personal.read").exists() or (
        JournalEntry.objects.filter(action__contains="read").exists()
    )
    Desk(people.stranger).read(desk, 403)
    Desk(people.a).read("/bookables/lantern_hall/close/", 403)
    year, month, number = day.split("-")
    given = {f"{name}_{part}": value for name in ("first", "last") for part, value in
             (("year", year), ("month", month), ("day", number))}  # fmt: skip
    close = "/bookables/lantern_hall/close/"
    keeper.send(close, 422, **given, opens="9", closes="23:59", why="整修", bookings="cancel")
    keeper.send(close, **given, opens="00:00", closes="23:59", why="整修", bookings="cancel")
    assert Booking.objects.get().state == "cancelled"
    assert "整修" in Desk().read(f"/bookables/lantern_hall/?from={day}")
    assert "整修" in Desk(people.a).read("/bookings/")


def told(someone):
    rows = Notice.objects.filter(person=someone).order_by("made_at", "key")
    return [each.template for each in rows]


def test_people_are_told_when_a_booking_is_made_moves_up_or_is_cancelled(hall, people):
    made = book(hall, people.a)
    wait(hall, people.b)
    booking_cancel(booking=made, by=people.keeper, at=NOW + timedelta(hours=1), why="漏水搶修")
    assert told(people.a) == ["places.booking_made", "places.booking_cancelled"]
    assert told(people.b) == ["places.booking_waiting.made", "places.booking_moved_up"]
    notice = Notice.objects.get(person=people.a, template="places.booking_cancelled")
    assert ("燈籠堂" in notice.text, "漏水搶修" in notice.text) == (True, True)


def test_a_place_kept_for_groups_is_booked_by_members_until_their_day(hall, people):
    stage, today = Bookable.objects.get(code="lantern_stage"), NOW.date()
    enter = {"agency": stage.owner, "by": people.keeper, "at": NOW, "until": None}
    refused("not_in_group", book, hall=stage, by=people.a)
    refused("group_unknown", member_enter, group="choirs", username="b_a", **enter)
    refused("person_unknown", member_enter, group="schools", username="x", **enter)
    with pytest.raises(NotPermitted):
        member_enter(group="schools", username="b_a", **enter | {"by": people.stranger})
    member = member_enter(group="schools", username="b_a", **enter | {"until": today})
    refused("not_in_group", book, hall=stage, by=people.a)
    refused("already_yours", member_enter, group="schools", username="b_a", **enter)
    member_end(member=member, by=people.keeper, at=NOW)
    page = Desk(people.keeper)
    page.send("/bookings/groups/", group="schools", username="b_a", agency=str(stage.owner.pk))
    assert "b_a" in page.read("/bookings/groups/")
    assert book(stage, people.a).bookable == stage
    assert "A letter of the school" in Desk().read("/en/bookables/lantern_stage/")
