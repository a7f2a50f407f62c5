"""A controller closes a quarter by keyboard; a resident reads the report and takes its data."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.browser.visitor import DESK, PHONE
from tests.plan.works import site
from tests.services.conftest import kaohsiung

from shizheng.plan.models import QuarterClosing
from shizheng.plan.quarters.actions import quarter_close
from shizheng.plan.quarters.making import report_make
from shizheng.plan.quarters.periods import quarter_of

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]
LAST = quarter_of(timezone.localdate()) - 1
PAGE = f"/plan/quarters/{LAST.code}/"


@pytest.fixture
def people(kaohsiung):
    site.item_adopted()
    return site.people()


def downloaded(visitor, name: str) -> bytes:
    """Press a link by keyboard and return the file that comes."""
    visitor.to(f"main a[href$='{name}']")
    with visitor.page.expect_download() as caught:
        visitor.page.keyboard.press("Enter")
    return caught.value.path().read_bytes()


def test_a_controller_closes_a_quarter_and_a_resident_reads_it(visit, people):
    visitor = visit(people.controller, **DESK)
    visitor.open("/plan/quarters/", "quarters-staff")
    visitor.send("main a.govuk-button")
    visitor.look("quarter-check")
    visitor.press("details:nth-of-type(1) summary")
    visitor.send("details[open] a[href*='/items/']")
    visitor.look()
    assert "13-1" in visitor.page.url
    with visitor.page.expect_event("load"):
        visitor.page.go_back()
    visitor.write("reason", "資料尚未到齊，先行結報")
    visitor.send("main form button.govuk-button")
    visitor.look("quarter-closed")
    assert QuarterClosing.objects.get().period == LAST.code
    visitor.open(f"{PAGE}correct/", "quarter-correct")

    resident = visit(people.resident, **PHONE)
    resident.open("/plan/quarters/", "quarters-resident")
    resident.send("main th a")
    resident.look("quarter-resident")
    resident.send("main a[href$='/report.pdf']")
    resident.look("quarter-report-waits")
    closing = QuarterClosing.objects.get()
    report_make(closing=str(closing.pk), which="city", language="zh-hant")
    resident.open(PAGE)
    assert downloaded(resident, "report.pdf").startswith(b"%PDF")
    assert b"13-1" in downloaded(resident, "data.csv")
    assert downloaded(resident, "record.json").startswith(b"{")


def test_a_department_reads_its_part_of_an_open_quarter(visit, people):
    visitor = visit(people.officer, **PHONE)
    visitor.open(PAGE, "quarter-preview-390")
    visitor.send("main th a")
    visitor.look("quarter-preview-department-390")
    assert visitor.page.url.endswith("/departments/13/")


@pytest.mark.parametrize(
    ("size", "language"), [(PHONE, ""), (DESK, "/en")], ids=["phone-zh", "desk-en"]
)
def test_everybody_reads_a_closed_quarter(visit, people, size, language):
    now = timezone.now() - timedelta(minutes=1)
    for period in (LAST - 1, LAST):
        quarter_close(period=period, by=people.controller, at=now, reason="先行結報")
    visitor = visit(**size)
    name = f"{size['viewport']['width']}{language.replace('/', '-')}"
    for path, shot in (("", "city"), ("v1/departments/13/", "department"), ("v1/brief/", "brief")):
        visitor.open(f"{language}{PAGE}{path}", f"quarter-{shot}-{name}")
