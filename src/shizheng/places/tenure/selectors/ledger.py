"""Reading the ledger: what there is, a month of an agency, progress of a stock-taking."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from shizheng.core.access import Person
from shizheng.core.models import Agency, User
from shizheng.places.tenure.access import MANAGE
from shizheng.places.tenure.domain.rent import months_later
from shizheng.places.tenure.domain.statement import Entry, Kind, Line, explaining, statement
from shizheng.places.tenure.models import (
    AccountingFigure,
    Lease,
    PropertyEntry,
    PropertyItem,
    RentDue,
    StockFinding,
    StockRound,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A month of an agency (財產增減月報): by category, with what may explain a difference."""

    agency: Agency
    first: date
    lines: list[Line]
    explained: Mapping[str, list[Entry]]


def items_seen(viewer: Person) -> QuerySet[PropertyItem]:
    """Return what the city holds, in order of its number."""
    rows = PropertyItem.objects.visible_to(viewer).filter(is_held=True)
    return rows.select_related("agency", "district").order_by("number")


def worth(rows: QuerySet[PropertyItem]) -> int:
    """Return the book value of some property in whole New Taiwan dollars."""
    entries = PropertyEntry.objects.filter(item__in=rows)
    return int(entries.aggregate(sum=Sum("amount_twd"))["sum"] or 0)


def agencies_managed(person: User) -> QuerySet[Agency]:
    """Return the agencies whose property somebody manages."""
    return Agency.objects.allowed_to(person, MANAGE).order_by("position", "code")


def statement_of(agency: Agency, month: date) -> Statement:
    """Return a month of an agency; the caller has asked who may read it."""
    first = month.replace(day=1)
    until = months_later(first, 1)
    rows = PropertyEntry.objects.filter(agency=agency, on__lt=until).select_related("item")
    entries = [
        Entry(row.item.number, row.item.category, Kind(row.kind), row.on, row.amount_twd,
              row.document)
        for row in rows
    ]  # fmt: skip
    figures: dict[str, int] = {}
    entered = AccountingFigure.objects.filter(agency=agency, month=first)
    for figure in entered.order_by("entered_at", "pk"):
        figures[figure.category] = figure.amount_twd
    lines = statement(entries, first, until, figures)
    return Statement(agency, first, lines, {e.category: explaining(entries, e) for e in lines})


def rents_overdue(viewer: User, *, on: date) -> QuerySet[RentDue]:
    """Return rent that was due before a day and is not paid; longest overdue first (欠租)."""
    rows = RentDue.objects.visible_to(viewer).filter(due_on__lt=on, paid_on=None, is_void=False)
    return rows.select_related("lease__item__agency").order_by("due_on", "pk")


def leases_ending(viewer: User, *, on: date, within_days: int) -> QuerySet[Lease]:
    """Return contracts in force that end within so many days and are not renewed."""
    rows = Lease.objects.visible_to(viewer).alias(last=Coalesce(F("ended_on"), F("ends_on")))
    until = on + timedelta(days=within_days)
    rows = rows.filter(last__gt=on, last__lte=until, renewals=None)
    return rows.select_related("item__agency").order_by("last", "number")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stock-taking is (盤點進度)."""

    wanted: int
    found: int
    differs: int
    missing: int

    @property
    def counted(self) -> int:
        """How many things were looked for."""
        return self.found + self.differs + self.missing

    @property
    def left(self) -> int:
        """How many are still to be looked for."""
        return max(self.wanted - self.counted, 0)


def items_of(round_: StockRound) -> QuerySet[PropertyItem]:
    """Return what a round counts."""
    rows = PropertyItem.objects.filter(agency=round_.agency, is_held=True)
    return rows.filter(category__in=round_.categories) if round_.categories else rows


def progress_of(round_: StockRound) -> Progress:
    """Return how far a round is."""
    rows = StockFinding.objects.filter(round=round_, is_replaced=False, item__is_held=True)
    counts = dict(rows.order_by().values_list("result").annotate(n=Count("pk")))
    return Progress(
        items_of(round_).count(), *(counts.get(each, 0) for each in ("found", "differs", "missing"))
    )


def items_left(round_: StockRound) -> QuerySet[PropertyItem]:
    """Return what a round has not counted yet."""
    counted = Q(findings__round=round_, findings__is_replaced=False)
    return items_of(round_).exclude(pk__in=PropertyItem.objects.filter(counted)).order_by("number")
