"""How much a gateway may send within a minute, and that a numbered message counts once.

To count each message in the row of its gateway would let one process wait for the other at every
message. So a process takes a hundredth of the minute's allowance at a time and spends it without
asking again: what counts is exact to that hundredth, and never more than is allowed.
"""

import threading
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from shizheng.sensing.errors import Flooded, Replayed
from shizheng.sensing.models import Gateway

SHARE, AHEAD, KNOWN = 100, 10_000, 20_000


@dataclass(slots=True)
class _Allowance:
    minute: int
    left: int


_allowances: dict[UUID, _Allowance] = {}
_lock = threading.Lock()


def admit(gateway: Gateway, count: int, at: datetime) -> None:
    """Count what a gateway sends within the minute.

    Raises:
        Flooded: it is more than the gateway may send.
    """
    minute = int(at.timestamp()) // 60
    with _lock:
        has = _allowances.get(gateway.pk)
        if has is not None and has.minute == minute and has.left >= count:
            has.left -= count
            return
    for ahead in sorted({min(gateway.rate_a_minute // SHARE, AHEAD), 0}, reverse=True):
        if _taken(gateway, count + ahead, minute, at):
            with _lock:
                if len(_allowances) > KNOWN:
                    _allowances.clear()
                had = _allowances.get(gateway.pk)
                left = had.left if had is not None and had.minute == minute else 0
                _allowances[gateway.pk] = _Allowance(minute, left + ahead)
            return
    wait = 60 - int(at.timestamp()) % 60
    raise Flooded(gateway=gateway.code, limit=gateway.rate_a_minute, retry_after=wait)


def _taken(gateway: Gateway, count: int, minute: int, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sensing_gateway SET minute_count = CASE WHEN minute = %s THEN minute_count "
            "ELSE 0 END + %s, minute = %s, seen_at = %s "
            "WHERE id = %s AND CASE WHEN minute = %s THEN minute_count ELSE 0 END + %s <= "
            "rate_a_minute",
            [
                minute, count, minute, connection.ops.adapt_datetimefield_value(at), _key(gateway),
                minute, count,
            ],
        )  # fmt: skip
        return bool(cursor.rowcount)


def numbered(gateway: Gateway, number: int) -> None:
    """Note the number of a message, within the transaction that takes its readings.

    Raises:
        Replayed: it is not greater than that of the message before.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sensing_gateway SET sequence = %s WHERE id = %s AND "
            "(sequence IS NULL OR sequence < %s)",
            [number, _key(gateway), number],
        )
        if cursor.rowcount:
            return
    newest = Gateway.objects.values_list("sequence", flat=True).get(pk=gateway.pk)
    raise Replayed(number=number, gateway=gateway.code, newest=newest)


def _key(gateway: Gateway) -> str | UUID:
    pk: UUID = gateway.pk
    return pk.hex if connection.vendor == "sqlite" else pk
