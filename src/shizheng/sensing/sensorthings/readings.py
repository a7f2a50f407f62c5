"""Observations by their filter and order, out of the store: bounded, newest or oldest first.

An observation is named by its stream and its moment: ``12~1583107200000000``.
"""

import heapq
import math
import operator
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from shizheng.kernel.errors import N_
from shizheng.sensing.errors import QueryTooWide, QueryUnfit
from shizheng.sensing.models import Datastream
from shizheng.sensing.moments import EPOCH, micros
from shizheng.sensing.sensorthings.geometry import is_geometric
from shizheng.sensing.sensorthings.tree import (
    COMPARISONS,
    Call,
    Literal,
    Node,
    Path,
    conjuncts,
    paths_of,
)
from shizheng.sensing.store.reading import ALWAYS, LONG_AGO, chunks, count_between
from shizheng.sensing.store.tables import told

LOOKED_AT = 200_000
SORTED = 50_000
_ID = re.compile(r"(\d{1,18})~(-?\d{1,18})")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    name: getattr(operator, name) for name in COMPARISONS
}
OF_STREAM = ("Datastream", "MultiDatastream")


class Reading(NamedTuple):
    """One observation."""

    stream: int
    time: int
    value: float
    quality: int
    extra: Any

    @property
    def id(self) -> str:
        """By what it is named."""
        return f"{self.stream}~{self.time}"

    @property
    def result(self) -> Any:
        """What was observed, as it was sent."""
        if self.extra and "r" in self.extra:
            return self.extra["r"]
        return None if math.isnan(self.value) else self.value


def key_of(text: object) -> tuple[int, int] | None:
    """Return the stream and the moment that an id names."""
    found = _ID.fullmatch(text.strip("'")) if isinstance(text, str) else None
    return (int(found[1]), int(found[2])) if found else None


