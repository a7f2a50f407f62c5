"""The pack's rule of information security: limits of the law, drills, and whom to tell."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from shizheng.packs.schema import AgencyRef, Body, Finding, Part, Text, Whole, Words, kinds
from shizheng.plan.security.domain.clocks import Limits
from shizheng.plan.security.domain.levels import (
    Exercise,
    FindingKind,
    IncidentLevel,
    Protection,
    Responsibility,
    Severity,
)

if TYPE_CHECKING:
    from shizheng.packs.pack import Pack

Hours = Annotated[Whole, Field(ge=1, le=24 * 366)]
Months = Annotated[Whole, Field(ge=1, le=120)]
Days = Annotated[Whole, Field(ge=1, le=3660)]
Count = Annotated[Whole, Field(ge=1)]
HostName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,59}$")]


class LimitOf(Part):
    """Hours for a step, with the source that sets them."""

    hours: Hours
    source: Text


class ContainOf(Part):
    """Hours to control the damage of incidents of these levels."""

    levels: Annotated[tuple[IncidentLevel, ...], Field(min_length=1)]
    hours: Hours
    source: Text


class MonthsOf(Part):
    """Months until the report of the investigation, with the source that sets them."""

    months: Months
    source: Text


class DrillOf(Part):
    """How often a drill is held, in months by the responsibility level of the agency.

    A level that is not named need not hold it.
    """

    kind: Exercise
    months: Mapping[Responsibility, Months]
    source: Text


class ResponsibleOf(Part):
    """The responsibility level of an agency (資通安全責任等級)."""

    agency: AgencyRef
    level: Responsibility


@kinds.register("security_rule/1")
class SecurityRuleBody(Body):
    """Clocks of incidents, drills, days to fix, and what is told of them (資安規則).

    ``chief``: the agency whose security chief is warned. ``fix_days``: calendar days to fix a
    finding, by severity, where nobody sets a date. ``usual_level``: the responsibility level of
    agencies that are not listed. ``least_told``: no figure that everybody may see stands for fewer.
    ``known_within_days``: an incident that is entered was known of no earlier.
    """

    single = True

    source: Words
    chief: AgencyRef
    joint_defence: Words
    report: LimitOf
    contain: Annotated[tuple[ContainOf, ...], Field(min_length=1)]
    investigate: MonthsOf
    known_within_days: Days = 31
    drills: tuple[DrillOf, ...] = ()
    fix_days: Mapping[Severity, Days]
    usual_level: Responsibility
    responsible: tuple[ResponsibleOf, ...] = ()
    least_told: Annotated[Whole, Field(ge=3, le=1000)] = 5

    def limits(self) -> Limits:
        """Return the limits that compute."""
        contain = {
            level.value: timedelta(hours=each.hours)
            for each in self.contain
            for level in each.levels
        }
        return Limits(timedelta(hours=self.report.hours), contain, self.investigate.months)

    def level_of(self, agency: str) -> Responsibility:
        """Return the responsibility level of an agency."""
        known: dict[str, Responsibility] = {each.agency: each.level for each in self.responsible}
        return known.get(agency, self.usual_level)

    def months_of(self, kind: str, agency: str) -> int | None:
        """Return how often an agency holds a drill; None if it need not."""
        for drill in self.drills:
            if drill.kind == kind:
                return drill.months.get(self.level_of(agency))
        return None

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check that every level, severity, drill and agency stands once."""
        levels = [level for each in self.contain for level in each.levels]
        if sorted(levels) != sorted(IncidentLevel):
            yield Finding(("contain",), "must name each of the levels 1 to 4 once.", "contain")
        lacking = [each.value for each in Severity if each not in self.fix_days]
        if lacking:
            yield Finding(("fix_days",), f"lacks {lacking[0]}.", "fix_days")
        for key, named in (
            ("drills", [str(each.kind) for each in self.drills]),
            ("responsible", [each.agency for each in self.responsible]),
        ):
            for index, name in enumerate(named):
                if name in named[:index]:
                    yield Finding((key, index), f"“{name}” stands twice.", key)


class DemoSystem(Part):
    """An invented system; days count back from the day of the demonstration."""

    name: Text
    agency: AgencyRef
    protection: Protection
    is_core: bool = False
    software: tuple[tuple[Text, Text], ...] = ()


class DemoFinding(Part):
    """An invented finding of the system that stands at ``system``, counted from 1."""

    kind: FindingKind
    system: Count
    title: Text
    severity: Severity
    control: str = ""
    found_days_ago: Days
    due_after_days: Days
    fixed_after_days: Days | None = None


class DemoExercise(Part):
    """An invented drill of the agency of a system."""

    kind: Exercise
    system: Count
    held_days_ago: Days
    is_passed: bool = True
    people: Count | None = None
    failed_people: Annotated[Whole, Field(ge=0)] | None = None


class DemoHost(Part):
    """An invented host of a system; its months follow from its figures."""

    name: HostName
    system: Count
    kwh_before: Count
    kwh: Count


@kinds.register("demo_security/1")
class DemoSecurity(Body):
    """Information security of the demonstration (示範資安資料), every word of it invented."""

    single = True

    synthetic: Literal[True]
    information_systems: Annotated[tuple[DemoSystem, ...], Field(min_length=1)]
    found: tuple[DemoFinding, ...] = ()
    exercises: tuple[DemoExercise, ...] = ()
    hosts: tuple[DemoHost, ...] = ()

    def findings(self, pack: "Pack") -> Iterator[Finding]:
        """Check that a rule is there and that what names a system finds it."""
        if next(iter(pack.bodies(SecurityRuleBody)), None) is None:
            yield Finding(("information_systems",), "the pack has no security_rule.", "rule")
        for key in ("found", "exercises", "hosts"):
            for index, each in enumerate(getattr(self, key)):
                if each.system > len(self.information_systems):
                    message = (
                        f"there are {len(self.information_systems)} systems, got {each.system}."
                    )
                    yield Finding((key, index, "system"), message, "system")
