"""What is wrong with a reading (資料品質): checks over arrays, kept beside the values as flags.

A flag never changes or deletes a value. The checks are those that operators of gauges agree on;
names and their meaning follow the QARTOD manuals of the U.S. Integrated Ocean Observing System
(Manual for Real-Time Quality Control of Water Level Data, v2.1, 2021): gross range, rate of
change, flat line, spike and neighbour test. Clock, missing and late are of transmission.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from shizheng.kernel.errors import N_

Floats = NDArray[np.float64]
Flags = NDArray[np.uint16]
Truths = NDArray[np.bool_]


class Quality(IntFlag):
    """Flags of one reading (品質旗標), stored as 16 bits; 0 is a reading without doubt.

    The bits are stored and never change their meaning; a new check takes a new bit.
    """

    GOOD = 0
    RANGE = 1
    STEP = 2
    STUCK = 4
    SPIKE = 8
    NEIGHBOUR = 16
    CLOCK = 32
    GAP = 64
    LATE = 128
    UNCALIBRATED = 256
    MAINTENANCE = 512
    ESTIMATED = 1024
    CONFIRMED = 2048


DOUBTFUL = (
    Quality.RANGE
    | Quality.STEP
    | Quality.STUCK
    | Quality.SPIKE
    | Quality.NEIGHBOUR
    | Quality.CLOCK
    | Quality.UNCALIBRATED
    | Quality.MAINTENANCE
)

WORDS = {
    Quality.RANGE: N_("outside what this sensor can measure"),
    Quality.STEP: N_("changes faster than is physically possible"),
    Quality.STUCK: N_("has not moved for too long"),
    Quality.SPIKE: N_("stands out from the readings before and after it"),
    Quality.NEIGHBOUR: N_("does not fit the sensors around it"),
    Quality.CLOCK: N_("the clock of the device is wrong"),
    Quality.GAP: N_("readings before it are missing"),
    Quality.LATE: N_("arrived late"),
    Quality.UNCALIBRATED: N_("the calibration of the device has run out"),
    Quality.MAINTENANCE: N_("taken during maintenance"),
    Quality.ESTIMATED: N_("estimated, not measured"),
    Quality.CONFIRMED: N_("confirmed by a person"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What is plausible for an observed property (合理範圍); None switches a check off.

    ``per_minute`` is the largest believable change in a minute, in the unit of the datastream.
    ``stuck_s`` is how long a value may stay within ``stuck_within``; values from ``rest_low`` to
    ``rest_high`` may rest for ever, as a dry road does at 0 cm. ``spike`` is how far a reading
    may stand out from both its neighbours in time. ``ahead_s`` and ``behind_s`` are how far the
    time of a reading may lie after and before its arrival; ``late_s`` is when it counts as late.
    """

    low: float | None = None
    high: float | None = None
    per_minute: float | None = None
    stuck_s: float | None = None
    stuck_within: float = 0.0
    rest_low: float | None = None
    rest_high: float | None = None
    spike: float | None = None
    neighbour: float | None = None
    interval_s: float | None = None
    ahead_s: float | None = None
    behind_s: float | None = None
    late_s: float | None = None


