"""The one door through which observations come in, whoever sends them by whichever way."""

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from shizheng.core.access import VisibleQuerySet, may
from shizheng.core.fresh import Fresh
from shizheng.core.models import User
from shizheng.core.models.keys import new_key
from shizheng.kernel.errors import N_
from shizheng.kernel.registry import Registry
from shizheng.sensing.access import MANAGE, Actor
from shizheng.sensing.errors import Flooded, Replayed
from shizheng.sensing.models import Datastream, Gateway, IntakeCount, Quarantined
from shizheng.sensing.moments import CLOCK_SET_US, micros
from shizheng.sensing.store.tables import HotRow, told
from shizheng.sensing.store.writing import readings_added

FUTURE_US = 10 * 60_000_000
KEPT_A_DAY, SENT_KEPT = 100, 2_000
NUMBER, COUNT, TRUTH, CATEGORY = "Measurement", "CountObservation", "TruthObservation", "Category"
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


class Stream(NamedTuple):
    """What is needed of a datastream to take its readings."""

    pk: int
    owner: object
    block_us: int
    kind: str
    symbol: str
    conversions: Mapping[str, Sequence[str]]


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
    code = by.code if isinstance(by, Gateway) else ""
    try:
        with transaction.atomic():
            if isinstance(by, Gateway):
                _admitted(by, len(rows), at, number)
            taken = _taken(rows, by, at)
            _kept_apart(rows, taken, by, at)
            if taken.new:
                for name in listeners:
                    listeners[name](taken.new, at)
    except (Flooded, Replayed) as refusal:
        counted({(code, 0, refusal.code.partition(".")[2]): len(rows)}, at)
        raise
    return taken


def _admitted(gateway: Gateway, count: int, at: datetime, number: int | None) -> None:
    """Count what a gateway sends within the minute, and the number of its message."""
    if (
        number is not None
        and not Gateway.objects.filter(pk=gateway.pk, sequence__lt=number)
        .union(Gateway.objects.filter(pk=gateway.pk, sequence=None))
        .exists()
    ):
        newest = Gateway.objects.values_list("sequence", flat=True).get(pk=gateway.pk)
        raise Replayed(number=number, gateway=gateway.code, newest=newest)
    minute = int(at.timestamp()) // 60
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sensing_gateway SET minute_count = CASE WHEN minute = %s THEN minute_count "
            "ELSE 0 END + %s, minute = %s, seen_at = %s, sequence = COALESCE(%s, sequence) "
            "WHERE id = %s AND CASE WHEN minute = %s THEN minute_count ELSE 0 END + %s <= "
            "rate_a_minute",
            [
                minute, count, minute, connection.ops.adapt_datetimefield_value(at), number,
                gateway.pk.hex if connection.vendor == "sqlite" else gateway.pk,
                minute, count,
            ],
        )  # fmt: skip
        if cursor.rowcount == 0:
            wait = 60 - int(at.timestamp()) % 60
            raise Flooded(gateway=gateway.code, limit=gateway.rate_a_minute, retry_after=wait)


def _taken(rows: Sequence[Incoming], by: Actor, at: datetime) -> Taken:
    streams = streams_named([row.stream for row in rows])
    allowed: dict[int, bool] = {}
    latest = int(at.timestamp() * 1_000_000) + FUTURE_US
    taken = Taken([], [])
    for row in rows:
        try:
            stream = streams.get(row.stream) if isinstance(row.stream, int | str) else None
            if stream is None:
                raise Unfit("stream_unknown")
            if stream.pk not in allowed:
                allowed[stream.pk] = _may_send(by, stream)
            if not allowed[stream.pk]:
                raise Unfit("stream_foreign")
            taken.rows.append(_row(row, stream, latest))
            taken.outcomes.append("new")
        except Unfit as reason:
            taken.rows.append(None)
            taken.outcomes.append(str(reason))
    fit = [row for row in taken.rows if row is not None]
    if not fit:
        return taken
    blocks = {stream.pk: stream.block_us for stream in streams.values()}
    done = readings_added(fit, blocks, latest - FUTURE_US)
    taken.new = done.new
    if done.same or done.other:
        said = {id(row): "same" for row in done.same}
        said |= {id(row): "contradicts" for row in done.other}
        for place, row_ in enumerate(taken.rows):
            if id(row_) in said:
                taken.outcomes[place] = said[id(row_)]
    return taken


