"""Sending a crew at night, acknowledging, passing on, and what stands in the journal."""

from datetime import datetime, timedelta

import pytest
from tests.services.dispatch.conftest import NIGHT, report

from shizheng.core.jobs import jobs, schedules
from shizheng.core.journal import verify
from shizheng.core.models import City, PublishedDefinition
from shizheng.kernel.errors import NotPermitted
from shizheng.services.actions.acting import Given, case_act
from shizheng.services.actions.documents import Upload
from shizheng.services.dispatch import actions
from shizheng.services.dispatch.actions import dispatch_acknowledge, dispatches_pass_on
from shizheng.services.dispatch.crews import _rosters, crews_of
from shizheng.services.dispatch.domain.duty import shift_at
from shizheng.services.dispatch.errors import (
    DispatchPassedOn,
    DispatchStoodDown,
    DispatchTaken,
    RedispatchFailed,
)
from shizheng.services.domain.errors import AnswersWrong, NotThisActor
from shizheng.services.models import Case, CaseDocument, CaseEvent, CaseStanding, Dispatch, Notice

MINUTE = timedelta(minutes=1)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def photo(name="現場.png"):
    upload = Upload.of_bytes(name, PNG)
    return Upload(upload.name, upload.content, 120.2935, 22.6247, NIGHT + 30 * MINUTE, upload.size)


def sent(case):
    return [(row.crew, row.status) for row in Dispatch.objects.filter(case=case)]


def test_at_night_the_night_crew_of_the_place_is_sent_at_once(crews):
    case = report()
    row = Dispatch.objects.get(case=case)
    assert (row.crew, row.status) == ("works_city_night", "sent")
    assert row.answer_by == NIGHT + 10 * MINUTE
    told = Notice.objects.filter(case=case, template="crew_sent")
    assert {each.person.username for each in told} >= {"leader_works", "mate_works"}
    assert not told.filter(person=crews.water).exists()


def test_a_missing_cover_goes_to_the_water_crews_which_then_know_the_case(crews):
    case = report(danger_kind="missing_cover")
    assert sent(case) == [("water_standby", "sent")]
    assert Case.objects.visible_to(crews.water).filter(pk=case.pk).exists()


def test_a_crew_of_another_agency_sees_the_case_once_it_is_sent(crews, monkeypatch):
    case = report()
    assert not Case.objects.visible_to(crews.water).filter(pk=case.pk).exists()
    dispatches_pass_on(at=NIGHT + 10 * MINUTE)
    dispatches_pass_on(at=NIGHT + 20 * MINUTE)
    assert [crew for crew, _ in sent(case)][-1] == "water_standby"
    assert Case.objects.visible_to(crews.water).filter(pk=case.pk).exists()
    standing = CaseStanding.objects.get(case=case, agency__code="water_resources")
    assert standing.reason == "crew"


def test_the_reporter_never_sees_which_crew_was_sent(crews):
    case = report()
    Case.objects.filter(pk=case.pk).update(reporter=crews.resident)
    assert Case.objects.visible_to(crews.resident).filter(pk=case.pk).exists()
    assert not Dispatch.objects.visible_to(crews.resident).exists()


def test_acknowledging_sends_the_crew_on_its_way_and_twice_is_once(crews):
    case = report()
    row = Dispatch.objects.get(case=case)
    for _ in range(2):
        dispatch_acknowledge(dispatch=row, by=crews.leader, at=NIGHT + 3 * MINUTE)
    case.refresh_from_db()
    assert case.state == "on_the_way"
    acts = CaseEvent.objects.filter(case=case).values_list("action", flat=True)
    assert list(acts) == ["opened", "dispatch_acknowledged", "acknowledged"]
    with pytest.raises(DispatchTaken, match="leader_works"):
        dispatch_acknowledge(dispatch=row, by=crews.mate, at=NIGHT + 4 * MINUTE)


