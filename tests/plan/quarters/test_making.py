"""Reports as files: a worker makes them, everybody who may see the quarter has the same bytes."""

import hashlib

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, transaction
from django.test import Client
from tests.plan.works.site import Desk

from shizheng.core import search
from shizheng.core.models import Job, StoredFile
from shizheng.plan.models import QuarterFile
from shizheng.plan.quarters.actions import quarter_close, quarter_correct
from shizheng.plan.quarters.making import file_of, report_make, wanted
from shizheng.statistics.models import Indicator

from .conftest import IN_APRIL, IN_JULY, Q1, Q2, WHY, shown_in

pytestmark = pytest.mark.django_db
PAGE = "/plan/quarters/2026-Q1/"
PDF = f"{PAGE}v1/report.pdf"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def closing(people):
    shown_in(IN_APRIL, "requests_in_time", 96, 97, 98)
    return quarter_close(period=Q1, by=people.controller, at=IN_APRIL, reason=WHY)


def waiting() -> dict[str, Job]:
    return {job.key: job for job in Job.objects.filter(name=report_make.name)}


def test_closing_lets_the_reports_be_made_and_a_reader_waits_without_typesetting(closing):
    assert {key.rsplit(":", 1)[0] for key in waiting()} == {
        f"2026-Q1-1:{which}:{language}" for which in ("city", "brief")
        for language in ("zh-hant", "en")
    }  # fmt: skip
    response = Client().get(PDF)
    assert response.status_code == 202
    page = response.content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert not QuarterFile.objects.exists()
    assert Client().get(f"{PAGE}v1/departments/1/report.pdf").status_code == 202
    assert Client().get(f"{PAGE}v1/departments/1/report.pdf").status_code == 202
    assert len(waiting()) == 5
    assert Client().get(f"{PAGE}v1/departments/99/report.pdf").status_code == 404
    assert Client().get(f"{PAGE}v2/report.pdf").status_code == 404


def test_a_made_report_is_kept_by_its_digest_and_handed_out_as_it_is(closing):
    for _twice in range(2):
        report_make(closing=str(closing.pk), which="city", language="zh-hant")
    row = QuarterFile.objects.get()
    response = Client().get(PDF)
    content = b"".join(response.streaming_content)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert hashlib.sha256(content).hexdigest() == row.file.digest
    assert response["ETag"] == f'"{row.file.digest}"'
    assert Client().get(f"/en{PDF}").status_code == 202
    for change in (
        lambda: QuarterFile.objects.update(which="brief"),
        lambda: QuarterFile.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_report_whose_bytes_are_gone_is_made_again(closing, settings):
    report_make(closing=str(closing.pk), which="brief", language="zh-hant")
    report = wanted(closing, is_brief=True, language="zh-hant")
    row = file_of(report)
    (settings.MEDIA_ROOT / row.file.path).unlink()
    assert file_of(report) is None
    assert Client().get(f"{PAGE}v1/brief.pdf").status_code == 202
    report_make(closing=str(closing.pk), which="brief", language="zh-hant")
    assert file_of(report).file.digest == row.file.digest
    assert StoredFile.objects.filter(digest=row.file.digest).count() == 1


def test_a_report_that_cannot_be_made_says_so_and_does_not_try_for_ever(closing):
    Job.objects.filter(key__startswith="2026-Q1-1:city:zh-hant").update(status="failed")
    before = Job.objects.count()
    page = Client().get(PDF).content.decode()
    assert "hx-trigger" not in page.split("<main", 1)[1]
    assert Job.objects.count() == before


def test_a_department_sees_how_its_part_of_an_open_quarter_stands(edition, people):
    shown_in(IN_APRIL, "requests_in_time", 96, 97, 98)
    own = f"{PAGE}departments/1/"
    staff, resident = Desk(people.officer), Desk(people.resident)
    page = staff.read(own)
    assert "/items/1-1/" in page
    assert "/items/3-3/" not in page
    assert own in staff.read(PAGE)
    assert resident.client.get(own).status_code == 404
    assert staff.client.get(f"{PAGE}departments/99/").status_code == 404
    quarter_close(period=Q1, by=people.controller, at=IN_APRIL, reason=WHY)
    assert resident.client.get(own).url == f"{PAGE}v1/departments/1/"


def test_every_indicator_that_was_revised_is_told_with_before_after_and_why(people):
    shown_in(IN_APRIL, "requests_in_time", 96, 97, 98)
    quarter_close(period=Q1, by=people.controller, at=IN_APRIL, reason=WHY)
    shown_in(IN_JULY, "requests_in_time", 96, 97, "91.5", 90)
    closing = quarter_close(period=Q2, by=people.controller, at=IN_JULY, reason=WHY)
    (revised,) = closing.body["changes"]["indicators"]
    assert (revised["reference"], revised["period"]) == ("requests_in_time", "2026-03")
    assert (revised["was"], revised["now"]) == ("98", "91.5")
    assert (revised["was_vintage"], revised["vintage"], revised["cause"]) == (1, 2, "scheduled")
    page = Desk().read("/plan/quarters/2026-Q2/")
    assert "91.5" in page
    again = quarter_correct(period=Q2, by=people.controller, at=IN_JULY, reason="更正")
    assert again.body["changes"]["indicators"] == closing.body["changes"]["indicators"]


def test_what_is_not_public_is_not_told_as_revised(people):
    shown_in(IN_APRIL, "requests_in_time", 96, 97, 98)
    quarter_close(period=Q1, by=people.controller, at=IN_APRIL, reason=WHY)
    shown_in(IN_JULY, "requests_in_time", 96, 97, 91)
    Indicator.objects.filter(code="requests_in_time").update(is_public=False)
    closing = quarter_close(period=Q2, by=people.controller, at=IN_JULY, reason=WHY)
    assert closing.body["changes"]["indicators"] == []


def test_a_closed_quarter_is_found_and_has_an_interface(closing, people):
    hits = search.find("2026-Q1", viewer=AnonymousUser(), languages=["zh-Hant"]).hits
    assert [hit.kind for hit in hits if hit.kind == "plan.quarter"] == ["plan.quarter"]
    assert search.rebuild() > 0
    quarter_correct(period=Q1, by=people.controller, at=IN_JULY, reason="更正")
    listed = Client().get("/api/quarters").json()
    assert [row["number"] for row in listed] == ["2026-Q1-2", "2026-Q1-1"]
    one = Client().get("/api/quarters/2026-Q1?version=1").json()
    assert one["record"] == closing.body
    assert one["digest"] == closing.digest
    assert Client().get("/api/quarters/2026-Q4").status_code == 404
    assert Client().get("/api/quarters/nonsense").status_code == 404
