"""Readings packed into a block: times, values and quality as compressed arrays, without loss.

Times are whole microseconds since 1970 in UTC. What is unpacked equals, bit for bit, what was
packed: a block whose values are no decimals of the declared length keeps them as they are.
"""

import json
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
Extra = Mapping[str, Any]

LEVEL = 6
RAW, SCALED, STEPS = 0, 1, 2
"""How values are kept: as they are, as whole numbers, as the steps between whole numbers."""
_TIMES = struct.Struct("<Bqqq")
_VALUES = struct.Struct("<BBBq")
_KINDS = ("i1", "i2", "i4", "i8")
_MOST = float(2**53)


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of one datastream in order of time, each time once (觀測值序列).

    Args:
        times: int64 (n,), microseconds since 1970 UTC, ascending.
        values: float64 (n,), in the stream's unit; NaN where the result is no number.
        quality: int64 (n,), flags of quality; 0 where nothing was found.
        extras: what else is kept of a reading, by its place: a result that is no number, its
            time of result, its feature of interest, what its sender said of it.
    """

    times: Whole
    values: Real
    quality: Whole
    extras: Mapping[int, Extra] = field(default_factory=dict)

    @classmethod
    def none(cls) -> Self:
        """Return no readings."""
        return cls(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64))

    @classmethod
    def of(cls, rows: Sequence[tuple[int, float | None, int, Extra | None]]) -> Self:
        """Return readings from rows of time, value, quality and extra, ascending in time."""
        if not rows:
            return cls.none()
        times, values, quality, extras = zip(*rows, strict=True)
        return cls(
            np.array(times, np.int64),
            np.array([np.nan if value is None else value for value in values], np.float64),
            np.array(quality, np.int64),
            {place: extra for place, extra in enumerate(extras) if extra},
        )

    def __len__(self) -> int:
        return len(self.times)

    def __iter__(self) -> Iterator[tuple[int, float, int, Extra | None]]:
        for place, (time, value, quality) in enumerate(
            zip(self.times.tolist(), self.values.tolist(), self.quality.tolist(), strict=True)
        ):
            yield time, value, quality, self.extras.get(place)

    def picked(self, places: Whole) -> "Readings":
        """Return the readings at ``places``, in that order."""
        extras = {}
        if self.extras:
            for new, old in enumerate(places.tolist()):
                if old in self.extras:
                    extras[new] = self.extras[old]
        return Readings(self.times[places], self.values[places], self.quality[places], extras)

    def between(self, start: int, end: int) -> "Readings":
        """Return the readings with ``start <= time < end``."""
        first, last = np.searchsorted(self.times, [start, end]).tolist()
        if first == 0 and last == len(self):
            return self
        return self.picked(np.arange(first, last))


def merged(older: Readings, newer: Readings) -> Readings:
    """Return both in order of time; where both have a time, the newer one stands."""
    if not len(newer):
        return older
    if not len(older):
        return newer
    times = np.concatenate([older.times, newer.times])
    order = np.argsort(times, kind="stable")
    sorted_times = times[order]
    is_last = np.append(sorted_times[1:] != sorted_times[:-1], True)
    both = Readings(
        times,
        np.concatenate([older.values, newer.values]),
        np.concatenate([older.quality, newer.quality]),
        {**older.extras, **{len(older) + place: extra for place, extra in newer.extras.items()}},
    )
    return both.picked(order[is_last])


@dataclass(frozen=True, slots=True)
class Block:
    """Packed readings with what is asked of them most often (封存區塊).

    ``low``, ``high``, ``total`` and ``last`` are those of the numbers among the values; None
    where there is none, or where a total is too large for a float.
    """

    first: int
    until: int
    count: int
    numbers: int
    low: float | None
    high: float | None
    total: float | None
    last: float | None
    times: bytes
    values: bytes
    quality: bytes
    extras: bytes


def packed(readings: Readings, decimals: int | None) -> Block:
    """Return readings as a block.

    Args:
        readings: one or more.
        decimals: declared number of decimals of the stream's values; None if none is declared.
    """
    finite = readings.values[np.isfinite(readings.values)]
    some = len(finite) > 0
    return Block(
        first=int(readings.times[0]),
        until=int(readings.times[-1]),
        count=len(readings),
        numbers=len(finite),
        low=float(finite.min()) if some else None,
        high=float(finite.max()) if some else None,
        total=_total(finite) if some else None,
        last=float(finite[-1]) if some else None,
        times=_times_packed(readings.times),
        values=_values_packed(readings.values, decimals),
        quality=_whole_packed(readings.quality) if readings.quality.any() else b"",
        extras=_extras_packed(readings.extras),
    )


def _total(numbers: Real) -> float | None:
    with np.errstate(over="ignore"):
        total = float(numbers.sum())
    return total if np.isfinite(total) else None


def unpacked(
    count: int, times: bytes, values: bytes, quality: bytes = b"", extras: bytes = b""
) -> Readings:
    """Return the readings of a block."""
    return Readings(
        times_unpacked(count, times),
        values_unpacked(count, values),
        _whole_unpacked(count, quality) if quality else np.zeros(count, np.int64),
        extras_unpacked(extras) if extras else {},
    )


def times_unpacked(count: int, body: bytes) -> Whole:
    """Return the times of a block."""
    kind, first, unit, step = _TIMES.unpack_from(body)
    if count == 1:
        return np.array([first], np.int64)
    steps = np.full(count - 1, step, np.int64)
    if len(body) > _TIMES.size:
        changes = _unshuffled(body[_TIMES.size :], _KINDS[kind])
        np.cumsum(changes, out=steps[1:])
        steps[1:] += step
    found = np.empty(count, np.int64)
    found[0] = 0
    np.cumsum(steps, out=found[1:])
    found *= unit
    found += first
    return found


def values_unpacked(count: int, body: bytes) -> Real:
    """Return the values of a block."""
    how, decimals, kind, first = _VALUES.unpack_from(body)
    rest = body[_VALUES.size :]
    if how == RAW:
        planes = np.frombuffer(zlib.decompress(rest), np.uint8).reshape(8, count)
        return np.ascontiguousarray(planes.T).view("<f8").reshape(count).astype(np.float64)
    whole = np.full(count, first, np.int64)
    if rest:
        found = _unshuffled(rest, _KINDS[kind])
        if how == STEPS:
            np.cumsum(found, out=whole[1:])
            whole[1:] += first
        else:
            whole += found
    real: Real = whole / 10.0**decimals
    return real


def extras_unpacked(body: bytes) -> dict[int, Extra]:
    """Return what else a block keeps, by the place of the reading."""
    return {int(place): extra for place, extra in json.loads(zlib.decompress(body)).items()}


def _times_packed(times: Whole) -> bytes:
    first = int(times[0])
    if len(times) == 1:
        return _TIMES.pack(0, first, 1, 0)
    steps = np.diff(times)
    unit = int(np.gcd.reduce(steps))
    steps //= unit
    changes = np.diff(steps)
    if not changes.any():
        return _TIMES.pack(0, first, unit, int(steps[0]))
    kind, body = _shuffled(changes)
    return _TIMES.pack(kind, first, unit, int(steps[0])) + body


def _values_packed(values: Real, decimals: int | None) -> bytes:
    whole = None if decimals is None else _scaled(values, decimals)
    if whole is None:
        planes = np.ascontiguousarray(values, "<f8").view(np.uint8).reshape(len(values), 8)
        body = zlib.compress(np.ascontiguousarray(planes.T).tobytes(), LEVEL)
        return _VALUES.pack(RAW, 0, 0, 0) + body
    steps = np.diff(whole)
    if not steps.any():
        return _VALUES.pack(STEPS, decimals or 0, 0, int(whole[0]))
    middle = int(np.median(whole))
    if np.abs(steps).mean() <= np.abs(whole - middle).mean():
        kind, body = _shuffled(steps)
        return _VALUES.pack(STEPS, decimals or 0, kind, int(whole[0])) + body
    kind, body = _shuffled(whole - middle)
    return _VALUES.pack(SCALED, decimals or 0, kind, middle) + body


def _scaled(values: Real, decimals: int) -> Whole | None:
    """Return values as whole numbers of their last decimal; None where that would lose anything."""
    factor = 10.0**decimals
    with np.errstate(over="ignore", invalid="ignore"):
        rounded = np.rint(values * factor)
        if not np.all(np.abs(rounded) < _MOST):
            return None
        whole = rounded.astype(np.int64)
    same = np.array_equal((whole / factor).view(np.int64), values.view(np.int64))
    return whole if same else None


def _whole_packed(numbers: Whole) -> bytes:
    kind, body = _shuffled(numbers)
    return bytes([kind]) + body


def _whole_unpacked(count: int, body: bytes) -> Whole:
    return _unshuffled(body[1:], _KINDS[body[0]]).astype(np.int64)


def _shuffled(numbers: Whole) -> tuple[int, bytes]:
    """Return numbers in as few bytes as they need, all first bytes, then all second ones."""
    low, high = int(numbers.min()), int(numbers.max())
    kind = next(
        place
        for place, name in enumerate(_KINDS)
        if np.iinfo(name).min <= low and high <= np.iinfo(name).max
    )
    narrow = numbers.astype("<" + _KINDS[kind])
    planes = narrow.view(np.uint8).reshape(len(narrow), narrow.itemsize).T
    return kind, zlib.compress(np.ascontiguousarray(planes).tobytes(), LEVEL)


def _unshuffled(body: bytes, kind: str) -> npt.NDArray[Any]:
    plain = np.frombuffer(zlib.decompress(body), np.uint8)
    size = np.dtype(kind).itemsize
    if size == 1:
        return plain.view(kind)
    return np.ascontiguousarray(plain.reshape(size, -1).T).view("<" + kind).reshape(-1)


def _extras_packed(extras: Mapping[int, Extra]) -> bytes:
    if not extras:
        return b""
    text = json.dumps({str(place): extras[place] for place in sorted(extras)}, ensure_ascii=False)
    return zlib.compress(text.encode(), LEVEL)
