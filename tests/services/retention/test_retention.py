"""At the end of its time what is personal of a case goes, once and whole; figures stay."""

from datetime import date, timedelta

import pytest
from django.db import models
from tests.services.retention.conftest import (
    CLOSED,
    OPENED,
    OVER,
    SECRETS,
    aged,
    everything,
    old_case,
)

from shizheng.core import journal
from shizheng.core.models import JournalPersonal, StoredFile, TextEntry
from shizheng.kernel.errors import NotPermitted
from shizheng.services.domain.retention import closed_before, kept_until
from shizheng.services.models import (
    AnswerSet,
    Case,
    CaseDocument,
    CaseEvent,
    CaseLink,
    CaseMessage,
    CaseParty,
    Charge,
    Notice,
)
from shizheng.services.retention import actions, files, selectors, tasks
from shizheng.services.retention.actions import case_anonymise, case_hold
from shizheng.services.retention.errors import HeldAlready, HoldReasonMissing, PersonalDataGone
from shizheng.services.schema.service import Retention
from shizheng.services.versions import definition_by

FIGURES = ("state", "outcome", "opened_at", "closed_at", "office_seconds", "applicant_seconds",
           "agency_seconds", "is_late", "reopened_count", "satisfaction", "district_id",
           "village_id", "agency_id", "channel", "answers", "number")  # fmt: skip


@pytest.mark.parametrize(
    ("keep", "closed", "until"),
    [
        ("5y", "2020-02-15", "2025-02-15"), ("5y", "2020-02-29", "2025-02-28"),
        ("1mo", "2020-01-31", "2020-02-29"), ("30d", "2020-02-15", "2020-03-16"),
        ("18mo", "2019-08-31", "2021-02-28"), ("50y", "2020-01-01", "2070-01-01"),
    ],
)  # fmt: skip
def test_the_last_day_on_which_all_is_kept(keep, closed, until):
    rule = Retention(keep=keep)
    day = date.fromisoformat(closed)
    assert kept_until(rule, "completed", day) == date.fromisoformat(until)
    after = date.fromisoformat(until) + timedelta(days=1)
    assert closed_before(rule, "completed", after) >= day


def test_the_outcome_decides_how_long():
    rule = Retention(keep="5y", outcomes={"withdrawn": "1y"})
    assert kept_until(rule, "withdrawn", date(2020, 2, 15)) == date(2021, 2, 15)


@pytest.mark.parametrize("keep", ["24h", "3wd"])
def test_retention_counts_days_months_or_years(keep):
    with pytest.raises(ValueError, match="days"):
        Retention(keep=keep)


def test_everything_personal_goes_and_every_figure_stays(case):
    before = {name: getattr(case, name) for name in FIGURES}
    assert all(secret in everything(case) for secret in SECRETS)
    assert case_anonymise(case=case, at=OVER)
    case.refresh_from_db()
    found = everything(case)
    assert not [secret for secret in SECRETS if secret in found]
    assert {name: getattr(case, name) for name in FIGURES} == before
    assert (case.description, case.title, case.reporter, case.anonymised_at) == ("", "", None, OVER)
    assert case.address == "三民區建國三路 100 號"
    assert CaseMessage.objects.filter(case=case).count() == 1
    assert CaseParty.objects.filter(case=case, role="applicant").count() == 1
    assert Notice.objects.filter(case=case).exists()


def test_the_event_names_fields_only_and_the_journal_is_whole(case):
    case_anonymise(case=case, at=OVER)
    event = CaseEvent.objects.get(case=case, action="anonymised")
    assert {"answers.identity", "description", "documents", "journal.phone", "messages",
            "parties"} <= set(event.act["removed"])  # fmt: skip
    assert journal.verify().is_intact
    assert not JournalPersonal.objects.filter(value__isnull=False).exists()


def test_the_history_still_gives_the_case_as_it_is(case):
    case_anonymise(case=case, at=OVER)
    case.refresh_from_db()
    seen: dict[str, object] = {}
    for event in CaseEvent.objects.filter(case=case).order_by("sequence"):
        seen |= event.changes
    assert (seen["description"], seen["title"]) == (case.description, case.title)
    assert seen["address"] == case.address


