"""System 62, drunk-driving database and automated enforcement 取締酒後駕車工作資料庫、區間測速.

Everything is done over HTTP by whom it belongs to. Devices, cars and drivers are invented.
"""

import hashlib
import io
import json
import re
import zipfile
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.places.roadworks import Site
from tests.sensing.pictures import png
from tests.services.conftest import kaohsiung, person
from tests.services.documents.papers import pdf

from shizheng.core.files import path_of
from shizheng.core.journal import READ, verify
from shizheng.core.models import Agency, Area, Job, JournalEntry
from shizheng.sensing.enforcement.crashes import crashes_import, effect_of
from shizheng.sensing.enforcement.erasing import personal_erase
from shizheng.sensing.models import (
    AlcoholStop,
    CalibrationCertificate,
    Checkpoint,
    Crash,
    CustodyEntry,
    EnforcementDevice,
    ViolationFile,
)

__all__ = ["kaohsiung"]
CERTIFICATE = pdf("certificate")
TODAY = timezone.localdate
ACCIDENTS = (
    Path(__file__).parents[2]
    / "../shared/data/traffic_accidents/kaohsiung_a1_accidents_2018_2020.csv"
)


@pytest.fixture
def city(kaohsiung):
    someone = person("e_officer", "officer", "police")
    return SimpleNamespace(
        someone=someone,
        officer=Site(someone),
        chief=Site(person("e_chief", "supervisor", "police")),
        works=Site(person("e_works", "supervisor", "public_works")),
        resident=Site(person("e_resident")),
        visitor=Site(),
    )


def file_of(content, name):
    made = io.BytesIO(content)
    made.name = name
    return made


def device(city, code, kind, **values):
    return city.chief.send("/enforcement/devices/new/", code=code, kind=kind, **values)


def certified(city, where, number="J-1", days=(-100, 100), content=CERTIFICATE):
    begins, ends = (TODAY() + timedelta(days=each) for each in days)
    return city.chief.send(
        f"{where}certificates/new/", number=number, issuer="示範檢定機構",
        valid_from=begins.isoformat(), valid_until=ends.isoformat(),
        file=file_of(content, f"{number}.pdf"),
    )  # fmt: skip


def recorded(city, code, *, status=303, hours=3, images=2, **changed):
    """Record a violation that happened so many hours ago; its clock was compared an hour before."""
    at = timezone.localtime() - timedelta(hours=hours)
    before = at - timedelta(hours=1)
    given = {
        "device": code, "plate": "abc-1234", "occurred_on": at.date().isoformat(),
        "occurred_time": f"{at:%H:%M:%S}", "time_source": "NTP time.stdtime.gov.tw",
        "clock_offset_ms": "12", "checked_on": before.date().isoformat(),
        "checked_time": f"{before:%H:%M:%S}",
        "images": [file_of(png(8, 8, (number, 9, 9)), f"{number}.png") for number in range(images)],
    } | changed  # fmt: skip
    return city.officer.send("/enforcement/violations/new/", status=status, **given)


def test_a_red_light_is_issued_sealed_and_checked_by_others(city):
    where = device(city, "G-1", "gantry", place="示範一路與示範二路口")
    certified(city, where)
    address = recorded(city, "G-1")
    page = city.chief.read(address)
    assert "ABC-1234" in page
    assert "NTP time.stdtime.gov.tw" in page
    city.chief.send(address, act="issue")
    row = ViolationFile.objects.get()
    digest = hashlib.sha256(CERTIFICATE).hexdigest()
    assert (row.state, row.certificate_sha256) == ("issued", digest)
    acts = list(row.custody.order_by("number").values_list("act", flat=True))
    assert acts[0] == "received"
    assert acts[-2:] == ["opened", "issued"] or acts[-1] == "issued"
    assert JournalEntry.objects.filter(action=READ, thing_key=str(row.pk)).exists()

    answer = city.chief.client.post(f"{address}export/")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    manifest = json.loads(parts["manifest.json"])
    sealed = {name for name in parts if not name.startswith(("manifest", "signer"))}
    assert set(manifest["files"]) == sealed
    for name, told in manifest["files"].items():
        assert hashlib.sha256(parts[name]).hexdigest() == told["sha256"], name
    assert parts["certificate.pdf"] == CERTIFICATE
    signer = load_pem_x509_certificate(parts["signer.pem"])
    signer.public_key().verify(parts["manifest.sig"], parts["manifest.json"], ECDSA(SHA256()))
    custody = json.loads(parts["custody.json"])
    assert [step["act"] for step in custody][-1] == "exported"
    assert all(a["sha256"] == b["previous"] for a, b in pairwise(custody))
    verify()


