"""Readings from a broker of MQTT 5: taken in batches, acknowledged when they are kept.

The session outlives this process: what is published while it is down is delivered when it is up
again. A message is acknowledged only after its readings are committed, so that one that is lost on
the way comes again; sent twice, it is taken once.
"""

import threading
import time
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from shizheng.kernel.errors import N_, DomainError
from shizheng.sensing.changes import EVERY_SET, Changes, topics_at_broker
from shizheng.sensing.messages import Message
from shizheng.sensing.publishing import ALL, Feed
from shizheng.sensing.settling import Settling

log = structlog.get_logger(__name__)
TOPICS = ("shizheng/gateways/+/observations", "v1.1/+/Observations")
SESSION_S = 7 * 86_400
IN_FLIGHT, TURN_S, PAUSE_S = 500, 0.2, 2.0
CHANGES_S, CHANGES_AT_ONCE = 1.0, 50  # so that a register taken in does not hold readings up


class BrokerUnfit(DomainError):
    """The address of the broker cannot be used (訊息代理位址不符)."""

    code = "sensing.broker_unfit"
    message = N_("“{address}” is no address of a broker.")
    hint = N_("Write mqtt://name:password@host:1883, or mqtts:// for an encrypted one.")


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is and how one signs in there."""

    host: str
    port: int
    is_encrypted: bool
    name: str
    password: str


def broker_of(address: str) -> Broker:
    """Return the broker of an address.

    Raises:
        BrokerUnfit: it is none.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise BrokerUnfit(address="…") from None
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
        raise BrokerUnfit(address=f"{parts.scheme}://{parts.hostname or ''}")
    is_encrypted = parts.scheme == "mqtts"
    return Broker(
        parts.hostname, port or (8883 if is_encrypted else 1883), is_encrypted,
        unquote(parts.username or ""), unquote(parts.password or ""),
    )  # fmt: skip


class Subscriber:
    """Listens to a broker and takes what it delivers.

    Args:
        session: the name of the session, the same after every start.
        feed: new observations to publish there; None: nothing is published, entities neither.
    """

    def __init__(
        self,
        broker: Broker,
        *,
        session: str = "shizheng",
        topics: tuple[str, ...] = TOPICS,
        feed: Feed | None = None,
    ) -> None:
        self.broker, self.topics, self.feed = broker, topics, feed
        self.changes, self.changes_at = Changes(most=CHANGES_AT_ONCE), 0.0
        self.settling = Settling()
        self.waiting: list[MQTTMessage] = []
        self.subscribed = 0
        self.client = Client(
            CallbackAPIVersion.VERSION2, client_id=session, protocol=MQTTProtocolVersion.MQTTv5,
            manual_ack=True,
        )  # fmt: skip
        if broker.name:
            self.client.username_pw_set(broker.name, broker.password)
        if broker.is_encrypted:
            self.client.tls_set()
        self.client.on_connect = self._connected
        self.client.on_subscribe = self._subscribed
        self.client.on_message = lambda client, data, message: self.waiting.append(message)

    def run(self, stop: threading.Event) -> None:
        """Listen until told to stop; a broker that is away is tried again and again."""
        while not stop.is_set():
            try:
                self._connect()
                while not stop.is_set() and self._came() == 0:
                    self.settle()
            except (OSError, DatabaseError) as error:
                log.warning("mqtt_interrupted", reason=type(error).__name__)
            self.waiting.clear()
            self.client.disconnect()
            close_old_connections()
            stop.wait(0 if stop.is_set() else PAUSE_S)

    def _came(self) -> int:
        """Wait for messages, take in what came together, and return an error of the line or 0."""
        known, error = -1, int(self.client.loop(TURN_S))
        while not error and known < len(self.waiting) < IN_FLIGHT:
            known, error = len(self.waiting), int(self.client.loop(0))
        return error

    def settle(self) -> None:
        """Take all messages that came, then acknowledge them; tell others what was observed."""
        now = timezone.now()
        came, self.waiting = self.waiting, []
        left = self.settling.settled([_message(each) for each in came], now)
        for place, each in enumerate(came):
            if place in left:
                self.waiting.append(each)
            else:
                self.client.ack(each.mid, each.qos)
        self.settling.held_taken(now)
        if self.feed is not None:
            for told in self.feed.news((ALL,)):
                self._publish(told.topics, told.body)
            self._changes_publish()

    def _changes_publish(self) -> None:
        """Publish entities that were made or changed, as far as everybody may see them."""
        if time.monotonic() < self.changes_at:
            return
        self.changes_at = time.monotonic() + CHANGES_S
        for one, body in self.changes.news(EVERY_SET):
            self._publish(topics_at_broker(one, body), body)

    def _publish(self, topics: tuple[str, ...], body: bytes) -> None:
        for topic in topics:
            self.client.publish(topic, body, qos=0)

    def _connect(self) -> None:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_S
        properties.ReceiveMaximum = IN_FLIGHT
        self.client.connect(
            self.broker.host, self.broker.port, keepalive=30, clean_start=False,
            properties=properties,
        )  # fmt: skip

    def _connected(self, client: Client, *_told: object) -> None:
        for topic in self.topics:
            client.subscribe(topic, options=SubscribeOptions(qos=1, noLocal=True))

    def _subscribed(self, *_told: object) -> None:
        self.subscribed += 1


def _message(message: MQTTMessage) -> Message:
    given = dict(getattr(message.properties, "UserProperty", None) or [])
    return Message(bytes(message.payload), message.topic, given.get("key", ""))


def listen(address: str, stop: threading.Event, *, session: str = "shizheng") -> None:
    """Listen to the broker at an address until told to stop, and publish there what is new."""
    feed = Feed() if settings.MQTT_PUBLISH else None
    Subscriber(broker_of(address), session=session, feed=feed).run(stop)
