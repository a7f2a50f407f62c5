"""Measures as anybody would compute them: row by row, in Python, over the models themselves."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from shizheng.core.measures import (
    Column,
    Comparison,
    Measure,
    Method,
    Span,
    Standing,
    measures,
)

CITY = ZoneInfo("Asia/Taipei")
COMPARED = {
    Comparison.EQUALS: lambda one, other: one == other,
    Comparison.DIFFERS: lambda one, other: one != other,
    Comparison.IN: lambda one, other: one in other,
    Comparison.NOT_IN: lambda one, other: one not in other,
    Comparison.AT_MOST: lambda one, other: one <= other,
    Comparison.AT_LEAST: lambda one, other: one >= other,
    Comparison.BELOW: lambda one, other: one < other,
    Comparison.ABOVE: lambda one, other: one > other,
}


def read(row, path):
    """Follow a path from a row; nothing on the way is nothing at its end."""
    for name in path.split("."):
        row = None if row is None else getattr(row, name)
    return row


def day_of(value):
    return value.astimezone(CITY).date() if isinstance(value, datetime) else value


def alike(one, other):
    """A moment and a day compare as days."""
    if isinstance(one, datetime) != isinstance(other, datetime) and isinstance(other, date):
        return day_of(one), day_of(other)
    return one, other


def meets(row, condition):
    value = read(row, condition.column)
    if condition.test in (Comparison.IS_NULL, Comparison.NOT_NULL):
        return (value is None) == (condition.test == Comparison.IS_NULL)
    other = condition.value
    if isinstance(other, Column):
        other = read(row, other.path)
    if value is None or other is None:
        return False
    return COMPARED[condition.test](*alike(value, other))


def key_of(row, column):
    value = read(row, column)
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def happened(value, at):
    return value <= at if isinstance(value, datetime) else value <= day_of(at)


def stands(row, standing: Standing, ends: date, at: datetime):
    """Whether a row stands at the end of a period, or now if that is earlier."""
    since, until = read(row, standing.since), read(row, standing.until)
    now = day_of(at) < ends
    midnight = datetime.combine(ends, time(), CITY)
    if since is None or (until is not None and not before(since, until)):
        return False
    if standing.is_deadline:
        began = day_of(since) < (day_of(at) if now else ends)
    else:
        began = happened(since, at) if now else before(since, ends, midnight)
    if until is None:
        return began
    over = happened(until, at) and (now or before(until, ends, midnight))
    return began and not over


def before(value, ends, midnight=None):
    if isinstance(value, datetime) and midnight is not None:
        return value < midnight
    one, other = alike(value, ends)
    one, other = (day_of(one), day_of(other)) if type(one) is not type(other) else (one, other)
    return one < other


def number(measure: Measure, rows):
    aggregate = measure.aggregate
    if aggregate.method == Method.COUNT:
        return len(rows)
    if isinstance(aggregate.of, Span):
        found = [
            (read(row, aggregate.of.until) - read(row, aggregate.of.since))
            // timedelta(microseconds=1)
            for row in rows
        ]
        per = aggregate.per * 1_000_000
    else:
        found = [read(row, aggregate.of) for row in rows]
        found, per = [value for value in found if value is not None], aggregate.per
    if aggregate.method == Method.COUNT_DISTINCT:
        return len({getattr(value, "pk", value) for value in found})
    if not found:
        return None
    if aggregate.method == Method.SUM:
        return sum(found) if per == 1 else Decimal(sum(found)) / per
    found.sort()
    place = aggregate.share * (len(found) - 1)
    low = int(place)
    high = min(low + 1, len(found) - 1)
    exact = Fraction(found[low]) + (place - low) * (found[high] - found[low])
    return float(exact / per)


def counted(ask, at, rows):
    """Return ``{(first day, keys): (number, rows, invented rows)}`` of one ask."""
    measure = measures[ask.measure]
    conditions = measure.where + (measure.public if ask.is_public else ())
    groups = defaultdict(list)
    for row in rows:
        if not all(meets(row, condition) for condition in conditions):
            continue
        if any(key_of(row, measure.dimensions[n].column) not in v for n, v in ask.where):
            continue
        keys = tuple(key_of(row, measure.dimensions[name].column) for name in ask.by)
        for start in periods_of(row, measure, ask, at):
            groups[start, keys].append(row)
    invented = measure.synthetic
    return {
        group: (
            number(measure, found),
            len(found),
            sum(read(row, invented) is True for row in found) if invented else 0,
        )
        for group, found in groups.items()
    }


def periods_of(row, measure, ask, at):
    spans = [(period.start, period.end) for period in ask.periods]
    if isinstance(measure.time, Standing):
        return [
            start
            for start, end in spans
            if start <= day_of(at) and stands(row, measure.time, end, at)
        ]
    when = read(row, measure.time)
    if when is None or not happened(when, at):
        return []
    return [start for start, end in spans if start <= day_of(when) < end]
