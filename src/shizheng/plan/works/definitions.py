"""The pack's rule of public works: alarms, late reports, audits, grades and the list of faults."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from shizheng.packs.schema import (
    AgencyRef,
    Body,
    Finding,
    Part,
    PlanItemRef,
    Text,
    Whole,
    Words,
    kinds,
)
from shizheng.plan.works.domain.alarms import AlarmRule
from shizheng.plan.works.domain.faults import Severity
from shizheng.plan.works.domain.picking import Weights

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Percent = Annotated[Decimal, Field(gt=0, le=100, max_digits=5, decimal_places=2)]
Weight = Annotated[Whole, Field(ge=0, le=1000)]
Full = Annotated[Whole, Field(ge=1)]
Share = Annotated[Decimal, Field(ge=0, le=1, max_digits=3, decimal_places=2)]
Score = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
FaultCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$")]
WorkNumber = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,6}-[0-9][A-Z0-9-]{1,30}$")]
Days = Annotated[Whole, Field(ge=1, le=366)]


class GapsOf(Part):
    """Points of planned minus actual progress from which a work is watched, or behind."""

    watch: Percent
    behind: Percent


class ValueOf(Part):
    """The part of a score for the value of the contract."""

    weight: Weight
    full_twd: Full


class DelayOf(Part):
    """The part of a score for the delay."""

    weight: Weight
    full_gap: Percent


class RiskOf(Part):
    """The part of a score for the risk: never audited, faults that came again, a poor grade."""

    weight: Weight
    full_points: Full


class PickingOf(Part):
    """How works are picked for audits (查核選案)."""

    value: ValueOf
    delay: DelayOf
    risk: RiskOf
    random_share: Share


class GradeOf(Part):
    """A grade and the lowest score that gets it (查核等第)."""

    grade: Annotated[str, StringConstraints(min_length=1, max_length=10)]
    from_: Score = Field(alias="from")


class FaultOf(Part):
    """An entry of the list of faults (缺失代碼); its severity is where an auditor begins."""

    code: FaultCode
    name: Words
    severity: Severity = Severity.MODERATE


class DueOf(Part):
    """Working days for the correction of a fault, by its severity (改善期限)."""

    minor: Days
    moderate: Days
    serious: Days


@kinds.register("works_rule/1")
class WorksRuleBody(Body):
    """When works alarm, how they are picked for audits, and what audits find (公共工程規則).

    ``control``: the unit that adopts planned curves and audits. ``report_by_day``: a month's report
    that comes after this day of the next month is late. ``poor_from``: this grade, and those after
    it, add to the risk.
    """

    single = True

    source: Words
    control: AgencyRef
    progress_gap: GapsOf
    silent_days: Days
    money_gap: Percent
    report_by_day: Annotated[Whole, Field(ge=1, le=28)]
    picking: PickingOf
    grades: Annotated[tuple[GradeOf, ...], Field(min_length=2, max_length=9)]
    poor_from: str
    correction_days: DueOf
    faults: Annotated[tuple[FaultOf, ...], Field(min_length=1)]

    def alarm_rule(self) -> AlarmRule:
        """Return the limits that compute."""
        return AlarmRule(
            self.id, self.version, self.progress_gap.watch, self.progress_gap.behind,
            self.silent_days, self.money_gap,
        )  # fmt: skip

    def weights(self) -> Weights:
        """Return how works are scored."""
        picking = self.picking
        return Weights(
            picking.value.weight, picking.value.full_twd, picking.delay.weight,
            picking.delay.full_gap, picking.risk.weight, picking.risk.full_points,
            picking.random_share,
        )  # fmt: skip

    @property
    def grade_table(self) -> tuple[tuple[str, Decimal], ...]:
        """Grades with their lowest scores, the best first."""
        return tuple((each.grade, each.from_) for each in self.grades)

    @property
    def poor_grades(self) -> frozenset[str]:
        """Grades that add to the risk."""
        names = [each.grade for each in self.grades]
        return frozenset(names[names.index(self.poor_from) :])

    @property
    def fault_list(self) -> Mapping[str, FaultOf]:
        """The faults by code."""
        return {fault.code: fault for fault in self.faults}

    def days_for(self, severity: str) -> int:
        """Return the working days for a correction."""
        days: int = getattr(self.correction_days, severity)
        return days

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check that limits rise, grades fall to 0, and codes stand once."""
        for path, make in ((("progress_gap",), self.alarm_rule), (("picking",), self.weights)):
            try:
                make()
            except ValueError as error:
                yield Finding(path, f"{error}.", path[0])
        scores = [each.from_ for each in self.grades]
        if scores != sorted(set(scores), reverse=True) or scores[-1] != 0:
            message = "the best grade comes first, scores fall, and the last begins at 0."
            yield Finding(("grades",), message, "grades")
        names = [each.grade for each in self.grades]
        if self.poor_from not in names or len(set(names)) < len(names):
            message = f"must be one of {', '.join(names)}, each named once."
            yield Finding(("poor_from",), message, "poor_from")
        seen: set[str] = set()
        for index, fault in enumerate(self.faults):
            if fault.code in seen:
                message = f"“{fault.code}” stands twice."
                yield Finding(("faults", index, "code"), message, "faults")
            seen.add(fault.code)


