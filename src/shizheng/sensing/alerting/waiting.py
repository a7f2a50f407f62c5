"""Which streams have readings that no rule has judged yet, and who is told to judge them.

A job for each message would be hundreds a second. So intake notes the streams, and one job for
every half second asks the rules about all that wait: at once, and again when its time is over, so
that what was noted while it ran is judged too. Where readings come all the time, the job of the
next half second has asked about all of them by then, and nothing is asked twice.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.utils import timezone

from shizheng.core.fresh import Fresh
from shizheng.core.jobs import Later
from shizheng.sensing.store.tables import told

TURN_S, SOME = 0.5, 5_000
FIRST = timedelta(minutes=1)
"""The rules are asked before the messages of earlier warnings are written."""


@dataclass
class Turns:
    """What this process knows of half seconds.

    Args:
        told: the one for which it last asked for a job.
        asked: those about which it asked the rules.
        began_at: when it last began to.
    """

    told: int = -1
    asked: deque[int] = field(default_factory=partial(deque, maxlen=100))
    began_at: float = 0.0


_turns: Fresh[Turns] = Fresh(Turns, seconds=3600.0)


def streams_await(streams: Iterable[int]) -> None:
    """Note streams with new readings, within the transaction that stores them."""
    from shizheng.sensing.alerting.tasks import judge_waiting

    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO sensing_unjudged (stream, times) VALUES (%s, 1) ON CONFLICT (stream) "
            "DO UPDATE SET times = sensing_unjudged.times + 1",
            [(stream,) for stream in sorted(streams)],
        )
    now = timezone.now()
    turn = int(now.timestamp() / TURN_S)
    known = _turns()
    if known.told != turn:
        judge_waiting.enqueue(run_at=now - FIRST, key=f"turn {turn}", turn=turn)
        transaction.on_commit(lambda: setattr(known, "told", turn))


def waiting_judged(turn: int) -> int:
    """Ask the rules about all streams that wait; return how many levels came or went.

    A stream that was noted again meanwhile stays noted; a process that is killed leaves all noted.

    Raises:
        Later: the turn is not over yet.
    """
    end = (turn + 1) * TURN_S
    known = _turns()
    if turn in known.asked and known.began_at >= end:
        return 0
    known.asked.append(turn)
    changed = all_judged()
    if timezone.now().timestamp() < end:
        raise Later(datetime.fromtimestamp(end, UTC))
    return changed


def all_judged() -> int:
    """Ask the rules about all streams that wait now."""
    from shizheng.sensing.alerting.evaluating import readings_arrived
    from shizheng.sensing.checking.together import flag_together

    _turns().began_at = timezone.now().timestamp()
    changed, last, is_more = 0, -1, True
    while is_more:
        rows = told(
            "SELECT stream, times FROM sensing_unjudged WHERE stream > %s ORDER BY stream LIMIT %s",
            [last, SOME],
        )
        if not rows:
            break
        streams, now = [row[0] for row in rows], timezone.now()
        flag_together(streams, at=now)
        changed += readings_arrived(streams, at=now)
        with connection.cursor() as cursor:
            cursor.executemany(
                "DELETE FROM sensing_unjudged WHERE stream = %s AND times = %s", rows
            )
        last, is_more = rows[-1][0], len(rows) == SOME
    return changed
