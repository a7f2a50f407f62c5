"""System 87, personal data service 個人化資料服務: seen, taken along, corrected, allowed, revoked.

A resident with a case signs in; the office that holds it answers; another agency reads by consent.
"""

import asyncio
import csv
import hashlib
import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from asn1crypto import cms
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext
from tests.plan.works.site import Desk
from tests.services.conftest import kaohsiung, people
from tests.services.following.conftest import road_damage

from shizheng.core import journal
from shizheng.core.journal import verify
from shizheng.core.models import Agency, Job, JournalEntry, JournalPersonal
from shizheng.core.personal import MASK, exempt, holdings, marked_fields, uncovered_fields
from shizheng.core.worker import claim, run_all
from shizheng.services.models import CaseParty, Notice
from shizheng.services.outputs.keys import city_key
from shizheng.statistics.models import DataConsent, DataCopy, DataRequest, DataUse, Takeout
from shizheng.statistics.personal import storing
from shizheng.statistics.personal.copying import copy_make
from shizheng.statistics.personal.domain.limits import years_later
from shizheng.statistics.personal.keeping import copies_remove, requests_forget

__all__ = ["kaohsiung", "people"]
HOME, MAKE = "/my/data/", "statistics.make_copy"
AGAIN, PASSWORD = "/accounts/reauthenticate/", "only-for-this-test-7291"


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files" / "personal-copies"


@pytest.fixture
def case(people):
    return road_damage(reporter=people.resident, at=timezone.now()).case


def confirmed(person) -> Desk:
    """Return a desk of somebody who has just said again who they are."""
    person.set_password(PASSWORD)
    person.save()
    desk = Desk(person)
    assert desk.client.post(AGAIN, {"password": PASSWORD}).status_code == 302
    return desk


def link_of(someone: Desk) -> str:
    """Return the address of the copy that can be fetched."""
    return re.search(rf'href="({HOME}copies/[^"]+)"', someone.read(HOME))[1]


def copied(someone: Desk) -> dict[str, bytes]:
    sent(someone, f"{HOME}copy/")
    run_all()
    response = someone.client.get(link_of(someone))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def letters() -> list[mail.EmailMessage]:
    """Return the mail about one's data."""
    return [letter for letter in mail.outbox if HOME in letter.body]


def sent(someone: Desk, path: str, expect: int = 303, **fields: object):
    response = someone.client.post(path, fields)
    assert response.status_code == expect, response.content.decode()[:3000]
    return response


def test_a_resident_sees_what_is_held_and_who_read_it(people, case):
    why = "查證通報人"
    journal.read(case, ["parties"], by=people.officer, at=timezone.now(), why=why)
    page = Desk(people.resident).read(HOME)
    for words in (case.number, "個人資料保護法第15條", why, "工務局", people.resident.email):
        assert words in page
    assert people.officer.username not in page
    other = Desk(people.other_resident).read(HOME)
    assert case.number not in other
    assert why not in other
    anonymous = Client().get(HOME)
    assert (anonymous.status_code, "/accounts/login/" in anonymous.url) == (302, True)


def test_the_copy_is_whole_signed_and_journaled(people, case):
    files = copied(confirmed(people.resident))
    manifest = json.loads(files["manifest.json"])
    for name, said in manifest["files"].items():
        assert said == {
            "bytes": len(files[name]), "sha256": hashlib.sha256(files[name]).hexdigest(),
        }  # fmt: skip
    assert {part["code"] for part in manifest["parts"]} == set(holdings)
    assert all(part["purpose"] and part["ground"] and part["kept"] for part in manifest["parts"])
    seal = cms.ContentInfo.load(files["manifest.json.p7s"])
    roots = ValidationContext(trust_roots=[city_key().certificate])
    status = asyncio.run(
        async_validate_detached_cms(files["manifest.json"], seal["content"], roots)
    )
    assert status.intact
    assert status.valid
    rows = json.loads(files["services.cases.json"])
    text = files["services.cases.csv"].decode("utf-8-sig")
    assert [row["key"] for row in csv.DictReader(io.StringIO(text))] == [case.number]
    assert [(row["key"], row["description"]) for row in rows] == [(case.number, case.description)]
    taken = Takeout.objects.get(person=people.resident)
    assert taken.digest == hashlib.sha256(files["manifest.json"]).hexdigest()
    assert journal.entries_of(taken, "statistics.takeout.made").count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Takeout.objects.all().delete()


