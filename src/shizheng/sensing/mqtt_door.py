"""A door for devices that speak MQTT, where a city has no broker (內建 MQTT 服務).

A device connects with its gateway's key as password and publishes as to any broker. A message is
acknowledged when its readings are committed, never before: a broker in front would acknowledge
first. What devices publish goes to nobody else; subscribers get the observations that were taken,
of streams they may see, and the entities that were written, at most once each (OGC 18-088,
chapter 14).
"""

import asyncio
import json
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from shizheng.kernel.errors import DomainError
from shizheng.sensing.actions.gateways import gateway_of
from shizheng.sensing.changes import Changes, Followed, chosen_of, followed
from shizheng.sensing.domain import mqtt
from shizheng.sensing.messages import Message
from shizheng.sensing.models import Gateway
from shizheng.sensing.publishing import ALL, Feed, Told
from shizheng.sensing.sensorthings.answering import Scope
from shizheng.sensing.sensorthings.documents import chosen
from shizheng.sensing.sensorthings.sets import SETS
from shizheng.sensing.settling import Settling

log = structlog.get_logger(__name__)
LONGEST, UNSETTLED, TOGETHER = 4 * 1024 * 1024, 100, 1_000
FIRST_S, SILENT_S, NEWS_S, AGAIN_S, WRITE_S = 10, 600, 0.2, 30, 20
_OF_STREAM = re.compile(r"v1\.[01]/(Multi)?Datastreams\((\d{1,18})\)/Observations")
_OF_ALL = re.compile(r"v1\.[01]/Observations")


