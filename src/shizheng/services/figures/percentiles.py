"""Percentiles as an aggregate that both databases compute alike (百分位數).

PostgreSQL has ``percentile_cont``; to SQLite the same is given as a function in Python, that holds
the values of one group at a time. Between two values both go in proportion.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, FloatField

FUNCTION = "shizheng_percentile"


class Percentile(Aggregate):
    """The value that a share of the rows do not exceed; nothing of no rows."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: Any, share: float, **given: Any) -> None:
        given.setdefault("output_field", FloatField())
        super().__init__(expression, share=float(share), **given)

    def as_sqlite(
        self, compiler: Any, connection: BaseDatabaseWrapper, **given: Any
    ) -> tuple[str, Any]:
        """Return the call of the function that ``prepare`` made known."""
        known = self.copy()
        known.function = FUNCTION
        known.template = "%(function)s(%(expressions)s, %(share)s)"
        found: tuple[str, Any] = known.as_sql(compiler, connection, **given)
        return found


def interpolated(values: list[float], share: float) -> float | None:
    """Return a percentile of values as ``percentile_cont`` of PostgreSQL does."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    if low + 1 == len(ordered):
        return ordered[low]
    return ordered[low] + (place - low) * (ordered[low + 1] - ordered[low])


class _Collected:
    """One group of SQLite: its values, then their percentile."""

    def __init__(self) -> None:
        self.values: list[float] = []
        self.share = 0.5

    def step(self, value: float | None, share: float) -> None:
        if value is not None:
            self.values.append(value)
            self.share = share

    def finalize(self) -> float | None:
        return interpolated(self.values, self.share)


def prepare(connection: BaseDatabaseWrapper) -> None:
    """Make the function known to a connection of SQLite; others have it."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.create_aggregate(FUNCTION, 2, _Collected)
