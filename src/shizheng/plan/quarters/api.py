"""Closed quarters as JSON: the list of them, and the record of one as it was closed."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from shizheng.plan.models import QuarterClosing
from shizheng.plan.quarters.periods import quarter_read
from shizheng.plan.quarters.selectors import closing_or_404, closings_visible

router = Router(tags=["quarters"])


class QuarterOut(Schema):
    """A version of a closed quarter (季結報); ``digest`` is the SHA-256 of its record."""

    quarter: str
    version: int
    number: str
    last_on: date
    plan: str
    edition: int
    lights: dict[str, int]
    digest: str
    reason: str
    is_synthetic: bool
    closed_at: datetime


class QuarterRecordOut(QuarterOut):
    """The same with the public record: items, evidence, and what changed."""

    record: dict[str, Any]


@router.get("/quarters", response=list[QuarterOut], summary="Closed quarters")
def quarters(request: HttpRequest) -> list[QuarterOut]:
    """Return every version of every closed quarter, the newest first."""
    return [QuarterOut(**_facts(row)) for row in closings_visible(request.user)]


@router.get("/quarters/{quarter}", response=QuarterRecordOut, summary="One closed quarter")
def quarter(request: HttpRequest, quarter: str, version: int | None = None) -> QuarterRecordOut:
    """Return a closed quarter such as 2020-Q1 with its record: the newest version, or one."""
    period = quarter_read(quarter)
    if period is None:
        raise Http404
    closing = closing_or_404(request.user, period, version)
    return QuarterRecordOut(**_facts(closing), record=closing.body)


def _facts(row: QuarterClosing) -> dict[str, Any]:
    return {
        "quarter": row.period,
        "version": row.version,
        "number": row.number,
        "last_on": row.last_on,
        "plan": row.edition.plan.code,
        "edition": row.edition.number,
        "lights": row.counts,
        "digest": row.digest,
        "reason": row.reason,
        "is_synthetic": row.is_synthetic,
        "closed_at": row.closed_at,
    }
