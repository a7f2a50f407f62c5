"""Shifts of crews: chosen or written, and what who gives work to a crew off duty is told."""

from datetime import UTC, datetime, time, timedelta

import pytest
from tests.places.booking.test_booking import Desk
from tests.places.conftest import load_town, people, town
from tests.places.upkeep.test_crews import night
from tests.places.upkeep.test_upkeep import NOW, crew, refused, report
from tests.services.conftest import person

from shizheng.core import journal
from shizheng.core.models import JournalEntry
from shizheng.core.personal import holdings
from shizheng.kernel.errors import NotPermitted
from shizheng.places.models import CrewMember, CrewShift, WorkOrder
from shizheng.places.upkeep.actions.crews import crew_end, crew_member_end
from shizheng.places.upkeep.actions.repairing import order_assign
from shizheng.places.upkeep.shifts.actions import (
    MOST,
    Worked,
    crew_shift_begin,
    crew_shift_end,
    declared_shift,
)
from shizheng.places.upkeep.shifts.domain import Duty, Holidays
from shizheng.places.upkeep.shifts.selectors import is_there_by, standing_of
from shizheng.statistics.personal.selectors import held_of, reads_of

pytestmark = pytest.mark.django_db
__all__ = ["crew", "load_town", "night", "people", "town"]
EVENING = datetime(2020, 4, 6, 10, tzinfo=UTC)  # the same Monday, six in the evening in the city


def begun(crew, row, worked, at=NOW):
    return crew_shift_begin(crew=row, worked=worked, by=crew.officer, at=at)


def test_a_crew_works_the_shifts_that_the_city_declares(crew, night):
    assert standing_of(night, at=NOW) is None
    made = begun(crew, night, declared_shift("day"))
    assert (made.code, made.days, made.starts, made.holidays) == ("day", "12347", time(8), "off")
    assert made.name == {"zh-Hant": "日班", "en": "Day shift"}
    assert standing_of(night, at=NOW).is_on_duty
    assert standing_of(night, at=EVENING).following == datetime(2020, 4, 7, 8)
    begun(crew, night, declared_shift("night"))
    assert standing_of(night, at=EVENING).is_on_call
    crew_shift_end(shift=made, by=crew.officer, at=NOW)
    crew_shift_end(shift=made, by=crew.officer, at=NOW)
    assert journal.entries_of(made, "places.crew.shift_ended").count() == 1
    assert standing_of(night, at=NOW).is_off


def test_a_shift_stands_once_on_some_day_and_by_who_leads(crew, night):
    begun(crew, night, declared_shift("day"))
    refused("shift_unknown", declared_shift, code="nobody")
    same = {"crew": night, "by": crew.officer, "at": NOW}
    refused("shift_twice", crew_shift_begin, worked=declared_shift("day"), **same)
    never = Worked(Duty(frozenset(), time(8), time(9)))
    refused("shift_unfit", crew_shift_begin, worked=never, **same)
    with pytest.raises(NotPermitted):
        crew_shift_begin(crew=night, worked=declared_shift("night"), by=crew.stranger, at=NOW)
    for hour in range(1, MOST):
        begun(crew, night, Worked(Duty(frozenset({1}), time(hour), time(23), Holidays.KEPT)))
    refused("shifts_too_many", crew_shift_begin, worked=declared_shift("night"), **same)
    crew_end(crew=night, by=crew.officer, at=NOW)
    assert not CrewShift.objects.filter(ended_at=None).exists()
    refused("crew_ended", crew_shift_begin, worked=declared_shift("night"), **same)


def test_the_journal_says_that_an_order_was_given_to_a_crew_off_duty(crew, night):
    order = report(crew, by=crew.officer)
    begun(crew, night, declared_shift("day"))
    order_assign(order=order, to=night, by=crew.officer, at=NOW)
    told = JournalEntry.objects.filter(action="places.order.given_off_duty")
    assert not told.exists()
    order_assign(order=order, to=night, by=crew.officer, at=EVENING)
    assert told.get().after["is_on_call"] is False
    begun(crew, night, declared_shift("night"))
    order_assign(order=order, to=night, by=crew.officer, at=EVENING)
    assert told.latest("at", "pk").after["is_on_call"] is True


