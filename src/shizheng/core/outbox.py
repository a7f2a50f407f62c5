"""Telling other systems what happened (事件), in the same transaction in which it happened."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection
from django.db.models import Model

from shizheng.core.delivery import deliver
from shizheng.core.models.outbox import Delivery, OutboxEvent, Webhook


def publish(
    type_: str, thing: Model, *, at: datetime, payload: Mapping[str, object]
) -> OutboxEvent:
    """Write an event to the outbox; whoever subscribed is told after the commit.

    Args:
        type_: what happened, such as ``plan.directive.issued``.
        thing: the saved row it happened to.
        at: when, aware.
        payload: JSON values for the receiver; no personal data.

    Raises:
        RuntimeError: there is no open transaction, so act and event could part.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"outbox.publish({type_!r}) needs the transaction of the act")
    event = OutboxEvent.objects.create(
        type=type_,
        subject=f"{thing._meta.label_lower}/{thing.pk}",
        at=at,
        payload=dict(payload),
    )
    for webhook in Webhook.objects.filter(is_active=True):
        if webhook.wants(type_):
            send(Delivery.objects.create(event=event, webhook=webhook))
    return event


def send(delivery: Delivery) -> None:
    """Put a delivery into the queue, unless it is there already."""
    deliver.enqueue(key=str(delivery.pk), delivery=str(delivery.pk))
