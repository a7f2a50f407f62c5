"""What is open before a quarter is closed (結報前待處理事項), each with where it is settled."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.core.access import Person
from shizheng.core.words import in_language
from shizheng.plan.directives.domain.flow import ReportStatus
from shizheng.plan.directives.domain.periods import Cadence, periods_between
from shizheng.plan.evidence.periods import period_name
from shizheng.plan.models import (
    CadenceChoice,
    ConfidentialityChoice,
    Directive,
    DirectiveReport,
    ReportPeriodLock,
)
from shizheng.plan.quarters.facts import Record
from shizheng.plan.quarters.record import Prepared
from shizheng.statistics.domain.errors import PeriodUnreadable
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.models import EnteredFigure

STALE = ("stale", "contradiction", "money_gap")
KINDS = ("grey", "stale", "report", "review", "lock", "figure")


@dataclass(frozen=True, slots=True)
class Point:
    """One open point: of which kind and agency, what it is about, and where to go.

    ``thing`` is its code in the record; what is restricted has none and leaves only its number.
    """

    kind: str
    agency: str
    about: str
    href: str
    thing: str = ""


@dataclass(slots=True)
class OfDepartment:
    """A department on the check page: its sums and its open points by kind."""

    department: Record
    points: list[Point] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All its items."""
        return sum(self.department["counts"].values())

    @property
    def kinds(self) -> list[tuple[str, list[Point]]]:
        """Return the kinds that have any, with their points."""
        some = [(kind, [p for p in self.points if p.kind == kind]) for kind in KINDS]
        return [(kind, points) for kind, points in some if points]


def points_of(prepared: Prepared, *, viewer: Person) -> list[Point]:
    """Return every open point that ``viewer`` may see: of items, directives and figures."""
    period = Period.parse(prepared.body["quarter"])
    return [
        *_of_items(prepared),
        *_of_directives(period, viewer),
        *_of_figures(period),
    ]


def by_department(
    prepared: Prepared, points: Iterable[Point]
) -> tuple[list[OfDepartment], list[Point]]:
    """Return the departments in the order of the plan, and the points of all other agencies."""
    departments = [OfDepartment(each) for each in prepared.body["departments"]]
    others: list[Point] = []
    by_agency: dict[str, OfDepartment] = {}
    for row in departments:
        by_agency.setdefault(row.department["agency"], row)
    for point in points:
        row_of = by_agency.get(point.agency)
        (row_of.points if row_of else others).append(point)
    return departments, others


def counted(points: Iterable[Point]) -> dict[str, int]:
    """Return how many points there are of each kind; kinds without any are absent."""
    listed = list(points)
    numbers = {kind: sum(point.kind == kind for point in listed) for kind in KINDS}
    return {kind: number for kind, number in numbers.items() if number}


def _of_items(prepared: Prepared) -> Iterator[Point]:
    agencies = {each["number"]: each["agency"] for each in prepared.body["departments"]}
    for item in prepared.body["items"]:
        codes = {reason["code"] for reason in item["reasons"]}
        kind = "grey" if item["light"] == "grey" else "stale" if codes & {*STALE} else ""
        if kind:
            href = reverse("plan:item", args=(prepared.body["plan"], item["code"]))
            about = f"{item['code']} {_short(item)}"
            yield Point(kind, agencies[item["department"]], about, href, item["code"])


def _short(item: Record, most: int = 30) -> str:
    text = in_language(item["title"]) or item["text"]
    return text if len(text) <= most else f"{text[:most]}…"


def _of_directives(period: Period, viewer: Person) -> Iterator[Point]:
    """Reports that are missing or wait for the control unit, and periods that are not locked."""
    seen = Directive.objects.visible_to(viewer).filter(issued_on__lte=period.last_day)
    seen = seen.filter(Q(released_on=None) | Q(released_on__gt=period.last_day))
    directives = list(seen.select_related("lead", "control").order_by("number"))
    standing = {
        (directive, term, first): status
        for directive, term, first, status in DirectiveReport.objects.filter(
            directive__in=directives, status__in=(ReportStatus.FILED, ReportStatus.ACCEPTED)
        ).values_list("directive_id", "term", "period_first", "status")
    }
    for row in directives:
        for due in periods_between(max(row.issued_on, period.start), period.last_day,
                                   Cadence(row.cadence)):  # fmt: skip
            status = standing.get((row.pk, row.term, due.first))
            if due.last <= period.last_day and status != ReportStatus.ACCEPTED:
                kind = "review" if status == ReportStatus.FILED else "report"
                about = _("{number}, {first} to {last}").format(
                    number=row.number, first=due.first, last=due.last
                )
                agency = row.control if kind == "review" else row.lead
                is_kept = row.confidentiality != ConfidentialityChoice.RESTRICTED
                thing = f"{row.number} {due.first}" if is_kept else ""
                href = reverse("directives:detail", args=[row.number])
                yield Point(kind, agency.code, about, href, thing)
    yield from _unlocked(directives, period)


def _unlocked(directives: Iterable[Directive], period: Period) -> Iterator[Point]:
    locked = set(
        ReportPeriodLock.objects.filter(period_end__gt=period.start).values_list(
            "control__code", "cadence", "period_first"
        )
    )
    wanted = {
        (row.control.code, row.cadence, due.first, due.last)
        for row in directives
        for due in periods_between(
            max(row.issued_on, period.start), period.last_day, Cadence(row.cadence)
        )
        if due.last <= period.last_day
    }
    for control, cadence, first, last in sorted(wanted):
        if (control, cadence, first) not in locked:
            about = _("{cadence}, {first} to {last}").format(
                cadence=CadenceChoice(cadence).label, first=first, last=last
            )
            yield Point("lock", control, about, reverse("directives:periods"), f"{cadence} {first}")


def _of_figures(period: Period) -> Iterator[Point]:
    """Figures about the quarter that somebody entered and nobody has signed."""
    later = EnteredFigure.objects.filter(
        indicator=OuterRef("indicator"), period=OuterRef("period"), cell=OuterRef("cell"),
        entered_at__gt=OuterRef("entered_at"),
    )  # fmt: skip
    rows = EnteredFigure.objects.filter(signed_at=None).exclude(Exists(later))
    for row in rows.select_related("indicator__owner").order_by("indicator__code", "period", "id"):
        if _is_about(row.period, period):
            about = f"{in_language(row.indicator.name)} · {period_name(row.period)}"
            thing = f"{row.indicator.code} {row.period}"
            yield Point(
                "figure", row.indicator.owner.code, about, reverse("statistics:desk"), thing
            )


def _is_about(code: str, quarter: Period) -> bool:
    try:
        period = Period.parse(code)
    except PeriodUnreadable:
        return False
    return quarter.start <= period.last_day <= quarter.last_day


def frozen(points: Iterable[Point]) -> list[dict[str, Any]]:
    """Return points as JSON for the internal part of the record, without restricted ones."""
    return [
        {"kind": point.kind, "agency": point.agency, "thing": point.thing}
        for point in points
        if point.thing
    ]
