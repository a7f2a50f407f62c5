"""Background work of air: indices after readings, the expected index of the new day."""

from datetime import timedelta

from django.utils import timezone

from shizheng.core.jobs import daily, job


@job("sensing.compute_indices", retries=3)
def compute_indices(things: list[int], first_us: int, last_us: int) -> int:
    """Compute the indices that readings of a span are part of."""
    from shizheng.sensing import moments
    from shizheng.sensing.air.indexing import indices_compute

    return indices_compute(
        things, moments.moment(first_us), moments.moment(last_us), timezone.now()
    )


@daily(at="06:00")
@job("sensing.expect_air")
def expect_air() -> None:
    """Say what index is to be expected today, by yesterday's; a bad one starts the measures."""
    from shizheng.sensing.air.actions import forecast_by_persistence

    now = timezone.now()
    forecast_by_persistence(day=timezone.localdate(now), at=now)


@daily(at="00:40")
@job("sensing.close_air_day")
def close_air_day() -> None:
    """Enter the day that ended also for stations of which nothing was heard."""
    from shizheng.sensing.air.city import air
    from shizheng.sensing.air.indexing import day_compute
    from shizheng.sensing.alerting.nearby import stations

    if air() is None:
        return
    yesterday = timezone.localdate() - timedelta(days=1)
    for thing, streams in stations().items():
        day_compute(thing, streams, yesterday)
