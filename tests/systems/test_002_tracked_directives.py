"""System 2, tracked directives 列管事項追蹤: one directive from the meeting to its release.

Everything is done over HTTP, each step by the person whose work it is.
"""

import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from tests.plan.directives import town
from typer.testing import CliRunner

from shizheng.cli.main import app
from shizheng.core.journal import verify
from shizheng.core.models import Agency, City, PublishedDefinition
from shizheng.packs.loader import load
from shizheng.plan.directives.definitions import EscalationRuleBody
from shizheng.plan.models import Directive

TODAY = timezone.localdate()
PACK = Path(__file__).parents[2] / "packs/kaohsiung"
HIDDEN = re.compile(r'type="hidden" name="(version|token)" value="([^"]+)"')


class Desk:
    """One person at a browser."""

    def __init__(self, person) -> None:
        self.client = Client()
        self.client.force_login(person)

    def read(self, path: str) -> str:
        response = self.client.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        return response.content.decode()

    def send(self, path: str, *, expect: int = 302, **fields: object) -> str:
        """Open a form, fill it in and send it; return where it leads, or the page shown again."""
        hidden = re.findall(
            r'type="hidden" name="(version|token)" value="([^"]+)"', self.read(path)
        )
        response = self.client.post(path, {**dict(hidden), **fields})
        assert response.status_code == expect, response.content.decode()[:3000]
        return response.url if expect == 302 else response.content.decode()