@dataclass(slots=True, eq=False)
class Visitor:
    """A connection: who it is, what of it is not settled yet, to what it subscribed."""

    writer: asyncio.StreamWriter
    version: int = mqtt.V3
    key: str = ""
    gateway: Gateway | None = None
    unsettled: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(UNSETTLED))
    wanted: dict[str, "Wish"] = field(default_factory=dict)
    follows: dict[str, Followed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wish:
    """Observations somebody subscribed to: of a stream or of all, and what of them."""

    stream: int
    select: tuple[str, ...] = ()


@dataclass(slots=True)
class Door:
    """Serves connections; the database is asked in one thread, many messages at a time."""

    stop: threading.Event
    visitors: set[Visitor] = field(default_factory=set)
    queue: asyncio.Queue[tuple[Visitor, mqtt.Publish]] = field(default_factory=asyncio.Queue)
    settling: Settling = field(default_factory=Settling)
    feed: Feed = field(default_factory=Feed)
    changes: Changes = field(default_factory=Changes)
    thread: ThreadPoolExecutor = field(default_factory=partial(ThreadPoolExecutor, 1))

    async def serve(self, address: str, port: int, told: Callable[[int], object]) -> None:
        """Listen until told to stop.

        Args:
            told: is called with the port, once devices can connect.
        """
        server = await asyncio.start_server(self.visited, address, port)
        told(server.sockets[0].getsockname()[1])
        work = [asyncio.create_task(self._settle()), asyncio.create_task(self._publish())]
        while not self.stop.is_set() and not any(task.done() for task in work):
            await asyncio.sleep(0.1)
        server.close()
        for visitor in list(self.visitors):
            visitor.writer.close()
        for task in work:
            task.cancel()
        for ended in await asyncio.gather(*work, return_exceptions=True):
            if isinstance(ended, Exception):
                log.error("mqtt_door_failed", exc_info=ended)
                self.stop.wait(AGAIN_S)
        self.thread.submit(connections.close_all)
        self.thread.shutdown()

    async def asked(self, work: Callable[..., Any], *given: Any) -> Any:
        """Run something that needs the database."""
        return await asyncio.get_running_loop().run_in_executor(self.thread, _fresh, work, *given)

    async def visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection to its end."""
        visitor = Visitor(writer)
        self.visitors.add(visitor)
        try:
            silence = await self._welcomed(visitor, *await _read(reader, FIRST_S))
            while silence:
                kind, flags, body = await _read(reader, silence)
                if kind == mqtt.DISCONNECT:
                    break
                await self._answered(visitor, kind, flags, body)
        except (mqtt.PacketUnfit, TimeoutError, ConnectionError, asyncio.IncompleteReadError):
            pass  # a device that left, or that speaks something else
        finally:
            self.visitors.discard(visitor)
            writer.close()

    async def _welcomed(self, visitor: Visitor, kind: int, _flags: int, body: bytes) -> float:
        """Let somebody in; return how long they may be silent, 0 where they were refused."""
        if kind != mqtt.CONNECT:
            raise mqtt.PacketUnfit
        told = mqtt.connect_of(body)
        if told.version not in mqtt.REFUSED:
            await _send(visitor, mqtt.connack(mqtt.V3, mqtt.UNFIT))
            return 0
        visitor.version, visitor.key = told.version, told.password
        if told.password or told.name:
            try:
                visitor.gateway = await self.asked(gateway_of, told.password)
            except DomainError:
                await _send(visitor, mqtt.connack(told.version, mqtt.REFUSED[told.version]))
                return 0
        await _send(visitor, mqtt.connack(told.version, 0, most=UNSETTLED, longest=LONGEST))
        return told.keep_alive * 1.5 or SILENT_S

    async def _answered(self, visitor: Visitor, kind: int, flags: int, body: bytes) -> None:
        if kind == mqtt.PUBLISH:
            await visitor.unsettled.acquire()
            await self.queue.put((visitor, mqtt.publish_of(flags, body, visitor.version)))
        elif kind == mqtt.PUBREL:
            await _send(visitor, mqtt.answered(mqtt.PUBCOMP, mqtt.Reader(body).whole(2)))
        elif kind == mqtt.PINGREQ:
            await _send(visitor, mqtt.packet(mqtt.PINGRESP))
        elif kind == mqtt.SUBSCRIBE:
            told = mqtt.subscribe_of(body, visitor.version, has_options=True)
            reasons = [await self.asked(_subscribed, visitor, each) for each in told.filters]
            await _send(visitor, mqtt.suback(told.number, visitor.version, reasons))
        elif kind == mqtt.UNSUBSCRIBE:
            told = mqtt.subscribe_of(body, visitor.version, has_options=False)
            for each in told.filters:
                visitor.wanted.pop(each, None)
                visitor.follows.pop(each, None)
            await _send(visitor, mqtt.unsuback(told.number, visitor.version, len(told.filters)))
        else:
            raise mqtt.PacketUnfit

    async def _settle(self) -> None:
        """Take what came from all connections together, then acknowledge it."""
        while True:
            some = [await self.queue.get()]
            while len(some) < TOGETHER and not self.queue.empty():
                some.append(self.queue.get_nowait())
            messages = [
                Message(each.body, each.topic, each.given.get("key", visitor.key))
                for visitor, each in some
            ]
            try:
                left = await self.asked(self.settling.settled, messages, timezone.now())
            except DatabaseError as error:
                log.warning("mqtt_interrupted", reason=type(error).__name__)
                left = set(range(len(some)))
            for place, (visitor, each) in enumerate(some):
                visitor.unsettled.release()
                await self._settled(visitor, each, is_taken=place not in left)

    async def _settled(self, visitor: Visitor, told: mqtt.Publish, *, is_taken: bool) -> None:
        if not is_taken:  # the device sends it again when it connects again
            await _send(visitor, mqtt.ended(visitor.version, mqtt.TOO_MUCH))
            visitor.writer.close()
        elif told.qos:
            kind = mqtt.PUBACK if told.qos == 1 else mqtt.PUBREC
            await _send(visitor, mqtt.answered(kind, told.number))

    async def _publish(self) -> None:
        """Tell subscribers what was observed, and take what was held for its minute."""
        while True:
            await asyncio.sleep(NEWS_S)
            try:
                await self.asked(self.settling.held_taken, timezone.now())
                wanted = {wish.stream for each in self.visitors for wish in each.wanted.values()}
                for told in await self.asked(lambda keys: list(self.feed.news(keys)), wanted):
                    await self._told(told)
                follows = {one for each in self.visitors for one in each.follows.values()}
                for one, body in await self.asked(
                    lambda some: list(self.changes.news(some)), follows
                ):
                    await self._changed(one, body)
            except DatabaseError as error:
                log.warning("mqtt_interrupted", reason=type(error).__name__)

    async def _told(self, told: Told) -> None:
        for visitor in list(self.visitors):
            for name, wish in list(visitor.wanted.items()):
                if wish.stream == told.stream or (wish.stream == ALL and told.is_public):
                    body = _selected(told.body, wish.select)
                    await _send(visitor, mqtt.published(name, body, visitor.version))

    async def _changed(self, one: Followed, body: bytes) -> None:
        for visitor in list(self.visitors):
            if visitor.follows.get(one.topic) == one:
                await _send(visitor, mqtt.published(one.topic, body, visitor.version))


def _selected(body: bytes, select: tuple[str, ...]) -> bytes:
    if not select:
        return body
    return json.dumps(chosen(json.loads(body), select), ensure_ascii=False).encode()


def _subscribed(visitor: Visitor, topic: str) -> int:
    """Let a visitor subscribe to what they may see; return 0, or a reason why not."""
    bare, select = chosen_of(topic) or ("", ())
    one = _OF_STREAM.fullmatch(bare)
    if one:
        kind = SETS["MultiDatastreams" if one[1] else "Datastreams"]
        rows = Scope(visitor.gateway, "").rows(kind)
        if not rows.filter(pk=int(one[2])).exists():
            return mqtt.FAILED
        visitor.wanted[topic] = Wish(int(one[2]), select)
    elif _OF_ALL.fullmatch(bare):
        visitor.wanted[topic] = Wish(ALL, select)
    elif (entity := followed(topic, visitor.gateway)) is not None:
        visitor.follows[topic] = entity
    else:
        return mqtt.FAILED
    return 0


def _fresh(work: Callable[..., Any], *given: Any) -> Any:
    close_old_connections()
    return work(*given)


async def _read(reader: asyncio.StreamReader, within_s: float) -> tuple[int, int, bytes]:
    """Return kind, flags and body of the next packet.

    Raises:
        PacketUnfit, TimeoutError, IncompleteReadError: there is none, or it is too long.
    """
    async with asyncio.timeout(within_s):
        (head,) = await reader.readexactly(1)
        length = 0
        for place in range(4):
            (part,) = await reader.readexactly(1)
            length |= (part & 127) << 7 * place
            if part < 128:
                break
        else:
            raise mqtt.PacketUnfit
        if length > LONGEST:
            raise mqtt.PacketUnfit
        return head >> 4, head & 15, await reader.readexactly(length)


async def _send(visitor: Visitor, body: bytes) -> None:
    """Send, unless the other side does not read: then it is let go."""
    if not body or visitor.writer.is_closing():
        return
    visitor.writer.write(body)
    try:
        async with asyncio.timeout(WRITE_S):
            await visitor.writer.drain()
    except (TimeoutError, ConnectionError):
        visitor.writer.close()


def serve(
    address: str, port: int, stop: threading.Event, told: Callable[[int], object] = lambda at: None
) -> None:
    """Serve devices until told to stop; a port that is taken is tried again later."""
    while not stop.is_set():
        try:
            asyncio.run(_served(address, port, stop, told))
        except (OSError, OverflowError) as error:
            log.warning("mqtt_port_unusable", port=port, reason=str(error)[:200])
            stop.wait(AGAIN_S)


async def _served(
    address: str, port: int, stop: threading.Event, told: Callable[[int], object]
) -> None:
    await Door(stop).serve(address, port, told)
