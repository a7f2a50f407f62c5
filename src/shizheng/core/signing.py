"""Webhook messages as others read them: CloudEvents 1.0, signed by Standard Webhooks."""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime

from shizheng.core.models.outbox import OutboxEvent

PREFIX = "whsec_"
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"


def new_secret() -> str:
    """Return a fresh secret of 32 random bytes, in the form of Standard Webhooks."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def cloud_event(event: OutboxEvent, source: str) -> bytes:
    """Return the event in the structured JSON mode of CloudEvents 1.0.

    ``id`` stays the same however often the event is sent: by it a receiver knows a repetition.
    """
    attributes = {
        "specversion": "1.0",
        "id": str(event.pk),
        "source": source,
        "type": event.type,
        "subject": event.subject,
        "time": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": event.payload,
    }
    return json.dumps(attributes, ensure_ascii=False).encode()


def headers(event: OutboxEvent, body: bytes, keys: list[str], at: datetime) -> dict[str, str]:
    """Return the headers of an event, signed with every secret in ``keys``."""
    return signed(str(event.pk), body, keys, at, content_type=CONTENT_TYPE)


def signed(
    key: str, body: bytes, keys: list[str], at: datetime, *, content_type: str
) -> dict[str, str]:
    """Return the headers of any message: ``key`` is the same at every attempt (webhook-id)."""
    stamp = str(int(at.timestamp()))
    said = f"{key}.{stamp}.".encode() + body
    return {
        "Content-Type": content_type,
        "webhook-id": key,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(_signature(secret, said) for secret in keys),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
