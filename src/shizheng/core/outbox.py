"""Telling other systems what happened (事件), in the same transaction in which it happened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Model

from shizheng.core.delivery import deliver, subscribers
from shizheng.core.jobs import enqueue_many
from shizheng.core.models.job import Job
from shizheng.core.models.outbox import Delivery, OutboxEvent


@dataclass(frozen=True, slots=True)
class Happening:
    """One of many events written together; see ``publish``."""

    type: str
    thing: Model
    payload: Mapping[str, object]


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
    return publish_many([Happening(type_, thing, payload)], at=at)[0]


def publish_many(happenings: Iterable[Happening], *, at: datetime) -> list[OutboxEvent]:
    """Write many events to the outbox at once.

    Raises:
        RuntimeError: there is no open transaction, so acts and events could part.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("the outbox needs the transaction of the act")
    events = OutboxEvent.objects.bulk_create(
        OutboxEvent(
            type=each.type,
            subject=f"{each.thing._meta.label_lower}/{each.thing.pk}",
            at=at,
            payload=dict(each.payload),
        )
        for each in happenings
    )
    deliveries = [
        Delivery(event=event, webhook=webhook)
        for event in events
        for webhook in subscribers()
        if webhook.wants(event.type)
    ]
    Delivery.objects.bulk_create(deliveries)
    enqueue_many(_job(delivery) for delivery in deliveries)
    return events


def send(delivery: Delivery) -> None:
    """Put a delivery into the queue, unless it is there already."""
    enqueue_many([_job(delivery)])


def _job(delivery: Delivery) -> Job:
    return deliver.made(key=str(delivery.pk), delivery=str(delivery.pk))
