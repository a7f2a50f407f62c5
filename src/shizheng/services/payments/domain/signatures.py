"""Signed notices from gateways: who sent them, unchanged, and not long ago.

The scheme is Standard Webhooks 1.0: HMAC-SHA256 over ``id.timestamp.body``, base64, in the
headers webhook-id, webhook-timestamp and webhook-signature. Several secrets may be valid at once,
so that they can be changed without a gap.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from shizheng.kernel.errors import N_, DomainError

PREFIX = "whsec_"
WINDOW = timedelta(minutes=5)
_STAMP = re.compile(r"[0-9]{1,12}")
_MOST_SIGNATURES = 20


class SignatureMissing(DomainError):
    """A notice without the headers of a signature (缺少簽章)."""

    code = "services.payment.signature_missing"
    message = N_("The notice is not signed.")
    hint = N_("Send the headers webhook-id, webhook-timestamp and webhook-signature.")
    status = 401


class SignatureWrong(DomainError):
    """Nobody who knows the secret signed this body (簽章不符)."""

    code = "services.payment.signature_wrong"
    message = N_("The signature does not fit the notice.")
    hint = N_("Check the secret agreed with the gateway; sign the body byte for byte.")
    status = 401


class SignatureStale(DomainError):
    """Signed too long ago, or in the future (簽章已逾時效)."""

    code = "services.payment.signature_stale"
    message = N_("The notice was signed more than {minutes} minutes away from now.")
    hint = N_("Sign it anew when sending it again, and set the clock of the sender.")
    status = 401


def signed_headers(secret: str, *, message_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """Return the three headers with which a sender signs ``body``.

    Raises:
        ValueError: the secret is not base64.
    """
    stamp = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{_signature(secret, message_id, stamp, body)}",
    }


def check_signature(
    secrets: Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    at: datetime,
    window: timedelta = WINDOW,
) -> str:
    """Return the id of a notice that one of ``secrets`` signed within ``window`` of ``at``.

    Raises:
        SignatureMissing, SignatureWrong, SignatureStale: why it is not believed.
        ValueError: no secret is given, or one is not base64.
    """
    if not secrets:
        raise ValueError("a gateway without a secret can believe nobody")
    named = {name.lower(): value for name, value in headers.items()}
    message_id = named.get("webhook-id", "")
    stamp = named.get("webhook-timestamp", "")
    given = named.get("webhook-signature", "").split(" ")[:_MOST_SIGNATURES]
    if not message_id or not _STAMP.fullmatch(stamp) or not any(given):
        raise SignatureMissing
    expected = [_signature(secret, message_id, stamp, body).encode() for secret in secrets]
    offered = [text.removeprefix("v1,").encode() for text in given if text.startswith("v1,")]
    if not any(hmac.compare_digest(one, other) for one in expected for other in offered):
        raise SignatureWrong
    if abs(at.timestamp() - int(stamp)) > window.total_seconds():
        raise SignatureStale(minutes=int(window.total_seconds() // 60))
    return message_id


def _signature(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a secret is whsec_ and base64") from error
    signed = f"{message_id}.{stamp}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
