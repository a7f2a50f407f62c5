"""Work on site: operators sign, work begins, stops, the trench is filled, the road is restored.

Each report is kept with its photos; what the pack asks of photos is held to.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from shizheng.analysis.digging.categories import Risk, Works, last_day_after, validity
from shizheng.core import journal, outbox
from shizheng.core.access import may, require
from shizheng.core.models import User
from shizheng.kernel.errors import NotPermitted
from shizheng.kernel.text import cleaned
from shizheng.places.digging.access import APPLY, REVIEW, acts_for, owners_of
from shizheng.places.digging.actions.applying import reason_of, told
from shizheng.places.digging.city import DiggingRules, digging_rules, rules_of, valid
from shizheng.places.digging.errors import NotYet, OperatorMissing, PermitMoved
from shizheng.places.digging.models import DigPermit, SiteReport
from shizheng.places.digging.photos import Photo, photos_keep, photos_required

State, Kind = DigPermit.State, SiteReport.Kind


def _move(
    permit: DigPermit, was: str, state: str, *, by: User, at: datetime, why: str = "",
    **values: object,
) -> DigPermit:  # fmt: skip
    """Move a permit on if it is still where it was, and tell of it."""
    if not DigPermit.objects.filter(pk=permit.pk, state=was).update(state=state, **values):
        permit.refresh_from_db()
        raise PermitMoved(number=permit.number, state=permit.state)
    permit.refresh_from_db()
    kind = f"places.permit.{state}"
    journal.record(kind, permit, by=by, at=at, why=why, now=told(permit))
    outbox.publish(kind, permit, at=at, payload=told(permit))
    return permit


def _report(
    permit: DigPermit, kind: str, *, by: User, at: datetime, note: str = "", pipe: str = "",
    photos: Sequence[Photo] = (), is_office: bool = False,
) -> SiteReport:  # fmt: skip
    made = SiteReport.objects.create(
        permit=permit, kind=kind, pipe=pipe, note=cleaned(note).strip()[:500], by=by, at=at,
        is_office=is_office,
    )  # fmt: skip
    photos_keep(made, photos, by=by, at=at)
    return made


def _applicant(permit: DigPermit, by: User) -> None:
    if not acts_for(by, permit.record.owner):
        raise NotPermitted(permission=APPLY)


@transaction.atomic
def operator_sign(
    *, permit: DigPermit, pipe: str, by: User, at: datetime, note: str = "",
    photos: Sequence[Photo] = (),
) -> DigPermit:  # fmt: skip
    """Record that the operator of a dangerous pipe is on site (管線業者到場簽認).

    The operator's own people sign; the reviewing agency may take a signature on paper.

    Raises:
        NotPermitted: ``by`` is neither.
        PermitMoved: the permit is not granted.
        OperatorMissing: the permit asks for no signature of this pipe.
    """
    is_office = may(by, REVIEW, permit)
    locked = DigPermit.objects.select_for_update().get(pk=permit.pk)
    if not is_office and pipe not in pipes_signed_by(by, locked, at=at):
        raise NotPermitted(permission=REVIEW)
    if locked.state != State.GRANTED:
        raise PermitMoved(number=permit.number, state=locked.state)
    if pipe not in locked.operators:
        raise OperatorMissing(pipe=pipe)
    if pipe not in locked.operators_signed:
        signed = locked.operators_signed | {pipe: at.isoformat()}
        DigPermit.objects.filter(pk=permit.pk).update(operators_signed=signed)
        _report(
            permit, Kind.SIGN_ON, by=by, at=at, note=note, pipe=pipe, photos=photos,
            is_office=is_office,
        )  # fmt: skip
        facts = {"number": permit.number, "pipe": pipe}
        journal.record("places.permit.operator_signed", permit, by=by, at=at, now=facts)
    permit.refresh_from_db()
    return permit


def pipes_signed_by(person: User, permit: DigPermit, *, at: datetime) -> list[str]:
    """Return the pipes of a permit for whose operator a person signs."""
    if not permit.operators:
        return []
    rules = digging_rules()
    mine = [each for code in owners_of(person) if (each := rules.body.owner(code))]
    operators = {name for owner in mine for name in owner.operates}
    if not operators:
        return []
    on = at.astimezone(rules.tz).date()
    return [
        row.key
        for hazard in rules.body.hazards
        for row in valid(hazard.register_, on).filter(key__in=permit.operators)
        if row.properties.get("operator") in operators
    ]


@transaction.atomic
def work_begin(
    *, permit: DigPermit, by: User, at: datetime, note: str = "", photos: Sequence[Photo] = ()
) -> DigPermit:
    """Begin work (開工) within the days of the permit; a late start moves its last day.

    Raises:
        NotPermitted: ``by`` does not act for the owner.
        OperatorMissing: a dangerous pipe is near and its operator has not signed.
        PhotosMissing: the pack asks for more.
        NotYet: too early, or too late for this permit.
        PermitMoved: the permit is not granted.
    """
    _applicant(permit, by)
    permit.refresh_from_db()
    rules = digging_rules()
    body = rules_of(permit.definition, rules)
    works = Works(permit.first, permit.last, permit.traffic_order, Risk(permit.risk))
    today = at.astimezone(rules.tz).date()
    missing = [pipe for pipe in permit.operators if pipe not in permit.operators_signed]
    if missing:
        raise OperatorMissing(pipe=missing[0])
    category = body.category_rules()[permit.category]
    first, last = validity(works, category, not permit.traffic_order, rules.calendar)
    if not first <= today <= last:
        raise NotYet(number=permit.number, first=first, last=last)
    photos_required(photos, body.photos.begin)
    until = last_day_after(works, today, rules.calendar)
    _move(permit, State.GRANTED, State.IN_PROGRESS, by=by, at=at, began_on=today, last=until)
    _report(permit, Kind.BEGIN, by=by, at=at, note=note, photos=photos)
    return permit


@transaction.atomic
def work_stop(*, permit: DigPermit, by: User, at: datetime, reason: str) -> DigPermit:
    """Stop work for a time (停工), by the owner itself or by order of the reviewing agency.

    Raises:
        NotPermitted: ``by`` is neither.
        PermitMoved: no work is in progress.
        AnswerMissing: it does not say why.
    """
    is_office = _either(permit, by)
    said = reason_of(reason)
    _move(permit, State.IN_PROGRESS, State.STOPPED, by=by, at=at, why=said)
    _report(permit, Kind.STOP, by=by, at=at, note=said, is_office=is_office)
    return permit


@transaction.atomic
def work_resume(*, permit: DigPermit, by: User, at: datetime, note: str = "") -> DigPermit:
    """Go on with work (復工); what the agency stopped, it alone lets go on.

    Raises:
        NotPermitted: ``by`` is neither side, or the agency stopped it and ``by`` is the owner.
        PermitMoved: the work is not stopped.
    """
    is_office = _either(permit, by)
    stop = permit.reports.filter(kind=Kind.STOP).last()
    if stop is not None and stop.is_office and not is_office:
        raise NotPermitted(permission=REVIEW)
    _move(permit, State.STOPPED, State.IN_PROGRESS, by=by, at=at, why=note)
    _report(permit, Kind.RESUME, by=by, at=at, note=note, is_office=is_office)
    return permit


def _either(permit: DigPermit, by: User) -> bool:
    """Return whether ``by`` is of the agency; refuse who is of neither side."""
    is_office = may(by, REVIEW, permit)
    if not is_office:
        _applicant(permit, by)
    return is_office


@transaction.atomic
def trench_backfill(
    *, permit: DigPermit, by: User, at: datetime, note: str = "", photos: Sequence[Photo] = ()
) -> DigPermit:
    """Record that the trench is filled (回填); the days to restore the road begin.

    Raises:
        NotPermitted: ``by`` does not act for the owner.
        PhotosMissing: the pack asks for more.
        PermitMoved: no work is in progress.
    """
    _applicant(permit, by)
    rules = digging_rules()
    body, today = rules_of(permit.definition, rules), _today(at, rules)
    photos_required(photos, body.photos.backfill)
    _move(
        permit, State.IN_PROGRESS, State.BACKFILLED, by=by, at=at, backfilled_on=today,
        restore_by=today + timedelta(body.restore_within_days),
    )  # fmt: skip
    _report(permit, Kind.BACKFILL, by=by, at=at, note=note, photos=photos)
    return permit


@transaction.atomic
def restoration_report(
    *, permit: DigPermit, by: User, at: datetime, note: str = "", photos: Sequence[Photo] = ()
) -> SiteReport:
    """Report with photos that the road is restored (報請修復驗收); the agency then accepts it.

    Raises:
        NotPermitted: ``by`` does not act for the owner.
        PhotosMissing: the pack asks for more.
        PermitMoved: the trench is not filled.
    """
    _applicant(permit, by)
    rules = digging_rules()
    photos_required(photos, rules_of(permit.definition, rules).photos.restore)
    locked = DigPermit.objects.select_for_update().get(pk=permit.pk)
    if locked.state != State.BACKFILLED:
        raise PermitMoved(number=permit.number, state=locked.state)
    made = _report(permit, Kind.RESTORE, by=by, at=at, note=note, photos=photos)
    facts = {"number": permit.number}
    journal.record("places.permit.restoration_reported", permit, by=by, at=at, now=facts)
    outbox.publish("places.permit.restoration_reported", permit, at=at, payload=facts)
    return made


@transaction.atomic
def road_restore(*, permit: DigPermit, by: User, at: datetime, note: str = "") -> DigPermit:
    """Accept the restored road (路面修復驗收); its warranty runs from today.

    Raises:
        NotPermitted: ``by`` does not review for the agency.
        PermitMoved: the trench is not filled.
    """
    require(by, REVIEW, permit)
    rules = digging_rules()
    days = rules_of(permit.definition, rules).warranty_days
    today = _today(at, rules)
    return _move(
        permit, State.BACKFILLED, State.CLOSED, by=by, at=at, why=note,
        restored_on=today, warranty_until=today + timedelta(days),
    )  # fmt: skip


@transaction.atomic
def permit_cancel(*, permit: DigPermit, by: User, at: datetime, reason: str) -> DigPermit:
    """Take back an application or a permit not begun (撤銷申請).

    Raises:
        NotPermitted: ``by`` does not act for the owner.
        PermitMoved: work began, or it is over.
        AnswerMissing: it does not say why.
    """
    _applicant(permit, by)
    was = State.WAITING if permit.state == State.WAITING else State.GRANTED
    return _move(permit, was, State.CANCELLED, by=by, at=at, why=reason_of(reason))


@transaction.atomic
def permit_revoke(*, permit: DigPermit, by: User, at: datetime, reason: str) -> DigPermit:
    """Revoke a granted permit, with the reason (廢止許可).

    Raises:
        NotPermitted: ``by`` does not review for the agency.
        PermitMoved: it is not granted, or work began.
        AnswerMissing: it does not say why.
    """
    require(by, REVIEW, permit)
    said = reason_of(reason)
    return _move(permit, State.GRANTED, State.REVOKED, by=by, at=at, why=said, answer=said)


def _today(at: datetime, rules: DiggingRules) -> date:
    return at.astimezone(rules.tz).date()
