"""How each agency stands (資安防護態勢): systems, findings, drills and incidents, counted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from shizheng.core.access import Person, VisibleQuerySet
from shizheng.core.models import Agency
from shizheng.plan.models import (
    InformationSystem,
    SecurityExercise,
    SecurityFinding,
    SecurityIncident,
)
from shizheng.plan.security.definitions import SecurityRuleBody
from shizheng.plan.security.domain.drills import Drill
from shizheng.plan.security.domain.levels import Exercise, Responsibility


@dataclass(slots=True)
class AgencyPosture:
    """One agency as a row; drills by kind."""

    agency: Agency
    level: Responsibility
    systems: int = 0
    core: int = 0
    high: int = 0
    moderate: int = 0
    low: int = 0
    open_findings: int = 0
    overdue_findings: int = 0
    open_incidents: int = 0
    drills: dict[Exercise, Drill] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PostureCounts:
    """What asks for attention among all that the viewer sees."""

    systems: int
    open_findings: int
    overdue_findings: int
    open_incidents: int


SHOWN = (Exercise.RESTORE, Exercise.SOCIAL, Exercise.REPORTING, Exercise.CONTINUITY)


def postures(*, viewer: Person, rule: SecurityRuleBody, on: date) -> list[AgencyPosture]:
    """Return every agency of which the viewer sees something, in order, in six queries."""
    counted = {
        "systems": _by_agency(
            InformationSystem.objects.visible_to(viewer).filter(retired_on=None),
            systems=Q(), core=Q(is_core=True), high=Q(protection="high"),
            moderate=Q(protection="moderate"), low=Q(protection="low"),
        ),
        "findings": _by_agency(
            SecurityFinding.objects.visible_to(viewer).filter(fixed_on=None),
            open_findings=Q(), overdue_findings=Q(due_on__lt=on),
        ),
        "incidents": _by_agency(
            SecurityIncident.objects.visible_to(viewer).filter(closed_at=None), open_incidents=Q()
        ),
    }  # fmt: skip
    drills = _last_drills(viewer)
    keys = {key for rows in counted.values() for key in rows} | {key for key, _ in drills}
    found = []
    for agency in Agency.objects.filter(pk__in=keys).order_by("position", "code"):
        row = AgencyPosture(agency, rule.level_of(agency.code))
        for rows in counted.values():
            for name, count in rows.get(agency.pk, {}).items():
                setattr(row, name, count)
        for kind in SHOWN:
            months = rule.months_of(kind.value, agency.code)
            row.drills[kind] = Drill(months, *drills.get((agency.pk, kind), (None, None)))
        found.append(row)
    return found


def _by_agency(rows: VisibleQuerySet, **conditions: Q) -> dict[UUID, dict[str, int]]:  # type: ignore[type-arg]  # of any model
    counts = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
    found = rows.order_by().values("agency").annotate(**counts)
    return {row.pop("agency"): row for row in found}


def _last_drills(viewer: Person) -> dict[tuple[UUID, str], tuple[date, bool]]:
    """Return by agency and kind when the last drill was held, and whether it was passed."""
    rows = SecurityExercise.objects.visible_to(viewer).order_by("held_on", "recorded_at", "id")
    return {
        (agency, kind): (held_on, is_passed)
        for agency, kind, held_on, is_passed in rows.values_list(
            "agency", "kind", "held_on", "is_passed"
        )
    }


def counts_of(rows: Sequence[AgencyPosture]) -> PostureCounts:
    """Add the agencies up."""
    return PostureCounts(
        systems=sum(row.systems for row in rows),
        open_findings=sum(row.open_findings for row in rows),
        overdue_findings=sum(row.overdue_findings for row in rows),
        open_incidents=sum(row.open_incidents for row in rows),
    )