def test_clicks_make_one_copy_that_others_cannot_fetch_and_that_expires(people, case, store):
    resident = confirmed(people.resident)
    for _ in range(3):
        sent(resident, f"{HOME}copy/")
    assert (DataCopy.objects.count(), Job.objects.filter(name=MAKE).count()) == (1, 1)
    page = resident.read(HOME)
    assert "<progress" in page
    assert "<progress" in resident.read(f"{HOME}copies/")
    run_all()
    assert "<progress" not in resident.read(f"{HOME}copies/")
    link = link_of(resident)
    confirmed(people.other_resident).read(link, 404)
    assert Client().get(link).status_code == 302
    notice = Notice.objects.get(template="statistics.personal")
    assert (notice.person, HOME in notice.text) == (people.resident, True)
    assert [letter.to for letter in letters()] == [[people.resident.email]]

    sent(resident, f"{HOME}copy/")
    run_all()
    assert link_of(resident) != link
    resident.read(link, 410)
    assert copies_remove(at=timezone.now()) == 0
    (kept,) = store.glob("*")
    copy = DataCopy.objects.get(removed_at=None)
    assert kept.stem == str(copy.pk)
    later = copy.expires_at + timedelta(minutes=1)
    assert copies_remove(at=later) == 1
    assert not list(store.glob("*"))
    resident.read(f"{HOME}copies/{copy.pk}/", 410)
    assert Takeout.objects.filter(person=people.resident).count() == 2, "stays on record"


def test_a_killed_job_is_made_up_for_and_leaves_one_copy(people, case, store, monkeypatch):
    run_all()
    resident = confirmed(people.resident)
    sent(resident, f"{HOME}copy/")
    copy = DataCopy.objects.get()
    lost = claim("worker that is killed", timezone.now())
    assert lost.pk == copy.job_id
    storing.put(copy, b"written, and then the power went")
    Job.objects.filter(pk=lost.pk).update(lease_until=timezone.now() - timedelta(minutes=1))
    assert copies_remove(at=timezone.now()) == 0
    assert len(list(store.glob("*"))) == 1, "what a job still works at stays"
    run_all()
    assert Takeout.objects.count() == 1
    assert zipfile.is_zipfile(store / f"{copy.pk}.zip")
    copy_make(copy=DataCopy.objects.get(), now=timezone.now)
    assert Takeout.objects.count() == 1

    def fails(*_):
        raise OSError("no room on the disk")

    monkeypatch.setattr("shizheng.statistics.personal.copying.zipped", fails)
    sent(resident, f"{HOME}copy/")
    Job.objects.filter(status="waiting").update(attempt_limit=1)
    run_all()
    failed = DataCopy.objects.get(takeout=None)
    assert "<progress" not in resident.read(HOME)
    monkeypatch.undo()
    sent(resident, f"{HOME}copy/")
    run_all()
    failed.refresh_from_db()
    assert failed.takeout is not None


def test_a_copy_is_only_for_who_has_just_signed_in(people, case):
    people.resident.set_password(PASSWORD)
    people.resident.save()
    resident = Desk(people.resident)
    asked = resident.client.post(f"{HOME}copy/")
    assert (asked.status_code, "/reauthenticate/" in asked.url) == (302, True)
    assert not DataCopy.objects.exists()
    resident.client.post(asked.url, {"password": "wrong"})
    assert not DataCopy.objects.exists()
    resident.client.post(asked.url, {"password": PASSWORD})
    assert DataCopy.objects.count() == 1, "what was asked before is done now"
    run_all()
    assert resident.client.get(link_of(resident)).status_code == 200
    again = Desk(people.resident)
    asked = again.client.get(link_of(again))
    assert (asked.status_code, "/reauthenticate/" in asked.url) == (302, True)


def test_answered_requests_are_told_and_deleted_at_the_end_of_their_time(people, case):
    resident, office = Desk(people.resident), Desk(people.supervisor)
    address = f"{HOME}services.cases/{case.number}/request/"
    sent(resident, address, kind="correction", text="電話是我母親的")
    way = re.search(r'href="(/personal-data/requests/[^"]+)"', office.read("/personal-data/"))[1]
    sent(office, way, outcome="granted", answer="已刪除該電話號碼")
    asked = DataRequest.objects.get()
    today = timezone.localdate()
    assert asked.kept_until == years_later(today, 5)
    run_all()
    notice = Notice.objects.get(key=f"statistics.data_request:{asked.pk}:answered")
    assert notice.person == people.resident
    (letter,) = letters()
    for text in (notice.subject + notice.text, letter.subject + letter.body):
        assert HOME in text
        assert "電話" not in text, "what was asked and answered is only on the page"
    with pytest.raises(DatabaseError), transaction.atomic():
        asked.delete()
    assert requests_forget(at=timezone.now()) == 0

    long_ago = timezone.now() - timedelta(days=6 * 366)
    old = DataRequest.objects.create(
        person=people.resident, kind="erasure", holding="services.cases", record="x",
        text="很久以前的事", state="refused", answer="依法須保存", asked_at=long_ago,
        answered_at=long_ago, answered_by=people.supervisor,
        due_on=long_ago.date(), kept_until=years_later(long_ago.date(), 5),
    )  # fmt: skip
    journal.record(
        "statistics.data_request.asked", old, by=people.resident, at=long_ago,
        personal={"text": old.text},
    )  # fmt: skip
    pk = old.pk
    assert [requests_forget(at=timezone.now()) for _ in range(2)] == [1, 0]
    assert list(DataRequest.objects.all()) == [asked]
    assert not JournalPersonal.objects.filter(value__contains="很久以前").exists()
    entries = JournalEntry.objects.filter(thing_key=str(pk)).values_list("action", flat=True)
    assert "statistics.data_request.forgotten" in entries
    assert verify().is_intact


