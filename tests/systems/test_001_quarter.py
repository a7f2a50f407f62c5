"""System 1, 季結報: a quarter from open to corrected, as the control unit and residents go.

Everything is done over HTTP; a worker makes the reports.
"""

import hashlib

import pytest
from django.utils import timezone
from tests.plan.works.site import Desk, item_adopted, people
from tests.services.conftest import kaohsiung

from shizheng.core.journal import verify
from shizheng.core.models import Job, JournalEntry
from shizheng.plan.models import QuarterClosing
from shizheng.plan.quarters.making import report_make
from shizheng.plan.quarters.periods import quarter_of

__all__ = ["kaohsiung"]
LAST = quarter_of(timezone.localdate()) - 1
PAGE = f"/plan/quarters/{LAST.code}/"


@pytest.fixture
def desks(kaohsiung, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    item_adopted("13-1")
    ours = people()
    return {
        "controller": Desk(ours.controller), "officer": Desk(ours.officer), "anybody": Desk(),
    }  # fmt: skip


def test_a_quarter_from_open_to_corrected(desks):
    controller, officer, anybody = desks["controller"], desks["officer"], desks["anybody"]
    assert anybody.client.get(PAGE).status_code == 404
    assert f"{PAGE}departments/13/" in officer.read(PAGE)
    assert "/items/13-1/" in officer.read(f"{PAGE}departments/13/")
    assert officer.client.get(f"{PAGE}close/").status_code == 403
    open_ = controller.send(f"{PAGE}close/", expect=422, reason="")
    assert "govuk-error-summary" in open_
    assert controller.send(f"{PAGE}close/", reason="資料尚未到齊") == PAGE
    twice = controller.client.get(f"{PAGE}close/")
    assert twice.url == PAGE

    assert "資料尚未到齊" in anybody.read(PAGE)
    assert anybody.client.get(f"{PAGE}v1/report.pdf").status_code == 202
    job = Job.objects.get(name=report_make.name, key__startswith=f"{LAST.code}-1:city:zh-hant")
    report_make(**job.arguments)
    pdf = b"".join(anybody.client.get(f"{PAGE}v1/report.pdf").streaming_content)
    assert pdf.startswith(b"%PDF")
    record = anybody.client.get(f"{PAGE}v1/record.json").content
    assert hashlib.sha256(record).hexdigest() == anybody.json("/api/quarters")[0]["digest"]

    assert officer.client.get(f"{PAGE}correct/").status_code == 403
    controller.send(f"{PAGE}correct/", reason="補列遲到的數據")
    assert QuarterClosing.objects.filter(period=LAST.code).count() == 2
    assert "補列遲到的數據" in anybody.read(PAGE)
    assert "資料尚未到齊" in anybody.read(f"{PAGE}v1/")
    assert anybody.client.get(f"{PAGE}v1/record.json").content == record
    assert b"".join(anybody.client.get(f"{PAGE}v1/report.pdf").streaming_content) == pdf
    assert PAGE in anybody.read(f"/search/?q={LAST.code}")
    actions = JournalEntry.objects.filter(action__startswith="plan.quarter.")
    assert sorted(actions.values_list("action", flat=True)) == [
        "plan.quarter.closed", "plan.quarter.corrected",
    ]  # fmt: skip
    assert verify().is_intact
