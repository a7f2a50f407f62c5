"""What sensing publishes to ``statistics``: how much arrived and how late, warnings, lead time."""

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
    Span,
    median,
    publish,
    total,
)
from shizheng.kernel.errors import N_
from shizheng.sensing.models import Alert, Incident, StreamDay

STREAMS = MappingProxyType(
    {
        "property": Dimension("observed_property"),
        "agency": Dimension("owner.code", DimensionKind.AGENCY),
    }
)
WARNINGS = MappingProxyType(
    {
        "rule": Dimension("rule.code"),
        "agency": Dimension("rule.owner.code", DimensionKind.AGENCY),
        "area": Dimension("area.code", DimensionKind.AREA),
        "level": Dimension("highest", values=("1", "2")),
    }
)
INCIDENTS = MappingProxyType({"kind": Dimension("kind")})
REAL = Condition("is_drill", Comparison.EQUALS, False)
PUBLIC = (Condition("rule.is_public", Comparison.EQUALS, True),)
WARNED = Condition("alert", Comparison.NOT_NULL)


def _streams(code: str, name: str, description: str, column: str) -> Measure:
    return Measure(
        code=f"sensing.{code}", name=name, description=description, unit="reading",
        table=StreamDay, aggregate=total(column), time="day", dimensions=STREAMS,
    )  # fmt: skip


def _warnings(
    code: str, name: str, description: str, *where: Condition, aggregate: Aggregate = COUNT,
    unit: str = "warning",
) -> Measure:  # fmt: skip
    return Measure(
        code=f"sensing.{code}", name=name, description=description, unit=unit, table=Alert,
        aggregate=aggregate, time="raised_at", dimensions=WARNINGS, where=(REAL, *where),
        public=PUBLIC,
    )  # fmt: skip


publish(
    _streams(
        "readings_expected", N_("Readings expected"),
        N_("Readings that streams with a known cycle should have sent."), "expected",
    ),
    _streams(
        "readings_arrived", N_("Readings arrived"),
        N_("Of the readings expected, those that came, late ones included."), "arrived",
    ),
    _streams(
        "readings_late", N_("Readings late"),
        N_("Readings that came later than their property allows."), "late",
    ),
    _streams(
        "readings_doubtful", N_("Doubtful readings"),
        N_("Readings that a check found doubtful."), "doubtful",
    ),
    _warnings("warnings", N_("Warnings"), N_("Warnings raised; drills are none.")),
    _warnings(
        "warnings_acknowledged_in_time", N_("Warnings taken on in time"),
        N_("Warnings that somebody took on before they were due."),
        Condition("acknowledged_at", Comparison.AT_MOST, Column("due_at")),
    ),
    _warnings(
        "warning_answer_minutes", N_("Minutes until a warning is taken on, median"),
        N_("From when the city knew until somebody took the warning on."),
        Condition("acknowledged_at", Comparison.NOT_NULL),
        aggregate=median(Span("raised_at", "acknowledged_at"), per=60), unit="minute",
    ),
    Measure(
        code="sensing.incidents", name=N_("Incidents known"),
        description=N_("What really happened, as it was taken in."), unit="incident",
        table=Incident, aggregate=COUNT, time="began_at", dimensions=INCIDENTS,
    ),
    Measure(
        code="sensing.incidents_warned", name=N_("Incidents warned of"),
        description=N_("Incidents near which a warning stood."), unit="incident",
        table=Incident, aggregate=COUNT, time="began_at", dimensions=INCIDENTS, where=(WARNED,),
    ),
    Measure(
        code="sensing.warning_lead_minutes", name=N_("Lead time of warnings, median"),
        description=N_("By how many minutes the warning came before the incident was reported."),
        unit="minute", table=Incident, aggregate=median("lead_minutes"), time="began_at",
        dimensions=INCIDENTS, where=(WARNED,),
    ),
)  # fmt: skip