def test_nobody_but_the_crew_may_acknowledge(crews):
    row = Dispatch.objects.get(case=report())
    for stranger in (crews.water, crews.resident, crews.call_taker):
        with pytest.raises(NotPermitted):
            dispatch_acknowledge(dispatch=row, by=stranger, at=NIGHT + MINUTE)
    assert Dispatch.objects.get().status == "sent"


def test_what_nobody_answers_goes_to_the_next_crew_and_then_to_the_supervisor(crews):
    case = report()
    assert dispatches_pass_on(at=NIGHT + 9 * MINUTE).missed == 0
    for number in (1, 2, 3):
        dispatches_pass_on(at=NIGHT + number * 10 * MINUTE)
        dispatches_pass_on(at=NIGHT + number * 10 * MINUTE)  # again: nothing more happens
    assert sent(case) == [
        ("works_city_night", "missed"),
        ("works_standby", "missed"),
        ("water_standby", "missed"),
    ]
    case.refresh_from_db()
    assert case.state == "unanswered"
    assert Notice.objects.filter(template="crew_missing", person=crews.supervisor).count() == 1


def test_every_crew_is_told_although_the_same_people_answer_for_several(crews):
    case = report()
    dispatches_pass_on(at=NIGHT + 10 * MINUTE)
    told = Notice.objects.filter(case=case, template="crew_sent", person=crews.leader)
    assert told.count() == 2


def test_a_late_acknowledgement_is_told_that_it_was_passed_on(crews):
    row = Dispatch.objects.get(case=report())
    dispatches_pass_on(at=NIGHT + 11 * MINUTE)
    with pytest.raises(DispatchPassedOn):
        dispatch_acknowledge(dispatch=row, by=crews.leader, at=NIGHT + 12 * MINUTE)


def test_the_supervisor_sends_again_or_by_other_means(crews):
    case = report()
    for number in (1, 2, 3):
        dispatches_pass_on(at=NIGHT + number * 10 * MINUTE)
    given = Given(fields={"reason": "電話聯絡"})
    at = NIGHT + 40 * MINUTE
    case_act(case=case, action="send_again", by=crews.supervisor, at=at, given=given)
    assert sent(case)[-1] == ("works_city_night", "sent")
    case_act(case=case, action="take_over", by=crews.supervisor, at=at, given=given)
    assert sent(case)[-1] == ("works_city_night", "stood_down")
    row = Dispatch.objects.filter(case=case).last()
    with pytest.raises(DispatchStoodDown):
        dispatch_acknowledge(dispatch=row, by=crews.leader, at=at)


def test_the_desk_shows_when_the_crew_arrived_with_its_photo(crews, client):
    case = report()
    dispatch_acknowledge(
        dispatch=Dispatch.objects.get(case=case), by=crews.leader, at=NIGHT + 3 * MINUTE
    )
    given = Given(files={"photos": [photo("倒樹.png")]})
    case_act(case=case, action="arrive", by=crews.leader, at=NIGHT + 30 * MINUTE, given=given)
    client.force_login(crews.supervisor)
    shown = client.get(f"/desk/cases/{case.number}/")
    first, *later = shown.context["pane"].stamps
    assert (first.at, [each.name for each in first.photos]) == (
        NIGHT + 30 * MINUTE, ["倒樹.png"]
    )  # fmt: skip
    assert [(each.at, each.photos) for each in later] == [(None, ())] * 2
    stamps = shown.content.decode().partition('id="case-stamps"')[2].partition("</section>")[0]
    assert f'<img src="/files/{first.photos[0].pk}" alt="倒樹.png"' in stamps


