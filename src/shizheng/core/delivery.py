"""Delivering events to webhooks: at least once, again after failures, given up visibly."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from shizheng.core import signing
from shizheng.core.fresh import Fresh
from shizheng.core.jobs import Later, job, running
from shizheng.core.models.outbox import Delivery, Webhook
from shizheng.core.outgoing import AddressRefused, SendingFailed, post
from shizheng.kernel.errors import N_, DomainError

RETRIES = 14
FAILURES_BEFORE_PAUSE = 3
LONGEST_PAUSE = timedelta(hours=1)

subscribers: Fresh[list[Webhook]] = Fresh(lambda: list(Webhook.objects.filter(is_active=True)))
"""Returns the webhooks that are switched on, as they were at most a second ago."""


class NotTaken(DomainError):
    """The other side answered, but not that it took the event (對方未收下)."""

    code = "core.webhook.not_taken"
    message = N_("{host} answered {status}{detail}.")
    hint = N_("It is tried again by itself.")


@job("core.deliver_event", retries=RETRIES)
def deliver(delivery: str) -> None:
    """Send one event to one webhook.

    Success is any 2xx. 410 means the receiver is gone for good: its webhook is switched off.
    Everything else fails this attempt; after the last one the delivery is dead until a person
    sends it again.

    Raises:
        NotTaken: the answer was another one.
        SendingFailed: there was no answer.
        Later: the receiver failed several times in a row and is left alone for a while.
    """
    row = Delivery.objects.select_related("event", "webhook").get(pk=delivery)
    if row.status == Delivery.Status.DELIVERED:
        return
    now = timezone.now()
    webhook = row.webhook
    if not webhook.is_active:
        _give_up(row, now, None, N_("The webhook is switched off."))
        return
    if webhook.paused_until and webhook.paused_until > now:
        raise Later(webhook.paused_until)
    try:
        status = _send(row, now)
    except AddressRefused as refused:
        _give_up(row, now, None, str(refused))
        return
    except SendingFailed as failed:
        _note_failure(row, now, None, str(failed))
        raise
    if 200 <= status < 300:
        _note_success(row, now, status)
    elif status == 410:
        switch_off(webhook, N_("The receiver answered 410: it is gone."))
        _give_up(row, now, status, N_("The receiver answered 410: it is gone."))
    else:
        detail = " (redirects are not followed)" if 300 <= status < 400 else ""
        failure = NotTaken(host=webhook.url, status=status, detail=detail)
        _note_failure(row, now, status, str(failure))
        raise failure


def switch_off(webhook: Webhook, because: str) -> None:
    """Send nothing more to this webhook."""
    Webhook.objects.filter(pk=webhook.pk).update(is_active=False, disabled_because=because)
    subscribers.forget()


def secrets_of(webhook: Webhook, now: datetime) -> list[str]:
    """The secrets that sign at ``now``: for a day after a change, the old one too."""
    keys = [webhook.secret]
    if webhook.old_secret and webhook.old_secret_until and now < webhook.old_secret_until:
        keys.append(webhook.old_secret)
    return keys


def _send(row: Delivery, now: datetime) -> int:
    body = signing.cloud_event(row.event, settings.SITE_URL)
    headers = signing.headers(row.event, body, secrets_of(row.webhook, now), now)
    return post(row.webhook.url, body, headers, private=settings.WEBHOOKS_TO_PRIVATE)


def _note_success(row: Delivery, now: datetime, status: int) -> None:
    _note(row, now, status=Delivery.Status.DELIVERED, answer=status, problem="")
    if row.webhook.failure_count:
        Webhook.objects.filter(pk=row.webhook_id).update(failure_count=0, paused_until=None)


def _note_failure(row: Delivery, now: datetime, status: int | None, problem: str) -> None:
    current = running.get()
    is_last = current is None or current.attempt_count >= current.attempt_limit
    state = Delivery.Status.DEAD if is_last else Delivery.Status.WAITING
    _note(row, now, status=state, answer=status, problem=problem[:300])
    count = row.webhook.failure_count + 1
    pause = None
    if count >= FAILURES_BEFORE_PAUSE:
        exponent = min(count - FAILURES_BEFORE_PAUSE, 10)
        pause = now + min(timedelta(seconds=30) * 2**exponent, LONGEST_PAUSE)
    Webhook.objects.filter(pk=row.webhook_id).update(failure_count=count, paused_until=pause)


def _give_up(row: Delivery, now: datetime, status: int | None, problem: str) -> None:
    _note(row, now, status=Delivery.Status.DEAD, answer=status, problem=problem[:300])


def _note(row: Delivery, now: datetime, **values: object) -> None:
    Delivery.objects.filter(pk=row.pk).update(
        attempt_count=row.attempt_count + 1, tried_at=now, **values
    )
