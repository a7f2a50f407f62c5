"""The one door through which observations come in, whoever sends them by whichever way."""

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from shizheng.core.models.keys import new_key
from shizheng.kernel.errors import N_
from shizheng.kernel.registry import Registry
from shizheng.sensing.access import Actor
from shizheng.sensing.actions.admission import admit, numbered
from shizheng.sensing.actions.streams import (
    CATEGORY,
    COUNT,
    NUMBER,
    TRUTH,
    Stream,
    barred_from,
    gateway_streams,
    is_text,
    stream_known,
    streams_named,
)
from shizheng.sensing.actions.together import Together
from shizheng.sensing.errors import Flooded, Replayed
from shizheng.sensing.models import Gateway, IntakeCount, Quarantined
from shizheng.sensing.moments import CLOCK_SET_US, micros
from shizheng.sensing.store.tables import HotRow, told
from shizheng.sensing.store.writing import Overtaken, readings_added

FUTURE_US = 10 * 60_000_000
KEPT_A_DAY, SENT_KEPT, TURNS = 100, 2_000, 4
EXACT = 2**53

REASONS = {
    "stream_unknown": N_("there is no such datastream"),
    "stream_foreign": N_("the gateway may not write to this datastream"),
    "time_unreadable": N_("its time is no moment with a zone, such as 2025-07-06T03:00:00+08:00"),
    "clock_unset": N_("its time lies before 1980: the device's clock is not set"),
    "future": N_("its time lies in the future: the device's clock is wrong"),
    "not_a_number": N_("its result is no finite number"),
    "result_unfit": N_("its result is not of the datastream's type"),
    "unit_undeclared": N_("its unit is neither the datastream's nor declared for conversion"),
    "contradicts": N_("there is another result at this moment"),
}
"""Why a reading is not taken; the outcome of one that is, is new or same."""


class Incoming(NamedTuple):
    """A reading as it came: nothing in it is believed yet."""

    stream: object
    time: object
    result: object
    unit: str | None = None
    extra: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Taken:
    """What became of readings: an outcome for each in order, and the rows that are new."""

    outcomes: list[str]
    rows: list[HotRow | None]
    new: list[HotRow] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """How many met each outcome."""
        return Counter(self.outcomes)


Listener = Callable[[Sequence[HotRow], datetime], object]
listeners: Registry[Listener] = Registry("Listeners to new readings")
"""Told of new readings within their transaction: warnings, publication, a stream of messages."""


class Unfit(Exception):
    """A reading cannot be taken; the argument is the reason."""


def observations_record(
    rows: Sequence[Incoming], *, by: Actor, at: datetime, number: int | None = None
) -> Taken:
    """Take readings (收錄觀測值): what is right at once, what is wrong into quarantine.

    A reading that came before counts as ``same`` and changes nothing, so that a device may send
    again whatever it is not sure of.

    Args:
        number: of a numbered message; it must be greater than that of the one before.

    Raises:
        Flooded: more than the gateway may send; nothing was taken.
        Replayed: the number is not greater; nothing was taken.
    """
    if number is None and isinstance(by, Gateway) and not connection.in_atomic_block:
        return _together.taken(rows, by, at)
    return _admitted(rows, by, at, number)


def _admitted(
    rows: Sequence[Incoming], by: Actor, at: datetime, number: int | None = None
) -> Taken:
    try:
        if isinstance(by, Gateway):
            admit(by, len(rows), at)
        return _recorded(rows, by, at, number)
    except (Flooded, Replayed) as refusal:
        code = by.code if isinstance(by, Gateway) else ""
        counted({(code, 0, refusal.code.partition(".")[2]): len(rows)}, at)
        raise


def _part(taken: Taken, first: int, last: int) -> Taken:
    """Return what became of some of the readings; which are new, the others were told."""
    return Taken(taken.outcomes[first:last], taken.rows[first:last])


_together: Together[Incoming, Taken] = Together(_admitted, _part)


def _recorded(rows: Sequence[Incoming], by: Actor, at: datetime, number: int | None) -> Taken:
    for _turn in range(TURNS - 1):
        try:
            return _recorded_once(rows, by, at, number)
        except Overtaken:
            continue
    return _recorded_once(rows, by, at, number)


@transaction.atomic
def _recorded_once(rows: Sequence[Incoming], by: Actor, at: datetime, number: int | None) -> Taken:
    if number is not None and isinstance(by, Gateway):
        numbered(by, number)
    taken = _taken(rows, by, at)
    if taken.new:
        for name in listeners:
            listeners[name](taken.new, at)
    _kept_apart(rows, taken, by, at)
    return taken


def _taken(rows: Sequence[Incoming], by: Actor, at: datetime) -> Taken:
    streams = streams_named({row.stream for row in rows if type(row.stream) in (int, str)})
    one_each = {stream.pk: stream for stream in streams.values()}
    barred = barred_from(by, one_each.values())
    latest = int(at.timestamp() * 1_000_000) + FUTURE_US
    taken = Taken([], [])
    for row in rows:
        stream = streams.get(row.stream) if type(row.stream) in (int, str) else None
        try:
            if stream is None:
                raise Unfit("stream_unknown")
            if stream.pk in barred:
                raise Unfit("stream_foreign")
            taken.rows.append(row_of(row, stream, latest))
            taken.outcomes.append("new")
        except Unfit as reason:
            taken.rows.append(None)
            taken.outcomes.append(str(reason))
    fit = [row for row in taken.rows if row is not None]
    if not fit:
        return taken
    blocks = {pk: stream.block_us for pk, stream in one_each.items() if pk not in barred}
    done = readings_added(fit, blocks, latest - FUTURE_US)
    taken.new = done.new
    if done.same or done.other:
        said = {id(row): "same" for row in done.same}
        said |= {id(row): "contradicts" for row in done.other}
        for place, row_ in enumerate(taken.rows):
            if id(row_) in said:
                taken.outcomes[place] = said[id(row_)]
    return taken