def assess(
    times: Floats,
    values: Floats,
    limits: Limits,
    received: Floats | None = None,
    begins: Truths | None = None,
) -> Flags:
    """Return the flags of readings, each check on its own.

    A reading out of range serves no other check: after a fault the next good reading is no step.

    Args:
        times: seconds since 1970, rising; values: the readings, NaN where there is none.
        limits: what is plausible.
        received: when each reading arrived, seconds since 1970.
        begins: where the readings of another datastream begin; None: all are of one.

    Raises:
        ValueError: the arrays differ in length or the times do not rise.
    """
    if times.shape != values.shape or (received is not None and received.shape != times.shape):
        raise ValueError("times, values and arrivals are of one length")
    begins = _begins(times, begins)
    if np.any((np.diff(times) <= 0) & ~begins[1:]):
        raise ValueError("times rise")
    flags = np.zeros(times.shape, dtype=np.uint16)
    _put(flags, Quality.RANGE, out_of_range(values, limits))
    usable = np.flatnonzero(~np.isnan(values) & (flags == 0))
    seen_at, seen = times[usable], values[usable]
    anew = _begins(seen, np.diff(np.cumsum(begins)[usable], prepend=0) > 0)
    out = spikes(seen, limits, anew)
    for flag, found in (
        (Quality.SPIKE, out),
        (Quality.STEP, steps(seen_at, seen, limits, out, anew)),
        (Quality.STUCK, stuck(seen_at, seen, limits, anew)),
    ):
        _put(flags, flag, usable[found])
    _put(flags, Quality.GAP, gaps(times, limits, begins))
    if received is not None:
        _put(flags, Quality.CLOCK, wrong_clock(times, received, limits))
        _put(flags, Quality.LATE, late(times, received, limits))
    return flags


def _begins(of: Floats, begins: Truths | None) -> Truths:
    """Return where datastreams begin: where it is said, and at the first reading anyhow."""
    found: Truths = np.zeros(of.shape, dtype=bool) if begins is None else begins.copy()
    found[:1] = True
    return found


def _put(flags: Flags, flag: Quality, where: Truths | NDArray[np.intp]) -> None:
    flags[where] |= np.uint16(flag)


def out_of_range(values: Floats, limits: Limits) -> Truths:
    """Return where a value is below or above what can be; infinite values are out of range."""
    found: Truths = np.isinf(values)
    if limits.low is not None:
        found |= values < limits.low
    if limits.high is not None:
        found |= values > limits.high
    return found


def steps(
    times: Floats,
    values: Floats,
    limits: Limits,
    spiked: Truths | None = None,
    begins: Truths | None = None,
) -> Truths:
    """Return where a value differs by more than the time allows from the one before (突變).

    The one before is the last that is no spike, so that the way back from one is no step.
    """
    found = np.zeros(times.shape, dtype=bool)
    if limits.per_minute is None or len(times) < 2:
        return found
    places, begins = np.arange(len(times)), _begins(times, begins)
    first = np.maximum.accumulate(np.where(begins, places, 0))
    base = places if spiked is None else np.where(spiked, first, places)
    before = np.maximum.accumulate(base)[:-1]
    minutes = np.maximum((times[1:] - times[before]) / 60, 1.0)
    found[1:] = np.abs(values[1:] - values[before]) > limits.per_minute * minutes
    return found & ~begins


def stuck(times: Floats, values: Floats, limits: Limits, begins: Truths | None = None) -> Truths:
    """Return where a value has stayed within ``stuck_within`` for ``stuck_s`` or longer (卡滯).

    A run begins where a value leaves the band around the first value of the run before; the
    readings before the limit is reached are not flagged, since they could not be known then.
    """
    found = np.zeros(times.shape, dtype=bool)
    if limits.stuck_s is None or not len(times):
        return found
    begins = _begins(times, begins)
    if limits.stuck_within == 0:
        starts = begins | np.concatenate(([True], np.diff(values) != 0))
        begun = times[np.maximum.accumulate(np.where(starts, np.arange(len(times)), 0))]
    else:
        begun = times[_run_starts(values, limits.stuck_within, begins)]
    found = times - begun >= limits.stuck_s
    if limits.rest_low is not None or limits.rest_high is not None:
        low = -np.inf if limits.rest_low is None else limits.rest_low
        high = np.inf if limits.rest_high is None else limits.rest_high
        found &= ~((values >= low) & (values <= high))
    return found


def _run_starts(values: Floats, within: float, begins: Truths) -> NDArray[np.intp]:
    begun, first, start = [], 0, 0.0
    for place, (value, is_first) in enumerate(zip(values.tolist(), begins.tolist(), strict=True)):
        if is_first or abs(value - start) > within:
            first, start = place, value
        begun.append(first)
    return np.array(begun, np.intp)


