"""An incident from knowing of it to its end (資通安全事件通報及應變)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.plan.models import (
    IncidentIndicator,
    IncidentNote,
    InformationSystem,
    SecurityIncident,
)
from shizheng.plan.security.actions.moving import check_system, moved, number_take, told, written
from shizheng.plan.security.domain.clocks import Clock, IncidentFacts, Step, clocks_of
from shizheng.plan.security.domain.indicators import checked
from shizheng.plan.security.domain.levels import IncidentLevel, Marking
from shizheng.plan.security.errors import (
    IncidentClosed,
    IndicatorKnown,
    MomentWrong,
    OwnClosing,
    SameLevel,
    StepDone,
    StepTooEarly,
)
from shizheng.plan.security.rules import security_rule

Kind = IncidentNote.Kind


@transaction.atomic
def incident_open(
    *,
    by: User,
    at: datetime,
    agency: Agency,
    title: str,
    level: str,
    known_at: datetime,
    text: str,
    system: InformationSystem | None = None,
    is_synthetic: bool = False,
) -> SecurityIncident:
    """Enter an incident with its level (登錄資安事件); its clocks run since it was known.

    Raises:
        NotPermitted, TextMissing, OtherAgency, MomentWrong, SecurityRuleMissing: why not.
    """
    require(by, "plan.edit_security", agency, at=at)
    check_system(system, agency)
    days = security_rule().known_within_days
    if not at - timedelta(days=days) <= known_at <= at:
        raise MomentWrong(days=days)
    incident = SecurityIncident.objects.create(
        number=number_take("SI", at),
        agency=agency,
        system=system,
        title=written(title),
        level=IncidentLevel(level),
        known_at=known_at,
        level_since=known_at,
        is_synthetic=is_synthetic,
        opened_at=at,
        opened_by=by,
    )
    _note(incident, Kind.OPENED, text, by=by, at=at)
    told(incident, "opened", by=by, at=at, now={"level": str(level)}, is_event=True)
    return incident


@transaction.atomic
def incident_report(
    *, incident: SecurityIncident, by: User, at: datetime, text: str, reference: str = ""
) -> IncidentNote:
    """Record that an incident was reported to the authority (通報), by its level that holds.

    Args:
        reference: the number that the authority's platform gave.

    Raises:
        NotPermitted, TextMissing, IncidentClosed, StepDone, ChangedMeanwhile: why not.
    """
    _begin(incident, by, at)
    if incident.reported_at is not None:
        raise StepDone(number=incident.number)
    clock = clock_of(incident, Step.REPORT)
    moved(incident, reported_at=at)
    note = _note(
        incident, Kind.REPORTED, text, by=by, at=at, due_at=clock.due_at, reference=reference
    )
    _told(incident, note, "reported")
    return note


@transaction.atomic
def incident_level_set(
    *, incident: SecurityIncident, by: User, at: datetime, level: str, reason: str
) -> IncidentNote:
    """Change the level of an incident (等級變更): it must be reported again.

    Source: 資通安全事件通報及應變辦法 art. 4(2).

    Raises:
        NotPermitted, TextMissing, IncidentClosed, SameLevel, ChangedMeanwhile: why not.
    """
    _begin(incident, by, at)
    if incident.level == level:
        raise SameLevel(number=incident.number)
    moved(incident, level=IncidentLevel(level), level_since=at, reported_at=None)
    note = _note(incident, Kind.LEVELLED, reason, by=by, at=at)
    _told(incident, note, "levelled")
    return note


@transaction.atomic
def incident_contain(
    *, incident: SecurityIncident, by: User, at: datetime, text: str
) -> IncidentNote:
    """Record that the damage is under control or what failed works again (損害控制、復原).

    Raises:
        NotPermitted, TextMissing, IncidentClosed, StepDone, ChangedMeanwhile: why not.
    """
    _begin(incident, by, at)
    if incident.contained_at is not None:
        raise StepDone(number=incident.number)
    clock = clock_of(incident, Step.CONTAIN)
    moved(incident, contained_at=at)
    note = _note(incident, Kind.CONTAINED, text, by=by, at=at, due_at=clock.due_at)
    _told(incident, note, "contained")
    return note


@transaction.atomic
def incident_investigate(
    *, incident: SecurityIncident, by: User, at: datetime, text: str
) -> IncidentNote:
    """File the closing report: investigation, handling, improvement (調查、處理及改善報告).

    Raises:
        NotPermitted, TextMissing, IncidentClosed, StepDone, ChangedMeanwhile: why not.
        StepTooEarly: the damage is not under control, or the incident is not reported.
    """
    _begin(incident, by, at)
    if incident.investigated_at is not None:
        raise StepDone(number=incident.number)
    if incident.contained_at is None or incident.reported_at is None:
        raise StepTooEarly(number=incident.number)
    clock = clock_of(incident, Step.INVESTIGATE)
    moved(incident, investigated_at=at)
    note = _note(incident, Kind.INVESTIGATED, text, by=by, at=at, due_at=clock.due_at)
    _told(incident, note, "investigated")
    return note


@transaction.atomic
def incident_close(
    *, incident: SecurityIncident, by: User, at: datetime, text: str
) -> SecurityIncident:
    """Close an incident on its closing report (結案), by another person than its author.

    Raises:
        NotPermitted, TextMissing, IncidentClosed, OwnClosing, ChangedMeanwhile: why not.
        StepTooEarly: there is no closing report, or the level that holds is not reported.
    """
    require(by, "plan.lead_security", incident, at=at)
    if incident.closed_at is not None:
        raise IncidentClosed(number=incident.number)
    report = incident.notes.filter(kind=Kind.INVESTIGATED).order_by("-number").first()
    if report is None or incident.reported_at is None:
        raise StepTooEarly(number=incident.number)
    if report.filed_by_id == by.pk:
        raise OwnClosing
    note = _note(incident, Kind.CLOSED, text, by=by, at=at)
    moved(incident, closed_at=at)
    _told(incident, note, "closed")
    return incident


@transaction.atomic
def indicators_note(
    *,
    incident: SecurityIncident,
    by: User,
    at: datetime,
    kind: str,
    marking: str,
    values: Sequence[str],
) -> list[IncidentIndicator]:
    """Note signs by which others find the same attack (登錄入侵指標).

    Raises:
        NotPermitted, IncidentClosed, IndicatorUnfit, IndicatorKnown, ChangedMeanwhile: why not.
    """
    _begin(incident, by, at)
    clean = list(dict.fromkeys(checked(kind, value) for value in values))
    known = incident.indicators.filter(kind=kind, value__in=clean).values_list("value", flat=True)
    for value in known:
        raise IndicatorKnown(value=value[:60])
    moved(incident)
    found = [
        IncidentIndicator(
            incident=incident, kind=kind, value=value, marking=Marking(marking), noted_at=at,
            noted_by=by,
        )
        for value in clean
    ]  # fmt: skip
    try:
        IncidentIndicator.objects.bulk_create(found)
    except IntegrityError as error:
        raise IndicatorKnown(value=clean[0][:60]) from error
    now = {"kind": str(kind), "marking": str(marking), "count": len(found)}
    told(incident, "indicators_noted", by=by, at=at, now=now)
    return found


def facts_of(incident: SecurityIncident) -> IncidentFacts:
    """Return the moments of an incident as the clocks take them: local times of the city."""
    moments = {
        name: timezone.localtime(value) if value else None
        for name in ("reported_at", "contained_at", "investigated_at")
        for value in (getattr(incident, name),)
    }
    return IncidentFacts(
        level=incident.level,
        known_at=timezone.localtime(incident.known_at),
        level_since=timezone.localtime(incident.level_since),
        **moments,
    )


def clock_of(incident: SecurityIncident, step: Step) -> Clock:
    """Return one clock of an incident by the city's rule."""
    clocks = clocks_of(facts_of(incident), security_rule().limits())
    return next(clock for clock in clocks if clock.step is step)


def _begin(incident: SecurityIncident, by: User, at: datetime) -> None:
    require(by, "plan.edit_security", incident, at=at)
    if incident.closed_at is not None:
        raise IncidentClosed(number=incident.number)


def _note(
    incident: SecurityIncident,
    kind: str,
    text: str,
    *,
    by: User,
    at: datetime,
    due_at: datetime | None = None,
    reference: str = "",
) -> IncidentNote:
    last = incident.notes.aggregate(last=Max("number"))["last"] or 0
    return IncidentNote.objects.create(
        incident=incident,
        number=last + 1,
        kind=kind,
        level=incident.level,
        text=written(text),
        reference=reference.strip(),
        due_at=due_at,
        filed_at=at,
        filed_by=by,
    )


def _told(incident: SecurityIncident, note: IncidentNote, happened: str) -> None:
    now: dict[str, object] = {"level": str(note.level)}
    if note.due_at:
        now["is_in_time"] = note.filed_at <= note.due_at
    told(incident, happened, by=note.filed_by, at=note.filed_at, now=now, is_event=True)
