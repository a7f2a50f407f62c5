"""Sending one notice by the gateway of its channel: claimed first, once by its key."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F
from django.utils import timezone

from shizheng.core.jobs import UNFINISHED as RUNNING
from shizheng.core.jobs import Later, running
from shizheng.core.models import Job
from shizheng.core.people.selectors import confirmed_addresses
from shizheng.kernel.registry import Registry
from shizheng.services import city
from shizheng.services.models import Notice
from shizheng.services.notices.errors import NotTakenNow, Undeliverable
from shizheng.services.notices.gateways import TextMessage, gateway_of
from shizheng.services.notices.mail import mail_send
from shizheng.services.notices.problems import Problem
from shizheng.services.notices.quiet import send_at

Status = Notice.Status
UNFINISHED = (Status.WAITING, Status.SENDING)
STUCK_AFTER = timedelta(minutes=10)
MOST_ATTEMPTS = 60
"""Over all jobs; more than a day of trying, and an end for one that kills its worker each time."""
BATCH = 500

senders: Registry[Callable[[Notice, str], None]] = Registry("Channels of notices")
"""By channel: sends a notice to an address, raising Undeliverable or NotTakenNow."""

senders.register("email")(mail_send)


@senders.register("sms")
@senders.register("line")
def text_send(notice: Notice, address: str) -> None:
    """Send a notice as a text message or by LINE (簡訊、LINE).

    Raises:
        Undeliverable: this city has no such gateway, or it refuses for good.
        NotTakenNow: the gateway does not take it now.
    """
    gateway = gateway_of(notice.channel)
    if gateway is None:
        raise Undeliverable(problem=Problem.NO_GATEWAY)
    gateway.send(TextMessage(notice.key, address, notice.text, notice.language))


def notice_send(notice: str) -> None:
    """Send a notice that waits, or one whose sender died in the middle; its key goes with it.

    Args:
        notice: the primary key of the row.

    Raises:
        NotTakenNow: this attempt failed; the job is tried again.
        Later: it is not time yet, or quiet hours.
    """
    rows = Notice.objects.select_related("party__person", "person")
    row = rows.filter(pk=notice, status__in=UNFINISHED).first()
    if row is None:
        return
    _wait_for_its_time(row, timezone.now())
    if not _claimed(row):
        return
    reason = _why_not(row)
    if reason is not None:
        status = Status.FAILED if reason is Problem.GIVEN_UP else Status.DROPPED
        _note(row, status, problem=reason)
        return
    try:
        senders[row.channel](row, address_of(row))
    except Undeliverable as failure:
        problem = str(failure.parameters["problem"])
        is_dropped = problem in (Problem.NO_GATEWAY, Problem.NO_ADDRESS)
        _note(row, Status.DROPPED if is_dropped else Status.FAILED, problem=problem)
    except NotTakenNow as failure:
        status = Status.FAILED if _is_last() else Status.WAITING
        _note(row, status, problem=str(failure.parameters["problem"]))
        raise
    else:
        _note(row, Status.SENT, problem="", sent_at=timezone.now())


def address_of(row: Notice) -> str:
    """Return where a notice goes by its channel; empty if nowhere."""
    party, person = row.party, row.person or (row.party.person if row.party else None)
    if row.channel == Notice.Channel.SMS:
        return party.phone if party else ""
    if row.channel == Notice.Channel.LINE:
        return party.line_id if party else ""
    if person is not None and party is None and row.case_id is None:
        return confirmed_addresses([person]).get(person.pk, "")
    return (party.email if party else "") or (person.email if person else "")


def stuck_enqueue(now: datetime) -> int:
    """Queue notices that should have gone out and that no job has any more; how many.

    After a restored backup, a killed worker at its last attempt, or a lost job.
    """
    from shizheng.services.notices.tasks import send_notice

    count, last = 0, None
    while True:
        rows = Notice.objects.filter(status__in=UNFINISHED, send_at__lt=now - STUCK_AFTER)
        rows = rows.filter(pk__gt=last) if last else rows
        keys = [str(key) for key in rows.order_by("pk").values_list("pk", flat=True)[:BATCH]]
        if not keys:
            return count
        known = set(
            Job.objects.filter(
                name=send_notice.name, key__in=keys, status__in=RUNNING
            ).values_list("key", flat=True)
        )  # fmt: skip
        for key in keys:
            if key not in known:
                send_notice.enqueue(key=key, notice=key)
                count += 1
        last = keys[-1]


def _wait_for_its_time(row: Notice, now: datetime) -> None:
    template = city.templates(city.loaded_at()).get(row.template)
    is_urgent = template is not None and template.body.is_urgent
    start = max(row.send_at, send_at(row.channel, now, is_urgent=is_urgent))
    if start > now:
        raise Later(start)


def _claimed(row: Notice) -> bool:
    """Say in the database that this process sends it; False if another one was quicker."""
    unchanged = Notice.objects.filter(pk=row.pk, status=row.status, attempt_count=row.attempt_count)
    taken = unchanged.update(status=Status.SENDING, attempt_count=F("attempt_count") + 1)
    row.attempt_count += 1
    return bool(taken)


def _why_not(row: Notice) -> Problem | None:
    if row.attempt_count > MOST_ATTEMPTS:
        return Problem.GIVEN_UP
    if row.party is not None and row.party.ended_at is not None:
        return Problem.PART_ENDED
    address = address_of(row)
    if not address or any(sign in address for sign in "\r\n\0"):
        return Problem.NO_ADDRESS
    if row.channel == Notice.Channel.EMAIL:
        try:
            validate_email(address)
        except ValidationError:
            return Problem.NO_ADDRESS
    return None


def _is_last() -> bool:
    current = running.get()
    return current is None or current.attempt_count >= current.attempt_limit


def _note(row: Notice, status: str, *, problem: str, sent_at: datetime | None = None) -> None:
    """Note how this attempt ended, unless a later one has begun."""
    mine = Notice.objects.filter(pk=row.pk, status=Status.SENDING, attempt_count=row.attempt_count)
    mine.update(status=status, problem=problem[:200], sent_at=sent_at)
