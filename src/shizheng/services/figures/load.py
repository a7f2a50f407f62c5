"""How much lies with agencies and people, how late it is, and how that changes (案件負荷、稽催)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.utils import timezone

from shizheng.core.access import Viewer
from shizheng.services import city
from shizheng.services.figures.evaluating import starts_at
from shizheng.services.models import Case

SEE = "services.view_load"
DAYS = 7
MONTHS = 6
MOST_PEOPLE = 100
MOST_OVERDUE = 20
SORTS = ("name", "open", "unassigned", "overdue", "oldest", "wrong", "late")
"""In order of the columns."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Month:
    """The closed cases of one month that had a due date, and how many of them were late."""

    first: date
    closed: int
    late: int

    @property
    def late_share(self) -> float | None:
        """Return the share that was late; nothing where none was closed."""
        return self.late / self.closed if self.closed else None


@dataclass(frozen=True, slots=True)
class Load:
    """The open cases of an agency or of a person, and what came of the closed ones.

    ``by_day``: due today, tomorrow and so on, seven days. ``overdue_s``: how long the one that
    is overdue longest has been.
    """

    code: str
    name: Mapping[str, str] | str
    open: int = 0
    unassigned: int = 0
    overdue: int = 0
    longest: timedelta | None = None
    by_day: tuple[int, ...] = ()
    applicant: int = 0
    other: int = 0
    oldest_at: datetime | None = None
    wrong: int = 0
    months: tuple[Month, ...] = ()

    @property
    def due_soon(self) -> int:
        """Return how many are due in these seven days."""
        return sum(self.by_day)

    @property
    def late_share(self) -> float | None:
        """Return the share of the closed cases of all months that was late (逾期率)."""
        closed = sum(each.closed for each in self.months)
        return sum(each.late for each in self.months) / closed if closed else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the load is asked for: one agency, one service, and in which order."""

    agency: str = ""
    service: str = ""
    sort: str = "overdue"


@dataclass(frozen=True, slots=True)
class Loads:
    """The load that a viewer looks after: by agency, by person, and all together."""

    asked: Asked
    agencies: tuple[Load, ...]
    people: tuple[Load, ...]
    total: Load
    overdue: tuple[Case, ...]
    days: tuple[date, ...]


def asked_of(given: Mapping[str, str]) -> Asked:
    """Return what an address asks for; what is unknown is left out."""
    known = city.directory(city.loaded_at())
    agency, service, sort = (given.get(name, "") for name in ("agency", "service", "sort"))
    return Asked(
        agency if agency in known.agencies else "",
        service if service in known.services else "",
        sort if sort in SORTS else "overdue",
    )


def cases_watched(viewer: Viewer, asked: Asked) -> QuerySet[Case]:
    """Return the cases whose load the viewer may see, personal ones too: they are only counted."""
    rows = Case.objects.filter(viewer.within(SEE, agency="agency", area="district")).order_by()
    known = city.directory(city.loaded_at())
    if asked.agency:
        rows = rows.filter(agency=known.agencies[asked.agency].key)
    if asked.service:
        rows = rows.filter(service=known.services[asked.service].key)
    return rows


def loads(viewer: Viewer, asked: Asked) -> Loads:
    """Return the load that ``viewer`` looks after at this moment."""
    rows, at = cases_watched(viewer, asked), viewer.at
    is_open = rows.filter(is_open=True)
    days = tuple(timezone.localdate(at) + timedelta(days=n) for n in range(DAYS))
    closed = _closed(rows, at)
    agencies = [
        replace(_load(row, row["agency__code"], _name(row), days, at), months=months)
        for row, months in _joined(_counted(is_open, at, "agency__code", days), closed)
    ]
    people = [
        _load(row, row["assignee__username"], row["assignee__display_name"], days, at)
        for row in _counted(
            is_open.filter(assignee__isnull=False), at, "assignee__username", days,
            "assignee__display_name",
        ).order_by(F("open").desc(), "assignee__username")[:MOST_PEOPLE]
    ]  # fmt: skip
    return Loads(
        asked=asked,
        agencies=tuple(_sorted(agencies, asked.sort)),
        people=tuple(people),
        total=_total(agencies),
        overdue=_overdue(viewer, asked),
        days=days,
    )


def _counted(
    rows: QuerySet[Case], at: datetime, by: str, days: tuple[date, ...], *also: str
) -> QuerySet[Case, Row]:
    """Return the counts of open cases by a column, in one query."""
    holder = Case.Holder
    counts: dict[str, Any] = {
        f"day_{n}": Count("pk", filter=Q(due_at__gte=max(at, starts_at(day)))
                          & Q(due_at__lt=starts_at(day + timedelta(days=1))))
        for n, day in enumerate(days)
    }  # fmt: skip
    found: QuerySet[Case, Row] = rows.values(by, *also).annotate(
        open=Count("pk"),
        unassigned=Count("pk", filter=Q(assignee=None)),
        overdue=Count("pk", filter=Q(due_at__lt=at)),
        first_due=Min("due_at"),
        applicant=Count("pk", filter=Q(holder=holder.APPLICANT)),
        other=Count("pk", filter=Q(holder=holder.AGENCY)),
        oldest_at=Min("opened_at"),
        wrong=Sum("wrong_handoff_count"),
        **counts,
    )
    return found


def _load(
    row: Row, code: str, name: Mapping[str, str] | str, days: tuple[date, ...], at: datetime
) -> Load:
    first = row.get("first_due")
    return Load(
        code=code,
        name=name,
        open=row.get("open", 0),
        unassigned=row.get("unassigned", 0),
        overdue=row.get("overdue", 0),
        longest=at - first if first and first < at else None,
        by_day=tuple(row.get(f"day_{n}", 0) for n in range(len(days))),
        applicant=row.get("applicant", 0),
        other=row.get("other", 0),
        oldest_at=row.get("oldest_at"),
        wrong=row.get("wrong") or 0,
    )


def _name(row: Row) -> Mapping[str, str]:
    return city.directory(city.loaded_at()).agencies[row["agency__code"]].name


def _joined(
    rows: QuerySet[Case, Row], closed: Mapping[str, tuple[Month, ...]]
) -> list[tuple[Row, tuple[Month, ...]]]:
    """Return each agency with its months; one with closed cases alone has a row too."""
    opened = {row["agency__code"]: row for row in rows}
    return [
        (opened.get(code, {"agency__code": code}), closed.get(code, ()))
        for code in dict.fromkeys([*opened, *closed])
    ]


def _months(at: datetime) -> list[date]:
    """Return the first days of the last six months, this one last."""
    day = timezone.localdate(at).replace(day=1)
    found = [day]
    while len(found) < MONTHS:
        day = (day - timedelta(days=1)).replace(day=1)
        found.append(day)
    return found[::-1]


def _closed(rows: QuerySet[Case], at: datetime) -> dict[str, tuple[Month, ...]]:
    """Return the months of each agency, in one query over the closed cases of half a year."""
    firsts = _months(at)
    limits = [*map(starts_at, firsts), at]
    counts: dict[str, Any] = {}
    for n in range(MONTHS):
        inside = Q(closed_at__gte=limits[n], closed_at__lt=limits[n + 1], due_at__isnull=False)
        counts[f"closed_{n}"] = Count("pk", filter=inside)
        counts[f"late_{n}"] = Count("pk", filter=inside & Q(is_late=True))
    found = rows.filter(is_open=False, closed_at__gte=limits[0], closed_at__lt=at)
    counted: Any = found.values("agency__code").annotate(**counts)
    return {
        row["agency__code"]: tuple(
            Month(first, row[f"closed_{n}"], row[f"late_{n}"]) for n, first in enumerate(firsts)
        )
        for row in counted
    }


def _sorted(agencies: list[Load], sort: str) -> list[Load]:
    """Return the agencies in the order asked for, the most pressing first; ties by code."""
    if sort == "name":
        return sorted(agencies, key=lambda each: each.code)
    keys: dict[str, Any] = {
        "oldest": lambda each: -each.oldest_at.timestamp() if each.oldest_at else float("-inf"),
        "late": lambda each: each.late_share if each.late_share is not None else -1.0,
    }
    key = keys.get(sort, lambda each: getattr(each, sort))
    return sorted(sorted(agencies, key=lambda each: each.code), key=key, reverse=True)


def _total(agencies: list[Load]) -> Load:
    """Return all agencies together."""
    sums = {
        name: sum(getattr(each, name) for each in agencies)
        for name in ("open", "unassigned", "overdue", "applicant", "other", "wrong")
    }
    months = [each.months for each in agencies if each.months]
    return Load(
        code="",
        name="",
        longest=max((each.longest for each in agencies if each.longest), default=None),
        oldest_at=min((each.oldest_at for each in agencies if each.oldest_at), default=None),
        by_day=tuple(map(sum, zip(*(each.by_day for each in agencies), strict=True))),
        months=tuple(
            Month(same[0].first, sum(m.closed for m in same), sum(m.late for m in same))
            for same in zip(*months, strict=True)
        ),
        **sums,
    )


def _overdue(viewer: Viewer, asked: Asked) -> tuple[Case, ...]:
    """Return the cases that are overdue longest, of those that the viewer may open."""
    visible = Case.objects.visible_to(viewer.person, at=viewer.at).order_by()
    rows = cases_watched(viewer, asked).filter(is_open=True, due_at__lt=viewer.at)
    keys = list(
        rows.filter(due_at__isnull=False)
        .order_by("due_at", "id")
        .values_list("pk", flat=True)[: 5 * MOST_OVERDUE]
    )
    found = (
        visible.filter(pk__in=keys)
        .select_related("service", "agency", "assignee")
        .only(
            "number", "due_at", "title", "holder", "access_class", "opened_at", "service__name",
            "agency__short_name", "assignee__display_name",
        )
        .order_by(F("due_at").asc(), "id")
    )  # fmt: skip
    return tuple(found[:MOST_OVERDUE])
