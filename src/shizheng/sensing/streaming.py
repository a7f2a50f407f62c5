"""Intake through NATS JetStream, where one is set: kept there first, taken by several workers.

What a device sends is acknowledged when the stream has it, on as many servers as it is kept on.
Any number of workers share the stream; a message is acknowledged to it when its readings are
committed, so one that is lost on the way comes again, and sent twice it is taken once.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from typing import Any
from uuid import UUID

import nats
import structlog
from django.conf import settings
from django.core import signing
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as StreamError
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import BadRequestError, NotFoundError

from shizheng.kernel.errors import N_, DomainError
from shizheng.sensing.errors import Flooded
from shizheng.sensing.messages import Message, messages_taken

log = structlog.get_logger(__name__)
STREAM, SUBJECT, WORKERS, SALT = "shizheng_intake", "shizheng.intake", "intake", "sensing.stream"
SOME, WAIT_S, AGAIN_S, TAKEN_S, PAUSE_S = 500, 1.0, 30, 10.0, 2.0
LIMIT_BYTES = 10 * 1024**3


class StreamAway(DomainError):
    """The stream of messages cannot be reached (訊息串流無法連線)."""

    code = "sensing.stream_away"
    message = N_("The stream of messages does not answer; nothing was taken.")
    hint = N_("Send the same again in {retry_after} seconds.")
    status = 503


async def connected(address: str) -> Client:
    """Return a connection to the servers, with the stream made where there is none."""
    client = await nats.connect(
        address.split(","), connect_timeout=3, max_reconnect_attempts=-1, reconnect_time_wait=0.5,
        error_cb=_noted,
    )  # fmt: skip
    made = client.jetstream()
    try:
        await made.stream_info(STREAM)
    except NotFoundError:
        await _stream_made(client, replicas=min(3, len(address.split(","))))
    return client


async def _stream_made(client: Client, replicas: int) -> None:
    config = StreamConfig(
        name=STREAM, subjects=[SUBJECT], retention=RetentionPolicy.WORK_QUEUE,
        storage=StorageType.FILE, num_replicas=replicas, max_bytes=LIMIT_BYTES,
        duplicate_window=120,
    )  # fmt: skip
    try:
        await client.jetstream().add_stream(config)
    except BadRequestError:
        await client.jetstream().stream_info(STREAM)  # another process was quicker


async def _noted(error: Exception) -> None:
    log.warning("stream_trouble", reason=type(error).__name__)


class Sender:
    """Puts messages into the stream, from any thread; one for each process."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.loop = asyncio.new_event_loop()
        self.client: Client | None = None
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True, name="stream")
        self.thread.start()

    def put(self, messages: Sequence[Message]) -> None:
        """Put messages into the stream and return when it has them.

        Raises:
            StreamAway: it does not answer; some of them may be there, which does no harm.
        """
        try:
            self._run(self._put(messages)).result(TAKEN_S)
        except (StreamError, OSError, TooLate, TimeoutError) as error:
            raise StreamAway(retry_after=5) from error

    def end(self) -> None:
        """Let the connection go, as when the process ends."""

        async def close() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            if self.client is not None:
                await self.client.close()

        with suppress(StreamError, OSError, TooLate, TimeoutError):
            self._run(close()).result(TAKEN_S)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(TAKEN_S)
        self.loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> "Future[None]":
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    async def _put(self, messages: Sequence[Message]) -> None:
        if self.client is None:
            self.client = await connected(self.address)
        stream = self.client.jetstream()
        waiting = [
            stream.publish(SUBJECT, each.body, timeout=TAKEN_S, headers=_headers(each))
            for each in messages
        ]
        for first in range(0, len(waiting), SOME):
            await asyncio.gather(*waiting[first : first + SOME])


def _headers(message: Message) -> dict[str, str]:
    """Return what stands beside a message: its topic, and its gateway with our signature."""
    found = {"topic": message.topic} if message.topic else {}
    if message.gateway is not None:
        found["by"] = signing.dumps(str(message.gateway), salt=SALT)
    return found


_sender: list[Sender] = []
_making = threading.Lock()


def put(messages: Sequence[Message]) -> None:
    """Put messages into the stream of this installation.

    Raises:
        StreamAway: it does not answer.
    """
    with _making:
        if not _sender:
            _sender.append(Sender(settings.NATS))
    _sender[0].put(messages)


def work(
    address: str, stop: threading.Event, took: Callable[[int], object] = lambda count: None
) -> None:
    """Take messages out of the stream until told to stop; any number of workers may.

    Args:
        took: is told how many messages were taken together.
    """
    while not stop.is_set():
        try:
            asyncio.run(_work(address, stop, took))
        except (StreamError, OSError, DatabaseError, TimeoutError) as error:
            log.warning("stream_interrupted", reason=type(error).__name__)
            stop.wait(PAUSE_S)


async def _work(address: str, stop: threading.Event, took: Callable[[int], object]) -> None:
    client = await connected(address)
    config = ConsumerConfig(
        durable_name=WORKERS, ack_policy=AckPolicy.EXPLICIT, ack_wait=AGAIN_S,
        max_ack_pending=20 * SOME, filter_subject=SUBJECT,
    )  # fmt: skip
    here = await client.jetstream().pull_subscribe(SUBJECT, durable=WORKERS, config=config)
    with ThreadPoolExecutor(1) as thread:
        try:
            while not stop.is_set():
                try:
                    some = await here.fetch(SOME, timeout=WAIT_S)
                except TimeoutError:
                    continue
                await _settled(some, thread)
                took(len(some))
        finally:
            await client.close()


async def _settled(some: Sequence[Msg], thread: ThreadPoolExecutor) -> None:
    """Take messages, then acknowledge; one beyond its gateway's allowance comes again later."""
    loop = asyncio.get_running_loop()
    outcomes = await loop.run_in_executor(thread, _taken, [_message(each) for each in some])
    for each, outcome in zip(some, outcomes, strict=True):
        if isinstance(outcome, Flooded):
            await each.nak(delay=float(str(outcome.parameters["retry_after"])))
        else:
            if isinstance(outcome, DomainError):
                log.warning("message_refused", code=outcome.code)
            await each.ack()


def _taken(messages: Sequence[Message]) -> Sequence[object]:
    close_old_connections()
    return messages_taken(messages, at=timezone.now())


def _message(told: Msg) -> Message:
    given = told.headers or {}
    gateway = None
    if "by" in given:
        with suppress(signing.BadSignature, ValueError, TypeError):
            gateway = UUID(signing.loads(given["by"], salt=SALT))
    return Message(told.data, given.get("topic", ""), given.get("key", ""), gateway)
