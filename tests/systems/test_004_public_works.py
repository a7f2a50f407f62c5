"""System 4, public works 公共工程施工品質及進度查核: a work from its registration to its audit.

Everything is done over HTTP, each step by the person whose work it is; one's months are this
month's last ones, so that the rule of the real pack judges them as of today.
"""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from tests.plan.works.site import PLACE, Desk, item_adopted, month_before, people, photo
from tests.services.conftest import kaohsiung

from shizheng.core.journal import verify
from shizheng.core.models import OutboxEvent
from shizheng.plan.evidence.sources import findings_of
from shizheng.plan.models import (
    AuditFault,
    AuditRound,
    Item,
    PlannedCurve,
    PublicWork,
    WorkReport,
    WorkWarning,
)
from shizheng.plan.works.domain.picking import lot, seed_digest
from shizheng.plan.works.tasks import watch_works

__all__ = ["kaohsiung"]
TODAY = timezone.localdate()
NUMBER = "PW-109-0001"
PAGE = f"/works/{NUMBER}/"
BEGAN = month_before(TODAY, 5)
ENDS = TODAY + timedelta(days=120)


@pytest.fixture
def desks(kaohsiung):
    item_adopted()
    made = {name: Desk(someone) for name, someone in vars(people()).items()}
    return {**made, "anybody": Desk()}


def registered(desks, number: str = NUMBER, **given: object) -> str:
    agency = re.search(r'<option value="([^"]+)"[^>]*>高雄市政府工務局',
                       desks["officer"].read("/works/new/"))[1]  # fmt: skip
    fields = {
        "agency": agency, "number": number, "name": "橋頭科學園區聯外道路",
        "items": "13-1", **PLACE,
    }  # fmt: skip
    return desks["officer"].send("/works/new/", **{**fields, **given})


def contracted(desks, page: str = PAGE, **given: object) -> None:
    fields = {
        "contractor_name": "測試營造", "business_number": "10000010", "amount_twd": 100_000_000,
        "awarded_on": (BEGAN - timedelta(days=30)).isoformat(), "starts_on": BEGAN.isoformat(),
        "ends_on": ENDS.isoformat(),
    }  # fmt: skip
    desks["officer"].send(page + "contract/", **{**fields, **given})


def planned(desks, page: str = PAGE, points: str = "") -> None:
    """Propose a straight line and let the control unit adopt it."""
    points = points or f"{BEGAN.isoformat()} 0\n{TODAY.isoformat()} 70\n{ENDS.isoformat()} 100%"
    desks["officer"].send(page + "curve/", points=points, reason="依契約")
    desks["controller"].send(page + "curve-decision/", outcome="adopted", note="同意")


def building(desks, number: str = NUMBER, **contract: object) -> str:
    page = registered(desks, number)
    contracted(desks, page, **contract)
    planned(desks, page)
    for stage in ("tender", "construction"):
        desks["officer"].send(page + "stage/", stage=stage, reason="開工報告")
    return page


def reported(desks, months_ago: int, percent: str, paid: int, page: str = PAGE, **given) -> str:
    month = month_before(TODAY, months_ago).isoformat()
    fields = {"month": month, "percent": percent, "paid_twd": paid, "note": "依進度施作"}
    return desks["officer"].send(page + "report/", **{**fields, **given})


def test_a_work_is_built_as_planned_and_everybody_sees_it(desks):
    assert building(desks) == PAGE
    reported(desks, 3, "20", 15_000_000, photos=[photo()])
    reported(desks, 2, "40", 18_000_000)
    reported(desks, 1, "58", 20_000_000)
    watch_works()
    assert not WorkWarning.objects.exists()

    public = desks["anybody"].read(PAGE)
    for words in ("測試營造", "100,000,000", "53,000,000", "13-1", "橋頭區"):
        assert words in public
    assert public.count("<circle") == 3
    assert 'class="planned"' in public
    assert "w_officer" not in public
    listed = desks["anybody"].read("/works/?q=聯外道路")
    assert NUMBER in listed
    assert NUMBER not in desks["anybody"].read("/works/?q=聯外鐵路")
    download = re.search(r'href="(/files/[^"]+)"', public)[1]
    sent = Client().get(download)
    assert b"".join(sent.streaming_content).startswith(b"\x89PNG")

    desks["officer"].send(PAGE + "stage/", stage="completed", reason="竣工報告", on="")
    desks["officer"].send(PAGE + "stage/", stage="accepted", reason="驗收合格")
    assert NUMBER not in desks["anybody"].read("/works/")
    assert NUMBER in desks["anybody"].read("/works/?stage=accepted")
    assert verify().is_intact


