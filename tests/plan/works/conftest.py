"""Works at different stages, made by the acts of the room."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from tests.plan.works import site
from tests.services.conftest import kaohsiung

from shizheng.core.locations.place import place_at
from shizheng.core.locations.shapes import Kind
from shizheng.core.models import Agency
from shizheng.plan.models import PublicWork
from shizheng.plan.works.actions import planning, registering, reporting
from shizheng.plan.works.domain.stages import Stage

__all__ = ["kaohsiung"]
AT = datetime(2020, 3, 2, 1, tzinfo=UTC)
START, END = date(2020, 3, 1), date(2020, 12, 31)


@pytest.fixture
def people(kaohsiung) -> SimpleNamespace:
    return site.people()


def begun(
    people, number: str = "PW-109-0001", *, firm: str = "10000010", amount: int = 100_000_000
) -> PublicWork:
    """Make a work under construction with a straight planned curve."""
    work = registering.work_register(
        by=people.officer, at=AT, agency=Agency.objects.get(code=site.WORKS), number=number,
        name="聯外道路", place=place_at(
            [(120.305, 22.756), (120.3085, 22.759)], Kind.LINE, address="芋林路", on=START
        ),
    )  # fmt: skip
    registering.contract_set(
        work=work, by=people.officer, at=AT, contractor_name=f"營造 {firm}", business_number=firm,
        amount_twd=amount, awarded_on=START - timedelta(days=20), starts_on=START, ends_on=END,
    )  # fmt: skip
    planning.curve_propose(
        work=work, by=people.officer, at=AT, reason="契約",
        points=[(START, Decimal(0)), (END, Decimal(100))],
    )  # fmt: skip
    planning.curve_decide(work=work, by=people.controller, at=AT, is_adopted=True, note="同意")
    for stage in (Stage.TENDER, Stage.CONSTRUCTION):
        registering.stage_move(work=work, by=people.officer, at=AT, stage=stage, reason="開工")
    return work


def report(work: PublicWork, people, month: date, percent: str, paid: int = 0, **given):
    at = datetime(month.year, month.month, 28, 1, tzinfo=UTC)
    return reporting.report_file(
        work=work, by=people.officer, at=given.pop("at", at), month=month,
        percent=Decimal(percent), paid_twd=paid, **given,
    )  # fmt: skip
