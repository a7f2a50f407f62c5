"""Messages beyond the allowance of their gateway: kept, and taken when their minute has come.

A broker counts a message that was acknowledged as delivered; one that is not acknowledged blocks
those of others. So it is kept here, in its order, and the rest goes on.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from shizheng.kernel.errors import DomainError
from shizheng.sensing.errors import Flooded
from shizheng.sensing.messages import Message, message_taken
from shizheng.sensing.models import Gateway, HeldMessage

MOST, SOME = 20_000, 500
"""So many messages of a gateway are kept; more stay with the broker."""


def gateways_holding() -> set[UUID]:
    """Return the gateways of which messages are kept: what follows must wait behind them."""
    return set(HeldMessage.objects.order_by().values_list("gateway", flat=True).distinct())


def messages_hold(gateway: Gateway, messages: Sequence[Message], at: datetime) -> int:
    """Keep messages for later (暫存訊息) and return how many; the rest is too much."""
    room = MOST - HeldMessage.objects.filter(gateway=gateway).count()
    kept = messages[: max(room, 0)]
    HeldMessage.objects.bulk_create(
        HeldMessage(gateway=gateway, topic=each.topic[:200], body=each.body, held_at=at)
        for each in kept
    )
    return len(kept)


def messages_held_taken(gateways: Iterable[UUID], at: datetime) -> int:
    """Take what is kept of these gateways as far as they may send, and return how many messages.

    A message that was taken and not yet forgotten when the process died is taken again, which
    changes nothing.
    """
    count = 0
    for gateway in Gateway.objects.select_related("owner").filter(pk__in=list(gateways)):
        done = []
        for held in HeldMessage.objects.filter(gateway=gateway)[:SOME]:
            try:
                message_taken(bytes(held.body), at=at, by=gateway, topic=held.topic)
            except Flooded:
                break
            except DomainError:
                pass  # counted where it was refused, like any other
            done.append(held.pk)
        HeldMessage.objects.filter(pk__in=done).delete()
        count += len(done)
    return count