def test_three_stamps_with_photos_each_stopping_its_own_clock(crews):
    case = report()
    row = Dispatch.objects.get(case=case)
    dispatch_acknowledge(dispatch=row, by=crews.leader, at=NIGHT + 3 * MINUTE)
    with pytest.raises(AnswersWrong):
        case_act(case=case, action="arrive", by=crews.leader, at=NIGHT + 30 * MINUTE)
    acts = (("arrive", 30), ("make_safe", 300), ("repair", 600))
    for act, minutes in acts:
        case_act(
            case=case, action=act, by=crews.leader, at=NIGHT + minutes * MINUTE,
            given=Given(files={"photos": [photo()]}),
        )  # fmt: skip
    clocks = {row.key: row for row in case.clocks.all()}
    assert clocks["arrival"].satisfied_at == NIGHT + 30 * MINUTE
    assert clocks["arrival"].breached_at is None
    assert clocks["safety"].breached_at == NIGHT + 240 * MINUTE  # five hours instead of four
    assert clocks["repairing"].breached_at is None
    taken = CaseDocument.objects.filter(case=case)
    assert taken.count() == 3
    assert {(each.longitude, each.latitude) for each in taken} == {(120.2935, 22.6247)}
    case.refresh_from_db()
    assert (case.state, case.is_open) == ("repaired", False)


def test_an_officer_of_another_agency_cannot_report_arrival(crews):
    case = report()
    row = Dispatch.objects.get(case=case)
    dispatch_acknowledge(dispatch=row, by=crews.leader, at=NIGHT + 3 * MINUTE)
    with pytest.raises(NotThisActor):
        case_act(
            case=case, action="arrive", by=crews.water, at=NIGHT + 9 * MINUTE,
            given=Given(files={"photos": [photo()]}),
        )  # fmt: skip


def test_a_case_that_cannot_be_passed_on_stops_no_other(crews, monkeypatch):
    first, second = report(), report(at=NIGHT + MINUTE)
    send = actions.sending.crew_send

    def fails(run):
        if run.case.pk == first.pk:
            raise RuntimeError("roster unreadable")
        return send(run)

    monkeypatch.setattr(actions.sending, "crew_send", fails)
    done = dispatches_pass_on(at=NIGHT + 20 * MINUTE)
    assert (done.missed, done.sent) == (1, 1)
    assert sent(first) == [("works_city_night", "sent")]  # as it was
    assert sent(second)[-1] == ("works_standby", "sent")
    with pytest.raises(RedispatchFailed, match=first.number):
        done.raise_failures()
    monkeypatch.undo()
    assert dispatches_pass_on(at=NIGHT + 20 * MINUTE).sent == 1


def test_where_nobody_is_on_duty_the_supervisor_is_told_at_once(crews, monkeypatch):
    monkeypatch.setattr("shizheng.services.dispatch.sending.crews_of", lambda roster: ())
    case = report()
    assert (sent(case), case.state) == ([], "unanswered")
    assert Notice.objects.filter(template="crew_missing", person=crews.supervisor).exists()


def test_it_is_looked_after_every_minute():
    import shizheng.services.tasks  # noqa: F401 - enters the jobs

    assert "services.pass_on_dispatches" in jobs
    assert schedules["services.pass_on_dispatches"].period == MINUTE


def test_the_journal_of_it_all_is_whole(crews):
    case = report()
    dispatches_pass_on(at=NIGHT + 10 * MINUTE)
    dispatch_acknowledge(
        dispatch=Dispatch.objects.filter(case=case).last(), by=crews.leader, at=NIGHT + 12 * MINUTE
    )
    assert verify().is_intact


def test_a_rota_heeds_the_citys_calendar(kaohsiung):
    crew = {
        "id": "office", "name": {"zh-Hant": "辦公班", "en": "Office crew"}, "days": [1, 2, 3, 4, 5],
        "agency": "public_works", "starts": "08:00", "ends": "17:00", "holidays": "off",
    }  # fmt: skip
    PublishedDefinition.objects.create(
        city=City.objects.get(), kind="duty_roster", identifier="office_hours", version=1,
        digest="0" * 64, published_at=NIGHT,
        body={"id": "office_hours", "name": crew["name"], "crews": [crew]},
    )  # fmt: skip
    _rosters.cache_clear()
    (found,) = crews_of("office_hours")
    _rosters.cache_clear()
    there = {day: shift_at(found, datetime(2020, 2, day, 9)) is not None for day in (14, 15, 28)}
    assert there == {14: True, 15: True, 28: False}, "a make-up Saturday, and a holiday"