def test_an_adopted_curve_stays_and_a_change_is_a_new_version(desks):
    building(desks)
    first = PlannedCurve.objects.get()
    refused = desks["officer"].send(
        PAGE + "curve/", expect=422, points=f"{BEGAN} 0\n{TODAY} 60\n{ENDS} 50", reason="x"
    )
    assert "govuk-error-summary" in refused
    later = f"{BEGAN} 0\n{TODAY} 40\n{ENDS} 100"
    desks["officer"].send(PAGE + "curve/", points=later, reason="變更設計")
    assert desks["officer"].client.get(PAGE + "curve-decision/").status_code == 403
    desks["controller"].send(PAGE + "curve-decision/", outcome="adopted", note="同意變更")
    assert [curve.version for curve in PlannedCurve.objects.order_by("version")] == [1, 2]
    with pytest.raises(DatabaseError), transaction.atomic():
        PlannedCurve.objects.filter(pk=first.pk).update(points=[])
    with pytest.raises(DatabaseError), transaction.atomic():
        PlannedCurve.objects.all().delete()
    shown = desks["anybody"].read(PAGE)
    assert "變更設計" in shown


def test_a_month_is_reported_once_and_a_correction_is_another_record(desks):
    building(desks)
    reported(desks, 2, "30", 1_000_000)
    again = reported(desks, 2, "28", 1_000_000, expect=422)
    assert "govuk-error-summary" in again
    reported(desks, 2, "28", 900_000, reason="計價更正")
    assert list(WorkReport.objects.order_by("version").values_list("version", "is_standing")) == [
        (1, False), (2, True),
    ]  # fmt: skip
    work = PublicWork.objects.get()
    assert (work.percent, work.paid_twd) == (28, 900_000)
    assert reported(desks, 1, "27.9", 0, expect=422)
    late = WorkReport.objects.get(version=1)
    assert late.is_late is (month_before(TODAY, 1) + timedelta(days=9) < TODAY)
    assert "計價更正" in desks["anybody"].read(PAGE)


def test_the_rule_alarms_agency_and_control_once(desks):
    building(desks)
    reported(desks, 1, "20", 60_000_000)
    watch_works()
    watch_works()
    standing = dict(WorkWarning.objects.values_list("kind", "level"))
    assert standing == {"progress": "behind", "money": "watch"}
    told = OutboxEvent.objects.filter(type="city.work.warned")
    assert told.count() == 2
    assert {event.payload["control"] for event in told} == {"research_development_and_evaluation"}
    for who in ("officer", "controller"):
        assert NUMBER in desks[who].read("/works/warnings/")
    assert NUMBER in desks["anybody"].read("/works/?state=behind")
    assert desks["resident"].client.get("/works/warnings/").status_code == 403

    reported(desks, 1, "60", 60_000_000, reason="漏報")
    watch_works()
    assert not WorkWarning.objects.filter(ended_on=None).exists()
    assert NUMBER not in desks["anybody"].read("/works/?state=behind")


def test_a_silent_work_alarms(desks):
    building(desks)
    watch_works()
    assert list(WorkWarning.objects.values_list("kind", flat=True)) == ["silence"]


