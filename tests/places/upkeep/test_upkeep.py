"""Rounds, inspections, faults, orders, parts and escalation through the actions."""

import io
import threading
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from tests.places.conftest import AT, load_town, people, town, well
from tests.services.conftest import person

from shizheng.core.files import attachments_of
from shizheng.core.journal import verify
from shizheng.core.models import Agency, OutboxEvent
from shizheng.kernel.errors import DomainError, NotPermitted
from shizheng.places.actions.things import thing_retire
from shizheng.places.models import (
    CheckDue,
    Escalation,
    FaultReport,
    Feature,
    Inspection,
    RoundList,
    RoundStop,
    SparePart,
    StockMove,
    Upkeep,
    WorkOrder,
)
from shizheng.places.upkeep.actions import scheduling
from shizheng.places.upkeep.actions.escalating import season_escalate
from shizheng.places.upkeep.actions.inspecting import Look, Photo, inspection_record
from shizheng.places.upkeep.actions.listing import list_cancel, list_make
from shizheng.places.upkeep.actions.repairing import (
    order_assign,
    order_begin,
    order_cancel,
    order_finish,
    order_verify,
    part_use,
    stock_add,
)
from shizheng.places.upkeep.actions.reporting import Said, fault_report
from shizheng.places.upkeep.actions.scheduling import checks_refresh
from shizheng.places.upkeep.selectors import stops_kept, walkers

__all__ = ["load_town", "people", "town"]
NOW = datetime(2020, 4, 6, 2, tzinfo=UTC)  # a Monday, ten in the morning in the city
SOUND = {"lid": "pass", "level": "3", "colour": "clear"}
DRY = {"lid": "pass", "level": "0", "colour": "clear"}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture
def crew(town, people) -> SimpleNamespace:
    """Three wells and the people of the works office."""
    things = [
        well(town, "W-1", 0.01, 0.01),
        well(town, "W-2", 0.02, 0.01, is_drinkable=True, dug_on="2000-01-01"),
        well(town, "W-3", 0.011, 0.01),
    ]
    upkeep = Upkeep.objects.get(code="wells")
    checks_refresh(upkeep=upkeep, at=AT)
    return SimpleNamespace(
        upkeep=upkeep, things=things, town=town, officer=people.officer, keeper=people.keeper,
        inspector=person("p_inspector", "officer", "works"), stranger=people.staff,
    )  # fmt: skip


def look(answers=None, number="look-0001", at=NOW, photos=(), **more) -> Look:
    return Look(
        round=more.pop("code", "water"), answers=answers or SOUND, noted_at=at,
        sent_at=more.pop("sent", at), offline_id=number, digest=more.pop("digest", number),
        photos=photos, **more,
    )  # fmt: skip


def inspect(crew, thing=0, at=NOW, by=None, **more) -> Inspection:
    return inspection_record(
        upkeep=crew.upkeep, thing=crew.things[thing], given=look(at=at, **more),
        by=by or crew.inspector, at=at,
    )  # fmt: skip


def refused(wanted, act, **given):
    with pytest.raises(DomainError) as caught:
        act(**given)
    assert caught.value.code in (f"places.upkeep.{wanted}", f"core.file.{wanted}")


def report(crew, thing=0, *, fault="dry", source="staff", reference="r-1", at=NOW, by=None):
    return fault_report(
        upkeep=crew.upkeep, thing=crew.things[thing], fault=fault,
        given=Said(source, reference, "沒有水"), by=by, at=at,
    )  # fmt: skip


