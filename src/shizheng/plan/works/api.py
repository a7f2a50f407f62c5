"""Public works as JSON: the list and one of them."""

from datetime import date
from typing import Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Field, Query, Router, Schema

from shizheng.core.access import found
from shizheng.plan.models import PublicWork
from shizheng.plan.works.exporting import values_of
from shizheng.plan.works.selectors import lists
from shizheng.plan.works.selectors.detail import work_detail

router = Router(tags=["works"])
MOST_ROWS = 500


class WorkOut(Schema):
    """A public work (公共工程); percentages are of the whole work, for the month last reported."""

    number: str
    name: str
    agency: str
    stage: str
    contractor: str | None
    business_number: str | None
    contract_twd: int | None
    starts_on: date | None
    ends_on: date | None
    completed_on: date | None
    reported_for: str | None
    planned_percent: float | None
    actual_percent: float | None
    paid_twd: int
    is_behind: bool
    is_warned: bool
    district: str | None
    address: str
    longitude: float | None
    latitude: float | None
    is_synthetic: bool


class WorksOut(Schema):
    """A part of the list; ``count`` is the number of all that the filters keep."""

    count: int
    works: list[WorkOut]


class MonthOut(Schema):
    """A month as it stands: planned and actual on its last day, paid in it."""

    month: date
    planned_percent: float | None
    actual_percent: float
    paid_twd: int
    is_late: bool


class PointOut(Schema):
    """A point of the planned curve."""

    on: date
    percent: float


class AuditOut(Schema):
    """An audit: its grade, how many faults it found, and how many are not closed."""

    audited_on: date
    grade: str
    faults: int
    open_faults: int


class WorkDetailOut(WorkOut):
    """One work with its curve, months and audits."""

    items: list[str]
    curve: list[PointOut]
    months: list[MonthOut]
    audits: list[AuditOut]


class Asked(Schema):
    """Filters; each left out narrows nothing."""

    stage: Literal[
        "running", "preparation", "tender", "construction", "completed", "accepted", "terminated",
        "all",
    ] = "running"  # fmt: skip
    state: Literal["", "behind", "warned"] = ""
    agency: str = ""
    district: str = ""
    item: str = ""
    q: str = Field("", max_length=100)
    sort: Literal["number", "-amount", "ends", "percent"] = "number"
    limit: int = Field(100, ge=1, le=MOST_ROWS)
    offset: int = Field(0, ge=0)


@router.get("/works", response=WorksOut, summary=gettext_noop("List of public works"))
def works(request: HttpRequest, asked: Query[Asked]) -> dict[str, object]:
    """Return the public works of the city."""
    filters = lists.Filters(**asked.dict(exclude={"limit", "offset"}))
    known = lists.works_listed(viewer=request.user, filters=filters)
    part = list(known[asked.offset : asked.offset + asked.limit])
    rows = lists.rows_of(part, on=timezone.localdate())
    return {"count": known.count(), "works": [values_of(row) for row in rows]}


@router.get("/works/{number}", response=WorkDetailOut, summary=gettext_noop("One public work"))
def work(request: HttpRequest, number: str) -> dict[str, object]:
    """Return one work with its planned curve, its months and its audits."""
    every = lists.works_listed(viewer=request.user, filters=lists.Filters(stage="all"))
    thing: PublicWork = found(request.user, every, number=number)
    today = timezone.localdate()
    (row,) = lists.rows_of([thing], on=today)
    detail = work_detail(thing, viewer=request.user, on=today)
    return {
        **values_of(row),
        "items": [item.code for item in detail.items],
        "curve": [{"on": day, "percent": float(percent)} for day, percent in detail.points or ()],
        "months": [
            {
                "month": month.report.month,
                "planned_percent": None if month.planned is None else float(month.planned),
                "actual_percent": float(month.report.percent),
                "paid_twd": month.report.paid_twd,
                "is_late": month.report.is_late,
            }
            for month in detail.months
        ],
        "audits": [
            {
                "audited_on": each.audit.audited_on,
                "grade": each.audit.grade,
                "faults": len(each.faults),
                "open_faults": each.open_count,
            }
            for each in detail.audits
        ],
    }
