"""Directives as JSON: the list, one of them, and filing a progress report."""

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Field, Query, Router, Schema, Status
from ninja.security import django_auth

from shizheng.core.access import found, may
from shizheng.core.models import User
from shizheng.core.ratelimit import limited
from shizheng.kernel.errors import ChangedMeanwhile
from shizheng.plan.directives.actions import issuing, reporting
from shizheng.plan.directives.errors import ItemsUnknown
from shizheng.plan.directives.exporting import row_of
from shizheng.plan.directives.selectors import facts, lists
from shizheng.plan.models import Directive, DirectiveReport

router = Router(tags=["directives"])
MOST_ROWS = 500


class DirectiveOut(Schema):
    """A directive (列管事項); a restricted one shows its words only when read alone."""

    number: str
    source: str
    source_reference: str
    source_on: date
    wording: str
    lead: str
    control: str
    status: str
    first_due_on: date
    due_on: date
    percent: int
    cadence: str
    confidentiality: str
    issued_on: date
    released_on: date | None
    is_synthetic: bool


class DirectivesOut(Schema):
    """A part of the list; ``count`` is the number of all that the filters keep."""

    count: int
    directives: list[DirectiveOut]


class ReportOut(Schema):
    """One version of a progress report (執行情形回報)."""

    period_first: date
    period_last: date
    version: int
    status: str
    percent: int
    text: str
    is_final: bool
    filed_at: datetime


class DirectiveDetailOut(DirectiveOut):
    """One directive with its reports; ``version`` is what a report must name."""

    version: int
    partners: list[str]
    items: list[str]
    reports: list[ReportOut]


class LinkIn(Schema):
    """Evidence by address."""

    label: str = Field("", max_length=200)
    address: str = Field(..., max_length=500, pattern=r"^https?://[^\s]+$")


class ReportIn(Schema):
    """A report; ``version`` is the directive's as the sender saw it."""

    version: int
    period_first: date
    percent: int
    text: str = Field(..., max_length=4_000)
    is_final: bool = False
    confirm_lower: bool = False
    links: list[LinkIn] = Field([], max_length=20)
    evidence_items: list[str] = Field([], max_length=50)


class Asked(Schema):
    """Filters; each left out narrows nothing."""

    state: Literal["following", "open", "release_requested", "released", "all"] = "following"
    due: Literal["", "overdue", "week"] = ""
    lead: str = ""
    source: str = ""
    q: str = Field("", max_length=100)
    sort: Literal["due", "-due", "number", "-number", "percent", "lead"] = "due"
    limit: int = Field(100, ge=1, le=MOST_ROWS)
    offset: int = Field(0, ge=0)


@router.get("/directives", response=DirectivesOut, summary=gettext_noop("List of directives"))
def directives(request: HttpRequest, asked: Query[Asked]) -> dict[str, object]:
    """Return the directives that the caller may see; public ones only, if not signed in."""
    filters = lists.Filters(**asked.dict(exclude={"limit", "offset"}))
    rows = lists.directives_listed(viewer=request.user, on=timezone.localdate(), filters=filters)
    part = rows[asked.offset : asked.offset + asked.limit]
    return {"count": rows.count(), "directives": [row_of(each) for each in part]}


@router.get(
    "/directives/{number}", response=DirectiveDetailOut, summary=gettext_noop("One directive")
)
def directive(request: HttpRequest, number: str) -> dict[str, object]:
    """Return one directive; opening a restricted one is noted."""
    thing = _found(request, number)
    if request.user.is_authenticated:
        issuing.directive_read(directive=thing, by=request.user, at=timezone.now())
    is_internal = may(request.user, "plan.view_internal")
    return {
        **row_of(thing),
        "source_reference": thing.source_reference,
        "wording": thing.wording,
        "version": thing.version,
        "partners": [agency.code for agency in thing.partners.all()],
        "items": [item.code for item in thing.items.all()],
        "reports": [_report(each) for each in thing.reports.all()] if is_internal else [],
    }


@router.post(
    "/directives/{number}/reports",
    response={201: ReportOut},
    auth=django_auth,
    summary=gettext_noop("File a progress report"),
)
@limited("60/m")
def file_report(request: HttpRequest, number: str, given: ReportIn) -> Status[dict[str, object]]:
    """File a report for the lead agency; with Idempotency-Key it is filed once."""
    person = request.user
    if not isinstance(person, User):  # the route lets nobody else in
        raise TypeError("a report is filed by a person")
    thing = _found(request, number)
    if thing.version != given.version:
        raise ChangedMeanwhile(thing=number)
    items = facts.items_in_force(given.evidence_items)
    unknown = set(given.evidence_items) - {item.code for item in items}
    if unknown:
        raise ItemsUnknown(codes=", ".join(sorted(unknown)))
    links = [
        reporting.Evidence(link.label or link.address[:200], link.address) for link in given.links
    ]
    report = reporting.report_file(
        directive=thing,
        by=person,
        at=timezone.now(),
        period_first=given.period_first,
        percent=given.percent,
        text=given.text,
        is_final=given.is_final,
        evidence=[*links, *(reporting.Evidence(item.code, item=item) for item in items)],
        confirm_lower=given.confirm_lower,
    )
    return Status(201, _report(report))


def _found(request: HttpRequest, number: str) -> Directive:
    rows = Directive.objects.select_related("lead", "control")
    return found(request.user, rows, number=number)


def _report(report: DirectiveReport) -> dict[str, object]:
    return {
        "period_first": report.period_first,
        "period_last": report.period.last,
        "version": report.version,
        "status": report.status,
        "percent": report.percent,
        "text": report.text,
        "is_final": report.is_final,
        "filed_at": report.filed_at,
    }
