"""Calls: begin, answer from the knowledge base, open or join a case, hand on, end."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import Agency, User
from shizheng.kernel.errors import NotPermitted
from shizheng.services.actions.acting import case_locked
from shizheng.services.actions.opening import Contact, Intake, Opened, case_open
from shizheng.services.calls.centre import services_taken, written_language
from shizheng.services.calls.errors import (
    CallGoingOn,
    CallOver,
    CallSettled,
    NotJoinable,
    ResultMissing,
    ServiceNotTaken,
)
from shizheng.services.domain.answers import Choosable
from shizheng.services.duplicates.selectors import master_of
from shizheng.services.models import Call, Case, CaseParty, KnowledgeEntry, Service

TAKE = "services.take_calls"
TOPIC_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as far as they say (來電人); personal."""

    name: str = ""
    phone: str = ""
    email: str = ""

    def contact(self, language: str) -> Contact:
        """Return how they can be told of a case."""
        by = "email" if self.email else "sms" if self.phone else "none"
        return Contact(
            name=self.name, email=self.email, phone=self.phone, language=language, notice_by=by
        )


@transaction.atomic
def call_begin(
    *, by: User, at: datetime, channel: str, language: str, wait_seconds: int = 0
) -> Call:
    """Begin a call (接聽).

    Args:
        wait_seconds: how long the caller waited before.

    Raises:
        NotPermitted: ``by`` takes no calls.
        CallGoingOn: they are on the telephone.
    """
    require(by, TAKE)
    try:
        with transaction.atomic():
            call = Call.objects.create(
                agent=by, channel=channel, language=language, started_at=at,
                wait_seconds=wait_seconds,
            )  # fmt: skip
    except IntegrityError:
        raise CallGoingOn from None
    now = {"channel": channel, "language": language, "wait_seconds": wait_seconds}
    journal.record("services.call.begun", call, by=by, at=at, now=now)
    return call


def _going_on(call: Call, by: User) -> Call:
    """Return a call of ``by``'s own, locked and not ended.

    Raises:
        NotPermitted, CallOver: it is not theirs, or over.
    """
    require(by, TAKE)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.agent_id != by.pk:
        raise NotPermitted(permission=TAKE)
    if locked.ended_at is not None:
        raise CallOver
    return locked


@transaction.atomic
def call_answer(*, call: Call, entry: KnowledgeEntry, by: User, at: datetime) -> Call:
    """Note that a caller was answered from an entry; the same one counts once for a call.

    Raises:
        NotPermitted, CallOver: see there.
    """
    locked = _going_on(call, by)
    if not locked.entries.filter(pk=entry.pk).exists():
        locked.entries.add(entry)
        KnowledgeEntry.objects.filter(pk=entry.pk).update(use_count=F("use_count") + 1)
        now = {"entry": entry.code, "version": entry.number}
        journal.record("services.call.answered", locked, by=by, at=at, now=now)
    return locked


@transaction.atomic
def call_case(
    *, call: Call, service: Service, given: Intake, caller: Caller, by: User, at: datetime
) -> Opened:
    """Open a case for the caller (立案).

    Raises:
        NotPermitted, CallOver, CallSettled, ServiceNotTaken: why not.
        DomainError: as ``case_open``.
    """
    locked = _going_on(call, by)
    if locked.case_id is not None:
        assert locked.case is not None  # noqa: S101 - it has a key
        raise CallSettled(number=locked.case.number)
    if service.code not in {row.code for row in services_taken()}:
        raise ServiceNotTaken(service=Choosable(service.name))
    contact = caller.contact(written_language(locked.language))
    opened = case_open(
        service=service, given=replace(given, channel="phone", contact=contact), by=by, at=at
    )
    locked.result = Call.Result.CASE
    _settle(locked, opened.case, caller, by=by, at=at)
    return opened


@transaction.atomic
def call_join(*, call: Call, case: Case, caller: Caller, by: User, at: datetime) -> Case:
    """Add the caller to a case that is open already (併入既有案件); they are told what it comes to.

    Returns:
        The case, or the one that a duplicate is answered with.

    Raises:
        NotPermitted, CallOver, CallSettled, NotJoinable: why not.
    """
    locked = _going_on(call, by)
    if locked.case_id is not None:
        assert locked.case is not None  # noqa: S101 - it has a key
        raise CallSettled(number=locked.case.number)
    target = case_locked(master_of(case) or case, None)
    if not target.is_open or target.access_class != Case.AccessClass.NORMAL:
        raise NotJoinable(number=target.number)
    contact = caller.contact(written_language(locked.language))
    CaseParty.objects.create(
        case=target, role=CaseParty.Role.FOLLOWER, name=contact.name, email=contact.email,
        phone=contact.phone, language=contact.language, notice_by=contact.notice_by,
        added_at=at, added_by=by,
    )  # fmt: skip
    locked.result = Call.Result.JOINED
    _settle(locked, target, caller, by=by, at=at)
    return target


def _settle(call: Call, case: Case, caller: Caller, *, by: User, at: datetime) -> None:
    call.case = case
    call.topic = case.title[:TOPIC_LENGTH]
    call.caller_name, call.caller_phone = caller.name, caller.phone
    call.save(update_fields=["case", "result", "topic", "caller_name", "caller_phone"])
    said = {"caller_name": caller.name, "caller_phone": caller.phone}
    journal.record(
        f"services.call.{call.result}", call, by=by, at=at,
        now={"case": case.number}, personal={key: value for key, value in said.items() if value},
    )  # fmt: skip


@transaction.atomic
def call_hand_on(*, call: Call, to: Agency, by: User, at: datetime, reason: str = "") -> Call:
    """Hand the caller on to an agency (轉接); each time is counted.

    Raises:
        NotPermitted, CallOver: see there.
    """
    locked = _going_on(call, by)
    locked.handoff_count, locked.handed_to = locked.handoff_count + 1, to
    locked.save(update_fields=["handoff_count", "handed_to"])
    now = {"to": to.code, "count": locked.handoff_count}
    journal.record("services.call.handed_on", locked, by=by, at=at, why=reason, now=now)
    return locked


@transaction.atomic
def call_end(
    *, call: Call, by: User, at: datetime, result: str = "", topic: str = "",
    satisfaction: int | None = None,
) -> Call:  # fmt: skip
    """End a call (結束通話); one that led to a case has its result already.

    Args:
        result: answered or abandoned.
        satisfaction: 1 to 5, as the caller says.

    Raises:
        NotPermitted, CallOver, ResultMissing: why not.
    """
    locked = _going_on(call, by)
    if locked.case_id is None:
        if result not in (Call.Result.ANSWERED, Call.Result.ABANDONED):
            raise ResultMissing
        locked.result, locked.topic = result, topic[:TOPIC_LENGTH]
    locked.ended_at, locked.satisfaction = at, satisfaction
    locked.save(update_fields=["result", "topic", "ended_at", "satisfaction"])
    now = {"result": str(locked.result), "satisfaction": satisfaction}
    journal.record("services.call.ended", locked, by=by, at=at, now=now)
    return locked