def test_what_is_due_follows_risk_and_season(crew):
    drinking = CheckDue.objects.get(thing=crew.things[1])
    assert (drinking.risk, drinking.consequence, drinking.due_on) == (
        "drinking", 5, date(2020, 3, 1),
    )  # fmt: skip
    seen = inspect(crew, 0, at=datetime(2020, 3, 3, 2, tzinfo=UTC))
    assert not seen.is_in_time
    assert CheckDue.objects.get(thing=crew.things[0]).due_on == date(2020, 4, 30)
    again = inspect(crew, 0, number="look-0002")
    assert again.is_in_time
    row = CheckDue.objects.get(thing=crew.things[0])
    assert (row.due_on, row.last_score) == (date(2020, 10, 6), 100)
    inspect(crew, 0, number="look-0003", at=datetime(2020, 3, 9, 2, tzinfo=UTC))
    assert CheckDue.objects.get(thing=crew.things[0]).last_on == date(2020, 4, 6)
    thing_retire(thing=crew.things[2], seen=crew.things[2].version, by=None, at=NOW,
                 on=date(2020, 4, 1), why="封填")  # fmt: skip
    assert checks_refresh(upkeep=crew.upkeep, at=NOW) == 1
    assert checks_refresh(upkeep=crew.upkeep, at=NOW) == 0
    assert not CheckDue.objects.get(thing=crew.things[2]).is_here


def test_what_is_due_is_the_same_however_many_things_are_brought_at_a_time(crew, monkeypatch):
    inspect(crew, 0)
    columns = ("thing_id", "round", "risk", "due_on", "last_on", "is_here")
    before = [*CheckDue.objects.order_by("thing_id").values_list(*columns)]
    CheckDue.objects.filter(thing=crew.things[1]).update(risk="other", is_here=False)
    monkeypatch.setattr(scheduling, "AT_ONCE", 1)
    assert checks_refresh(upkeep=crew.upkeep, at=NOW) == 1
    assert [*CheckDue.objects.order_by("thing_id").values_list(*columns)] == before


def test_a_list_that_is_given_to_an_agency_is_walked_by_its_inspectors(crew):
    """Who looks after nothing there may inspect what stands on the list, and nothing else."""
    given = {"upkeep": crew.upkeep, "code": "water", "until": date(2020, 4, 30), "at": NOW}
    agency = Agency.objects.get(code="environment")
    with pytest.raises(NotPermitted):
        inspect(crew, 0, by=crew.stranger)
    made = list_make(**given, agency=agency, most=2, by=crew.officer)
    listed = [stop.thing.key for stop in made.stops.select_related("thing")]
    left = next(at for at, thing in enumerate(crew.things) if thing.key not in listed)
    with pytest.raises(NotPermitted):
        inspect(crew, left, by=crew.stranger)
    assert [stop.thing.key for stop in stops_kept(crew.stranger)] == listed
    assert RoundList.objects.visible_to(crew.stranger).get() == made
    walked = [at for at, thing in enumerate(crew.things) if thing.key in listed]
    for at in walked:
        seen = inspect(crew, at, by=crew.stranger, number=f"look-agency-{at}")
        assert inspect(crew, at, by=crew.stranger, number=f"look-agency-{at}") == seen, "once"
    made.refresh_from_db()
    assert made.state == "done"
    assert stops_kept(crew.stranger) == []
    with pytest.raises(NotPermitted):
        inspect(crew, walked[0], by=crew.stranger, number="look-agency-again")


def test_a_list_is_given_to_nobody_where_nobody_inspects(crew):
    given = {"upkeep": crew.upkeep, "code": "water", "until": date(2020, 4, 30), "at": NOW}
    idle = Agency.objects.exclude(code__in=[each.code for each in walkers(at=NOW)]).first()
    refused("agency_unfit", list_make, **given, agency=idle, most=2, by=crew.officer)


def test_a_list_is_ordered_by_way_and_shared_with_no_other(crew):
    given = {"upkeep": crew.upkeep, "code": "water", "until": date(2020, 4, 30), "at": NOW}
    with pytest.raises(NotPermitted):
        list_make(**given, assigned_to=crew.inspector, most=5, by=crew.stranger)
    refused("assignee_unfit", list_make, **given, assigned_to=crew.stranger, most=5,
            by=crew.officer)  # fmt: skip
    refused("amount_unfit", list_make, **given, assigned_to=crew.inspector, most=0,
            by=crew.officer)  # fmt: skip
    refused("round_unknown", list_make, **given | {"code": "x"}, assigned_to=crew.inspector,
            most=5, by=crew.officer)  # fmt: skip
    made = list_make(**given, assigned_to=crew.inspector, most=5, by=crew.officer)
    keys = [stop.thing.key for stop in made.stops.select_related("thing")]
    assert keys in (["W-2", "W-3", "W-1"], ["W-1", "W-3", "W-2"])
    assert made.route_m < made.first_come_m
    refused("nothing_due", list_make, **given, assigned_to=crew.inspector, most=5,
            by=crew.officer)  # fmt: skip
    for number in range(3):
        inspect(crew, number, number=f"look-000{number}")
    made.refresh_from_db()
    assert made.state == "done"
    assert not RoundStop.objects.filter(inspection=None).exists()
    refused("list_ended", list_cancel, round_list=made, by=crew.officer, at=NOW)