def test_the_link_to_the_account_is_cut(people):
    case = old_case(people, with_account=True)
    case_anonymise(case=case, at=OVER)
    for model in (CaseEvent, CaseMessage, CaseParty, AnswerSet, Notice):
        for field in model._meta.fields:
            if isinstance(field, models.ForeignKey) and field.name in ("by", "person", "given_by"):
                rows = model._default_manager.filter(case=case, **{field.name: people.resident})
                assert not rows.exists(), (model, field.name)
    assert not Case.objects.visible_to(people.resident).exists()
    assert CaseEvent.objects.filter(case=case, by=people.officer).exists()


def test_before_its_time_nothing_goes(case):
    assert not case_anonymise(case=case, at=OVER - timedelta(days=1))
    assert "王小明" in everything(case)


def test_done_twice_it_is_done_once(case):
    assert case_anonymise(case=case, at=OVER)
    assert not case_anonymise(case=case, at=OVER)
    assert CaseEvent.objects.filter(case=case, action="anonymised").count() == 1


def test_what_dies_in_the_middle_has_removed_nothing_and_is_done_the_next_day(case, monkeypatch):
    def dies(*given):
        raise MemoryError

    monkeypatch.setattr(actions, "case_index", dies)
    with pytest.raises(MemoryError):
        case_anonymise(case=case, at=OVER)
    assert all(secret in everything(case) for secret in SECRETS)
    monkeypatch.undo()
    assert case_anonymise(case=case, at=OVER)


def test_a_kept_case_stays_whole_until_it_is_released(case, people):
    case_hold(case=case, is_held=True, reason="行政訴訟中", by=people.supervisor, at=OVER)
    assert not case_anonymise(case=case, at=OVER)
    with pytest.raises(HeldAlready):
        case_hold(case=case, is_held=True, reason="行政訴訟中", by=people.supervisor, at=OVER)
    case_hold(case=case, is_held=False, reason="判決確定", by=people.supervisor, at=OVER)
    assert case_anonymise(case=case, at=OVER)
    with pytest.raises(PersonalDataGone):
        case_hold(case=case, is_held=True, reason="太遲", by=people.supervisor, at=OVER)


def test_keeping_needs_a_reason_and_the_right(case, people):
    with pytest.raises(HoldReasonMissing):
        case_hold(case=case, is_held=True, reason=" ", by=people.supervisor, at=OVER)
    for who in (people.officer, people.water, people.resident):
        with pytest.raises(NotPermitted):
            case_hold(case=case, is_held=True, reason="訴訟", by=who, at=OVER)


@pytest.mark.parametrize("kind", ["duplicate", "follow_on"])
@pytest.mark.parametrize("is_from", [True, False])
def test_a_linked_case_that_is_open_keeps_it(case, people, kind, is_from):
    other = old_case(people, at=OPENED + timedelta(hours=1))
    Case.objects.filter(pk=other.pk).update(is_open=True, closed_at=None, outcome="")
    ends = {"case": case, "to": other} if is_from else {"case": other, "to": case}
    CaseLink.objects.create(kind=kind, made_at=OVER, **ends)
    assert selectors.why_kept(case, definition_by(case.version_id)) == "linked"
    assert not case_anonymise(case=case, at=OVER)
    Case.objects.filter(pk=other.pk).update(is_open=False, closed_at=CLOSED, outcome="completed")
    assert case_anonymise(case=case, at=OVER)


def test_an_open_fee_keeps_it(case):
    charge = Charge.objects.create(
        case=case, key="fee", number="1", label={}, amount=100, asked_at=OPENED, due_at=CLOSED
    )
    assert not case_anonymise(case=case, at=OVER)
    Charge.objects.filter(pk=charge.pk).update(status="paid", paid_at=CLOSED)
    assert case_anonymise(case=case, at=OVER)


def test_a_rule_of_the_service_keeps_it(case, monkeypatch):
    definition = definition_by(case.version_id)
    rule = definition.retention.model_copy(update={"hold_if": 'kind == "pothole"'})
    kept = definition.model_copy(update={"retention": rule})
    monkeypatch.setattr("shizheng.services.actions.run.definition_by", lambda key: kept)
    assert selectors.why_kept(case, kept) == "rule"
    assert not case_anonymise(case=case, at=OVER)