@pytest.fixture
def desks(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    town.make_city()
    people = town.make_people(town.make_agencies())
    return {name: Desk(person) for name, person in vars(people).items()}


@pytest.fixture
def city_rule(desks):
    """Publish the escalation rule and the calendar of the pack."""
    pack = load(PACK)
    for kind in ("escalation_rule", "calendar"):
        found = pack.one(kind)
        PublishedDefinition.objects.create(
            city=City.objects.get(), kind=kind, identifier=found.id, version=found.version,
            digest=found.digest, body=found.body, published_at=town.AT,
        )  # fmt: skip


def issued(desks, **given: object) -> str:
    """Issue a directive of yesterday's meeting; return its address."""
    keys = {agency.code: str(agency.pk) for agency in Agency.objects.all()}
    parts = {
        "source": "works_meeting",
        "source_reference": "第 12 次工程督導會報",
        "source_on": (TODAY - timedelta(days=1)).isoformat(),
        "wording": "請工務局會同水利局於汛期前完成愛河沿線側溝清淤。",
        "lead": keys["works"],
        "partners": [keys["water"]],
        "cadence": "monthly",
        "due_on": (TODAY + timedelta(days=30)).isoformat(),
        "confidentiality": "internal",
        "control": keys["control"],
    }
    return desks["control"].send("/directives/new/", **{**parts, **given})


def photo() -> io.BytesIO:
    file = io.BytesIO(
        bytes.fromhex(
            "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
            "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
        )
    )
    file.name = "完工照片.png"
    return file


def test_a_decision_is_followed_to_its_release(desks):
    page = issued(desks)
    number = page.rstrip("/").rpartition("/")[2]
    assert re.fullmatch(r"KH-\d{7}-0001", number)
    assert number in desks["lead"].read("/directives/")

    first = TODAY.replace(day=1).isoformat()
    report = {"period_first": first, "percent": "60", "text": "已完成六成"}
    desks["lead"].send(page + "report/", **report)
    water = str(Agency.objects.get(code="water").pk)
    desks["partner"].send(page + "countersign/", agency=water, remark="同意")
    desks["control"].send(page + "return/", reason="請附照片")
    final = {"percent": "100", "text": "全部完成", "is_final": "on", "evidence_files": [photo()]}
    desks["lead"].send(page + "report/", **{**report, **final})

    early = desks["control"].send(
        page + "release/", expect=422, text="解除", decided_on=TODAY.isoformat()
    )
    assert number in early

    desks["partner"].send(page + "countersign/", agency=water)
    desks["control"].send(page + "accept/")
    desks["lead"].send(page + "release-request/", reason="已完成，請解除列管")
    desks["control"].send(page + "release-refusal/", reason="尚待現勘")
    desks["lead"].send(page + "release-request/", reason="已現勘，請解除列管")
    desks["control"].send(page + "release/", text="同意解除列管", decided_on=TODAY.isoformat())

    shown = desks["lead"].read("/en" + page)
    for words in ("Returned for correction", "Countersigned", "Release refused", "Released"):
        assert words in shown
    assert number not in desks["lead"].read("/directives/")
    assert number in desks["lead"].read("/directives/?state=released")

    download = re.search(r'href="(/files/[^"]+)"', shown)[1]
    sent = desks["lead"].client.get(download)
    assert b"".join(sent.streaming_content).startswith(b"\x89PNG")
    assert Client().get(download).status_code == 404

    due = (TODAY + timedelta(days=60)).isoformat()
    desks["control"].send(
        page + "reopening/", text="淤積復發", decided_on=TODAY.isoformat(), due_on=due
    )
    assert number in desks["lead"].read("/directives/")
    assert "淤積復發" in desks["lead"].read(page)


def test_the_first_due_date_stands_whatever_is_granted(desks):
    page = issued(desks)
    first, later = TODAY + timedelta(days=30), TODAY + timedelta(days=50)
    desks["lead"].send(page + "extension/", wanted_on=later.isoformat(), reason="雨季")
    assert desks["lead"].client.get(page + "extension-decision/").status_code == 403
    desks["control"].send(
        page + "extension-decision/",
        outcome="granted", granted_on=later.isoformat(), note="同意",
    )  # fmt: skip
    shown = desks["lead"].read(page)
    assert f'datetime="{first}"' in shown
    assert f'datetime="{later}"' in shown


def test_a_locked_period_takes_no_report(desks):
    page = issued(desks)
    Directive.objects.update(issued_on=TODAY - timedelta(days=40))
    last_month = (TODAY.replace(day=1) - timedelta(days=1)).replace(day=1).isoformat()
    control = str(Agency.objects.get(code="control").pk)
    desks["control"].send(
        "/directives/periods/", control=control, cadence="monthly", period_first=last_month
    )
    again = desks["lead"].send(
        page + "report/", expect=422, period_first=last_month, percent="10", text="補報"
    )
    assert "govuk-error-summary" in again


def test_a_control_yuan_case_is_known_only_to_those_concerned(desks):
    page = issued(desks, source="control_yuan", confidentiality="restricted", partners=[])
    number = page.rstrip("/").rpartition("/")[2]
    for name, status in {"keeper": 200, "control": 200, "lead": 404, "stranger": 404}.items():
        assert desks[name].client.get(page).status_code == status
        assert (number in desks[name].read("/directives/")) is (status == 200)
    assert Client().get(page).status_code == 404


def test_an_overdue_directive_climbs_to_the_chair_by_the_packs_rule(desks, city_rule):
    page = issued(desks, source_on="2020-02-25", due_on="2020-05-29")
    number = page.rstrip("/").rpartition("/")[2]
    result = CliRunner().invoke(app, ["directives", "escalate", "--at", "2020-06-30"])
    assert (result.exit_code, result.stdout) == (0, "1 overdue, 3 told, 0 failed\n")
    shown = desks["control"].read("/en" + page)
    chair = load(PACK).body(EscalationRuleBody).levels[-1].to["en"]
    assert chair in shown
    assert number in desks["control"].read("/directives/overdue/")


def test_the_list_is_a_calendar_of_tasks(desks):
    page = issued(desks)
    made = desks["lead"].client.post("/directives/calendar/", {"act": "make"}).content.decode()
    address = re.search(r"(/directives/calendar/[\w-]+\.ics)", made)[1]
    task = Calendar.from_ical(Client().get(address).content).walk("VTODO")[0]
    assert task.decoded("due") == TODAY + timedelta(days=30)
    assert str(task["url"]).endswith(page)
    assert isinstance(task.decoded("due"), date)


def test_the_journal_of_it_all_is_whole(desks):
    page = issued(desks)
    desks["lead"].send(
        page + "report/", period_first=TODAY.replace(day=1).isoformat(), percent="5", text="開始"
    )
    assert verify().is_intact