def test_average_speed_is_worked_out_in_the_drivers_favour(city):
    where = device(
        city, "S-1", "section", limit_kmh="70", distance_m="2500", distance_tolerance_m="5"
    )
    certified(city, where)
    left = timezone.localtime() - timedelta(hours=2)

    def passed(seconds):
        entered = left - timedelta(seconds=seconds)
        return recorded(
            city, "S-1", occurred_on=left.date().isoformat(), occurred_time=f"{left:%H:%M:%S}",
            entered_time=f"{entered:%H:%M:%S}",
        )  # fmt: skip

    fast, slow = passed(90), passed(110)
    row = ViolationFile.objects.get(measured_kmh=100)
    assert str(row.counted_kmh) == "96.5", "99.5 at least, less three"
    assert "2495" not in city.chief.read(fast)
    assert "至少" in city.chief.read(fast)
    city.chief.send(fast, act="issue")
    page = city.chief.send(slow, status=409, act="issue")
    assert "扣除公差後為時速 78.5 公里" in page
    city.chief.send(slow, act="drop", why="未達舉發標準")
    assert set(ViolationFile.objects.values_list("state", flat=True)) == {"issued", "dropped"}


@pytest.mark.parametrize(
    ("days", "says"),
    [
        pytest.param(None, "沒有檢定合格證書", id="none"),
        pytest.param((-400, -1), "檢定合格證書已逾期", id="expired"),
        pytest.param((1, 100), "尚未生效", id="not-yet"),
    ],
)
def test_a_device_out_of_calibration_cannot_issue(city, days, says):
    where = device(city, "G-1", "gantry")
    if days:
        certified(city, where, days=days)
    address = recorded(city, "G-1", hours=0.5)
    page = city.chief.send(address, status=409, act="issue")
    assert "不得舉發" in page
    assert says in page
    row = ViolationFile.objects.get()
    assert (row.state, row.refused_count) == ("recorded", 1)
    assert JournalEntry.objects.filter(action="sensing.violation.refused").count() == 1
    assert says in city.chief.read("/enforcement/")
    with pytest.raises(DatabaseError), transaction.atomic():
        ViolationFile.objects.update(state="issued")


def test_a_certificate_revoked_later_stops_what_it_covered(city):
    where = device(city, "G-1", "gantry")
    certified(city, where)
    issued, waiting = recorded(city, "G-1", hours=5), recorded(city, "G-1", hours=4)
    early = recorded(city, "G-1", hours=30, checked_on=(TODAY() - timedelta(days=2)).isoformat())
    city.chief.send(issued, act="issue")
    key = CalibrationCertificate.objects.get().pk
    since = timezone.localtime() - timedelta(hours=6)
    answer = city.chief.client.post(
        f"/enforcement/certificates/{key}/revoke/",
        {"since_on": since.date().isoformat(), "since_time": f"{since:%H:%M}",
         "why": "檢定作業有誤", "version": "0", "token": "7e0f8a52-6a0c-4a63-9d5a-111111111111"},
        follow=True,
    )  # fmt: skip
    page = answer.content.decode()
    assert "1 件已舉發" in page
    assert ViolationFile.objects.get(state="issued").number in page
    refused = city.chief.send(waiting, status=409, act="issue")
    assert "檢定合格證書已撤銷" in refused
    with pytest.raises(DatabaseError), transaction.atomic():
        CalibrationCertificate.objects.update(valid_until="2099-01-01")
    row = ViolationFile.objects.order_by("occurred_at").first()
    assert row.occurred_at < since, "before it was revoked"
    assert city.chief.client.get(early).status_code == 200
    assert "不得舉發" not in city.chief.read(early), "the certificate held at that moment"


def test_a_clock_that_nobody_compared_or_is_off_cannot_issue(city):
    certified(city, device(city, "G-1", "gantry"))
    off = recorded(city, "G-1", clock_offset_ms="-2000")
    old = recorded(city, "G-1", checked_on=(TODAY() - timedelta(days=3)).isoformat())
    assert "相差過大" in city.chief.send(off, status=409, act="issue")
    assert "逾期未比對" in city.chief.send(old, status=409, act="issue")


def test_evidence_that_was_tampered_with_cannot_issue(city):
    certified(city, device(city, "G-1", "gantry"))
    address = recorded(city, "G-1")
    row = ViolationFile.objects.get()
    image = row.images.first()
    place = path_of(image.file)
    content = place.read_bytes()
    place.write_bytes(png(8, 8, (1, 1, 1)))
    assert "違規影像與登錄時不符" in city.chief.send(address, status=409, act="issue")
    place.write_bytes(content)
    city.chief.send(address, act="issue")
    place.write_bytes(b"x")
    assert city.chief.client.post(f"{address}export/").status_code == 409
    with pytest.raises(DatabaseError), transaction.atomic():
        CustodyEntry.objects.update(told="{}")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.custody.all().delete()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"images": 1}, "影像張數", id="one-picture"),
        pytest.param({"hours": -2}, "時間在未來", id="the-future"),
        pytest.param({"occurred_time": "noon"}, "18:30", id="no-time"),
        pytest.param({"plate": " "}, "必須", id="no-plate"),
    ],
)
def test_a_violation_that_lacks_something_is_refused_in_a_sentence(city, changed, says):
    device(city, "G-1", "gantry")
    page = recorded(city, "G-1", status=422, **changed)
    assert says in page, re.findall(r"govuk-error[^<]*<[^<]*", page)[:5]
    assert not ViolationFile.objects.exists()


