"""When readings of air arrive, the index of their hours is computed after the commit."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from shizheng.core.fresh import Fresh
from shizheng.sensing.actions.intake import listeners
from shizheng.sensing.store.tables import HotRow


@listeners.register("air_index")
def air_heard(rows: Sequence[HotRow], at: datetime) -> None:
    """Let the index of the stations whose readings are new be computed."""
    from shizheng.sensing.air.tasks import compute_indices

    known = measured()
    met = [(known[row[0]], row[1]) for row in rows if row[0] in known]
    if met:
        things = sorted({thing for thing, _time in met})
        times = [time for _thing, time in met]
        compute_indices.enqueue(
            things=things, first_us=min(times), last_us=max(times), run_at=timezone.now()
        )


@Fresh
def measured() -> dict[int, int]:
    """Return the thing of each stream that the index is made of; believed for a second."""
    from shizheng.sensing.air.city import air
    from shizheng.sensing.alerting.nearby import stations

    if air() is None:
        return {}
    return {
        stream.pk: thing for thing, streams in stations().items() for stream in streams.values()
    }
