"""When monitors of stacks and outfalls send, what they sent is held to their permits."""

from collections.abc import Sequence
from datetime import datetime

from shizheng.core.fresh import Fresh
from shizheng.sensing.actions.intake import listeners
from shizheng.sensing.store.tables import HotRow


@listeners.register("discharge_limits")
def discharge_heard(rows: Sequence[HotRow], at: datetime) -> None:
    """Let the permits be asked whose monitors sent something new."""
    from shizheng.sensing.water.tasks import judge_discharge

    known = monitored()
    met = [(known[row[0]], row[1]) for row in rows if row[0] in known]
    if met:
        times = [time for _thing, time in met]
        judge_discharge.enqueue(
            things=sorted({thing for thing, _time in met}), first_us=min(times),
            last_us=max(times),
        )  # fmt: skip


@Fresh
def monitored() -> dict[int, int]:
    """Return the thing of each stream of a monitor under permit; believed for a second."""
    from shizheng.sensing.models import Datastream

    rows = Datastream.objects.filter(thing__permits__isnull=False).distinct()
    return dict(rows.values_list("pk", "thing"))
