"""The figures that everybody may see: one year, split one way, small groups withheld (公開績效).

Only these tables are told, so that nobody can subtract one from another: a year by service,
agency, district or month; one of these by month; the villages of one district. A current year
ends with the last full day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from shizheng.services import city
from shizheng.services.figures.defined import MEASURES, Aggregate
from shizheng.services.figures.domain.suppression import Withheld, withheld, withheld_by_month
from shizheng.services.figures.evaluating import MONTH, Numbers, evaluate, months_between, starts_at
from shizheng.services.models import Service

LINES = ("service", "agency", "district")
BY = (*LINES, MONTH, "village")
COUNTED = tuple(
    each for each in MEASURES.values() if each.aggregate in (Aggregate.COUNT, Aggregate.SHARE)
)
FIRST_YEAR = 2000
FRESH_S = 600
TOTAL = "*"
Table = dict[Any, Numbers]
Hidden = dict[Any, set[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which table: a year, split by ``by``; ``of`` and ``code`` name the one that is looked at."""

    year: int
    by: str = "service"
    of: str = ""
    code: str = ""

    @property
    def since(self) -> datetime:
        """Return when the year began."""
        return starts_at(date(self.year, 1, 1))

    def until(self, at: datetime) -> datetime:
        """Return when counting stops: with the year, or with the last full day."""
        return min(starts_at(date(self.year + 1, 1, 1)), starts_at(timezone.localdate(at)))


@dataclass(frozen=True, slots=True)
class Row:
    """The numbers of one group by id of measure; None where there is none or it is withheld."""

    code: str
    numbers: Mapping[str, Any]
    withheld: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Published:
    """One table as everybody may see it, as it was at ``as_of``."""

    asked: Asked
    rows: tuple[Row, ...]
    total: Row
    since: date
    until: date
    as_of: datetime
    is_synthetic: bool = field(default=False)


def asked_of(given: Mapping[str, str], at: datetime) -> Asked:
    """Return the table that an address asks for; what is not offered is left out."""
    this_year = timezone.localdate(at).year
    year = given.get("year", "")
    known = year.isdecimal() and FIRST_YEAR <= int(year[:4]) <= this_year and len(year) == 4
    by = given.get("by", "")
    by = by if by in BY else "service"
    for name in ("district",) if by == "village" else LINES:
        code = given.get(name, "")
        if code and code in members(name):
            by = by if by == "village" else MONTH
            return Asked(int(year) if known else this_year, by, name, code)
    by = "district" if by == "village" else by
    return Asked(int(year) if known else this_year, by)


def members(name: str) -> Mapping[str, Mapping[str, str]]:
    """Return code to name of what a table can be split by."""
    known = city.directory(city.loaded_at())
    if name == "service":
        shown = set(Service.objects.exclude(category="internal").values_list("code", flat=True))
        return {code: each.name for code, each in known.services.items() if code in shown}
    plural = {"agency": known.agencies, "district": known.districts, "village": known.villages}
    return {code: each.name for code, each in plural[name].items()}


def published(asked: Asked, at: datetime) -> Published:
    """Return one table, counted anew at most every ten minutes."""
    parts = (asked.year, asked.by, asked.of, asked.code, timezone.localdate(at))
    key = "services.figures:" + ":".join(map(str, parts))
    found: Published | None = cache.get(key)
    if found is None:
        found = _counted(asked, at)
        cache.set(key, found, FRESH_S)
    return found


def _counted(asked: Asked, at: datetime) -> Published:
    since, until = asked.since, asked.until(at)
    codes = _codes(asked, since, until)
    narrowed = {asked.of: [asked.code]} if asked.of else {}
    table = _evaluated((asked.by,), narrowed, since, until)
    rows = {key[0]: numbers for key, numbers in table.items()}
    rows = {code: rows.get(code, {}) for code in dict.fromkeys([*codes, *rows])}
    total = _evaluated((), narrowed, since, until).get((), {})
    hidden = _hidden(asked, rows, at)
    return Published(
        asked=asked,
        rows=tuple(_row(code, numbers, hidden[code]) for code, numbers in rows.items()),
        total=_row(TOTAL, total, hidden[TOTAL]),
        since=timezone.localdate(since),
        until=timezone.localdate(until - timedelta(microseconds=1)),
        as_of=at,
        is_synthetic=bool(total.get("is_synthetic")),
    )