class Wanted:
    """A filter of observations in its parts: of the stream, of the time, and all else."""

    def __init__(self, node: Node | None) -> None:
        self.of_stream: list[Node] = []
        self.of_feature: list[Node] = []
        self.rest: list[Node] = []
        self.start, self.end = LONG_AGO, ALWAYS
        for part in conjuncts(node):
            heads = {path.parts[0] for path in paths_of(part)}
            if heads and heads <= {*OF_STREAM}:
                self.of_stream.append(part)
            elif heads == {"FeatureOfInterest"}:
                self.of_feature.append(part)
            elif heads & {*OF_STREAM, "FeatureOfInterest"}:
                reason = N_("join conditions on the stream and on the reading by “and”")
                raise QueryUnfit(option="$filter", reason=reason)
            elif not self._is_span(part):
                self.rest.append(part)

    def _is_span(self, part: Node) -> bool:
        """Take a bound of time out of the filter, where the part is one."""
        if not (isinstance(part, Call) and part.name in ("eq", "gt", "ge", "lt", "le")):
            return False
        left, right, name = *part.over, part.name
        if isinstance(right, Path):
            turned = {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge"}
            left, right, name = right, left, turned.get(name, name)
        if left != Path(("phenomenonTime",)) or not isinstance(right, Literal):
            return False
        if right.kind != "moment":
            return False
        moment = right.value
        low = {"gt": moment + 1, "ge": moment, "eq": moment}.get(name, LONG_AGO)
        high = {"lt": moment, "le": moment + 1, "eq": moment + 1}.get(name, ALWAYS)
        self.start, self.end = max(self.start, low), min(self.end, high)
        return True

    def keeps(self, *, but_numbers: bool = False) -> Callable[[Reading], bool] | None:
        """Return the test of a reading by all that is neither stream nor bound of time.

        Args:
            but_numbers: without what ``numbers`` gives; None where nothing is left to test.
        """
        tests = [
            predicate(part)
            for part in self.rest
            if not (but_numbers and _number_compared(part) is not None)
        ]
        return (lambda reading: all(test(reading) for test in tests)) if tests else None

    def numbers(self) -> list[tuple[str, float]]:
        """Return the plain comparisons of the result with a number, for whole arrays at once."""
        found = [_number_compared(part) for part in self.rest]
        return [each for each in found if each is not None]


def _number_compared(part: Node) -> tuple[str, float] | None:
    if isinstance(part, Call) and part.name in ("gt", "ge", "lt", "le", "eq"):
        left, right = part.over
        if left == Path(("result",)) and isinstance(right, Literal) and right.kind == "number":
            return part.name, right.value
    return None


def ordered(
    streams: Sequence[Datastream], wanted: Wanted, *, is_newest_first: bool, some: int
) -> Iterator[Reading]:
    """Yield the readings of streams that are wanted, in order of time.

    Raises:
        QueryTooWide: too many had to be looked at.
    """
    budget = [LOOKED_AT]
    one_each = {stream.pk: stream for stream in streams}
    if len(one_each) == 1:
        yield from _of_one(streams[0], wanted, is_newest_first, some, budget)
        return
    sign = -1 if is_newest_first else 1
    waiting: list[tuple[int, int, int, Any, Any]] = []
    for pk, first, newest in _bounds([*one_each]):
        if newest < wanted.start or first >= wanted.end:
            continue
        bound = min(newest, wanted.end) if is_newest_first else max(first, wanted.start)
        waiting.append((sign * bound, pk, 0, None, None))
    heapq.heapify(waiting)
    while waiting:
        _, pk, _, reading, more = heapq.heappop(waiting)
        if reading is not None:
            yield reading
        else:
            more = _of_one(one_each[pk], wanted, is_newest_first, min(some, 50), budget)
        following = next(more, None)
        if following is not None:
            heapq.heappush(waiting, (sign * following.time, pk, 1, following, more))


def _bounds(streams: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    for start in range(0, len(streams), 500):
        some = streams[start : start + 500]
        marks = ", ".join(["%s"] * len(some))
        yield from told(
            f"SELECT stream, first_us, time_us FROM sensing_latest WHERE stream IN ({marks})",  # noqa: S608
            list(some),
        )


def _of_one(
    stream: Datastream, wanted: Wanted, is_newest_first: bool, some: int, budget: list[int]
) -> Iterator[Reading]:
    numbers, whole, left = wanted.numbers(), wanted.keeps(), wanted.keeps(but_numbers=True)
    for part in chunks(
        stream.pk, wanted.start, wanted.end, stream.block_us, is_newest_first=is_newest_first,
        first=max(some, 1),
    ):  # fmt: skip
        kept, keeps = part, whole
        if numbers and not part.extras:
            fit = np.ones(len(part), bool)
            for name, number in numbers:
                fit &= np.asarray(_COMPARE[name](part.values, number))
            kept, keeps = part.picked(np.flatnonzero(fit)), left
            budget[0] -= (len(part) - len(kept)) // 20
        for time, value, quality, extra in kept:
            budget[0] -= 1
            if budget[0] < 0:
                raise QueryTooWide(limit=f"{LOOKED_AT:,}")
            reading = Reading(stream.pk, time, value, quality, extra)
            if keeps is None or keeps(reading):
                yield reading


def counted(streams: Sequence[Datastream], wanted: Wanted) -> int | None:
    """Return how many readings are wanted, where the heads of blocks tell; None where not."""
    if wanted.rest or len(streams) > 500:
        return None
    return sum(count_between(each.pk, wanted.start, wanted.end, each.block_us) for each in streams)


def sorted_by(readings: Iterator[Reading], order: Sequence[tuple[Node, bool]]) -> list[Reading]:
    """Return readings in another order than that of time.

    Raises:
        QueryTooWide: they are too many to sort.
    """
    rows = []
    for reading in readings:
        rows.append(reading)
        if len(rows) > SORTED:
            raise QueryTooWide(limit=f"{SORTED:,}")
    for node, is_down in reversed(order):
        rows.sort(key=lambda row, node=node: _sortable(value_of(node, row)), reverse=is_down)  # type: ignore[misc]
    return rows


def _sortable(value: Any) -> tuple[int, Any]:
    if value is None:
        return (0, 0)
    return (1, value) if isinstance(value, int | float) else (2, str(value))


def predicate(node: Node) -> Callable[[Reading], bool]:
    """Return a test of readings.

    Raises:
        QueryUnfit: it names what observations do not have.
    """
    for path in paths_of(node):
        if path.parts[0] not in _READ:
            option = f"“{'/'.join(path.parts)[:60]}”"
            raise QueryUnfit(option=option, reason=N_("there is no such property"))
    if is_geometric(node):
        raise QueryUnfit(option="$filter", reason=N_("observations have no geometry of their own"))
    return lambda reading: value_of(node, reading) is True


_READ: dict[str, Callable[[Reading], Any]] = {
    "phenomenonTime": lambda row: row.time,
    "resultTime": lambda row: (row.extra or {}).get("rt"),
    "result": lambda row: row.result,
    "resultQuality": lambda row: (row.extra or {}).get("q", row.quality),
    "validTime": lambda row: (row.extra or {}).get("v"),
    "parameters": lambda row: (row.extra or {}).get("p"),
    "id": lambda row: row.id,
    "@iot.id": lambda row: row.id,
}


def value_of(node: Node, row: Reading) -> Any:  # noqa: PLR0911 - one for each kind of node
    """Return what a node says of a reading; None where it says nothing."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Path):
        read = _READ.get(node.parts[0])
        value = read(row) if read else None
        for part in node.parts[1:]:
            value = value.get(part) if isinstance(value, dict) else None
        return value
    if node.name == "and":
        return all(value_of(each, row) is True for each in node.over)
    if node.name == "or":
        return any(value_of(each, row) is True for each in node.over)
    if node.name == "not":
        return value_of(node.over[0], row) is not True
    values = [value_of(each, row) for each in node.over]
    if node.name in COMPARISONS:
        return _compared(node.name, *values)
    try:
        return _FUNCTIONS[node.name](*values)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError, AttributeError, KeyError):
        return None


def _compared(name: str, left: Any, right: Any) -> bool:
    if left is None or right is None:
        same = left is None and right is None
        return same if name == "eq" else not same if name == "ne" else False
    if isinstance(right, tuple) or isinstance(left, tuple):
        return _with_span(name, left, right)
    is_alike = isinstance(left, str) == isinstance(right, str)
    if not is_alike or isinstance(left, list | dict) or isinstance(right, list | dict):
        return name == "ne"
    return bool(_COMPARE[name](left, right))


def _with_span(name: str, left: Any, right: Any) -> bool:
    """Compare a moment with an interval: before its start, after its end, within it."""
    if isinstance(left, tuple):
        return _with_span({"lt": "gt", "gt": "lt"}.get(name, name), right, left)
    start, end = right
    found = {"lt": left < start, "gt": left > end, "eq": start <= left <= end,
             "le": left <= end, "ge": left >= start, "ne": not start <= left <= end}  # fmt: skip
    return bool(found[name])


def _moment(value: int) -> datetime:
    return EPOCH + timedelta(microseconds=value)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv,
    "mod": math.fmod, "round": lambda x: math.floor(x + 0.5), "floor": math.floor,
    "ceiling": math.ceil, "length": len, "concat": operator.add,
    "substringof": lambda part, text: part in text, "contains": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
    "indexof": lambda text, part: text.find(part),
    "substring": lambda text, start, long=None: text[start:None if long is None else start + long],
    "tolower": str.lower, "toupper": str.upper, "trim": str.strip,
    "year": lambda x: _moment(x).year, "month": lambda x: _moment(x).month,
    "day": lambda x: _moment(x).day, "hour": lambda x: _moment(x).hour,
    "minute": lambda x: _moment(x).minute, "second": lambda x: _moment(x).second,
    "fractionalseconds": lambda x: x % 1_000_000 / 1_000_000,
    "date": lambda x: _moment(x).date().isoformat(),
    "time": lambda x: _moment(x).strftime("%H:%M:%S"), "totaloffsetminutes": lambda x: 0,
    "now": lambda: micros(datetime.now(EPOCH.tzinfo))[0], "mindatetime": lambda: LONG_AGO,
    "maxdatetime": lambda: ALWAYS,
}  # fmt: skip
