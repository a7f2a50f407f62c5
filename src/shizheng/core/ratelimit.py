"""Limits on how often the public may write, counted for all processes together."""

import re
import time
from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Concatenate, ParamSpec, TypeVar

from django.db import connection
from django.db.models import F
from django.http import HttpRequest

from shizheng.core.clients import client_of, hidden
from shizheng.core.models.request import RateCount
from shizheng.kernel.errors import N_, DomainError

SPANS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
Rest = ParamSpec("Rest")
Answer = TypeVar("Answer")


class TooMany(DomainError):
    """Somebody does something too often (次數過多)."""

    code = "core.too_many"
    message = N_("You did this {limit} times in a short while, which is as often as is allowed.")
    hint = N_("Wait {retry_after} seconds, then try again.")
    status = 429


def limited(
    rate: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, Rest], Answer]],
    Callable[Concatenate[HttpRequest, Rest], Answer],
]:
    """Limit how often one account, or one address without an account, may call a view to write.

    Args:
        rate: such as ``10/m``: a number per s, m, h or d.

    Raises:
        ValueError: ``rate`` has another form.
    """
    limit, span = parsed(rate)

    def decorate(
        view: Callable[Concatenate[HttpRequest, Rest], Answer],
    ) -> Callable[Concatenate[HttpRequest, Rest], Answer]:
        name = f"{view.__module__}.{view.__qualname__}"

        @wraps(view)
        def answer(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Answer:
            if request.method not in SAFE:
                spend(hidden(name, client_of(request)), limit, span, now=time.time())
            return view(request, *args, **kwargs)

        return answer

    return decorate


def parsed(rate: str) -> tuple[int, int]:
    """Return the number and the seconds of a rate such as ``10/m``."""
    match = re.fullmatch(r"([1-9][0-9]*)/([smhd])", rate)
    if match is None:
        raise ValueError(f"a rate is a number per s, m, h or d such as 10/m, got {rate!r}")
    return int(match[1]), SPANS[match[2]]


def spend(key: str, limit: int, span: int, *, now: float) -> None:
    """Count one act under ``key``.

    The window slides: of the span before, the share that still lies within the last ``span``
    seconds counts, as if spread evenly. Refused acts do not count.

    Raises:
        TooMany: there were ``limit`` within the last ``span`` seconds.
    """
    start = int(now // span * span)
    elapsed = (now - start) / span
    count, earlier = _add_one(key, start, span)
    if count + earlier * (1 - elapsed) <= limit:
        return
    RateCount.objects.filter(key=key, starts=start).update(count=F("count") - 1)
    raise TooMany(limit=limit, retry_after=_wait(count - 1, earlier, limit, span, elapsed))


def _add_one(key: str, start: int, span: int) -> tuple[int, int]:
    """Add one to the count of a span, in one statement that cannot be torn.

    Returns:
        The count of the span, and that of the span before.
    """
    table = RateCount._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (key, starts, count) VALUES (%s, %s, 1) "  # noqa: S608
            f"ON CONFLICT (key, starts) DO UPDATE SET count = {table}.count + 1 RETURNING count, "
            f"(SELECT earlier.count FROM {table} AS earlier WHERE earlier.key = %s "
            "AND earlier.starts = %s)",
            [key, start, key, start - span],
        )
        count, earlier = cursor.fetchone()
    return count, earlier or 0


def _wait(count: int, earlier: int, limit: int, span: int, elapsed: float) -> int:
    """Seconds until one more fits, with ``count`` in this span and ``earlier`` in the last."""
    if count < limit and earlier:
        return max(1, ceil((1 - (limit - count - 1) / earlier - elapsed) * span))
    into_next = 1 - (limit - 1) / count if count else 0.0
    return max(1, ceil((1 - elapsed + into_next) * span))