def test_the_same_sync_twice_is_one_inspection_and_another_content_is_told(crew):
    first = inspect(crew, answers=DRY)
    assert inspect(crew, answers=DRY).pk == first.pk
    assert FaultReport.objects.count() == 1
    refused("sent_otherwise", inspect, crew=crew, digest="another")
    refused("offline_number_unfit", inspect, crew=crew, number="x")
    assert Inspection.objects.count() == 1
    with pytest.raises(NotPermitted):
        inspect(crew, by=crew.stranger, number="look-0009")
    with pytest.raises(DatabaseError), transaction.atomic():
        Inspection.objects.update(score=100)
    assert verify().is_intact


def test_a_retired_thing_a_wrong_clock_and_a_large_photo(crew):
    thing_retire(thing=crew.things[2], seen=crew.things[2].version, by=None, at=AT,
                 on=date(2020, 4, 5), why="封填")  # fmt: skip
    refused("thing_gone", inspect, crew=crew, thing=2)
    before = inspection_record(  # it was still there when it was seen
        upkeep=crew.upkeep, thing=crew.things[2], by=crew.inspector, at=NOW,
        given=look(at=NOW - timedelta(days=2), sent=NOW, number="look-0020"),
    )  # fmt: skip
    assert before.inspected_on == date(2020, 4, 4)
    ahead = inspection_record(
        upkeep=crew.upkeep, thing=crew.things[0], by=crew.inspector, at=NOW,
        given=look(at=NOW + timedelta(days=400), sent=NOW + timedelta(days=400, minutes=5)),
    )  # fmt: skip
    assert ahead.is_clock_wrong
    assert ahead.inspected_at == NOW - timedelta(minutes=5)
    photo = Photo("photo", "井.png", io.BytesIO(PNG), len(PNG))
    large = Photo("photo", "井.png", io.BytesIO(PNG), 30 * 2**20)
    paper = Photo("photo", "井.pdf", io.BytesIO(PNG), len(PNG))
    refused("too_large", inspect, crew=crew, number="look-0005", photos=[large])
    refused("photo_unfit", inspect, crew=crew, number="look-0005", photos=[paper])
    refused("photos_too_many", inspect, crew=crew, number="look-0005", photos=[photo] * 9)
    seen = inspect(crew, number="look-0005", photos=[photo], longitude=0.011, latitude=0.01)
    assert attachments_of(seen).get().name == "photo-1.png"
    assert seen.away_m == pytest.approx(111, abs=1)


def test_reports_join_one_order_and_are_counted_once(crew):
    order = report(crew, source="public", reference="EX-1")
    assert (order.number, order.severity, order.report_count) == ("wells-2020-00001", "urgent", 1)
    assert order.due_at == NOW + timedelta(hours=24)
    assert report(crew, source="public", reference="EX-1").report_count == 1
    assert report(crew, source="sensor", reference="t-1").pk == order.pk
    order.refresh_from_db()
    assert order.report_count == 2
    other = report(crew, fault="lid", by=crew.stranger)
    assert other.number == "wells-2020-00002"
    refused("fault_unknown", report, crew=crew, fault="x")
    gone = report(crew, thing=1)
    assert gone.pk != order.pk
    told = OutboxEvent.objects.filter(type="places.order.reported_again").get()
    assert told.payload["reports"] == 2
    assert "沒有水" not in repr([*OutboxEvent.objects.values()])


