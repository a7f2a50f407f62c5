"""Gateways of text messages and LINE: a folder of files, or a service that is called by HTTP."""

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from shizheng.core import signing
from shizheng.core.outgoing import AddressRefused, SendingFailed, post
from shizheng.services.notices.errors import NotTakenNow, Undeliverable
from shizheng.services.notices.problems import Problem

SPOOL = "spool:"
AGAIN = frozenset({408, 409, 425, 429})
"""Refusals of a client (RFC 9110) after which the same request may be taken later."""


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A short message (簡訊) as a gateway takes it; ``key`` is the same at every attempt."""

    key: str
    to: str
    text: str
    language: str


class TextGateway(Protocol):
    """What sends text messages; one that comes twice with the same key is sent once."""

    def send(self, message: TextMessage) -> None:
        """Send a message, or see that it was sent.

        Raises:
            Undeliverable: this message is not sent, ever.
            NotTakenNow: it was not taken this time.
        """


def gateway_of(channel: str) -> TextGateway | None:
    """Return the gateway of ``sms`` or ``line`` by the settings; None if nothing is sent so."""
    url = getattr(settings, f"{channel.upper()}_URL")
    if url == SPOOL:
        return SpoolGateway(Path(settings.HOME) / "outbox" / channel)
    secret = getattr(settings, f"{channel.upper()}_SECRET")
    return HttpGateway(url, secret) if url else None


@dataclass(frozen=True, slots=True)
class SpoolGateway:
    """Writes each message once into a folder (待送資料夾), where a program of the city takes it."""

    folder: Path

    def send(self, message: TextMessage) -> None:
        """Write the message whole; a file of the same key that is there already is left alone."""
        name = hashlib.sha256(message.key.encode()).hexdigest()[:40]
        kept = self.folder / f"{name}.json"
        if kept.exists():
            return
        part = self.folder / f".{name}-{secrets.token_hex(8)}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._write(part, message)
            _put_once(part, kept)
        except OSError as problem:
            raise NotTakenNow(problem=Problem.UNREACHABLE) from problem
        finally:
            part.unlink(missing_ok=True)

    @staticmethod
    def _write(part: Path, message: TextMessage) -> None:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(message), file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())


def _put_once(part: Path, kept: Path) -> None:
    """Give a whole file its name, never over another."""
    try:
        os.link(part, kept)
    except FileExistsError:
        return


@dataclass(frozen=True, slots=True)
class HttpGateway:
    """Posts each message as JSON, signed by Standard Webhooks, with its key as Idempotency-Key."""

    url: str
    secret: str

    def send(self, message: TextMessage) -> None:
        """Post the message; 2xx says that it was taken, now or before."""
        body = json.dumps(asdict(message), ensure_ascii=False).encode()
        headers = signing.signed(
            message.key, body, [self.secret] if self.secret else [], timezone.now(),
            content_type="application/json; charset=utf-8",
        )  # fmt: skip
        headers["Idempotency-Key"] = message.key
        try:
            status = post(self.url, body, headers, private=settings.WEBHOOKS_TO_PRIVATE)
        except (AddressRefused, SendingFailed) as failure:
            raise NotTakenNow(problem=Problem.UNREACHABLE) from failure
        if 200 <= status < 300:
            return
        problem = f"{Problem.ANSWERED} {status}"
        if 400 <= status < 500 and status not in AGAIN:
            raise Undeliverable(problem=problem)
        raise NotTakenNow(problem=problem)
