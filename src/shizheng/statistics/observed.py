"""What is asked of exported observations, written once for the engines of Ibis (tried: DuckDB).

The table has the columns of ``shizheng.sensing.store.exporting``.
"""

import ibis
from ibis.expr.types import Table

HOUR_US = 3_600_000_000


def observations() -> Table:
    """Return the table that expressions are about; each engine gives it its own rows."""
    columns = {"stream": "int64", "time_us": "int64", "value": "float64", "quality": "int32"}
    return ibis.table(columns | {"extra": "string"}, name="observations")


def hourly_means(start_us: int, end_us: int) -> Table:
    """Return count and mean of the numbers of each stream by hour (每小時平均).

    Args:
        start_us, end_us: microseconds since 1970 UTC, half open.
    """
    told = observations()
    rows = told.filter((told.time_us >= start_us) & (told.time_us < end_us) & told.value.notnull())
    hours = rows.mutate(hour_us=rows.time_us - rows.time_us % HOUR_US)
    return (
        hours.group_by("stream", "hour_us")
        .aggregate(count=hours.value.count(), mean=hours.value.mean())
        .order_by("stream", "hour_us")
    )


def latest() -> Table:
    """Return the newest reading of each stream (最新觀測值)."""
    told = observations()
    newest = told.group_by("stream").aggregate(time_us=told.time_us.max())
    found = newest.join(told, ["stream", "time_us"])
    return found.select("stream", "time_us", "value", "quality").order_by("stream")