def test_files_go_when_nothing_else_needs_their_bytes(people, settings):
    one, other = old_case(people), old_case(people, at=OPENED + timedelta(hours=1))
    stored = StoredFile.objects.get()
    path = settings.MEDIA_ROOT / stored.path
    aged(settings)
    case_anonymise(case=one, at=OVER)
    assert files.sweep(OVER) == 0
    assert path.exists()
    case_anonymise(case=other, at=OVER)
    assert files.sweep(OVER) == 1
    assert not path.exists()
    assert not StoredFile.objects.exists()
    assert not list((settings.MEDIA_ROOT / "incoming").glob("removed-*"))


def test_bytes_that_came_again_a_moment_ago_are_left(case, settings):
    case_anonymise(case=case, at=OVER)
    path = settings.MEDIA_ROOT / StoredFile.objects.get().path
    assert files.sweep(OVER) == 0  # on the disk they are of today
    assert path.exists()


def test_a_public_photo_stays(case):
    CaseDocument.objects.filter(case=case).update(visibility="public")
    case_anonymise(case=case, at=OVER)
    assert CaseDocument.objects.get(case=case).name != ""
    assert StoredFile.objects.filter(attachments__isnull=False).exists()


def test_the_search_finds_the_number_alone(case):
    assert "門口有坑洞" in TextEntry.objects.filter(key=str(case.pk)).get().body
    case_anonymise(case=case, at=OVER)
    entry = TextEntry.objects.filter(key=str(case.pk)).get()
    assert (entry.title, entry.body, entry.folded) == (case.number, "", case.number.lower())


def test_the_daily_job_takes_what_is_over_and_one_fault_stops_no_other(people, monkeypatch):
    one = old_case(people)
    other = old_case(people, at=OPENED + timedelta(hours=1))
    held = old_case(people, at=OPENED + timedelta(hours=2))
    Case.objects.filter(pk=held.pk).update(is_on_hold=True)
    real = actions.case_anonymise

    def fails_for_one(*, case, at):
        if case.pk == one.pk:
            raise ValueError
        return real(case=case, at=at)

    monkeypatch.setattr(actions, "case_anonymise", fails_for_one)
    monkeypatch.setattr(tasks.timezone, "now", lambda: OVER)
    with pytest.raises(RuntimeError):
        tasks.remove_personal_data()
    done = Case.objects.exclude(anonymised_at=None).values_list("pk", flat=True)
    assert set(done) == {other.pk}


def test_an_officer_sees_what_goes_soon(case, people, signed_in, monkeypatch):
    monkeypatch.setattr(selectors, "LOOK_AHEAD", timedelta(days=30))
    soon = OVER - timedelta(days=20)
    rows = selectors.endings_for(people.supervisor, at=soon)
    assert [(each.case.number, each.until) for each in rows] == [(case.number, date(2025, 2, 15))]
    assert selectors.endings_for(people.supervisor, at=OVER - timedelta(days=40)) == []
    page = signed_in(people.supervisor).get("/en/desk/retention/")
    assert case.number in page.content.decode()
    assert "Personal data goes" in page.content.decode()
    assert signed_in(people.officer).get("/desk/retention/").status_code == 403
    assert signed_in(people.resident).get("/desk/retention/").status_code == 403


def test_the_desk_keeps_a_case_through_its_page(case, people, signed_in):
    desk, address = signed_in(people.supervisor), f"/en/desk/cases/{case.number}/hold/"
    assert "Keep it beyond its time" in desk.get(f"/en/desk/cases/{case.number}/").content.decode()
    given = {"reason": "行政訴訟中", "revision": case.revision}
    assert desk.post(address, {"reason": "", "revision": case.revision}).status_code == 422
    assert desk.post(address, given).status_code == 303
    assert desk.post(address, given).status_code == 409
    case.refresh_from_db()
    assert case.is_on_hold
    assert "Kept by order" in desk.get("/en/desk/retention/").content.decode()
    assert signed_in(people.officer).get(address).status_code == 403
    assert signed_in(people.water).get(address).status_code == 404


def test_the_desk_and_the_public_still_show_an_anonymised_case(case, people, signed_in):
    case_anonymise(case=case, at=OVER)
    page = signed_in(people.officer).get(f"/en/desk/cases/{case.number}/")
    assert page.status_code == 200
    assert "Personal data removed" in page.content.decode()
    assert signed_in(people.resident).get(f"/cases/{case.number}/").status_code == 200
