"""Measures computed in the database: one query for each table and time column."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import (
    Avg,
    Case,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone

from shizheng.services.figures.defined import Aggregate, Measure
from shizheng.services.figures.percentiles import Percentile, prepare

MONTH = "month"
SHARES = {Aggregate.MEDIAN: 0.5, Aggregate.P90: 0.9}
Key = tuple[Any, ...]
Numbers = dict[str, Any]


def evaluate(
    measures: Iterable[Measure],
    *,
    by: Sequence[str] = (),
    since: datetime,
    until: datetime,
    narrowed: Mapping[str, object] | None = None,
    within: Mapping[str, Q] | None = None,
) -> dict[Key, Numbers]:
    """Return the numbers of measures in a time, split by dimensions, by the codes of these.

    A share comes as the count of its part: what it is of is told beside it. ``is_synthetic`` is
    added: whether any case of the group is invented (示範資料).

    Args:
        by: dimensions of the measures, ``month`` too: a date, the first of it in the city.
        narrowed: dimension to the codes that count.
        within: label of a table to a further condition, such as what a viewer may see.
    """
    prepare(connection)
    months = months_between(since, until) if MONTH in by else []
    found: dict[Key, Numbers] = {}
    for (table, _time), group in _by_source(measures).items():
        rows = _rows(group[0], since, until, narrowed or {})
        rows = rows.filter((within or {}).get(table, Q()))
        columns = {f"by_{name}": _dimension(group[0], name, months) for name in by}
        wanted = {f"of_{each.id}": _aggregate(each) for each in group}
        if table == "services.Case":
            wanted["of_synthetic"] = Count("pk", filter=Q(is_synthetic=True))
        for row in rows.values(**columns).annotate(**wanted) if by else [rows.aggregate(**wanted)]:
            key = tuple(
                months[row["by_month"]] if name == MONTH else row[f"by_{name}"] or "" for name in by
            )
            numbers = found.setdefault(key, {})
            for each in group:
                numbers[each.id] = _number(each, row[f"of_{each.id}"])
            numbers["is_synthetic"] = numbers.get("is_synthetic") or bool(row.get("of_synthetic"))
    return found


def _by_source(measures: Iterable[Measure]) -> dict[tuple[str, str], list[Measure]]:
    found: dict[tuple[str, str], list[Measure]] = {}
    for each in measures:
        found.setdefault((each.table, each.time), []).append(each)
    return found


def _rows(
    measure: Measure, since: datetime, until: datetime, narrowed: Mapping[str, object]
) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = apps.get_model(measure.table)._default_manager.order_by()
    wanted: dict[str, Any] = {f"{measure.time}__gte": since, f"{measure.time}__lt": until}
    for name, codes in narrowed.items():
        wanted[f"{measure.dimensions[name]}__in"] = codes
    return rows.filter(**wanted)


def months_between(since: datetime, until: datetime) -> list[date]:
    """Return the first day of each month of a time, in the city."""
    day = timezone.localdate(since).replace(day=1)
    found = []
    while starts_at(day) < until:
        found.append(day)
        day = (day + timedelta(days=31)).replace(day=1)
    return found


def starts_at(day: date) -> datetime:
    """Return when a day begins in the city."""
    return datetime.combine(day, time(), timezone.get_default_timezone())


def _dimension(measure: Measure, name: str, months: Sequence[date]) -> Any:
    """Return what a dimension groups by; a month by comparing moments, which every index knows
    and SQLite does a hundred times faster than taking dates apart."""
    if name != MONTH:
        return F(measure.dimensions[name])
    ends = [starts_at(day) for day in months[1:]]
    return Case(
        *(When(**{f"{measure.time}__lt": end}, then=n) for n, end in enumerate(ends)),
        default=Value(len(ends)),
        output_field=IntegerField(),
    )


def _aggregate(measure: Measure) -> Any:
    condition = Q(**measure.where) if measure.where else None
    if measure.aggregate in (Aggregate.COUNT, Aggregate.SHARE):
        return Count("pk", filter=condition)
    if measure.aggregate == Aggregate.MEAN:
        return Avg(measure.value, filter=condition)
    share = SHARES[measure.aggregate]
    if not measure.until:
        return Percentile(F(measure.value), share, filter=condition)
    lasted = ExpressionWrapper(F(measure.until) - F(measure.value), DurationField())
    return Percentile(lasted, share, filter=condition, output_field=DurationField())


def _number(measure: Measure, value: Any) -> Any:
    if isinstance(value, timedelta):
        value = value.total_seconds()
    return float(value) / measure.per if measure.is_time and value is not None else value
