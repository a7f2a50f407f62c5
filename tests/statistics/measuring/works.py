"""Public works of the small city: on their way, late, paid for, audited."""

from datetime import UTC, date, datetime
from decimal import Decimal

from tests.services.conftest import person

from shizheng.core.models import Agency, Area
from shizheng.plan.models import (
    AuditFault,
    Contractor,
    PublicWork,
    WorkAudit,
    WorkReport,
    WorkWarning,
)

MADE = datetime(2020, 11, 1, 2, tzinfo=UTC)
RULE = {"rule": "works", "rule_version": 1}


def works() -> None:
    """One work under construction, behind, with faults; one completed at the turn of the year."""
    by = person("works_officer", "officer", "public_works")
    firm = Contractor.objects.create(business_number="10000010", name="營造", is_synthetic=True)
    places = list(Area.objects.filter(kind="district").order_by("code")[:2])
    days = [("construction", None), ("completed", date(2021, 1, 1))]
    for number, (stage, completed_on) in enumerate(days, start=1):
        work = PublicWork.objects.create(
            number=f"PW-{number}", name="道路", agency=by.agency, stage=stage,
            control=Agency.objects.get(code="research_development_and_evaluation"),
            district=places[number - 1], contractor=firm, contract_twd=1_000_000,
            starts_on=date(2020, 11, 15), ends_on=date(2021, 6, 30), completed_on=completed_on,
            is_synthetic=number == 1, registered_at=MADE, registered_by=by,
        )  # fmt: skip
        for month, version, is_standing in ((11, 1, False), (11, 2, True), (12, 1, True)):
            WorkReport.objects.create(
                work=work, month=date(2020, month, 1), version=version, is_standing=is_standing,
                percent=Decimal(month), paid_twd=month * 10_000 + version, is_late=False,
                filed_at=MADE, filed_by=by,
            )  # fmt: skip
        for kind, level, since_on, ended_on in (
            ("progress", "behind", date(2020, 11, 30), completed_on),
            ("money", "watch", date(2020, 12, 1), date(2020, 12, 31)),
        ):
            WorkWarning.objects.create(
                work=work, kind=kind, level=level, amount=10, limit=5, since_on=since_on,
                recorded_at=MADE, ended_on=ended_on, **RULE,
            )  # fmt: skip
        audit = WorkAudit.objects.create(
            work=work, contractor=firm, number=1, audited_on=date(2020, 12, 15), score=Decimal(81),
            grade="A", team="查核小組", recorded_at=MADE, recorded_by=by, **RULE,
        )  # fmt: skip
        for place, severity in enumerate(("minor", "serious"), start=1):
            closed_on = date(2021, 1, 5) if severity == "minor" else None
            AuditFault.objects.create(
                audit=audit, number=place, code=f"F{place}", name={"en": "Fault"}, note="缺失",
                severity=severity, found_on=date(2020, 12, 15), first_due_on=date(2021, 1, 10),
                due_on=date(2021, 1, 10), state="closed" if closed_on else "open",
                closed_on=closed_on,
            )  # fmt: skip