def test_a_device_or_certificate_that_lacks_something_is_refused(city):
    new = "/enforcement/devices/new/"
    assert "區間長度" in city.chief.send(new, status=422, code="S-9", kind="section")
    where = device(city, "G-1", "gantry")
    assert "已有這個編號" in city.chief.send(new, status=422, code="G-1", kind="gantry")
    page = city.chief.send(
        f"{where}certificates/new/", status=422, number="J-9", issuer="示範",
        valid_from="2020-02-02", valid_until="2020-01-01", file=file_of(CERTIFICATE, "a.pdf"),
    )  # fmt: skip
    assert "迄日在起日之前" in page
    city.officer.read(new, status=403)
    assert EnforcementDevice.objects.count() == 1


def test_plates_and_names_are_for_who_enforces_there_alone(city):
    certified(city, device(city, "G-1", "gantry"))
    address = recorded(city, "G-1")
    image = f"/enforcement/images/{ViolationFile.objects.get().images.first().pk}/"
    for path in (address, image):
        city.works.read(path, status=404)
        city.resident.read(path, status=404)
        assert city.visitor.client.get(path).status_code == 302
    assert "ABC-1234" not in city.chief.read("/enforcement/violations/")
    assert "G-1" not in city.works.read("/enforcement/")
    city.resident.read("/enforcement/", status=403)
    answer = city.officer.client.get(image)
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert city.officer.client.post(f"{address}export/").status_code == 403


def stop(city, *, status=303, ago=1, **changed):
    at = timezone.localtime() - timedelta(hours=ago)
    given = {
        "place": "示範三路", "stopped_on": at.date().isoformat(), "stopped_time": f"{at:%H:%M}",
        "device": "B-1", "mg_l": "0.30", "name": "王小明", "identity": "A123456789",
        "plate": "XYZ-987",
    }  # fmt: skip
    return city.officer.send("/enforcement/stops/new/", status=status, **given | changed)


def test_from_a_planned_checkpoint_to_a_repeat_offender(city):
    certified(city, device(city, "B-1", "breath"))
    now = timezone.localtime()
    begins, ends = now - timedelta(hours=3), now - timedelta(minutes=5)
    district = Area.objects.filter(kind="district").order_by("code").first()
    where = city.officer.send(
        "/enforcement/checkpoints/new/", district=district.code, place="示範三路口",
        reason="去年酒駕事故多", starts_on=begins.date().isoformat(), starts_time=f"{begins:%H:%M}",
        ends_on=ends.date().isoformat(), ends_time=f"{ends:%H:%M}",
    )  # fmt: skip
    point = Checkpoint.objects.get()
    sober = stop(city, checkpoint=point.number, place="", mg_l="0.05")
    first = stop(city, ago=2, checkpoint=point.number, place="")
    again = stop(city, checkpoint=point.number, place="", mg_l="", device="")
    told = dict(AlcoholStop.objects.values_list("outcome", "earlier_count"))
    assert told == {"sober": 0, "criminal": 0, "refused": 1}
    nobody = AlcoholStop.objects.get(outcome="sober")
    assert (nobody.name, nobody.plate, nobody.subject) == ("", "", ""), "sober: nobody is kept"
    assert "A123456789" not in str(AlcoholStop.objects.values())
    assert "累犯" in city.chief.read(again) or "再犯" in city.chief.read(again)
    for address in (first, again):
        assert city.chief.client.post(address).status_code == 303
    assert AlcoholStop.objects.filter(issued_at__isnull=False).count() == 2
    city.chief.client.post(sober)
    assert AlcoholStop.objects.filter(issued_at__isnull=False).count() == 2, "nothing follows"
    page = city.officer.send(
        where, status=422, held_on=begins.date().isoformat(), held_time=f"{begins:%H:%M}",
        held_to_on=ends.date().isoformat(), held_to_time=f"{ends:%H:%M}", stopped_count="1",
    )  # fmt: skip
    assert "少於" in page
    city.officer.send(
        where, held_on=begins.date().isoformat(), held_time=f"{begins:%H:%M}",
        held_to_on=ends.date().isoformat(), held_to_time=f"{ends:%H:%M}", stopped_count="120",
    )  # fmt: skip
    point.refresh_from_db()
    assert (point.state, point.stopped_count) == ("held", 120)
    page = city.chief.read("/enforcement/checkpoints/")
    assert "王小明" not in page
    assert "120" in page
    assert city.works.client.get(first).status_code == 404
    verify()