def test_works_are_drawn_audited_and_their_faults_corrected(desks):
    pages = [building(desks, f"PW-109-000{number}") for number in (1, 2, 3, 4, 5)]
    reported(desks, 1, "10", 0, page=pages[2])
    form = desks["controller"].read("/works/audits/new/")
    control = re.search(r'<option value="([^"]+)"[^>]*>高雄市政府研究發展', form)[1]
    seed = "大樂透 1090302 開獎號碼 03 08 15 22 31 44"
    page = desks["controller"].send("/works/audits/new/", control=control, count=2, seed=seed)
    assert desks["anybody"].client.get(page).status_code == 404
    assert desks["officer"].client.get(page).status_code == 404
    assert seed_digest(seed) in desks["anybody"].read("/works/audits/")

    drawn = AuditRound.objects.get()
    by_score, by_lot = drawn.picks.order_by("position").select_related("work")
    assert (by_score.work.number, by_score.is_random) == ("PW-109-0003", False)
    others = [each["number"] for each in drawn.candidates if each["number"] != "PW-109-0003"]
    assert by_lot.work.number == min(others, key=lambda number: lot(seed, number))

    audited = pages[2]
    desks["auditor"].send(
        audited + "audit/", audited_on=TODAY.isoformat(), score="68.5", team="查核小組",
        note="內部意見", code_1="C-1", note_1="蜂窩", photos_1=[photo()], code_2="S-1",
        note_2="未設護欄", severity_2="moderate",
    )  # fmt: skip
    grave, second = AuditFault.objects.order_by("number")
    assert (grave.audit.grade, grave.audit.round_id) == ("丙等", drawn.pk)
    assert grave.due_on > TODAY
    public = desks["anybody"].read(audited)
    assert "丙等" in public
    for internal in ("蜂窩", "內部意見", "查核小組"):
        assert internal not in public
    assert "蜂窩" in desks["officer"].read(audited)

    way = f"/works/faults/{grave.pk}/"
    desks["officer"].send(way + "correction/", text="已敲除重澆", photos=[photo()])
    assert desks["officer"].client.get(way + "check/").status_code == 403
    desks["auditor"].send(way + "check/", outcome="refused", note="仍有蜂窩")
    assert desks["auditor"].client.get(way + "correction/").status_code == 403
    desks["officer"].send(way + "correction/", text="再次改善")
    desks["auditor"].send(way + "check/", outcome="accepted", note="合格")
    grave.refresh_from_db()
    assert (grave.state, grave.closed_on, second.state) == ("closed", TODAY, "open")

    other = pages[0]
    desks["auditor"].send(
        other + "audit/", audited_on=TODAY.isoformat(), score="81", team="查核小組",
        code_1="C-1", note_1="又見蜂窩",
    )  # fmt: skip
    contractors = desks["controller"].read("/works/contractors/")
    assert re.search(r"C-1 [^<]*(<span[^>]*>[^<]*</span>)? × 2", contractors)
    assert desks["resident"].client.get("/works/contractors/").status_code == 403

    desks["controller"].send(page + "publish/")
    assert seed in desks["anybody"].read(page)
    assert verify().is_intact


def test_what_is_published_agrees_with_the_page(desks):
    building(desks)
    reported(desks, 1, "58", 40_000_000, photos=[photo()])
    text = b"".join(desks["anybody"].client.get("/works.csv").streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["number"], row["actual_percent"], row["paid_twd"]) == (NUMBER, "58.0", "40000000")
    (feature,) = desks["anybody"].json("/works.geojson")["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [120.305, 22.756]}
    package = desks["anybody"].json("/works.oc4ids.json")
    (project,) = package["projects"]
    assert project["contractingProcesses"][0]["summary"]["contractValue"]["amount"] == 100_000_000
    one = desks["anybody"].json(f"/api/works/{NUMBER}")
    assert one["months"][0]["actual_percent"] == 58.0
    assert desks["anybody"].json("/api/works?q=聯外")["count"] == 1


def test_progress_and_money_of_a_work_are_evidence_for_its_item(desks):
    building(desks)
    reported(desks, 1, "58", 40_000_000)
    items = Item.objects.filter(code="13-1")
    found = findings_of(items)[items.get().pk]
    sides = {claim.side.value: claim.percent for claim in found.claims}
    assert sides == {"actual": 58, "money": 40}
    (figure,) = [each for each in found.figures if each.source == "public_work"]
    assert (figure.value, figure.target) == (58, 100)
    assert 0 < figure.expected() < 100
    before = timezone.now() - timedelta(days=1)
    assert items.get().pk not in findings_of(items, before)


def test_only_the_agency_writes_and_only_once(desks):
    building(desks)
    for path in ("report/", "contract/", "curve/", "stage/"):
        assert desks["elsewhere"].client.get(PAGE + path).status_code == 403
        assert desks["resident"].client.get(PAGE + path).status_code == 403
    assert desks["officer"].client.get(PAGE + "audit/").status_code == 403
    shown = desks["officer"].read(PAGE + "report/")
    hidden = dict(re.findall(r'type="hidden" name="(version|token)" value="([^"]+)"', shown))
    fields = {"month": month_before(TODAY, 1).isoformat(), "percent": "30", "paid_twd": "0"}
    first, second = (
        desks["officer"].client.post(PAGE + "report/", {**hidden, **fields}) for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (302, 302)
    assert WorkReport.objects.count() == 1
    stale = desks["officer"].client.post(
        PAGE + "report/",
        {**hidden, "token": "6a1f1d0e-8f7d-4a3e-9d51-31b1d2a8c001", **fields, "percent": "31"},
    )
    assert stale.status_code == 409
