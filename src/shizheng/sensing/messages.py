"""Messages of gateways, whichever way they come: read, believed by their key, and taken.

A broker, an HTTP push and a stream of messages all come here, and acknowledge when it has returned.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction

from shizheng.core.idempotency import acted_once
from shizheng.kernel.errors import N_, DomainError
from shizheng.sensing.access import Actor
from shizheng.sensing.actions.gateways import gateway_numbered, gateway_of
from shizheng.sensing.actions.intake import Incoming, Taken, counted, observations_record
from shizheng.sensing.errors import KeyMissing, MessageUnreadable, TopicWild
from shizheng.sensing.models import Gateway

MOST = 100_000
KNOWN_FOR = timedelta(days=8)
"""So long a message that made an entity is known again: a day longer than a broker keeps it."""
_STREAM = re.compile(r"(?:.*/)?(?:Multi)?Datastreams\((\d{1,18})\)/Observations")
_OWN = re.compile(r"(?:.*/)?gateways/[\w.-]{1,60}/observations")
_ENTITY = re.compile(
    r"v1\.[01]/((?:[A-Z][A-Za-z]{1,30}\([^)#+]{1,80}\)/){0,3}"
    r"(?:Things|Locations|HistoricalLocations|(?:Multi)?Datastreams|Sensors|ObservedProperties"
    r"|FeaturesOfInterest|Observations))"
)


class Message(NamedTuple):
    """A message as a broker delivers it (訊息): nothing in it is believed yet.

    ``gateway`` is set only where its key was believed before, on the way into a stream.
    """

    body: bytes
    topic: str = ""
    key: str = ""
    gateway: UUID | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A message that could be read: who sends what, and the number of the message."""

    by: Actor
    rows: list[Incoming]
    number: int | None


def message_taken(
    body: bytes, *, at: datetime, by: Actor = None, key: str = "", topic: str = ""
) -> Taken:
    """Take the readings of a message (收錄訊息).

    A topic that names a set makes an entity there: then nothing is said of readings.

    Args:
        body: JSON: ``{"observations": [{"stream", "time", "result", "unit"}], "number": 17}``, or
            one observation of SensorThings where the topic names the stream.
        by: who sends, where that is known already; else by the key.
        key: of the gateway; it may stand in the message as ``key``.

    Raises:
        MessageUnreadable, TopicWild, KeyMissing, KeyRefused, Flooded, Replayed: why not.
    """
    if path := path_of_entity(topic):
        known = by.pk if isinstance(by, Gateway) else None
        return entity_made(Message(body, topic, key, known), path, at)
    found = opened(Message(body, topic, key), at, by)
    return observations_record(found.rows, by=found.by, at=at, number=found.number)


def messages_taken(messages: Sequence[Message], *, at: datetime) -> list[Taken | DomainError]:
    """Take many messages, those of a gateway together; say of each what became of it.

    The outcome of a message is what ``message_taken`` returns or raises. A numbered message is
    taken by itself, in its order.
    """
    found: list[Taken | DomainError | None] = [None] * len(messages)
    together: dict[Actor, list[tuple[int, list[Incoming]]]] = {}
    for place, message in enumerate(messages):
        try:
            if path := path_of_entity(message.topic):
                found[place] = entity_made(message, path, at)
                continue
            told = opened(message, at)
            if told.number is None:
                together.setdefault(told.by, []).append((place, told.rows))
            else:
                found[place] = observations_record(told.rows, by=told.by, at=at, number=told.number)
        except DomainError as refusal:
            found[place] = refusal
    for by, parts in together.items():
        for place, outcome in _together(by, parts, at):
            found[place] = outcome
    return [each for each in found if each is not None]


def _together(
    by: Actor, parts: Sequence[tuple[int, list[Incoming]]], at: datetime
) -> Iterator[tuple[int, Taken | DomainError]]:
    """Take the messages of one gateway in one transaction; one by one where that is too much."""
    rows = [row for _place, some in parts for row in some]
    try:
        taken = observations_record(rows, by=by, at=at)
    except DomainError as refusal:
        if len(parts) == 1:
            yield parts[0][0], refusal
            return
        for part in parts:
            yield from _together(by, [part], at)
        return
    first = 0
    for place, some in parts:
        last = first + len(some)
        yield place, Taken(taken.outcomes[first:last], taken.rows[first:last])
        first = last


def path_of_entity(topic: str) -> str:
    """Return the path of a set in which a topic makes an entity; empty for readings' topics."""
    found = None if _STREAM.fullmatch(topic) else _ENTITY.fullmatch(topic)
    return found[1] if found else ""