class DemoPoint(Part):
    """Where an invented work is, in degrees (EPSG:4326)."""

    longitude: Annotated[float, Field(ge=-180, le=180)]
    latitude: Annotated[float, Field(ge=-90, le=90)]


class DemoAudit(Part):
    """An invented audit, so many months after the work began, with its faults."""

    after_months: Annotated[Whole, Field(ge=1, le=60)]
    score: Score
    faults: tuple[FaultCode, ...] = ()
    corrects: Annotated[Whole, Field(ge=0, le=20)] = 0


class DemoWork(Part):
    """An invented work; months count back from the day of the demonstration.

    ``pace``: what share of the planned progress of each month is done. ``stops_after``: so many
    months after its start nothing more is reported. ``paid``: share of the work done that is paid.
    """

    number: WorkNumber
    name: Text
    agency: AgencyRef
    items: tuple[PlanItemRef, ...] = ()
    address: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    points: Annotated[tuple[DemoPoint, ...], Field(min_length=1, max_length=20)]
    contractor: Text
    business_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]
    amount_twd: Full
    started_months_ago: Annotated[Whole, Field(ge=1, le=36)]
    months: Annotated[Whole, Field(ge=2, le=60)]
    pace: Annotated[Decimal, Field(gt=0, le=2, max_digits=4, decimal_places=2)] = Decimal(1)
    paid: Annotated[Decimal, Field(ge=0, le=2, max_digits=4, decimal_places=2)] = Decimal("0.9")
    stops_after: Annotated[Whole, Field(ge=1, le=60)] | None = None
    audits: tuple[DemoAudit, ...] = ()


@kinds.register("demo_works/1")
class DemoWorks(Body):
    """Public works of the demonstration (示範工程), every one invented, with its firms."""

    single = True

    synthetic: Literal[True]
    works: tuple[DemoWork, ...]

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check that numbers stand once, that a rule is there, and that its faults exist."""
        rule = next(iter(pack.bodies(WorksRuleBody)), None)
        if rule is None:
            yield Finding(("works",), "the pack has no works_rule.", "rule")
        seen: set[str] = set()
        for index, work in enumerate(self.works):
            if work.number in seen:
                message = f"“{work.number}” stands twice."
                yield Finding(("works", index, "number"), message, "number")
            seen.add(work.number)
            known = set(rule.fault_list) if rule else set()
            for place, audit in enumerate(work.audits):
                unknown = sorted(set(audit.faults) - known)
                if unknown:
                    message = f"the rule lists no fault “{unknown[0]}”."
                    yield Finding(("works", index, "audits", place, "faults"), message, "faults")
