"""New observations told to who subscribed by MQTT (OGC 18-088, chapter 14).

A process that has subscribers notes the streams they want; whoever takes readings of these in,
notes them; the process reads what was noted. Where nobody subscribed this costs nothing.
"""

import json
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from shizheng.core.fresh import Fresh
from shizheng.sensing.actions.intake import listeners
from shizheng.sensing.models import Datastream
from shizheng.sensing.store.tables import HotRow, extra_of, told

ALL = 0
LISTENS_S, RENEWED_S, KEPT_S, SETTLED_S = 60, 20, 60, 5
SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Told:
    """An observation as subscribers get it: its stream, its topics, its JSON."""

    stream: int
    is_public: bool
    topics: tuple[str, ...]
    body: bytes


@Fresh
def listened() -> frozenset[int]:
    """Return the streams somebody listens to, 0 for all; believed for a second."""
    now = int(time.time() * SECOND_US)
    return frozenset(
        row[0] for row in told("SELECT stream FROM sensing_listened WHERE until_us > %s", [now])
    )


@listeners.register("publication")
def readings_tell(rows: Sequence[HotRow], at: datetime) -> None:
    """Note new readings that somebody listens to, within the transaction that stores them."""
    wanted = listened()
    some = [row for row in rows if ALL in wanted or row[0] in wanted] if wanted else []
    if some:
        now = int(time.time() * SECOND_US)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO sensing_outgoing (stream, time_us, at_us) VALUES (%s, %s, %s)",
                [(row[0], row[1], now) for row in some],
            )


class Feed:
    """What was observed since it was asked last; each process has its own.

    Numbers of rows may become visible out of order, so the last seconds are read again.
    """

    def __init__(self) -> None:
        self.low: int | None = None
        self.seen: dict[int, int] = {}
        self.renew_at = 0.0
        self.streams: frozenset[int] = frozenset()

    def news(self, streams: Collection[int]) -> Iterator[Told]:
        """Yield what is new of these streams; with 0 among them, of all that are public."""
        self._listen(frozenset(streams))
        if not streams:
            return
        if self.low is None:
            self.low = told("SELECT COALESCE(MAX(id), 0) FROM sensing_outgoing")[0][0]
        rows = told(
            "SELECT new.id, new.at_us, new.stream, hot.time_us, hot.value, hot.quality, hot.extra "
            "FROM sensing_outgoing new JOIN sensing_hot hot ON hot.stream = new.stream "
            "AND hot.time_us = new.time_us WHERE new.id > %s ORDER BY new.id LIMIT 5000",
            [self.low],
        )
        fresh = [row for row in rows if row[0] not in self.seen]
        settled = int((time.time() - SETTLED_S) * SECOND_US)
        self.seen |= {row[0]: row[1] for row in fresh}
        for key in [key for key, at in self.seen.items() if at < settled]:
            self.low = max(self.low, key)
            del self.seen[key]
        yield from _worded([row[2:] for row in fresh], streams)

    def _listen(self, streams: frozenset[int]) -> None:
        if streams == self.streams and time.monotonic() < self.renew_at:
            return
        self.streams, self.renew_at = streams, time.monotonic() + RENEWED_S
        now = int(time.time() * SECOND_US)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO sensing_listened (stream, until_us) VALUES (%s, %s) "
                "ON CONFLICT (stream) DO UPDATE SET until_us = excluded.until_us",
                [(stream, now + LISTENS_S * SECOND_US) for stream in sorted(streams)],
            )
            cursor.execute("DELETE FROM sensing_listened WHERE until_us < %s", [now])
            cursor.execute(
                "DELETE FROM sensing_outgoing WHERE at_us < %s", [now - KEPT_S * SECOND_US]
            )
        listened.forget()


def _worded(rows: Sequence[Sequence[Any]], streams: Collection[int]) -> Iterator[Told]:
    from shizheng.sensing.sensorthings.documents import observation
    from shizheng.sensing.sensorthings.readings import Reading

    if not rows:
        return
    keys: set[int] = {row[0] for row in rows}
    known = {
        each.pk: each for each in Datastream.objects.select_related("thing").filter(pk__in=keys)
    }
    root = f"{settings.SITE_URL}/sensorthings/v1.1"
    for key, time_us, value, quality, extra in rows:
        stream = known.get(key)
        if stream is None:
            continue
        is_public = stream.thing.seen_by == "public"
        if key not in streams and not (ALL in streams and is_public):
            continue
        number = float("nan") if value is None else value
        reading = Reading(stream.pk, time_us, number, quality, extra_of(extra))
        body = json.dumps(observation(root, stream, reading), ensure_ascii=False).encode()
        kind = "MultiDatastreams" if stream.is_multi else "Datastreams"
        topics = (f"v1.1/{kind}({stream.pk})/Observations", "v1.1/Observations")
        yield Told(stream.pk, is_public, topics, body)
