"""What the call centre did: calls, waiting, solved at first contact, satisfaction, hand-ons."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from statistics import median
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from shizheng.services.models import Call, Case

LEAST_CELL = 5
"""Fewer calls than this are shown to nobody outside the office: they could be made out."""


@dataclass(frozen=True, slots=True)
class CallFigures:
    """Figures of some calls (話務統計); None where there is nothing to count from.

    ``first_contact_share``: answered at once without being handed on, of those not hung up.
    """

    name: str
    count: int
    wait_median: float | None = None
    wait_p90: float | None = None
    first_contact_share: float | None = None
    satisfaction: float | None = None
    abandoned_share: float | None = None
    case_count: int | None = None
    handoff_count: int | None = None
    is_suppressed: bool = False


Row = dict[str, Any]


def call_rows(*, since: datetime, until: datetime) -> list[Row]:
    """Return what figures are made of: ended calls that began in the time, without who called."""
    rows = Call.objects.filter(started_at__gte=since, started_at__lt=until, ended_at__isnull=False)
    columns = (
        "channel", "language", "started_at", "wait_seconds", "result", "handoff_count",
        "satisfaction",
    )  # fmt: skip
    return [dict(row) for row in rows.order_by().values(*columns)]


def figures_of(name: str, rows: Iterable[Row], *, suppress: bool) -> CallFigures:
    """Return the figures of some calls; too few are not told where ``suppress`` says so."""
    rows = list(rows)
    if suppress and 0 < len(rows) < LEAST_CELL:
        return CallFigures(name, 0, is_suppressed=True)
    waits = sorted(row["wait_seconds"] for row in rows)
    taken = [row for row in rows if row["result"] != Call.Result.ABANDONED]
    solved = sum(
        row["result"] == Call.Result.ANSWERED and not row["handoff_count"] for row in taken
    )
    said = [row["satisfaction"] for row in rows if row["satisfaction"]]
    if suppress and len(said) < LEAST_CELL:
        said = []
    return CallFigures(
        name=name,
        count=len(rows),
        wait_median=median(waits) if waits else None,
        wait_p90=waits[ceil(len(waits) * 0.9) - 1] if waits else None,
        first_contact_share=solved / len(taken) if taken else None,
        satisfaction=sum(said) / len(said) if said else None,
        abandoned_share=1 - len(taken) / len(rows) if rows else None,
        case_count=sum(row["result"] in (Call.Result.CASE, Call.Result.JOINED) for row in rows),
        handoff_count=sum(row["handoff_count"] for row in rows),
    )


def figures_by(
    rows: Iterable[Row], key: Callable[[Row], str], *, suppress: bool
) -> list[CallFigures]:
    """Return the figures by a property of the calls, in its order.

    Where one part alone is too small to be told, the next smallest is not told either: else the
    sum would give it away.
    """
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    small = [name for name in groups if suppress and len(groups[name]) < LEAST_CELL]
    if len(small) == 1 and len(groups) > 1:
        others = (name for name in groups if name not in small)
        small.append(min(others, key=lambda name: (len(groups[name]), name)))
    return [
        CallFigures(name, 0, is_suppressed=True)
        if name in small
        else figures_of(name, groups[name], suppress=suppress)
        for name in sorted(groups)
    ]


def hour_of(row: Row) -> str:
    """Return the local hour in which a call began: ``09``."""
    return f"{timezone.localtime(row['started_at']):%H}"


def wrong_handoffs(*, since: datetime, until: datetime) -> int:
    """Return how often cases that were opened in calls of the time went to a wrong agency first."""
    opened = Case.objects.filter(
        calls__result=Call.Result.CASE, calls__started_at__gte=since, calls__started_at__lt=until
    ).distinct()
    rows = Case.objects.filter(pk__in=opened.order_by().values("pk"))
    return rows.aggregate(sum=Sum("wrong_handoff_count"))["sum"] or 0
