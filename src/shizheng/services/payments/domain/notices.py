"""The body of a payment notice (入帳通知): JSON, each field checked before it is believed."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shizheng.services.payments.domain.gateway import NoticeUnreadable
from shizheng.services.payments.domain.matching import Incoming, Method

TYPE = "payment.paid"
LARGEST_BODY = 10_000  # bytes
LARGEST_AMOUNT_TWD = 10**9 - 1
_TEXTS = {"reference": 80, "charge": 40}
_FIELDS = {"type", "reference", "charge", "amount_twd", "method", "paid_at"}


def write_notice(payment: Incoming) -> bytes:
    """Return the body with which a gateway reports ``payment``."""
    fields = {
        "type": TYPE,
        "reference": payment.reference,
        "charge": payment.charge,
        "amount_twd": payment.amount_twd,
        "method": payment.method.value,
        "paid_at": payment.paid_at.isoformat(),
    }
    return json.dumps(fields, ensure_ascii=False).encode()


def read_notice(body: bytes, *, gateway: str) -> Incoming:
    """Return the payment that ``body`` reports; unknown further fields are passed over.

    Raises:
        NoticeUnreadable: it is too long, no JSON object, or a field is missing or wrong.
    """
    fields = _object(body)
    missing = sorted(_FIELDS - fields.keys())
    if missing:
        raise NoticeUnreadable(problem=f"missing {', '.join(missing)}")
    if fields["type"] != TYPE:
        raise NoticeUnreadable(problem=f"type is not {TYPE}")
    return Incoming(
        gateway=gateway,
        reference=_text(fields, "reference"),
        charge=_text(fields, "charge"),
        amount_twd=_amount(fields["amount_twd"]),
        paid_at=_moment(fields["paid_at"]),
        method=_method(fields["method"]),
    )


def _object(body: bytes) -> Mapping[str, Any]:
    if len(body) > LARGEST_BODY:
        raise NoticeUnreadable(problem=f"more than {LARGEST_BODY} bytes")
    try:
        fields = json.loads(body.decode(), object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise NoticeUnreadable(problem="not JSON in UTF-8, or a key twice") from error
    if not isinstance(fields, dict):
        raise NoticeUnreadable(problem="not an object")
    return fields


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key stands twice")
    return fields


def _text(fields: Mapping[str, Any], name: str) -> str:
    text = fields[name]
    is_fit = isinstance(text, str) and 0 < len(text) <= _TEXTS[name]
    if not is_fit or not text.isascii() or not text.isprintable():
        raise NoticeUnreadable(problem=f"{name} is not 1 to {_TEXTS[name]} printable characters")
    return str(text)


def _amount(amount: object) -> int:
    if type(amount) is not int or not 1 <= amount <= LARGEST_AMOUNT_TWD:
        raise NoticeUnreadable(problem="amount_twd is not a whole number of NT$1 or more")
    return amount


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise NoticeUnreadable(problem="paid_at is not a moment") from error
    if moment.utcoffset() is None:
        raise NoticeUnreadable(problem="paid_at has no time zone")
    return moment


def _method(text: object) -> Method:
    if not isinstance(text, str) or text not in set(Method):
        raise NoticeUnreadable(problem=f"method is not one of {', '.join(Method)}")
    return Method(text)
