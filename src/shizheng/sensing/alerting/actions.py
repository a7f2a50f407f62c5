"""What is done with warnings: raised, changed and ended by rules; taken on and handed over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from shizheng.core import journal, outbox
from shizheng.core.access import may, require
from shizheng.core.models import Agency, Area, User
from shizheng.kernel.text import cleaned
from shizheng.sensing.alerting.access import ANSWER, DRILL
from shizheng.sensing.alerting.definitions import WarningBody
from shizheng.sensing.alerting.errors import (
    AlertOver,
    AlreadyAcknowledged,
    MaintenanceUnfit,
    NothingHeld,
    NotTheHolder,
    ReceiverUnfit,
)
from shizheng.sensing.alerting.selectors import body_of
from shizheng.sensing.models import Alert, AlertStep, FloodOutlook, Maintenance, WarningRule

Kind = AlertStep.Kind


@transaction.atomic
def alert_raise(
    *, rule: WarningRule, subject: str, level: int, began: datetime, at: datetime,
    place: dict[str, str], stream: int | None = None, area: Area | None = None,
    point: tuple[float | None, float | None] = (None, None), numbers: dict[str, Any] | None = None,
    readings: Sequence[list[Any]] = (), by: User | None = None, is_drill: bool = False,
    outlook: FloodOutlook | None = None,
) -> Alert:  # fmt: skip
    """Raise a warning (發布警戒) under the version of its rule that is in force.

    Args:
        began: the moment of the reading that raised it; ``at`` when the city knew.
        by: None for a rule; who holds a drill.

    Raises:
        NotPermitted: ``by`` may not hold drills of the agency.
    """
    if by is not None:
        require(by, DRILL, rule)
    body = body_of(rule)
    alert = Alert.objects.create(
        rule=rule, version_id=rule.current_id, subject=subject, stream=stream, area=area,
        place=place, outlook=outlook, longitude=point[0], latitude=point[1], is_drill=is_drill,
        level=level, highest=level, numbers=numbers or {}, readings=list(readings),
        began_at=began, raised_at=at,
        due_at=at + timedelta(minutes=body.acknowledge_minutes),
        escalate_at=_next_step(body, at, 0),
    )  # fmt: skip
    alert.called.set(Agency.objects.filter(code__in=body.boards))
    _happened(alert, Kind.RAISED, at, by=by)
    return alert


@transaction.atomic
def alert_level_set(
    *, alert: Alert, level: int, at: datetime, numbers: dict[str, Any], note: str = ""
) -> Alert:
    """Write that the rule raised or lowered the level; 0 ends the warning (解除警戒)."""
    alert.level, alert.numbers = level, numbers
    if level == 0:
        alert.ended_at, alert.escalate_at = at, None
    elif level > alert.highest:
        alert.highest = level
        if alert.acknowledged_at is None:
            alert.escalate_at = _next_step(body_of(alert), alert.raised_at, alert.step)
    alert.save(update_fields=["level", "highest", "numbers", "ended_at", "escalate_at"])
    _happened(alert, Kind.LEVEL if level else Kind.ENDED, at, note=note)
    return alert


@transaction.atomic
def alert_acknowledge(*, alert: Alert, by: User, at: datetime, note: str = "") -> Alert:
    """Take a warning on (受理): from now on ``by`` holds it and nobody else is called.

    Raises:
        NotPermitted: ``by`` does not answer warnings of this agency.
        AlertOver: it ended.
        AlreadyAcknowledged: somebody else was quicker.
    """
    require(by, ANSWER, alert)
    rows = Alert.objects.filter(pk=alert.pk, ended_at=None, acknowledged_at=None)
    changed = rows.update(acknowledged_at=at, acknowledged_by=by, holder=by, escalate_at=None)
    alert.refresh_from_db()
    if not changed:
        if alert.ended_at is not None:
            raise AlertOver
        raise AlreadyAcknowledged(name=str(alert.acknowledged_by))
    _happened(alert, Kind.ACKNOWLEDGED, at, by=by, note=note)
    return alert


@transaction.atomic
def alert_hand_over(*, alert: Alert, to: User, by: User, at: datetime, note: str = "") -> Alert:
    """Hand a warning over to somebody else (交接).

    Raises:
        NotPermitted: ``by`` does not answer warnings of this agency.
        NotTheHolder: somebody else holds it.
        ReceiverUnfit: ``to`` does not answer warnings of this agency.
        AlertOver: it ended.
    """
    require(by, ANSWER, alert)
    if not to.is_active or not may(to, ANSWER, alert):
        raise ReceiverUnfit(name=str(to))
    rows = Alert.objects.filter(pk=alert.pk, ended_at=None, holder=by)
    changed = rows.update(holder=to)
    alert.refresh_from_db()
    if not changed:
        raise AlertOver if alert.ended_at is not None else NotTheHolder
    _happened(alert, Kind.HANDED_OVER, at, by=by, to=to, note=note)
    return alert


@transaction.atomic
def alert_note(*, alert: Alert, by: User, at: datetime, note: str) -> None:
    """Write down what was done or seen (處置紀錄), also after it ended.

    Raises:
        NotPermitted: ``by`` does not answer warnings of this agency.
    """
    require(by, ANSWER, alert)
    _happened(alert, Kind.NOTED, at, by=by, note=note)


@transaction.atomic
def drill_end(*, alert: Alert, by: User, at: datetime) -> Alert:
    """End a drill (結束演練).

    Raises:
        NotPermitted: ``by`` may not hold drills of the agency.
        AlertOver: it ended, or is no drill: a real warning is ended by its rule alone.
    """
    require(by, DRILL, alert)
    alert.refresh_from_db()
    if alert.ended_at is not None or not alert.is_drill:
        raise AlertOver
    return alert_level_set(alert=alert, level=0, at=at, numbers=alert.numbers)


@transaction.atomic
def alert_escalate(*, alert: Alert, at: datetime) -> bool:
    """Call the next agency, as nobody has taken the warning on (逐級通報); once for each step."""
    body = body_of(alert)
    later = _next_step(body, alert.raised_at, alert.step + 1)
    rows = Alert.objects.filter(
        pk=alert.pk, ended_at=None, acknowledged_at=None, step=alert.step, escalate_at__lte=at
    )
    if not rows.update(step=alert.step + 1, escalate_at=later):
        return False
    called = body.escalation[alert.step].agency
    alert.refresh_from_db()
    alert.called.add(*Agency.objects.filter(code=called))
    _happened(alert, Kind.ESCALATED, at, note=called, agency=called)
    return True


@transaction.atomic
def shift_hand_over(*, to: User, by: User, at: datetime, note: str = "") -> int:
    """Hand over every warning that one holds, as at the end of a shift (交班); return how many.

    Raises:
        ReceiverUnfit: ``to`` does not answer one of them; then none is handed over.
        NothingHeld: ``by`` holds none.
    """
    held = list(Alert.objects.filter(holder=by, ended_at=None).order_by("began_at", "pk"))
    if not held:
        raise NothingHeld
    for alert in held:
        alert_hand_over(alert=alert, to=to, by=by, at=at, note=note)
    return len(held)


LONGEST_MAINTENANCE = timedelta(days=31)


@transaction.atomic
def maintenance_plan(
    *, stream: int, rule: WarningRule, starts: datetime, ends: datetime, why: str, by: User,
    at: datetime,
) -> Maintenance:  # fmt: skip
    """Keep a stream from raising warnings while somebody works on it (維護).

    Raises:
        NotPermitted: ``by`` does not answer warnings of the rule's agency.
        MaintenanceUnfit: it ends before it begins, is over already, or lasts over a month.
    """
    require(by, ANSWER, rule)
    if not starts < ends or ends <= at or ends - starts > LONGEST_MAINTENANCE:
        raise MaintenanceUnfit
    made = Maintenance.objects.create(
        stream=stream, owner=rule.owner, starts_at=starts, ends_at=ends, why=_said(why)[:200],
        made_by=by, made_at=at,
    )  # fmt: skip
    facts = {"stream": stream, "starts_at": starts.isoformat(), "ends_at": ends.isoformat()}
    journal.record("sensing.maintenance.planned", made, by=by, at=at, now=facts)
    return made


@transaction.atomic
def maintenance_end(*, maintenance: Maintenance, by: User, at: datetime) -> None:
    """End maintenance early (提前結束維護): from now on the stream warns again; once.

    Raises:
        NotPermitted: ``by`` does not answer warnings of its agency.
    """
    require(by, ANSWER, maintenance)
    rows = Maintenance.objects.filter(pk=maintenance.pk, ends_at__gt=at)
    begun = rows.filter(starts_at__lt=at).update(ends_at=at)
    if begun or rows.delete()[0]:
        journal.record("sensing.maintenance.ended", maintenance, by=by, at=at)


def _next_step(body: WarningBody, raised: datetime, step: int) -> datetime | None:
    if step >= len(body.escalation):
        return None
    return raised + timedelta(minutes=body.escalation[step].after_minutes)


def _happened(
    alert: Alert, kind: AlertStep.Kind, at: datetime, *, by: User | None = None,
    to: User | None = None, note: str = "", **more: object,
) -> None:  # fmt: skip
    """Append to the history, the journal and the outbox; a drill has event names of its own."""
    from shizheng.sensing.alerting.tasks import issue_message

    step = AlertStep.objects.create(
        alert=alert, kind=kind, at=at, by=by, to=to, level=alert.level, note=_said(note)[:500],
        numbers=alert.numbers,
    )  # fmt: skip
    what = "drill" if alert.is_drill else "alert"
    facts = {
        "rule": alert.rule.code, "subject": alert.subject, "level": alert.level,
        "is_drill": alert.is_drill, **more,
    }  # fmt: skip
    journal.record(f"sensing.{what}.{kind}", alert, by=by, at=at, now=facts)
    outbox.publish(f"sensing.{what}.{kind}", alert, at=at, payload=facts)
    if kind in {Kind.RAISED, Kind.LEVEL, Kind.ENDED}:
        issue_message.enqueue(key=str(step.pk), step=str(step.pk))


def _said(text: str) -> str:
    return cleaned(text).strip()
