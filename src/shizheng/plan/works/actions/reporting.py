"""Monthly reports of works: progress, payment and photos; a correction is another record."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from shizheng.core import files
from shizheng.core.access import require
from shizheng.core.files import Readable
from shizheng.core.models import User
from shizheng.plan.models import PublicWork, WorkReport
from shizheng.plan.works.actions.moving import moved, told, written
from shizheng.plan.works.domain.curves import check_percent
from shizheng.plan.works.domain.months import check_month, is_late
from shizheng.plan.works.domain.stages import Stage
from shizheng.plan.works.errors import ContractMissing, NotUnderConstruction, PercentFell
from shizheng.plan.works.rules import works_rule


@transaction.atomic
def report_file(
    *,
    work: PublicWork,
    by: User,
    at: datetime,
    month: date,
    percent: Decimal,
    paid_twd: int,
    note: str = "",
    reason: str = "",
    photos: Sequence[Readable] = (),
) -> WorkReport:
    """Report a month of a work (填報月報); of a month reported before, correct it with a reason.

    Args:
        month: any day of the month.
        percent: done so far, of the whole work.
        paid_twd: paid in this month alone.

    Raises:
        NotPermitted: ``by`` may not report for the agency.
        NotUnderConstruction, ContractMissing, ReasonMissing, ChangedMeanwhile: why not.
        MonthNotBegun, MonthBeforeStart, PercentUnfit, PercentFell: not like this.
        FileTooLarge and its kin: not this photo.
    """
    require(by, "plan.edit_work", work, at=at)
    if work.starts_on is None:
        raise ContractMissing(number=work.number)
    today = timezone.localdate(at)
    month = check_month(month, starts_on=work.starts_on, today=today)
    standing = work.reports.filter(month=month, is_standing=True).first()
    if standing is None and work.stage != Stage.CONSTRUCTION:
        raise NotUnderConstruction(number=work.number)
    why = written(reason) if standing else ""
    percent = check_percent(percent)
    if standing is None:
        _check_not_fallen(work, month, percent)
    moved(work)
    if standing:
        WorkReport.objects.filter(pk=standing.pk).update(is_standing=False)
    report = WorkReport.objects.create(
        work=work,
        month=month,
        version=standing.version + 1 if standing else 1,
        percent=percent,
        paid_twd=paid_twd,
        note=note.strip(),
        reason=why,
        is_late=is_late(month, today, by_day=works_rule().report_by_day),
        filed_at=at,
        filed_by=by,
    )
    _keep_photos(report, photos)
    _keep_standing(work)
    told(
        work, "report_corrected" if standing else "report_filed", by=by, at=at,
        on_behalf_of=work.agency, why=why,
        was=_as_filed(standing) if standing else None, now=_as_filed(report),
    )  # fmt: skip
    return report


def _keep_photos(report: WorkReport, photos: Sequence[Readable]) -> None:
    for photo in photos:
        name = getattr(photo, "name", "photo.jpg")
        files.store(photo, name=name, by=report.filed_by, at=report.filed_at, attach_to=report)


def _check_not_fallen(work: PublicWork, month: date, percent: Decimal) -> None:
    before = work.reports.filter(month__lt=month, is_standing=True).order_by("-month").first()
    if before and percent < before.percent:
        raise PercentFell(percent=percent, before=before.percent)


def _as_filed(report: WorkReport) -> dict[str, object]:
    """Return what the journal keeps of a report."""
    return {
        "month": report.month,
        "version": report.version,
        "percent": report.percent,
        "paid_twd": report.paid_twd,
        "is_late": report.is_late,
    }


def _keep_standing(work: PublicWork) -> None:
    """Write what the standing reports say to the work, for lists."""
    standing = work.reports.filter(is_standing=True)
    newest = standing.order_by("-month").first()
    paid = standing.aggregate(paid=Sum("paid_twd"))["paid"] or 0
    kept = {
        "percent": newest.percent if newest else Decimal(0),
        "reported_for": newest.month if newest else None,
        "paid_twd": paid,
    }
    PublicWork.objects.filter(pk=work.pk).update(**kept)
    work.refresh_from_db()
