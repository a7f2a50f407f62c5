"""Public works in a browser: the list with its map, the curve with its table, a report by keys."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.browser.visitor import DESK, PHONE
from tests.plan.works import site
from tests.services.conftest import kaohsiung

from shizheng.core.locations.place import place_at
from shizheng.core.locations.shapes import Kind
from shizheng.core.models import Agency
from shizheng.plan.models import PublicWork, WorkReport
from shizheng.plan.works.actions import auditing, picking, planning, registering, reporting
from shizheng.plan.works.actions.auditing import GivenFault
from shizheng.plan.works.actions.warning import works_watch
from shizheng.plan.works.rules import works_rule

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["kaohsiung"]
NUMBER = "PW-109-0001"


@pytest.fixture
def people(kaohsiung):
    return site.people()


@pytest.fixture
def work(people) -> PublicWork:
    """A work of five months that is behind, with photos, an audit and a drawn round."""
    now = timezone.now()
    today = timezone.localdate(now)
    start, end = site.month_before(today, 5), today + timedelta(days=120)
    at = now - timedelta(hours=2)
    work = registering.work_register(
        by=people.officer, at=at, agency=Agency.objects.get(code=site.WORKS), number=NUMBER,
        name="橋頭科學園區聯外道路拓寬工程", items=[site.item_adopted()], is_synthetic=True,
        place=place_at([(120.305, 22.756)], Kind.POINT, address="芋林路", on=today),
    )  # fmt: skip
    registering.contract_set(
        work=work, by=people.officer, at=at, contractor_name="示範營造", business_number="10000010",
        amount_twd=268_000_000, awarded_on=start - timedelta(days=30), starts_on=start, ends_on=end,
    )  # fmt: skip
    planning.curve_propose(
        work=work, by=people.officer, at=at, reason="契約",
        points=[(start, Decimal(0)), (today, Decimal(70)), (end, Decimal(100))],
    )  # fmt: skip
    planning.curve_decide(work=work, by=people.controller, at=at, is_adopted=True, note="同意")
    for stage in ("tender", "construction"):
        registering.stage_move(work=work, by=people.officer, at=at, stage=stage, reason="開工")
    for ago, percent in ((4, 12), (3, 25), (2, 38)):
        reporting.report_file(
            work=work, by=people.officer, at=at, month=site.month_before(today, ago),
            percent=Decimal(percent), paid_twd=30_000_000, photos=[site.photo()],
        )  # fmt: skip
    control = Agency.objects.get(code=site.CONTROL)
    round_ = picking.round_draw(control=control, by=people.controller, at=at, count=1, seed="07 12")
    picking.round_publish(round_=round_, by=people.controller, at=at)
    auditing.audit_record(
        work=work, by=people.auditor, at=at, audited_on=today, score=Decimal(76), team="查核小組",
        faults=[GivenFault("C-1", "蜂窩")], round_=round_,
    )  # fmt: skip
    works_watch(rule=works_rule(), at=at)
    return work


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["", "/en"], ids=["zh", "en"])
def test_everybody_reads_the_works(visit, work, size, language):
    visitor = visit(**size)
    width = size["viewport"]["width"]
    for path, name in (("works/", "works"), (f"works/{NUMBER}/", "work"),
                       ("works/audits/", "rounds"), ("works/audits/1/", "round")):  # fmt: skip
        visitor.open(f"{language}/{path}", f"{name}-{width}{language.replace('/', '-')}")
    assert visitor.page.locator("text=PW-109-0001").count()


def test_staff_read_warnings_and_contractors(visit, work, people):
    visitor = visit(people.controller, **PHONE)
    for path in ("works/warnings/", "works/contractors/", f"works/{NUMBER}/", "works/audits/new/",
                 f"works/{NUMBER}/audit/"):  # fmt: skip
        visitor.open(f"/{path}", path.strip("/").replace("/", "-") + "-staff")


def test_an_officer_reports_a_month_by_keyboard(visit, work, people):
    visitor = visit(people.officer, **DESK)
    visitor.open(f"/works/{NUMBER}/", "work-officer")
    visitor.page.keyboard.press("r")
    visitor.page.wait_for_url("**/report/")
    visitor.look("work-report")
    visitor.write("percent", "52.5")
    visitor.write("paid_twd", "20000000")
    visitor.send("main button.govuk-button")
    visitor.look()
    assert "52.5" in visitor.page.inner_text("#progress ~ .scroll, section:has(#progress)")
    assert WorkReport.objects.filter(percent=Decimal("52.5")).exists()
    for path in ("new/", f"{NUMBER}/contract/", f"{NUMBER}/curve/", f"{NUMBER}/stage/"):
        visitor.open(f"/works/{path}", "work-" + path.strip("/").rpartition("/")[2])