def row_of(row: Incoming, stream: Stream, latest: int) -> HotRow:
    """Return a reading as the store keeps it.

    Args:
        latest: microseconds; what lies after is in the future.

    Raises:
        Unfit: why not.
    """
    try:
        time, end = micros(row.time)
    except ValueError:
        raise Unfit("time_unreadable") from None
    if time < CLOCK_SET_US:
        raise Unfit("clock_unset")
    if time > latest:
        raise Unfit("future")
    value = _number(row.result, row.unit, stream)
    if end is None and value is not None and not row.extra:
        return (stream.pk, time, value, 0, None)
    extra = dict(row.extra) if row.extra else {}
    if end is not None:
        extra["end"] = end
    if value is None:
        extra["r"] = row.result
    quality = int(extra.pop("quality", 0))
    kept = json.dumps(extra, ensure_ascii=False) if extra else None
    if kept is not None and not is_text(kept):
        raise Unfit("result_unfit")
    return (stream.pk, time, value, quality, kept)


def _number(result: Any, unit: str | None, stream: Stream) -> float | None:
    """Return the result as a number in the stream's unit; None for one that is no number."""
    if type(result) is float or type(result) is int:
        if not math.isfinite(result):
            raise Unfit("not_a_number")
        if stream.kind in (TRUTH, CATEGORY) or (stream.kind == COUNT and result != int(result)):
            raise Unfit("result_unfit")
        if unit and unit != stream.symbol:
            return _converted(result, unit, stream)
        return float(result) + 0.0 if abs(result) <= EXACT or type(result) is float else None
    if result is None or stream.kind == NUMBER:
        raise Unfit("not_a_number")
    fits = {COUNT: False, TRUTH: isinstance(result, bool), CATEGORY: isinstance(result, str)}
    if not fits.get(stream.kind, True):
        raise Unfit("result_unfit")
    return None


def _converted(result: float, unit: str, stream: Stream) -> float:
    """Return a value in the stream's unit, exactly as its decimals say, by the declared rule."""
    rule = stream.conversions.get(unit)
    if rule is None:
        raise Unfit("unit_undeclared")
    factor, offset = (Decimal(part) for part in rule)
    return float(Decimal(repr(result)) * factor + offset) + 0.0


def _kept_apart(rows: Sequence[Incoming], taken: Taken, by: Actor, at: datetime) -> None:
    """Count what came; keep the first of what was not taken, with the reason.

    The last of what the transaction writes: others who count the same wait only for its end.
    """
    code = by.code if isinstance(by, Gateway) else ""
    counts: Counter[tuple[str, int, str]] = Counter()
    for outcome, count in taken.counts.items():
        if outcome in ("new", "same"):
            counts[code, 0, outcome] = count
    kept: list[Quarantined] = []
    if len(counts) == len(taken.counts):
        counted(counts, at)
        return
    for row, outcome, fit in zip(rows, taken.outcomes, taken.rows, strict=True):
        if outcome in ("new", "same"):
            continue
        number = fit[0] if fit else _number_of(row.stream)
        counts[code, number, outcome] += 1
        if len(kept) < KEPT_A_DAY:
            kept.append(
                Quarantined(
                    id=new_key(),
                    gateway=by if isinstance(by, Gateway) else None,
                    stream=number,
                    reason=outcome,
                    sent=_shortened(row),
                    received_at=at,
                )
            )
    before = counted(counts, at)
    some = [each for each in kept if before[code, each.stream, each.reason] < KEPT_A_DAY]
    if some:
        Quarantined.objects.bulk_create(some)


def _number_of(name: object) -> int:
    known = stream_known(name) if type(name) in (int, str) else None
    return known.pk if known else 0


def _shortened(row: Incoming) -> str:
    told_ = {"stream": row.stream, "time": row.time, "result": row.result, "unit": row.unit}
    text = json.dumps(told_, default=str, ensure_ascii=False)[:SENT_KEPT]
    return text.encode(errors="replace").decode()


def counted(
    counts: Mapping[tuple[str, int, str], int], at: datetime | None = None
) -> dict[tuple[str, int, str], int]:
    """Add to the counts of a day, and return what they were before.

    Args:
        counts: by gateway, stream and outcome.
    """
    moment = at or timezone.now()
    day: date = timezone.localdate(moment)
    before = {}
    for key, count in sorted(counts.items()):
        code, stream, outcome = key
        rows = told(
            f"INSERT INTO {IntakeCount._meta.db_table} (day, gateway, stream, outcome, count) "  # noqa: S608
            "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (day, gateway, stream, outcome) DO UPDATE "
            f"SET count = {IntakeCount._meta.db_table}.count + excluded.count RETURNING count",
            [connection.ops.adapt_datefield_value(day), code, stream, outcome, count],
        )
        before[key] = rows[0][0] - count
    return before


def now_us(at: datetime) -> int:
    """Return a moment in microseconds since 1970."""
    return int(at.astimezone(UTC).timestamp() * 1_000_000)


__all__ = [
    "REASONS", "Incoming", "Stream", "Taken", "Unfit", "counted", "gateway_streams", "listeners",
    "now_us", "observations_record", "row_of", "stream_known", "streams_named",
]  # fmt: skip
