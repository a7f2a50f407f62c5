"""What people do with webhooks: create, change the secret, switch, send again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from shizheng.core import journal, outbox
from shizheng.core.access import require
from shizheng.core.delivery import subscribers
from shizheng.core.models.outbox import Delivery, Webhook
from shizheng.core.models.person import User
from shizheng.core.outgoing import check_url, resolve
from shizheng.core.signing import new_secret
from shizheng.kernel.errors import ChangedMeanwhile

PERMISSION = "core.manage_webhooks"
OLD_SECRET_SIGNS_FOR = timedelta(days=1)


@transaction.atomic
def webhook_create(*, name: str, url: str, types: Sequence[str], by: User, at: datetime) -> Webhook:
    """Have events sent to ``url``; the secret is on the returned row, to be shown once.

    Args:
        types: event types, or beginnings that end in a full stop; none for all events.

    Raises:
        NotPermitted: ``by`` may not manage webhooks.
        AddressRefused: events are not sent to such an address.
        SendingFailed: its name is not known.
    """
    require(by, PERMISSION)
    private = settings.WEBHOOKS_TO_PRIVATE
    resolve(check_url(url, private=private), private=private)
    webhook = Webhook.objects.create(
        name=name,
        url=url,
        types=sorted(set(types)),
        secret=new_secret(),
        created_by=by,
        created_at=at,
    )
    subscribers.forget()
    now = {"name": name, "url": url, "types": webhook.types}
    journal.record("core.webhook.created", webhook, by=by, at=at, now=now)
    return webhook


@transaction.atomic
def webhook_rotate_secret(*, webhook: Webhook, by: User, at: datetime) -> Webhook:
    """Give the webhook a new secret; the old one signs beside it for one more day."""
    require(by, PERMISSION)
    unchanged = Webhook.objects.filter(pk=webhook.pk, secret=webhook.secret)
    changed = unchanged.update(
        secret=new_secret(),
        old_secret=webhook.secret,
        old_secret_until=at + OLD_SECRET_SIGNS_FOR,
    )
    if not changed:
        raise ChangedMeanwhile(thing=webhook.name)
    journal.record("core.webhook.secret_rotated", webhook, by=by, at=at)
    webhook.refresh_from_db()
    return webhook


@transaction.atomic
def webhook_switch(*, webhook: Webhook, on: bool, by: User, at: datetime) -> Webhook:
    """Switch sending on or off; what failed meanwhile is sent again only when asked for."""
    require(by, PERMISSION)
    Webhook.objects.filter(pk=webhook.pk).update(
        is_active=on, disabled_because="", failure_count=0, paused_until=None
    )
    subscribers.forget()
    act = "core.webhook.switched_on" if on else "core.webhook.switched_off"
    journal.record(act, webhook, by=by, at=at)
    webhook.refresh_from_db()
    return webhook


@transaction.atomic
def delivery_repeat(*, delivery: Delivery, by: User, at: datetime) -> None:
    """Send an event again, whatever became of it before (重新送出)."""
    require(by, PERMISSION)
    Delivery.objects.filter(pk=delivery.pk).update(status=Delivery.Status.WAITING, problem="")
    Webhook.objects.filter(pk=delivery.webhook_id).update(failure_count=0, paused_until=None)
    journal.record("core.delivery.repeated", delivery, by=by, at=at)
    outbox.send(delivery)
