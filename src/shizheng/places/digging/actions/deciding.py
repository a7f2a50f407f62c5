"""Answers to applications and changes: by a reviewer, or by silence when the time is over."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.places.digging.access import REVIEW
from shizheng.places.digging.actions.applying import ban_check, reason_of, told
from shizheng.places.digging.city import digging_rules, rules_of
from shizheng.places.digging.errors import PermitMoved, RoadBanned
from shizheng.places.digging.models import DigChange, DigPermit


@transaction.atomic
def permit_grant(*, permit: DigPermit, by: User, at: datetime, answer: str = "") -> DigPermit:
    """Grant a permit (核准); conflicts are looked for again and kept.

    Raises:
        NotPermitted: ``by`` does not review for the agency.
        PermitMoved: it was decided before.
        RoadBanned: a ban has come since the application.
    """
    require(by, REVIEW, permit)
    return _grant(permit, by, at, answer.strip()[:500])


def _grant(permit: DigPermit, by: User | None, at: datetime, answer: str) -> DigPermit:
    rules = digging_rules()
    body = rules_of(permit.definition, rules)
    local = at.astimezone(rules.tz).date()
    found = ban_check(permit, permit.first, permit.last, rules=rules, body=body, on=local)
    _settle(
        permit, DigPermit.State.GRANTED, at,
        decided_by=by, answer=answer, is_deemed=by is None, conflicts_at_grant=found,
    )  # fmt: skip
    kind = "places.permit.deemed" if by is None else "places.permit.granted"
    journal.record(kind, permit, by=by, at=at, why=answer, now=told(permit))
    outbox.publish(kind, permit, at=at, payload=told(permit))
    return permit


def _settle(permit: DigPermit, state: str, at: datetime, **values: object) -> None:
    waiting = DigPermit.objects.filter(pk=permit.pk, state=DigPermit.State.WAITING)
    if not waiting.update(state=state, decided_at=at, **values):
        permit.refresh_from_db(fields=["state"])
        raise PermitMoved(number=permit.number, state=permit.state)
    permit.refresh_from_db()


@transaction.atomic
def permit_refuse(*, permit: DigPermit, by: User, at: datetime, answer: str) -> DigPermit:
    """Refuse a permit with the reason (駁回).

    Raises:
        NotPermitted, PermitMoved: see ``permit_grant``.
        AnswerMissing: it does not say why.
    """
    require(by, REVIEW, permit)
    said = reason_of(answer)
    _settle(permit, DigPermit.State.REFUSED, at, decided_by=by, answer=said)
    journal.record("places.permit.refused", permit, by=by, at=at, why=said, now=told(permit))
    outbox.publish("places.permit.refused", permit, at=at, payload=told(permit))
    return permit


@transaction.atomic
def permit_return(*, permit: DigPermit, by: User, at: datetime, answer: str) -> DigPermit:
    """Ask for a modified application (退回修正); the record may apply again, with its own clock.

    Raises:
        NotPermitted, PermitMoved: see ``permit_grant``.
        AnswerMissing: it does not say what to modify.
    """
    require(by, REVIEW, permit)
    said = reason_of(answer)
    _settle(permit, DigPermit.State.RETURNED, at, decided_by=by, answer=said)
    journal.record("places.permit.returned", permit, by=by, at=at, why=said, now=told(permit))
    outbox.publish("places.permit.returned", permit, at=at, payload=told(permit))
    return permit


@transaction.atomic
def change_grant(*, change: DigChange, by: User, at: datetime, answer: str = "") -> DigChange:
    """Grant a change; the permit has the new dates from now on (核准變更).

    Raises:
        NotPermitted: ``by`` does not review for the agency.
        PermitMoved: it was decided before, or work began meanwhile.
        RoadBanned: a ban holds on the new dates.
    """
    require(by, REVIEW, change)
    return _grant_change(change, by, at, answer.strip()[:500])


def _grant_change(change: DigChange, by: User | None, at: datetime, answer: str) -> DigChange:
    rules, permit = digging_rules(), change.permit
    body = rules_of(permit.definition, rules)
    local = at.astimezone(rules.tz).date()
    found = ban_check(permit, change.first, change.last, rules=rules, body=body, on=local)
    was = told(permit)
    _settle_change(change, DigChange.State.GRANTED, by, at, answer)
    granted = DigPermit.objects.filter(pk=permit.pk, state=DigPermit.State.GRANTED)
    if not granted.update(first=change.first, last=change.last, conflicts_at_grant=found):
        permit.refresh_from_db()
        raise PermitMoved(number=permit.number, state=permit.state)
    permit.refresh_from_db()
    kind = "places.permit.change_deemed" if by is None else "places.permit.changed"
    journal.record(kind, permit, by=by, at=at, why=answer, was=was, now=told(permit))
    outbox.publish(kind, permit, at=at, payload=told(permit))
    return change


def _settle_change(
    change: DigChange, state: str, by: User | None, at: datetime, answer: str
) -> None:
    waiting = DigChange.objects.filter(pk=change.pk, state=DigChange.State.WAITING)
    decided = {"decided_by": by, "decided_at": at, "answer": answer, "is_deemed": by is None}
    if not waiting.update(state=state, **decided):
        change.refresh_from_db()
        raise PermitMoved(number=str(change), state=change.state)
    change.refresh_from_db()


@transaction.atomic
def change_refuse(*, change: DigChange, by: User, at: datetime, answer: str) -> DigChange:
    """Refuse a change with the reason; the permit stays as it is (駁回變更).

    Raises:
        NotPermitted, PermitMoved: see ``change_grant``.
        AnswerMissing: it does not say why.
    """
    require(by, REVIEW, change)
    said = reason_of(answer)
    _settle_change(change, DigChange.State.REFUSED, by, at, said)
    facts = {"number": str(change)}
    journal.record("places.permit.change_refused", change.permit, by=by, at=at, why=said, now=facts)
    outbox.publish("places.permit.change_refused", change.permit, at=at, payload=facts)
    return change


@dataclass(frozen=True, slots=True)
class Deemed:
    """Numbers of what silence granted, and of what it could not because a ban holds now."""

    granted: tuple[str, ...]
    held: tuple[str, ...]


def silence_grants(*, at: datetime) -> Deemed:
    """Grant what nobody answered in time (逾期視為同意), each in its own transaction.

    What a ban forbids by now stays with the reviewers, who must answer it.
    """
    granted: list[str] = []
    held: list[str] = []
    overdue = {"state": "waiting", "answer_due_at__lt": at}
    permits = DigPermit.objects.filter(silence_grants=True, **overdue)
    for permit in permits.select_related("record", "definition"):
        try:
            with transaction.atomic():
                _grant(permit, None, at, "")
        except RoadBanned:
            held.append(permit.number)
        else:
            granted.append(permit.number)
    changes = DigChange.objects.filter(permit__silence_grants=True, **overdue)
    for change in changes.select_related("permit__record", "permit__definition"):
        try:
            with transaction.atomic():
                _grant_change(change, None, at, "")
        except (RoadBanned, PermitMoved):
            held.append(str(change))
        else:
            granted.append(str(change))
    return Deemed(tuple(granted), tuple(held))
