"""What the plan publishes to ``statistics``: directives and their reports, works and audits."""

from collections.abc import Mapping
from types import MappingProxyType

from shizheng.core.measures import (
    COUNT,
    Aggregate,
    Column,
    Comparison,
    Condition,
    Dimension,
    DimensionKind,
    Measure,
    Standing,
    publish,
    total,
)
from shizheng.kernel.errors import N_
from shizheng.plan.directives.domain.flow import Confidentiality
from shizheng.plan.models import (
    AuditFault,
    Directive,
    DirectiveReport,
    PublicWork,
    WorkReport,
    WorkWarning,
)
from shizheng.plan.works.domain.alarms import AlarmKind, Level


def of_directive(way: str = "") -> Mapping[str, Dimension]:
    """Return how a directive splits what belongs to it, found by ``way`` from the row."""
    return MappingProxyType(
        {
            "agency": Dimension(f"{way}lead.code", DimensionKind.AGENCY),
            "control": Dimension(f"{way}control.code", DimensionKind.AGENCY),
            "source": Dimension(f"{way}source"),
            "cadence": Dimension(f"{way}cadence"),
        }
    )


def shown(way: str = "") -> tuple[Condition, ...]:
    """Return which directives everybody may know of."""
    return (
        Condition(f"{way}confidentiality", Comparison.EQUALS, Confidentiality.PUBLIC.value),
        Condition(f"{way}concerns_personnel", Comparison.EQUALS, False),
    )


def _directives(
    code: str, name: str, description: str, *where: Condition, time: str | Standing
) -> Measure:
    return Measure(
        code=f"plan.{code}", name=name, description=description, unit="directive",
        table=Directive, aggregate=COUNT, time=time, dimensions=of_directive(), where=where,
        public=shown(), synthetic="is_synthetic",
    )  # fmt: skip


def _reports(
    code: str, name: str, description: str, *where: Condition, unit: str = "report",
    aggregate: Aggregate = COUNT, time: str = "filed_at",
) -> Measure:  # fmt: skip
    return Measure(
        code=f"plan.{code}", name=name, description=description, unit=unit,
        table=DirectiveReport, aggregate=aggregate, time=time,
        dimensions=of_directive("directive."), where=where, public=shown("directive."),
        synthetic="directive.is_synthetic",
    )  # fmt: skip


FIRST = Condition("version", Comparison.EQUALS, 1)

publish(
    _directives(
        "directives_issued", N_("Directives issued"), N_("Directives issued in the time."),
        time="issued_on",
    ),
    _directives(
        "directives_released", N_("Directives released"),
        N_("Directives released in the time and not taken up again."), time="released_on",
    ),
    _directives(
        "directives_released_in_time", N_("Directives released in time"),
        N_("Directives released in the time, on or before the date that held."),
        Condition("released_on", Comparison.AT_MOST, Column("due_on")), time="released_on",
    ),
    _directives(
        "directives_followed", N_("Directives followed"),
        N_("Directives issued and not released at the end of the time."),
        time=Standing("issued_on", "released_on"),
    ),
    _directives(
        "directives_overdue", N_("Directives overdue"),
        N_(
            "Directives not released at the end of the time whose due date had passed. The due "
            "date is the one that holds now, extensions included."
        ),
        time=Standing("due_on", "released_on", is_deadline=True),
    ),
    _reports(
        "reports_filed", N_("Reports filed"),
        N_("First reports on directives for a period, filed in the time."), FIRST,
    ),
    _reports(
        "reports_filed_in_time", N_("Reports filed in time"),
        N_("First reports filed before the period that they are about was over."), FIRST,
        Condition("filed_at", Comparison.BELOW, Column("period_end")),
    ),
    _reports(
        "reports_returned", N_("Reports returned"),
        N_("Reports sent back to be corrected, by when that was decided."),
        Condition("status", Comparison.EQUALS, "returned"), time="decided_at",
    ),
    _reports(
        "percent_reported", N_("Progress reported"),
        N_("Sum of the percentages in accepted reports; by their number it is the mean."),
        Condition("status", Comparison.EQUALS, "accepted"), unit="percent",
        aggregate=total("percent"),
    ),
)  # fmt: skip


def of_work(way: str = "") -> Mapping[str, Dimension]:
    """Return how a public work splits what belongs to it, found by ``way`` from the row."""
    return MappingProxyType(
        {
            "agency": Dimension(f"{way}agency.code", DimensionKind.AGENCY),
            "district": Dimension(f"{way}district.code", DimensionKind.AREA),
        }
    )


publish(
    Measure(
        code="plan.works_under_construction", name=N_("Works under construction"),
        description=N_("Public works begun and not completed at the end of the time."),
        unit="work", table=PublicWork, aggregate=COUNT,
        time=Standing("starts_on", "completed_on"), dimensions=of_work(),
        where=(Condition("stage", Comparison.NOT_IN, ("preparation", "tender", "terminated")),),
        synthetic="is_synthetic",
    ),
    Measure(
        code="plan.works_behind", name=N_("Works behind"),
        description=N_(
            "Public works behind their planned progress, by the city's rule, at the end of the "
            "time."
        ),
        unit="work", table=WorkWarning, aggregate=COUNT, time=Standing("since_on", "ended_on"),
        dimensions=of_work("work."),
        where=(
            Condition("kind", Comparison.EQUALS, AlarmKind.PROGRESS.value),
            Condition("level", Comparison.EQUALS, Level.BEHIND.value),
        ),
        synthetic="work.is_synthetic",
    ),
    Measure(
        code="plan.works_paid", name=N_("Paid for works"),
        description=N_("Payments for public works by the month in which they were paid."),
        unit="TWD", table=WorkReport, aggregate=total("paid_twd"), time="month",
        dimensions=of_work("work."),
        where=(Condition("is_standing", Comparison.EQUALS, True),),
        synthetic="work.is_synthetic",
    ),
    Measure(
        code="plan.faults_found", name=N_("Faults of works found"),
        description=N_("Faults that audits of public works found in the time."),
        unit="fault", table=AuditFault, aggregate=COUNT, time="found_on",
        dimensions=MappingProxyType(
            {**of_work("audit.work."), "severity": Dimension("severity")}
        ),
        synthetic="audit.work.is_synthetic",
    ),
    Measure(
        code="plan.corrections_open", name=N_("Corrections open"),
        description=N_("Faults found and not closed by a check at the end of the time."),
        unit="fault", table=AuditFault, aggregate=COUNT, time=Standing("found_on", "closed_on"),
        dimensions=MappingProxyType(
            {**of_work("audit.work."), "severity": Dimension("severity")}
        ),
        synthetic="audit.work.is_synthetic",
    ),
)  # fmt: skip