def test_a_breath_tester_without_certificate_leads_to_nothing(city):
    where = device(city, "B-1", "breath")
    address = stop(city)
    row = AlcoholStop.objects.get()
    assert (row.outcome, row.name, row.certificate) == ("unusable", "", None)
    assert "王小明" not in city.chief.read(address)
    certified(city, where)
    good = stop(city, mg_l="0.90")
    key = CalibrationCertificate.objects.get().pk
    since = timezone.localtime() - timedelta(days=1)
    city.chief.send(
        f"/enforcement/certificates/{key}/revoke/", since_on=since.date().isoformat(),
        since_time=f"{since:%H:%M}", why="儀器異常",
    )  # fmt: skip
    answer = city.chief.client.post(good, follow=True).content.decode()
    assert "檢定合格證書已撤銷" in answer
    assert not AlcoholStop.objects.filter(issued_at__isnull=False).exists()


def test_an_offence_without_its_driver_is_refused(city):
    certified(city, device(city, "B-1", "breath"))
    assert "姓名與身分證" in stop(city, status=422, identity="")
    assert "測試器" in stop(city, status=422, device="")
    assert not AlcoholStop.objects.exists()


def test_what_names_people_is_erased_on_its_day(city):
    certified(city, device(city, "G-1", "gantry"))
    certified(city, device(city, "B-1", "breath"), number="J-2")
    address = recorded(city, "G-1")
    city.chief.send(address, act="drop", why="車牌不清")
    stop(city)
    place = path_of(ViolationFile.objects.get().images.first().file)
    later = timezone.now() + timedelta(days=3_700)
    assert personal_erase(at=later) == (1, 1)
    row, driver = ViolationFile.objects.get(), AlcoholStop.objects.get()
    assert (row.plate, driver.name, driver.plate, driver.subject) == ("", "", "", "")
    assert all(image.file is None and image.sha256 for image in row.images.all())
    assert personal_erase(at=later) == (0, 0)
    assert "已刪除" in city.chief.read(address)
    assert Job.objects.filter(name="core.remove_bytes").exists() or not place.exists()
    assert row.custody.order_by("-number").values_list("act", flat=True)[1:2][0] == "erased"


def test_real_accidents_are_taken_in_and_the_effect_says_how_sure_it_is(city):
    if not ACCIDENTS.exists():
        pytest.skip("The shared data are not on this machine.")
    content = ACCIDENTS.read_bytes()
    address = city.officer.send("/enforcement/crashes/new/", file=file_of(content, "a1.csv"))
    total = Crash.objects.count()
    assert total == len(content.decode("utf-8-sig").strip().splitlines()) - 1
    alcohol = Crash.objects.filter(is_alcohol=True).count()
    assert 0 < alcohol < total / 2
    assert crashes_import(content=content, by=None, at=timezone.now())["new"] == 0
    district = Area.objects.get(kind="district", code="64000050")
    began = datetime(2019, 7, 1, 14, tzinfo=timezone.get_current_timezone())
    Checkpoint.objects.create(
        number="CP-2019-1", agency=Agency.objects.get(code="police"), area=district,
        place="示範", reason="示範", starts_at=began,
        ends_at=began + timedelta(hours=2), state="held", held_from=began,
        held_to=began + timedelta(hours=2), planned_by=city.someone, planned_at=began,
    )  # fmt: skip
    found = effect_of(began.date(), TODAY())
    assert (found.first, found.last) == (
        began.date() - timedelta(days=found.before_days),
        began.date() + timedelta(days=found.after_days - 1),
    )
    counted = Crash.objects.filter(
        is_alcohol=True, area__isnull=False, occurred_on__gte=found.first,
        occurred_on__lte=found.last,
    ).count()  # fmt: skip
    assert counted == found.before + found.after + found.other_before + found.other_after
    assert found.beside.low < found.beside.value < found.beside.high
    assert found.beside.says == "unclear", "a handful of deaths proves nothing"
    page = city.officer.read(address)
    assert "無法認定有成效" in page
    assert "95 %" in page


def test_a_file_that_is_no_file_of_accidents_is_refused(city):
    for content, says in ((b"a,b\n1,2\n", "缺少"), (b"\xff\xfe\x00", "CSV")):
        page = city.officer.send(
            "/enforcement/crashes/new/", status=422, file=file_of(content, "a.csv")
        )
        assert says in page
    assert not Crash.objects.exists()
