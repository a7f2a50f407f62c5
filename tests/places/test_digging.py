"""Permits to dig: category and clock, bans that refuse, one live, silence, work on site."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import shapely
from django.db import DatabaseError, transaction
from tests.places.conftest import DAY
from tests.services.conftest import person

from shizheng.analysis.digging.categories import Risk, Works
from shizheng.core.models import JournalEntry, OutboxEvent, User
from shizheng.kernel.errors import NotPermitted
from shizheng.places.actions.things import thing_change, thing_record
from shizheng.places.digging import errors
from shizheng.places.digging.actions.applying import change_ask, permit_apply, works_record_open
from shizheng.places.digging.actions.deciding import (
    change_grant,
    change_refuse,
    permit_grant,
    permit_refuse,
    silence_grants,
)
from shizheng.places.digging.actions.owners import member_appoint
from shizheng.places.digging.actions.working import (
    operator_sign,
    permit_cancel,
    permit_revoke,
    road_restore,
    trench_backfill,
    work_begin,
)
from shizheng.places.digging.models import DigChange, DigPermit
from shizheng.places.models import Register

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
MONDAY = Works(date(2026, 3, 23), date(2026, 3, 25))
WEEK = Works(date(2026, 3, 23), date(2026, 3, 31))
ON_SITE = datetime(2026, 3, 23, 1, tzinfo=UTC)


def road(key, y, **values):
    return thing_record(
        register=Register.objects.get(code="road_sections"), key=key, by=None, at=AT,
        valid_from=DAY, values={"road": "Stone street"} | values,
        geometry=shapely.LineString([(0.010, y), (0.012, y)]),
    )  # fmt: skip


@pytest.fixture
def digging(town):
    road("R-1", 0.010)
    road("R-2", 0.0101)  # 11 m beside it
    road("R-3", 0.020)
    road("R-4", 0.030, paved_on="2026-01-15")
    for owner in ("water", "gas"):
        person(f"p_{owner}", "pipe_owner")
        member_appoint(owner=owner, username=f"p_{owner}", by=None, at=AT)
    return SimpleNamespace(
        water=User.objects.get(username="p_water"),
        gas=User.objects.get(username="p_gas"),
        reviewer=person("p_reviewer", "officer", "works"),
        stranger=person("p_stranger", "officer", "environment"),
        resident=person("p_resident"),
    )


def record(digging, owner="water"):
    return works_record_open(owner=owner, title="Pipes", by=getattr(digging, owner), at=AT)


def applied(digging, *sections, owner="water", works=MONDAY, at=AT, of=None):
    return permit_apply(
        record=of or record(digging, owner), sections=sections or ("R-3",), works=works,
        by=getattr(digging, owner), at=at,
    )  # fmt: skip


def granted(digging, *sections, **more):
    return permit_grant(permit=applied(digging, *sections, **more), by=digging.reviewer, at=AT)


@pytest.mark.parametrize(
    ("works", "category", "due"),
    [
        pytest.param(MONDAY, "minor", "2026-03-06", id="three-days-are-minor"),
        pytest.param(WEEK, "standard", "2026-03-10", id="seven-days-are-standard"),
        pytest.param(
            Works(MONDAY.first, MONDAY.last, traffic_order=True),
            "major",
            "2026-03-10",
            id="a-traffic-order-is-major",
        ),
    ],
)
def test_category_and_clock_follow_from_the_dates(digging, works, category, due):
    permit = applied(digging, works=works)
    assert permit.number == "water-2026-00001-01"
    assert permit.category == category
    assert permit.answer_due_at == datetime.fromisoformat(f"{due}T23:59:59+08:00")
    assert permit.received_on == date(2026, 3, 4)  # Monday and Tuesday are off in this town
    assert not permit.is_short_notice
    assert JournalEntry.objects.filter(action="places.permit.applied").count() == 1
    assert OutboxEvent.objects.filter(type="places.permit.applied").count() == 1


def test_records_are_numbered_within_owner_and_year(digging):
    assert [record(digging).number for _ in range(2)] == ["water-2026-00001", "water-2026-00002"]
    assert record(digging, "gas").number == "gas-2026-00001"


def test_works_of_the_same_street_conflict_with_both_sides_named(digging):
    first = applied(digging, "R-1")
    second = applied(digging, "R-2", owner="gas")
    third = applied(digging, "R-1", owner="gas")
    assert first.conflicts == []
    assert [(c["reason"], c["other"]) for c in second.conflicts] == [("nearby", first.number)]
    assert [(c["reason"], c["other"], c["section"]) for c in third.conflicts] == [
        ("nearby", second.number, ""),
        ("same_section", first.number, "R-1"),
    ]
    assert permit_grant(permit=first, by=digging.reviewer, at=AT).conflicts_at_grant != []


def test_a_newly_paved_road_is_refused_with_the_reason_and_an_emergency_is_not(digging):
    with pytest.raises(errors.RoadBanned, match=r"R-4 .* paved .* moratorium:R-4"):
        applied(digging, "R-4")
    urgent = Works(date(2026, 3, 2), date(2026, 3, 3), risk=Risk.EMERGENCY)
    assert applied(digging, "R-4", works=urgent).category == "emergency"


def test_a_holiday_ban_refuses(digging):
    before = datetime(2026, 3, 2, 1, tzinfo=UTC)
    with pytest.raises(errors.RoadBanned, match="high_water_fair"):
        applied(digging, "R-3", works=Works(date(2026, 5, 20), date(2026, 5, 21)), at=before)


@pytest.mark.parametrize(
    ("sections", "works", "refusal"),
    [
        pytest.param(("R-99",), MONDAY, errors.SectionUnknown, id="no-such-section"),
        pytest.param(
            ("R-3",), Works(date(2026, 3, 23), date(2026, 3, 20)), errors.DatesUnfit, id="backwards"
        ),
        pytest.param(
            ("R-3",), Works(date(2026, 2, 3), date(2026, 2, 4)), errors.DatesUnfit, id="in-the-past"
        ),
    ],
)
def test_what_cannot_be_is_refused(digging, sections, works, refusal):
    with pytest.raises(refusal):
        applied(digging, *sections, works=works)


def test_a_record_never_has_two_live_permits(digging):
    first = applied(digging)
    with pytest.raises(errors.PermitLive):
        applied(digging, of=first.record)
    permit_refuse(permit=first, by=digging.reviewer, at=AT, answer="Too narrow")
    assert applied(digging, of=first.record).number == "water-2026-00001-02"


def test_silence_grants_after_the_clock_and_not_before(digging):
    permit = applied(digging)
    assert silence_grants(at=permit.answer_due_at).granted == ()
    deemed = silence_grants(at=permit.answer_due_at + timedelta(seconds=1))
    assert deemed.granted == (permit.number,)
    permit.refresh_from_db()
    assert (permit.state, permit.is_deemed, permit.decided_by) == ("granted", True, None)
    assert silence_grants(at=permit.answer_due_at + timedelta(days=1)).granted == ()
    assert OutboxEvent.objects.filter(type="places.permit.deemed").count() == 1


def test_silence_does_not_lift_a_ban_that_came_since(digging):
    permit = applied(digging)
    section = Register.objects.get(code="road_sections").things.get(key="R-3")
    thing_change(
        thing=section, seen=section.version, by=None, at=AT, valid_from=DAY,
        values={"paved_on": "2026-03-01"}, why="paved anew",
    )  # fmt: skip
    deemed = silence_grants(at=permit.answer_due_at + timedelta(seconds=1))
    assert (deemed.granted, deemed.held) == ((), (permit.number,))
    with pytest.raises(errors.RoadBanned):
        permit_grant(permit=permit, by=digging.reviewer, at=AT)


def test_only_reviewers_of_the_agency_decide_and_only_once(digging):
    permit = applied(digging)
    for somebody in (digging.water, digging.stranger, digging.resident):
        with pytest.raises(NotPermitted):
            permit_grant(permit=permit, by=somebody, at=AT)
    stale = DigPermit.objects.get(pk=permit.pk)
    permit_grant(permit=permit, by=digging.reviewer, at=AT)
    with pytest.raises(errors.PermitMoved):
        permit_refuse(permit=stale, by=digging.reviewer, at=AT, answer="Too late")
    assert JournalEntry.objects.filter(action="places.permit.granted").count() == 1


def test_nobody_applies_for_the_record_of_another(digging):
    mine = record(digging)
    with pytest.raises(NotPermitted):
        permit_apply(record=mine, sections=("R-3",), works=MONDAY, by=digging.gas, at=AT)
    with pytest.raises(NotPermitted):
        works_record_open(owner="water", title="x", by=digging.resident, at=AT)
    with pytest.raises(errors.OwnerUnknown, match="water, gas"):
        works_record_open(owner="oil", title="x", by=digging.water, at=AT)


def test_an_application_is_not_public_and_a_permit_is(digging):
    permit = applied(digging)

    def seen(viewer):
        return DigPermit.objects.visible_to(viewer).filter(pk=permit.pk).exists()

    viewers = (digging.water, digging.reviewer, digging.gas, digging.stranger, digging.resident)
    assert [seen(viewer) for viewer in viewers] == [True, True, False, False, False]
    permit_grant(permit=permit, by=digging.reviewer, at=AT)
    assert all(seen(viewer) for viewer in viewers)


def test_a_change_has_its_own_number_and_clock_and_there_is_one_at_a_time(digging):
    permit = granted(digging)
    wish = {"first": date(2026, 3, 30), "last": date(2026, 3, 31), "reason": "Crew is ill"}
    change = change_ask(permit=permit, by=digging.water, at=AT, **wish)
    assert str(change) == "water-2026-00001-01-CR-01"
    with pytest.raises(errors.ChangeWaiting):
        change_ask(permit=permit, by=digging.water, at=AT, **wish)
    change_refuse(change=change, by=digging.reviewer, at=AT, answer="School days")
    again = change_ask(permit=permit, by=digging.water, at=AT, **wish)
    change_grant(change=again, by=digging.reviewer, at=AT)
    permit.refresh_from_db()
    assert (permit.first, permit.last) == (wish["first"], wish["last"])
    with pytest.raises(errors.PermitMoved):
        change_grant(change=again, by=digging.reviewer, at=AT)


def test_silence_grants_a_change(digging):
    permit = granted(digging)
    change = change_ask(
        permit=permit, first=date(2026, 3, 30), last=date(2026, 3, 30), reason="Crew is ill",
        by=digging.water, at=AT,
    )  # fmt: skip
    silence_grants(at=change.answer_due_at + timedelta(seconds=1))
    assert DigChange.objects.get().is_deemed
    permit.refresh_from_db()
    assert permit.first == date(2026, 3, 30)


def test_a_permit_runs_from_start_to_warranty(digging):
    permit = granted(digging)
    with pytest.raises(errors.NotYet):
        work_begin(permit=permit, by=digging.water, at=AT)
    work_begin(permit=permit, by=digging.water, at=ON_SITE + timedelta(days=1))
    assert (permit.began_on, permit.last) == (date(2026, 3, 24), date(2026, 3, 26))
    with pytest.raises(errors.PermitMoved):
        road_restore(permit=permit, by=digging.reviewer, at=ON_SITE)
    trench_backfill(permit=permit, by=digging.water, at=ON_SITE + timedelta(days=2))
    road_restore(permit=permit, by=digging.reviewer, at=ON_SITE + timedelta(days=9))
    assert permit.state == DigPermit.State.CLOSED
    assert permit.warranty_until == date(2026, 4, 1) + timedelta(1095)


def test_near_a_dangerous_pipe_nobody_begins_before_its_operator_signed(digging):
    permit = granted(digging)
    DigPermit.objects.filter(pk=permit.pk).update(operators=["P-1"])
    permit.refresh_from_db()
    with pytest.raises(errors.OperatorMissing, match="P-1"):
        work_begin(permit=permit, by=digging.water, at=ON_SITE)
    with pytest.raises(NotPermitted):
        operator_sign(permit=permit, pipe="P-1", by=digging.water, at=ON_SITE)
    operator_sign(permit=permit, pipe="P-1", by=digging.reviewer, at=ON_SITE)
    operator_sign(permit=permit, pipe="P-1", by=digging.reviewer, at=ON_SITE)
    work_begin(permit=permit, by=digging.water, at=ON_SITE)
    assert permit.state == DigPermit.State.IN_PROGRESS
    assert JournalEntry.objects.filter(action="places.permit.operator_signed").count() == 1


def test_a_permit_can_be_cancelled_or_revoked_before_work_begins(digging):
    mine, theirs = granted(digging), granted(digging, owner="gas")
    permit_cancel(permit=mine, by=digging.water, at=AT, reason="Not needed")
    permit_revoke(permit=theirs, by=digging.reviewer, at=AT, reason="Road sank")
    assert (mine.state, theirs.state) == ("cancelled", "revoked")
    with pytest.raises(errors.PermitMoved):
        work_begin(permit=theirs, by=digging.gas, at=ON_SITE)


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(lambda p: DigPermit.objects.filter(pk=p.pk).delete(), id="deleted"),
        pytest.param(
            lambda p: DigPermit.objects.filter(pk=p.pk).update(sections=["R-1"]), id="elsewhere"
        ),
        pytest.param(
            lambda p: DigPermit.objects.filter(pk=p.pk).update(answer_due_at=AT), id="another-clock"
        ),
    ],
)
def test_the_database_keeps_what_was_asked(digging, tamper):
    permit = applied(digging)
    with pytest.raises(DatabaseError), transaction.atomic():
        tamper(permit)
