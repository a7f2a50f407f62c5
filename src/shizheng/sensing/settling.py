"""Messages of a broker or of devices themselves, taken so that each may be acknowledged or not."""

import json
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings

from shizheng.kernel.errors import DomainError
from shizheng.sensing.errors import Flooded
from shizheng.sensing.holding import gateways_holding, messages_held_taken, messages_hold
from shizheng.sensing.messages import Message, messages_taken, sender_of
from shizheng.sensing.models import Gateway

log = structlog.get_logger(__name__)
HELD_TURN_S = 1.0


@dataclass(slots=True)
class Settling:
    """Takes messages in turns; what is beyond a gateway's allowance waits, and others go on."""

    taken: int = 0
    holding: set[UUID] | None = None
    next_held: float = field(default=0.0)

    def settled(self, messages: Sequence[Message], at: datetime) -> Collection[int]:
        """Take messages, and return the places of those that are to be sent again.

        What cannot be taken at all counts as settled: it was counted with its reason.
        """
        if settings.NATS:
            return _put_on(messages)
        if self.holding is None:
            self.holding = gateways_holding()
        behind = self._behind(messages)
        now = [message for place, message in enumerate(messages) if place not in behind]
        outcomes = iter(messages_taken(now, at=at))
        late: dict[UUID, list[int]] = {}
        for place, message in enumerate(messages):
            outcome = None if place in behind else next(outcomes)
            if outcome is None or isinstance(outcome, Flooded):
                gateway = behind.get(place) or _gateway(message)
                if gateway is not None:
                    late.setdefault(gateway, []).append(place)
            elif isinstance(outcome, DomainError):
                log.warning("message_refused", code=outcome.code)
            else:
                self.taken += outcome.counts["new"]
        left: set[int] = set()
        for gateway, places in late.items():
            log.warning("messages_held", gateway=str(gateway), count=len(places))
            row = Gateway.objects.get(pk=gateway)
            kept = messages_hold(row, [messages[place] for place in places], at)
            left |= set(places[kept:])
            self.holding.add(gateway)
        return left

    def held_taken(self, at: datetime) -> None:
        """Take what waits for its minute, about once a second."""
        if self.holding is None:
            self.holding = gateways_holding()
        if self.holding and time.monotonic() >= self.next_held:
            self.next_held = time.monotonic() + HELD_TURN_S
            messages_held_taken(self.holding, at)
            self.holding = gateways_holding()

    def _behind(self, messages: Sequence[Message]) -> dict[int, UUID]:
        """Return the messages that must wait behind held ones of their gateway."""
        if not self.holding:
            return {}
        named = {place: _gateway(message) for place, message in enumerate(messages)}
        return {
            place: key for place, key in named.items() if key is not None and key in self.holding
        }


def _gateway(message: Message) -> UUID | None:
    """Return the gateway of a message, where its key stands beside it or in it."""
    try:
        told = {} if message.key or message.gateway else json.loads(message.body)
        return sender_of(message, told).pk
    except (DomainError, ValueError, AttributeError, RecursionError):
        return None


def _put_on(messages: Sequence[Message]) -> Collection[int]:
    """Put messages of gateways that are known into the stream; of others one is told in the log."""
    from shizheng.sensing import streaming

    known = []
    for message in messages:
        gateway = _gateway(message)
        if gateway is None:
            log.warning("message_refused", code="sensing.key_refused")
            continue
        known.append(Message(message.body, message.topic, gateway=gateway))
    try:
        streaming.put(known)
    except streaming.StreamAway:
        log.warning("stream_away")
        return range(len(messages))
    return ()
