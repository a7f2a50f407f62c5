"""What people do with the data that is held of them, and what the city answers."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.core.personal import Record
from shizheng.statistics.models import DataConsent, DataRequest, DataUse
from shizheng.statistics.personal import errors
from shizheng.statistics.personal.access import ANSWER
from shizheng.statistics.personal.domain.limits import Asked, due_on
from shizheng.statistics.personal.keeping import request_kept_until
from shizheng.statistics.personal.selectors import Held, held_of
from shizheng.statistics.personal.telling import request_tell

LONGEST_CONSENT = 366


@transaction.atomic
def request_ask(
    *, person: User, kind: str, holding: str, record: Record, text: str, at: datetime
) -> DataRequest:
    """Ask that a record is corrected or erased (更正、刪除, art. 11).

    Raises:
        AskedAlready: the same is asked and not answered yet.
    """
    open_one = DataRequest.objects.filter(
        person=person, kind=kind, holding=holding, record=record.key, state="open"
    )
    if known := open_one.first():
        raise errors.AskedAlready(day=known.due_on)
    asked = DataRequest(
        person=person, kind=kind, holding=holding, record=record.key, agency=record.agency,
        text=text, asked_at=at, due_on=due_on(Asked(kind), timezone.localdate(at)),
    )  # fmt: skip
    try:
        with transaction.atomic():
            asked.save(force_insert=True)
    except IntegrityError:
        raise errors.AskedAlready(day=asked.due_on) from None
    journal.record(
        "statistics.data_request.asked", asked, by=person, at=at,
        now={"kind": kind, "holding": holding, "due_on": asked.due_on.isoformat()},
        personal={"text": text},
    )  # fmt: skip
    return asked


@transaction.atomic
def request_extend(*, request: DataRequest, by: User, reason: str, at: datetime) -> DataRequest:
    """Extend the time of an answer once, and say why (延長, art. 13(2)).

    Raises:
        NotPermitted, OwnRequest: ``by`` may not answer it.
        AnsweredAlready, ExtendedAlready: it is too late for that.
    """
    _may_answer(request, by)
    received = timezone.localdate(request.asked_at)
    later = due_on(Asked(request.kind), received, is_extended=True)
    waiting = DataRequest.objects.filter(pk=request.pk, state="open", extension_reason="")
    if not waiting.update(due_on=later, extension_reason=reason):
        request.refresh_from_db()
        if request.state != DataRequest.State.OPEN:
            raise errors.AnsweredAlready
        raise errors.ExtendedAlready(day=request.due_on)
    was = {"due_on": request.due_on.isoformat()}
    journal.record(
        "statistics.data_request.extended", request, by=by, at=at, why=reason, was=was,
        now={"due_on": later.isoformat()}, on_behalf_of=request.agency,
    )  # fmt: skip
    request.refresh_from_db()
    request_tell(request, at=at)
    return request


@transaction.atomic
def request_answer(
    *, request: DataRequest, by: User, is_granted: bool, answer: str, at: datetime
) -> DataRequest:
    """Grant or refuse a request, with the answer that the person reads (准駁); they are told.

    Raises:
        NotPermitted, OwnRequest: ``by`` may not answer it.
        AnsweredAlready: somebody else was quicker.
    """
    _may_answer(request, by)
    state = DataRequest.State.GRANTED if is_granted else DataRequest.State.REFUSED
    waiting = DataRequest.objects.filter(pk=request.pk, state="open")
    kept_until = request_kept_until(timezone.localdate(at))
    if not waiting.update(
        state=state, answer=answer, answered_at=at, answered_by=by, kept_until=kept_until
    ):
        raise errors.AnsweredAlready
    journal.record(
        "statistics.data_request.answered", request, by=by, at=at, on_behalf_of=request.agency,
        was={"state": "open"}, now={"state": str(state)}, personal={"answer": answer},
    )  # fmt: skip
    request.refresh_from_db()
    request_tell(request, at=at)
    return request


def _may_answer(request: DataRequest, by: User) -> None:
    if request.person_id == by.pk:
        raise errors.OwnRequest
    require(by, ANSWER, request)


@transaction.atomic
def consent_give(
    *, person: User, agency: Agency, purpose: str, holdings: Sequence[str], ends_on: date,
    at: datetime,
) -> DataConsent:  # fmt: skip
    """Let one agency use kinds of one's data for a purpose, up to the end of a day (同意).

    Raises:
        ConsentSpan: the last day is past, or too far away.
        ConsentGiven: the agency has it for this purpose already.
    """
    today = timezone.localdate(at)
    if not today < ends_on <= today + timedelta(days=LONGEST_CONSENT):
        raise errors.ConsentSpan(days=LONGEST_CONSENT)
    zone = timezone.get_current_timezone()
    ends_at = datetime.combine(ends_on + timedelta(days=1), time.min, zone)
    same = DataConsent.objects.filter(
        person=person, agency=agency, purpose=purpose, revoked_at=None
    )
    if same.filter(ends_at__gt=at).exists():
        raise errors.ConsentGiven
    same.update(revoked_at=at)
    given = DataConsent(
        person=person, agency=agency, purpose=purpose, holdings=sorted(holdings), given_at=at,
        ends_at=ends_at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            given.save(force_insert=True)
    except IntegrityError:
        raise errors.ConsentGiven from None
    journal.record(
        "statistics.data_consent.given", given, by=person, at=at,
        now={"agency": agency.code, "holdings": given.holdings, "ends_on": ends_on.isoformat()},
        personal={"purpose": purpose},
    )  # fmt: skip
    return given


@transaction.atomic
def consent_revoke(*, consent: DataConsent, by: User, at: datetime) -> DataConsent:
    """Take a consent back; from now on nothing is shown by it (撤回同意).

    Raises:
        ConsentOver: it was revoked before.
    """
    standing = DataConsent.objects.filter(pk=consent.pk, person=by, revoked_at=None)
    if not standing.update(revoked_at=at):
        raise errors.ConsentOver
    journal.record("statistics.data_consent.revoked", consent, by=by, at=at)
    consent.refresh_from_db()
    return consent


@transaction.atomic
def consent_use(*, consent: DataConsent, by: User, why: str, at: datetime) -> list[Held]:
    """Return what a consent lets its agency read; the person sees that it was read (利用).

    Raises:
        NotPermitted: ``by`` does not answer for the agency.
        ConsentOver: it ended or was revoked.
    """
    require(by, ANSWER, consent)
    locked = DataConsent.objects.select_for_update().select_related("person").get(pk=consent.pk)
    if not locked.is_in_force(at):
        raise errors.ConsentOver
    shown = held_of(locked.person, codes=locked.holdings)
    DataUse.objects.create(
        consent=locked, by=by, at=at, why=why, record_count=sum(len(each.records) for each in shown)
    )
    journal.read(locked.person, locked.holdings, by=by, at=at, why=why)
    return shown
