"""Closing a quarter, and correcting what was closed: each keeps one more version of the record."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from shizheng.core import journal
from shizheng.core.access import require
from shizheng.core.models import User
from shizheng.plan.models import QuarterClosing
from shizheng.plan.quarters.errors import (
    ClosingReasonMissing,
    CorrectionReasonMissing,
    QuarterClosedAlready,
    QuarterNotClosed,
    QuarterNotOver,
    QuarterOutOfOrder,
)
from shizheng.plan.quarters.making import reports_want
from shizheng.plan.quarters.periods import is_over, quarter_name
from shizheng.plan.quarters.points import counted, frozen, points_of
from shizheng.plan.quarters.record import record_prepare
from shizheng.plan.quarters.searchable import quarter_index
from shizheng.statistics.domain.periods import Period

PERMISSION = "plan.close_quarter"


@transaction.atomic
def quarter_close(*, period: Period, by: User, at: datetime, reason: str = "") -> QuarterClosing:
    """Close a quarter (季結報): keep every light with why, as it is known at this moment.

    Raises:
        NotPermitted: ``by`` may not close quarters.
        QuarterNotOver, QuarterClosedAlready, QuarterOutOfOrder, QuarterWithoutPlan,
        ClosingReasonMissing, LightRuleMissing: why not.
    """
    require(by, PERMISSION, at=at)
    if not is_over(period, timezone.localdate(at)):
        raise QuarterNotOver(quarter=quarter_name(period), last=period.last_day)
    if QuarterClosing.objects.filter(period=period.code).exists():
        raise QuarterClosedAlready(quarter=quarter_name(period))
    last = QuarterClosing.objects.order_by("-last_on").values_list("period", flat=True).first()
    if last and Period.parse(last) + 1 != period:
        following = quarter_name(Period.parse(last) + 1)
        raise QuarterOutOfOrder(quarter=quarter_name(period), next=following)
    closing = _keep(period, by=by, at=at, reason=reason.strip(), version=1)
    journal.record(
        "plan.quarter.closed", closing, by=by, at=at, why=closing.reason,
        now={"number": closing.number, "digest": closing.digest, "open": closing.open_count},
    )  # fmt: skip
    _told(closing)
    return closing


@transaction.atomic
def quarter_correct(*, period: Period, by: User, at: datetime, reason: str) -> QuarterClosing:
    """Keep another version of a closed quarter (更正季結報), as it is known now, and say why.

    Raises:
        NotPermitted: ``by`` may not correct quarters.
        QuarterNotClosed, CorrectionReasonMissing, LightRuleMissing: why not.
    """
    require(by, PERMISSION, at=at)
    before = QuarterClosing.objects.filter(period=period.code).order_by("-version").first()
    if before is None:
        raise QuarterNotClosed(quarter=quarter_name(period))
    if not reason.strip():
        raise CorrectionReasonMissing
    version = before.version + 1
    closing = _keep(period, by=by, at=at, reason=reason.strip(), version=version)
    journal.record(
        "plan.quarter.corrected", closing, by=by, at=at, why=closing.reason,
        was={"number": before.number, "digest": before.digest},
        now={"number": closing.number, "digest": closing.digest},
    )  # fmt: skip
    _told(closing)
    return closing


def _told(closing: QuarterClosing) -> None:
    """Let a new version be found, and its reports be made."""
    quarter_index(closing)
    reports_want(closing)


def _keep(period: Period, *, by: User, at: datetime, reason: str, version: int) -> QuarterClosing:
    prepared = record_prepare(period, at=at)
    points = points_of(prepared, viewer=by)
    if points and not reason:
        raise ClosingReasonMissing(count=len(points))
    body = prepared.body
    try:
        with transaction.atomic():
            return QuarterClosing.objects.create(
                edition=prepared.edition,
                period=period.code,
                last_on=period.last_day,
                version=version,
                number=f"{period.code}-{version}",
                rule=body["rule"],
                rule_version=body["rule_version"],
                counts=body["counts"],
                body=body,
                internal={
                    **prepared.internal, "points": frozen(points), "open": counted(points),
                },
                digest=prepared.digest,
                reason=reason,
                open_count=len(points),
                is_synthetic=body["is_synthetic"],
                closed_at=at,
                closed_by=by,
            )  # fmt: skip
    except IntegrityError:
        raise QuarterClosedAlready(quarter=quarter_name(period)) from None
