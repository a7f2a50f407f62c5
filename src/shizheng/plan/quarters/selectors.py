"""Reads of closed quarters; what is internal stays in the database unless staff asks."""

from django.db.models import QuerySet
from django.http import Http404

from shizheng.core.access import Person, may
from shizheng.plan.models import QuarterClosing
from shizheng.statistics.domain.periods import Period


def closings_visible(viewer: Person) -> QuerySet[QuarterClosing]:
    """Return every version of every closed quarter, the newest first, without the records."""
    rows = QuarterClosing.objects.visible_to(viewer).select_related("closed_by", "edition__plan")
    return rows.defer("body", "internal", "edition__pieces").order_by("-last_on", "-version")


def closing_of(viewer: Person, period: Period, version: int | None = None) -> QuarterClosing | None:
    """Return a version of a closed quarter, else its newest; staff get the internal part too."""
    rows = QuarterClosing.objects.visible_to(viewer).filter(period=period.code)
    rows = rows.select_related("closed_by").order_by("-version")
    if not may(viewer, "plan.view_internal"):
        rows = rows.defer("internal")
    if version is not None:
        rows = rows.filter(version=version)
    return rows.first()


def closing_or_404(viewer: Person, period: Period, version: int | None = None) -> QuarterClosing:
    """Return the same, where there is one.

    Raises:
        Http404: the quarter is not closed, or has no such version.
    """
    closing = closing_of(viewer, period, version)
    if closing is None:
        raise Http404
    return closing


def department_or_404(closing: QuarterClosing, number: int) -> int:
    """Return the number of a department that the record has.

    Raises:
        Http404: it has none.
    """
    if number not in {each["number"] for each in closing.body["departments"]}:
        raise Http404
    return number
