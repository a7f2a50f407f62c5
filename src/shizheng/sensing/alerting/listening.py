"""What happens to readings once they are stored: they are flagged, then the rules are asked."""

from collections.abc import Sequence
from datetime import datetime

from shizheng.core.fresh import Fresh
from shizheng.sensing.actions.intake import listeners
from shizheng.sensing.alerting.waiting import streams_await
from shizheng.sensing.checking.flagging import readings_flag
from shizheng.sensing.store.tables import HotRow


@listeners.register("checks_and_warnings")
def readings_heard(rows: Sequence[HotRow], at: datetime) -> None:
    """Flag new readings and let the rules that watch their streams be asked after the commit."""
    from shizheng.sensing.checking.together import compared

    readings_flag(rows, at)
    some, others = watched(), compared()
    streams = {row[0] for row in rows if row[0] in some or row[0] in others}
    if streams:
        streams_await(streams)


@Fresh
def watched() -> frozenset[int]:
    """Return the streams that some rule watches; believed for a second."""
    from shizheng.sensing.alerting.selectors import body_of, rules_kept, streams_watched

    bodies = [body_of(row) for row in rules_kept()]
    codes = {body.observed_property for body in bodies if body.subject != "outlook"}
    return frozenset(streams_watched(codes).values_list("pk", flat=True)) if codes else frozenset()