def _codes(asked: Asked, since: datetime, until: datetime) -> list[Any]:
    if asked.by == MONTH:
        return list(months_between(since, until))
    if asked.by != "village":
        return list(members(asked.by))
    known = city.directory(city.loaded_at())
    district = known.districts[asked.code].key
    return [code for code, each in known.villages.items() if each.of == district]


def _evaluated(
    by: Sequence[str], narrowed: Mapping[str, object], since: datetime, until: datetime,
    *, is_whole: bool = True,
) -> dict[tuple[Any, ...], Numbers]:  # fmt: skip
    """Return raw numbers of the services that the public may know."""
    return evaluate(
        MEASURES.values() if is_whole else COUNTED, by=by, since=since, until=until,
        narrowed={"service": list(members("service")), **narrowed},
    )  # fmt: skip


def _hidden(asked: Asked, rows: Table, at: datetime) -> Hidden:
    """Return which counts of which rows are withheld."""
    hidden: Hidden = {code: set() for code in (*rows, TOTAL)}
    if asked.by == MONTH and asked.of:
        _hide_months(asked, rows, hidden, at)
        return hidden
    above: set[str] = set()
    if asked.by == "village":
        districts = published(Asked(asked.year, "district"), at).rows
        above = next((set(row.withheld) for row in districts if row.code == asked.code), set())
    for each in COUNTED:
        found = withheld({code: numbers.get(each.id, 0) for code, numbers in rows.items()})
        if each.id in above:
            found = Withheld(frozenset(rows), is_total=True)
        _hide(hidden, each.id, found)
    return hidden


def _hide(hidden: Hidden, measure: str, found: Withheld[Any]) -> None:
    for code in found.rows:
        hidden[code].add(measure)
    if found.is_total:
        hidden[TOTAL].add(measure)


def _hide_months(asked: Asked, rows: Table, hidden: Hidden, at: datetime) -> None:
    """Withhold months of one service, agency or district beside those of all others."""
    since, until = asked.since, asked.until(at)
    whole = _evaluated((asked.of, MONTH), {}, since, until, is_whole=False)
    codes = dict.fromkeys([*members(asked.of), *(key[0] for key in whole)])
    for each in COUNTED:
        inside = {
            code: {month: whole.get((code, month), {}).get(each.id, 0) for month in rows}
            for code in codes
        }
        sums = withheld({code: sum(cells.values()) for code, cells in inside.items()})
        by_month = withheld_by_month(inside)
        if asked.code in sums.rows:
            hidden[TOTAL].add(each.id)
        for month in rows:
            if by_month.hides(asked.code, month):
                hidden[month].add(each.id)


def _row(code: Any, numbers: Numbers, hidden: set[str]) -> Row:
    """Return a row as it is told; what is taken of a withheld count is withheld with it."""
    told: dict[str, Any] = {}
    kept_back: set[str] = set()
    for each in MEASURES.values():
        if each.id in hidden or each.of in hidden:
            told[each.id] = None
            kept_back.add(each.id)
            continue
        value = numbers.get(each.id, 0 if each.aggregate == Aggregate.COUNT else None)
        if each.aggregate == Aggregate.SHARE:
            base = numbers.get(each.of, 0)
            value = round(numbers.get(each.id, 0) / base, 4) if base else None
        told[each.id] = round(value, 2) if each.is_time and value is not None else value
    return Row(code if isinstance(code, str) else f"{code:%Y-%m}", told, frozenset(kept_back))