def entity_made(message: Message, path: str, at: datetime) -> Taken:
    """Make an entity as a POST would (以 MQTT 建立實體), with the rights of the gateway's key.

    The same message again, as a broker delivers it when an acknowledgement was lost, makes nothing
    while the entity is there: it is known by its gateway, its topic and all that it says.

    Raises:
        MessageUnreadable, KeyMissing, KeyRefused: it is not read or not believed.
        NotPermitted, EntityMissing, EntityUnfit: why a POST would be refused.
    """
    from shizheng.sensing.sensorthings.handling import JSON, Request, handled
    from shizheng.sensing.sensorthings.sets import SETS

    try:
        told = json.loads(message.body)
    except (ValueError, RecursionError):
        raise _unreadable(N_("it is no JSON in UTF-8"), at) from None
    if not isinstance(told, dict):
        raise _unreadable(N_("it is no JSON object"), at)
    by = sender_of(message, told)
    told.pop("key", None)
    root = f"{settings.SITE_URL}/sensorthings/v1.1"
    body = json.dumps(told, sort_keys=True)
    rows: Any = SETS[path.rpartition("/")[2]].model

    def made() -> str:
        answer = handled(Request("POST", path, "", body.encode(), JSON, by, True, root, at))
        return str(answer.body["@iot.id"])

    try:
        if rows is None:  # an observation is known again by its moment
            with transaction.atomic():
                made()
        elif not acted_once(
            "sensing.entity", str(by.pk), path, body, at=at, kept_for=KNOWN_FOR, act=made,
            stands=lambda key: rows.objects.filter(pk=key).exists(),
        ):  # fmt: skip
            counted({(by.code, 0, "same"): 1}, at)
    except DomainError as refusal:
        counted({(by.code, 0, refusal.code.partition(".")[2][:30]): 1}, at)
        raise
    return Taken([], [])


def opened(message: Message, at: datetime, by: Actor = None) -> Opened:
    """Return what a message says, once its sender is believed.

    Raises:
        MessageUnreadable, TopicWild, KeyMissing, KeyRefused: why not.
    """
    try:
        told = json.loads(message.body)
    except (ValueError, RecursionError):
        raise _unreadable(N_("it is no JSON in UTF-8"), at) from None
    if not isinstance(told, dict):
        raise _unreadable(N_("it is no JSON object"), at)
    stream = stream_of_topic(message.topic) if message.topic else None
    if by is None:
        by = sender_of(message, told)
    rows = [_one(told, stream)] if stream is not None else _many(told)
    number = told.get("number")
    if number is not None and (not isinstance(number, int) or abs(number) >= 2**63):
        raise MessageUnreadable(reason=N_("its number is no whole number"))
    return Opened(by, rows, number)


def sender_of(message: Message, told: Mapping[str, Any]) -> Gateway:
    """Return the gateway of a message: believed before, or by the key beside it or in it.

    Raises:
        KeyMissing, KeyRefused: there is no key, or none that counts.
    """
    if message.gateway is not None:
        return gateway_numbered(message.gateway)
    key = message.key or str(told.get("key", ""))
    if not key:
        raise KeyMissing
    return gateway_of(key)


def _unreadable(reason: str, at: datetime) -> MessageUnreadable:
    counted({("", 0, "unreadable"): 1}, at)
    return MessageUnreadable(reason=reason)


def stream_of_topic(topic: str) -> int | None:
    """Return the stream that a topic names; None for the topic of a gateway.

    Raises:
        TopicWild: it has wildcards, or is neither.
    """
    if "#" not in topic and "+" not in topic:
        if found := _STREAM.fullmatch(topic):
            return int(found[1])
        if _OWN.fullmatch(topic):
            return None
    raise TopicWild(topic=topic[:80])


def _one(told: Mapping[str, Any], stream: int) -> Incoming:
    if "result" not in told or "phenomenonTime" not in told:
        raise MessageUnreadable(reason=N_("it needs phenomenonTime and result"))
    extra = {"p": told["parameters"]} if isinstance(told.get("parameters"), dict) else None
    return Incoming(stream, told["phenomenonTime"], told["result"], None, extra)


def _many(told: Mapping[str, Any]) -> list[Incoming]:
    rows = told.get("observations")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise MessageUnreadable(reason=N_("it needs a list of observations"))
    if len(rows) > MOST:
        raise MessageUnreadable(reason=N_("at most 100,000 are sent at once"))
    return [
        Incoming(row.get("stream"), row.get("time"), row.get("result"), _unit(row.get("unit")))
        for row in rows
    ]


def _unit(said: Any) -> str | None:
    return None if said is None else str(said)[:40]