def test_an_order_goes_from_open_to_verified_with_parts_and_cost(crew):
    order = report(crew, fault="lid")
    order_assign(order=order, to=crew.inspector, by=crew.officer, at=NOW)
    refused("not_yours", order_begin, order=order, by=crew.officer, at=NOW)
    order_begin(order=order, by=crew.inspector, at=NOW)
    refused("order_moved", order_begin, order=order, by=crew.inspector, at=NOW)
    given = {"order": order, "part": "lid", "by": crew.inspector, "at": NOW}
    refused("part_short", part_use, **given, count=1)
    refused("amount_unfit", part_use, **given, count=-1)
    refused("part_unknown", part_use, **given | {"part": "x"}, count=1)
    refused("amount_unfit", stock_add, upkeep=crew.upkeep, part="lid", count=-5, by=crew.officer,
            at=NOW)  # fmt: skip
    stock_add(upkeep=crew.upkeep, part="lid", count=3, by=crew.officer, at=NOW)
    part_use(**given, count=2)
    assert SparePart.objects.get(upkeep=crew.upkeep).there == 1
    assert [move.count for move in StockMove.objects.all()] == [3, -2]
    refused("amount_unfit", order_finish, order=order, by=crew.inspector, at=NOW, result="換蓋",
            labour_twd=-1)  # fmt: skip
    refused("why_missing", order_finish, order=order, by=crew.inspector, at=NOW, result="")
    later = NOW + timedelta(days=1)
    done = order_finish(order=order, by=crew.inspector, at=later, result="換蓋", labour_twd=500)
    assert (done.cost_twd, done.state) == (2_300, "done")
    refused("same_person", order_verify, order=order, by=crew.inspector, at=later, is_sound=True)
    refused("why_missing", order_verify, order=order, by=crew.officer, at=later, is_sound=False)
    back = order_verify(order=order, by=crew.officer, at=later, is_sound=False, why="鬆動")
    assert back.state == "in_work"
    order_finish(order=order, by=crew.inspector, at=later, result="鎖緊", labour_twd=500)
    report(crew, fault="lid", reference="r-9", at=later)
    order.refresh_from_db()
    assert order.state == "assigned"
    order_begin(order=order, by=crew.inspector, at=later)
    order_finish(order=order, by=crew.inspector, at=later, result="再修", labour_twd=700)
    ended = order_verify(order=order, by=crew.keeper, at=later, is_sound=True)
    assert (ended.state, ended.cost_twd) == ("verified", 2_500)
    refused("order_moved", order_cancel, order=order, by=crew.officer, at=later, why="重複")
    assert report(crew, fault="lid", reference="r-10", at=later).pk != order.pk


def test_open_faults_escalate_once_at_each_stage_before_the_season(crew):
    report(crew)
    ended = report(crew, thing=1)
    order_cancel(order=ended, by=crew.officer, at=NOW, why="誤報")
    assert season_escalate(at=datetime(2020, 3, 30, 2, tzinfo=UTC)) == []
    (row,) = season_escalate(at=NOW)
    assert (row.stage_days, row.season_on, row.age_days) == (30, date(2020, 5, 1), 0)
    assert season_escalate(at=NOW + timedelta(days=1)) == []
    late = report(crew, thing=2, at=datetime(2020, 4, 27, 2, tzinfo=UTC))
    rows = season_escalate(at=datetime(2020, 4, 28, 2, tzinfo=UTC))
    assert {(each.order_id, each.stage_days) for each in rows} == {(row.order_id, 7), (late.pk, 7)}
    assert Escalation.objects.count() == 3
    assert season_escalate(at=datetime(2020, 5, 2, 2, tzinfo=UTC)) == []


@pytest.mark.django_db(transaction=True)
def test_two_people_who_begin_one_order_at_once_do_not_both_have_it(crew):
    order = report(crew)
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def begin(by):
        start.wait()
        try:
            order_begin(order=WorkOrder.objects.get(pk=order.pk), by=by, at=NOW)
            outcomes.append("begun")
        except DomainError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=begin, args=[by]) for by in (crew.inspector, crew.keeper)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[0] == "begun"
    assert sorted(outcomes)[1] in ("places.upkeep.not_yours", "places.upkeep.order_moved")


def test_the_register_says_what_was_seen_where_the_pack_wishes(crew):
    assert Feature.objects.filter(thing=crew.things[0]).count() == 1
    inspect(crew, answers=DRY)
    assert Feature.objects.filter(thing=crew.things[0]).count() == 1  # wells write nothing back
