"""Everything that the pages of one system and of one incident show, and the lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from shizheng.core.access import Person, VisibleQuerySet, acts_open_to, may
from shizheng.core.journal import entries_of
from shizheng.core.models import Agency, JournalEntry, User
from shizheng.kernel.text import words
from shizheng.plan.models import (
    CloudHost,
    HostMonth,
    IncidentIndicator,
    IncidentNote,
    IndicatorShare,
    InformationSystem,
    SecurityExercise,
    SecurityFinding,
    SecurityIncident,
    SoftwareComponent,
    SoftwareList,
)
from shizheng.plan.security.actions.incident import facts_of
from shizheng.plan.security.definitions import SecurityRuleBody
from shizheng.plan.security.domain.clocks import Clock, clocks_of
from shizheng.plan.security.words import HAPPENED

EDIT, LEAD = "plan.edit_security", "plan.lead_security"
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class SystemDetail:
    """One system as its page shows it."""

    findings: list[SecurityFinding]
    exercises: list[SecurityExercise]
    incidents: list[SecurityIncident]
    hosts: list[CloudHost]
    software: SoftwareList | None
    components: list[SoftwareComponent]
    component_count: int
    timeline: list[JournalEntry]
    may_edit: bool


def system_detail(system: InformationSystem, *, viewer: Person) -> SystemDetail:
    """Read everything about a system; of a long list the first components."""
    software = system.software_lists.filter(is_current=True).first()
    components = software.components.all() if software else SoftwareComponent.objects.none()
    return SystemDetail(
        findings=list(system.findings.select_related("owner").order_by("fixed_on", "due_on")),
        exercises=list(system.exercises.all()),
        incidents=list(system.incidents.all()),
        hosts=list(system.hosts.all()),
        software=software,
        components=list(components[:MOST_SHOWN]),
        component_count=components.count() if software else 0,
        timeline=timeline_of(system),
        may_edit=may(viewer, EDIT, system),
    )


def timeline_of(thing: InformationSystem | SecurityIncident) -> list[JournalEntry]:
    """Return what happened to it; who read it is for those who may read the journal."""
    return [entry for entry in entries_of(thing) if entry.action in HAPPENED]


@dataclass(frozen=True, slots=True)
class IncidentDetail:
    """One incident as its page shows it, with its clocks."""

    clocks: tuple[Clock, ...]
    notes: list[IncidentNote]
    indicators: list[IncidentIndicator]
    shares: list[IndicatorShare]
    acts: tuple[str, ...]


def incident_detail(
    incident: SecurityIncident, *, viewer: Person, rule: SecurityRuleBody
) -> IncidentDetail:
    """Read everything about an incident."""
    notes = list(incident.notes.select_related("filed_by"))
    indicators = list(incident.indicators.all())
    held = acts_open_to(viewer, incident, EDIT, LEAD)
    return IncidentDetail(
        clocks=clocks_of(facts_of(incident), rule.limits()),
        notes=notes,
        indicators=indicators,
        shares=list(incident.shares.select_related("shared_by")),
        acts=_acts(incident, held, viewer, notes, indicators),
    )


def _acts(
    incident: SecurityIncident,
    held: frozenset[str],
    viewer: Person,
    notes: list[IncidentNote],
    indicators: list[IncidentIndicator],
) -> tuple[str, ...]:
    """Return the acts that permission and state leave open, the most urgent first."""
    if incident.closed_at is not None:
        return ()
    edits, leads = EDIT in held, LEAD in held
    reported, contained = incident.reported_at is not None, incident.contained_at is not None
    closing = [each for each in notes if each.kind == IncidentNote.Kind.INVESTIGATED]
    open_to: Mapping[str, bool] = {
        "report": edits and not reported,
        "contain": edits and not contained,
        "closing-report": edits and reported and contained and not closing,
        "close": leads
        and reported
        and bool(closing)
        and all(each.filed_by_id != viewer.pk for each in closing),
        "indicators": edits,
        "share": leads and any(each.marking != "red" for each in indicators),
        "level": edits,
    }
    return tuple(name for name, is_open in open_to.items() if is_open)


def systems_listed(*, viewer: Person, agency: str = "") -> VisibleQuerySet[Any]:
    """Systems in use that the viewer sees, those that need most protection first."""
    rows = InformationSystem.objects.visible_to(viewer).filter(retired_on=None)
    if agency:
        rows = rows.filter(agency__code=agency)
    open_ = Count("findings", filter=Q(findings__fixed_on=None))
    return rows.select_related("agency").annotate(open_findings=open_).order_by(
        "agency__position", "agency__code", "-is_core", "number"
    )  # fmt: skip


def findings_listed(
    *, viewer: Person, state: str, agency: str, on: date
) -> VisibleQuerySet[SecurityFinding]:
    """Findings that the viewer sees: open, past their date, or all; the earliest date first."""
    rows = SecurityFinding.objects.visible_to(viewer)
    if state == "overdue":
        rows = rows.filter(fixed_on=None, due_on__lt=on)
    elif state != "all":
        rows = rows.filter(fixed_on=None)
    if agency:
        rows = rows.filter(agency__code=agency)
    return rows.select_related("agency", "system", "owner").order_by("due_on", "number")


def incidents_listed(*, viewer: Person, is_all: bool = False) -> VisibleQuerySet[SecurityIncident]:
    """Incidents that the viewer sees: open ones, gravest first, or all, newest first."""
    rows = SecurityIncident.objects.visible_to(viewer).select_related("agency", "system")
    if is_all:
        return rows.order_by("-known_at", "number")
    return rows.filter(closed_at=None).order_by("-level", "known_at", "number")


def components_found(
    *, viewer: Person, name: str, version: str
) -> VisibleQuerySet[SoftwareComponent]:
    """Which systems run a piece of software now; all words of the name must be found.

    Args:
        version: the whole version, or what it begins with up to a dot; empty for any.
    """
    rows = SoftwareComponent.objects.visible_to(viewer).filter(
        software_list__is_current=True, software_list__system__retired_on=None
    )
    for word in words(name):
        rows = rows.filter(search_name__contains=word)
    if version:
        rows = rows.filter(Q(version=version) | Q(version__startswith=f"{version}."))
    return rows.select_related("software_list__system__agency").order_by(
        "name", "version", "software_list__system__number", "id"
    )


def people_of(person: User, permission: str) -> list[User]:
    """Return who may own a finding of the agencies for which somebody acts: people of them."""
    agencies = Agency.objects.allowed_to(person, permission)
    return list(User.objects.filter(agency__in=agencies, is_active=True).order_by("display_name"))


def hosts_listed(*, viewer: Person) -> VisibleQuerySet[CloudHost]:
    """Hosts that the viewer sees, by name."""
    return CloudHost.objects.visible_to(viewer).select_related("agency", "system").order_by("name")


def room_rows(*, viewer: Person) -> list[tuple[date, Decimal, Decimal, Decimal, Decimal]]:
    """Return month, utilisation, availability, energy before and now of each host and month."""
    rows = HostMonth.objects.visible_to(viewer).filter(is_standing=True)
    return list(
        rows.order_by("month", "host__name").values_list(
            "month", "utilisation", "availability", "host__kwh_before", "kwh"
        )
    )