def _row(row: Incoming, stream: Stream, latest: int) -> HotRow:
    """Return a reading as the store keeps it.

    Raises:
        Unfit: why not.
    """
    extra = dict(row.extra) if row.extra else {}
    try:
        time, end = micros(row.time)
    except ValueError:
        raise Unfit("time_unreadable") from None
    if time < CLOCK_SET_US:
        raise Unfit("clock_unset")
    if time > latest:
        raise Unfit("future")
    if end is not None:
        extra["end"] = end
    value = _number(row.result, row.unit, stream)
    if value is None:
        extra["r"] = row.result
    return (
        stream.pk, time, value, int(extra.pop("quality", 0)),
        json.dumps(extra, ensure_ascii=False) if extra else None,
    )  # fmt: skip


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


def _may_send(by: Actor, stream: Stream) -> bool:
    if by is None:
        return True
    if isinstance(by, Gateway):
        only = gateway_streams(by.pk)
        return by.owner_id == stream.owner and (not only or stream.pk in only)
    return _person_may_send(by, stream)


def _person_may_send(person: User, stream: Stream) -> bool:
    return may(person, MANAGE, Datastream(pk=stream.pk))


@Fresh
def gateway_streams(gateway: UUID) -> frozenset[int]:
    """Return the streams to which alone a gateway may write; none: all of its agency."""
    through = Gateway.streams.through.objects.filter(gateway_id=gateway)
    return frozenset(through.values_list("datastream_id", flat=True))


def streams_named(names: Sequence[object]) -> dict[object, Stream]:
    """Return the streams of numbers or codes, by what named them."""
    asked: set[Any] = {
        name for name in names if isinstance(name, int | str) and not isinstance(name, bool)
    }
    return {name: known for name in asked if (known := stream_known(name)) is not None}


@Fresh
def stream_known(name: int | str) -> Stream | None:
    """Return what intake needs of a stream; believed for a second."""
    key = {"pk": name} if isinstance(name, int) else {"code": name}
    if isinstance(name, int) and abs(name) >= 2**63:
        return None
    row = (
        VisibleQuerySet(Datastream)
        .filter(**key)
        .values_list(
            "pk", "thing__owner", "block_us", "observation_type", "unit",
            "observed_property__unit", "observed_property__conversions",
        )
        .first()
        if name != ""
        else None
    )  # fmt: skip
    if row is None:
        return None
    pk, owner, block_us, type_, unit, declared, conversions = row
    symbol = (unit or {}).get("symbol", "")
    kind = type_.rpartition("_")[2]
    kind = CATEGORY if kind.startswith(CATEGORY) else kind
    same = conversions if conversions and (declared or {}).get("symbol") == symbol else {}
    return Stream(pk, owner, block_us, kind, symbol, same)


def _kept_apart(rows: Sequence[Incoming], taken: Taken, by: Actor, at: datetime) -> None:
    """Count what came; keep the first of what was not taken, with the reason."""
    code = by.code if isinstance(by, Gateway) else ""
    counts: Counter[tuple[str, int, str]] = Counter()
    kept: list[Quarantined] = []
    for row, outcome, fit in zip(rows, taken.outcomes, taken.rows, strict=True):
        if outcome in ("new", "same"):
            counts[code, 0, outcome] += 1
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
    known = stream_known(name) if isinstance(name, int | str) else None
    return known.pk if known else 0


def _shortened(row: Incoming) -> str:
    told_ = {"stream": row.stream, "time": row.time, "result": row.result, "unit": row.unit}
    return json.dumps(told_, default=str, ensure_ascii=False)[:SENT_KEPT]


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