def test_what_is_of_somebody_else_in_the_same_case_is_masked(people, case):
    CaseParty.objects.create(
        case=case, person=people.other_resident, role="helper", name="幫手", phone="0911000000",
        added_at=timezone.now(),
    )  # fmt: skip
    theirs = copied(confirmed(people.other_resident))
    (row,) = json.loads(theirs["services.cases.json"])
    assert (row["description"], row["answers"]) == (MASK, MASK)
    assert json.loads(theirs["services.messages.json"]) == []
    whole = b"".join(theirs.values()).decode(errors="ignore")
    assert people.resident.email not in whole
    mine = b"".join(copied(confirmed(people.resident)).values())
    assert b"0911000000" not in mine


def test_an_error_is_reported_and_answered_within_the_clock(people, case):
    resident, office = Desk(people.resident), Desk(people.supervisor)
    address = f"{HOME}services.cases/{case.number}/request/"
    assert f'href="{address}"' in resident.read(HOME)
    assert "govuk-error-summary" in sent(resident, address, 422, kind="correction").content.decode()
    said = {"kind": "correction", "text": "地點寫錯了"}
    sent(resident, address, **said)
    sent(resident, address, 409, **said)
    asked = DataRequest.objects.get()
    today = timezone.localdate()
    assert (asked.agency, asked.due_on) == (case.agency, today + timedelta(days=30))
    Desk(people.other_resident).read(address, 404)
    assert Desk(people.officer).client.get("/personal-data/").status_code == 403

    way = re.search(r'href="(/personal-data/requests/[^"]+)"', office.read("/personal-data/"))[1]
    assert "地點寫錯了" in office.read(way)
    assert "當事人之請求待答復" in resident.read(HOME)
    resident.client.get(way)
    sent(office, way, outcome="extended", answer="需會勘")
    asked.refresh_from_db()
    assert asked.due_on == today + timedelta(days=60)
    sent(office, way, 409, outcome="extended", answer="再延")
    sent(office, way, outcome="granted", answer="已更正為正確地點")
    sent(office, way, 409, outcome="refused", answer="改口")
    assert "已更正為正確地點" in resident.read(HOME)
    with pytest.raises(DatabaseError), transaction.atomic():
        DataRequest.objects.update(answer="x")
    assert verify().is_intact


def test_one_agency_is_allowed_a_purpose_until_it_is_revoked(people, case):
    resident, office = Desk(people.resident), Desk(people.supervisor)
    agency = Agency.objects.get(code="public_works")
    last = timezone.localdate() + timedelta(days=30)
    given = {
        "agency": agency.pk, "purpose": "災後慰問", "holdings": ["core.account"],
        "ends_on_year": last.year, "ends_on_month": last.month, "ends_on_day": last.day,
    }  # fmt: skip
    sent(resident, f"{HOME}consents/", 422, **{**given, "ends_on_year": last.year + 3})
    sent(resident, f"{HOME}consents/", **given)
    sent(resident, f"{HOME}consents/", 409, **given)
    consent = DataConsent.objects.get()
    way = f"/personal-data/consents/{consent.pk}/"
    assert way in office.read("/personal-data/")
    assert people.resident.email not in office.read(way)
    shown = sent(office, way, 200, why="寄送慰問金通知").content.decode()
    assert people.resident.email in shown
    assert case.number not in shown
    assert DataUse.objects.get().by == people.supervisor
    assert "寄送慰問金通知" in resident.read(HOME)
    elsewhere = Desk(people.water)
    assert elsewhere.client.get(way).status_code == 404

    sent(resident, f"{HOME}consents/{consent.pk}/revoke/")
    after = sent(office, way, 409, why="再看一次").content.decode()
    assert people.resident.email not in after
    with pytest.raises(DatabaseError), transaction.atomic():
        DataConsent.objects.update(revoked_at=None)


def test_every_field_marked_as_personal_is_shown_to_its_person_or_has_a_reason():
    assert uncovered_fields() == []
    assert set(exempt) <= set(marked_fields())
    known = {name for holding in holdings.values() for name in holding.covers}
    assert known <= set(marked_fields())
    assert not known & set(exempt)
