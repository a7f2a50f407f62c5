"""Messages of gateways, whichever way they come: read, believed by their key, and taken.

``message_taken`` is the one function that a broker, an HTTP push or a stream of messages calls; a
consumer of NATS JetStream would call it too, and acknowledge when it has returned.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shizheng.kernel.errors import N_
from shizheng.sensing.access import Actor
from shizheng.sensing.actions.gateways import gateway_of
from shizheng.sensing.actions.intake import Incoming, Taken, counted, observations_record
from shizheng.sensing.errors import KeyMissing, MessageUnreadable, TopicWild

MOST = 100_000
_STREAM = re.compile(r"(?:.*/)?(?:Multi)?Datastreams\((\d{1,18})\)/Observations")
_OWN = re.compile(r"(?:.*/)?gateways/[\w.-]{1,60}/observations")


def message_taken(
    body: bytes, *, at: datetime, by: Actor = None, key: str = "", topic: str = ""
) -> Taken:
    """Take the readings of a message (收錄訊息).

    Args:
        body: JSON: ``{"observations": [{"stream", "time", "result", "unit"}], "number": 17}``, or
            one observation of SensorThings where the topic names the stream.
        by: who sends, where that is known already; else by the key.
        key: of the gateway; it may stand in the message as ``key``.

    Raises:
        MessageUnreadable, TopicWild, KeyMissing, KeyRefused, Flooded, Replayed: why not.
    """
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        counted({("", 0, "unreadable"): 1}, at)
        raise MessageUnreadable(reason=N_("it is no JSON in UTF-8")) from None
    if not isinstance(told, dict):
        counted({("", 0, "unreadable"): 1}, at)
        raise MessageUnreadable(reason=N_("it is no JSON object"))
    stream = stream_of_topic(topic) if topic else None
    if by is None:
        key = key or str(told.pop("key", ""))
        if not key:
            raise KeyMissing
        by = gateway_of(key)
    rows = [_one(told, stream)] if stream is not None else _many(told)
    number = told.get("number")
    if number is not None and (not isinstance(number, int) or abs(number) >= 2**63):
        raise MessageUnreadable(reason=N_("its number is no whole number"))
    return observations_record(rows, by=by, at=at, number=number)


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