def spikes(values: Floats, limits: Limits, begins: Truths | None = None) -> Truths:
    """Return where a value stands out from both neighbours in time to the same side (尖峰).

    The last reading is no spike until the next one has come.
    """
    found = np.zeros(values.shape, dtype=bool)
    if limits.spike is not None and len(values) > 2:
        up, down = values[1:-1] - values[:-2], values[1:-1] - values[2:]
        away = np.minimum(np.abs(up), np.abs(down))
        between = _begins(values, begins)
        inside = ~between[1:-1] & ~between[2:]
        found[1:-1] = (up * down > 0) & (away > limits.spike) & inside
    return found


def gaps(times: Floats, limits: Limits, begins: Truths | None = None) -> Truths:
    """Return the readings before which others are missing: more than 1.5 intervals (缺漏)."""
    found = np.zeros(times.shape, dtype=bool)
    if limits.interval_s is not None and len(times) > 1:
        found[1:] = np.diff(times) > 1.5 * limits.interval_s
        found &= ~_begins(times, begins)
    return found


def missing_count(times: Floats, begin: float, end: float, interval_s: float) -> tuple[int, int]:
    """Return how many readings were expected in ``[begin, end)`` and how many slots have none."""
    expected = int(max(end - begin, 0) // interval_s)
    slots = ((times[(times >= begin) & (times < begin + expected * interval_s)]) - begin) // (
        interval_s
    )
    return expected, expected - len(np.unique(slots))


def wrong_clock(times: Floats, received: Floats, limits: Limits) -> Truths:
    """Return where the time of a reading cannot be right, seen from its arrival (時鐘偏移)."""
    lag = received - times
    found = np.zeros(times.shape, dtype=bool)
    if limits.ahead_s is not None:
        found |= lag < -limits.ahead_s
    if limits.behind_s is not None:
        found |= lag > limits.behind_s
    return found


def late(times: Floats, received: Floats, limits: Limits) -> Truths:
    """Return which readings arrived later than they should (逾時)."""
    if limits.late_s is None:
        return np.zeros(times.shape, dtype=bool)
    found: Truths = received - times > limits.late_s
    return found


def against_neighbours(values: Floats, others: Floats, limits: Limits, least: int = 2) -> Truths:
    """Return where a value is far from the median of the sensors around it (鄰站比對).

    Args:
        values: float64 (times,); others: float64 (neighbours, times), NaN where there is none.
        limits: ``neighbour`` is the largest believable distance from the median.
        least: how many neighbours must have a value for the check to say anything.
    """
    found = np.zeros(values.shape, dtype=bool)
    if limits.neighbour is None or not others.size:
        return found
    enough = (~np.isnan(others)).sum(axis=0) >= least
    if enough.any():
        centre = np.nanmedian(others[:, enough], axis=0)
        found[enough] = np.abs(values[enough] - centre) > limits.neighbour
    return found


def drift(times: Floats, received: Floats) -> float:
    """Return the drift of a device's clock in seconds a day (時鐘漂移), by the lags' median slope.

    Positive where the clock runs slow. The Theil-Sen estimate, so that single delays do not move
    it; 0 with fewer than three readings.
    """
    if len(times) < 3:
        return 0.0
    chosen = np.linspace(0, len(times) - 1, min(len(times), 200)).astype(int)
    at, lag = received[chosen], (received - times)[chosen]
    left, right = np.triu_indices(len(chosen), 1)
    apart = at[right] - at[left]
    held = apart > 0
    if not held.any():
        return 0.0
    return float(np.median((lag[right] - lag[left])[held] / apart[held]) * 86_400)


def worded(flags: int) -> Sequence[str]:
    """Return what the flags say, in words to be translated; empty where there is none."""
    return [words for flag, words in WORDS.items() if flags & flag]
