"""Information security in a browser: an incident entered and reported in time by keyboard."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.browser.visitor import DESK, PHONE
from tests.plan.works.site import WORKS, month_before
from tests.services.conftest import kaohsiung, person

from shizheng.core.models import Agency
from shizheng.plan.models import SecurityIncident
from shizheng.plan.security.actions import finding, incident, measuring, registering, sharing
from shizheng.plan.security.domain.hosts import HostFigures

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]


@pytest.fixture
def officer(kaohsiung):
    return person("s_officer", "security_officer", WORKS)


@pytest.fixture
def number(officer) -> str:
    """A system with all that its pages show; return its number."""
    at = timezone.now() - timedelta(hours=3)
    today, agency = timezone.localdate(at), Agency.objects.get(code=WORKS)
    chief = person("s_chief", "security_chief")
    common = {"by": officer, "at": at, "agency": agency, "is_synthetic": True}
    system = registering.system_register(
        name="〔示範〕工程管理系統", protection="high", is_core=True, **common
    )
    for days in (-3, 30):
        finding.finding_record(
            kind="weakness", title="紀錄元件有已知弱點", severity="critical", control="8.8",
            found_on=today - timedelta(days=40), owner=officer, system=system,
            due_on=today + timedelta(days=days), **common,
        )  # fmt: skip
    registering.exercise_record(
        kind="restore",
        held_on=today,
        is_passed=True,
        result="兩小時內還原",
        system=system,
        **common,
    )
    component = {"type": "library", "name": "log4j-core", "version": "2.17.1"}
    listed = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component]}
    measuring.software_import(
        system=system, by=officer, at=at, content=json.dumps(listed).encode()
    )  # fmt: skip
    registering.host_register(
        name="vm-1", moved_on=today, kwh_before=Decimal(310), system=system, **common
    )
    figures = [
        HostFigures(2, "vm-1", month_before(today, ago), Decimal(40), Decimal("99.9"), Decimal(120))
        for ago in (1, 2, 3)
    ]
    measuring.host_months_file(by=officer, at=at, figures=figures)
    opened = incident.incident_open(
        title="網頁遭竄改", level="2", known_at=at, text="巡檢發現", system=system, **common
    )
    incident.indicators_note(
        incident=opened, by=officer, at=at, kind="domain", marking="green", values=["c2.example"]
    )
    sharing.indicators_share(incident=opened, by=chief, at=at)
    return system.number


PAGES = ("", "systems/", "findings/?state=all", "drills/", "incidents/", "room/",
         "software/?q=log4j")  # fmt: skip


@pytest.mark.parametrize(
    ("size", "language"), [(PHONE, ""), (DESK, "/en")], ids=["phone-zh", "desk-en"]
)
def test_every_page_fits_and_can_be_read_by_everybody(visit, officer, number, size, language):
    visitor = visit(officer, **size)
    width = size["viewport"]["width"]
    known = SecurityIncident.objects.get().number
    for path in (*PAGES, f"systems/{number}/", f"incidents/{known}/"):
        name = path.partition("?")[0].strip("/").replace("/", "-") or "home"
        visitor.open(f"{language}/security/{path}", f"security-{name}-{width}")


def test_an_officer_enters_an_incident_and_reports_it_in_time_by_keyboard(visit, officer):
    visitor = visit(officer, **DESK)
    visitor.open("/security/", "security-empty")
    visitor.page.keyboard.press("n")
    visitor.page.wait_for_url("**/incidents/new/")
    visitor.look("security-incident-new")
    visitor.write("incident", "網頁遭竄改")
    visitor.press("[name=level]", "Space")
    visitor.write("text", "值班人員發現首頁被更換")
    visitor.send("main button.govuk-button")
    visitor.look()
    visitor.page.keyboard.press("r")
    visitor.page.wait_for_url("**/report/")
    visitor.look("security-report")
    visitor.write("reference", "TWCERT-1")
    visitor.write("text", "已於通報平臺通報")
    visitor.send("main button.govuk-button")
    visitor.look("security-reported")
    assert "如期" in visitor.page.inner_text("section:has(#clocks)")
    reported = SecurityIncident.objects.get()
    assert reported.reported_at - reported.known_at < timedelta(hours=1)