def test_a_list_needs_a_shift_before_it_is_due(crew, night):
    begun(crew, night, declared_shift("day"))
    friday = NOW + timedelta(days=4)  # closed in this town, like the Saturday after it
    found = standing_of(night, at=friday)
    assert [
        is_there_by(found, (friday + timedelta(days=days)).date()) for days in (0, 1, 2)
    ] == [False, False, True]  # fmt: skip
    assert is_there_by(None, NOW.date())


def test_an_officer_sets_shifts_and_is_told_on_pages(crew, night, monkeypatch):
    lead = Desk(crew.officer)
    here = f"/upkeep/crews/{night.pk}/shifts/"
    Desk(crew.stranger).read(here, 404)
    assert "No shifts are set" in lead.read(f"/en{here}")
    lead.send(here, status=422, shift="")
    tomorrow = (datetime.now(UTC) + timedelta(hours=8, days=1)).isoweekday() % 7 + 1
    lead.send(here, shift="", days=[str(tomorrow)], starts="08:00", ends="08:30", holidays="kept")
    assert str(CrewShift.objects.get().days) == str(tomorrow)
    assert "下一班" not in lead.read(here)
    page = lead.read(f"/en{here}")
    assert "Off duty until" in page
    assert "08:00–08:30, on holidays too" in page
    assert "非值勤時間" in lead.read("/upkeep/crews/")
    order = report(crew, by=crew.officer)
    at = f"/upkeep/orders/{order.pk}/"
    assert "夜間班 · 非值勤時間" in lead.read(f"{at}?act=assign")
    lead.send(f"{at}?act=assign", act="assign", to=f"crew:{night.pk}")
    page = lead.read(at)
    assert "「夜間班」目前非值勤時間，下一班" in page
    assert WorkOrder.objects.get().crew == night
    today = datetime.now(UTC) + timedelta(hours=8)
    lead.send("/upkeep/of/wells/lists/new/", round="water", until_year=str(today.year),
              until_month=str(today.month), until_day=str(today.day), most="2",
              assigned_to=f"crew:{night.pk}", district="")  # fmt: skip
    assert "前沒有班次，無法如期完成此清單" in lead.read("/upkeep/of/wells/")
    lead.send(here, shift="day")
    shift = CrewShift.objects.get(code="day")
    assert "日班" in lead.read(here)
    lead.client.post(f"/upkeep/crews/shifts/{shift.pk}/end/")
    shift.refresh_from_db()
    assert shift.ended_at is not None
    assert Desk(person("p_nobody")).client.post(
        f"/upkeep/crews/shifts/{shift.pk}/end/"
    ).status_code == 404  # fmt: skip


def test_who_belongs_to_a_crew_sees_that_the_city_holds_it(crew, night):
    crew_member_end(member=CrewMember.objects.get(person=crew.second), by=crew.officer, at=EVENING)
    (record,) = holdings["places.crews"].of(crew.second)
    assert record.facts == {"crew": "夜間班", "since_at": NOW, "ended_at": EVENING}
    assert [*holdings["places.crews"].of(crew.third)] == []
    Desk(crew.officer).read("/upkeep/crews/")
    for who, count in ((crew.inspector, 1), (crew.second, 1), (crew.third, 0)):
        reads = reads_of(who, held_of(who, codes=["places.crews"]))
        assert [(each.fields, each.why) for each in reads] == [(("person",), "班組")] * count
    page = Desk(crew.inspector).read("/my/data/")
    for words in ("您所屬的班組", "開始時間"):
        assert words in page
    assert "夜間班" in page
