"""How long a camera gave a picture, as far as its heartbeats vouch for it; a median of hours."""

from collections.abc import Iterable, Sequence
from statistics import median as middle

GOOD = 0.5
"""A heartbeat above this says that there is a picture; heartbeats are 0 or 1."""


def up_seconds(
    beats: Sequence[tuple[float, float]], start: float, end: float, silent_s: float
) -> float:
    """Return for how many seconds of a span heartbeats vouch (妥善時間).

    A good heartbeat vouches for the time until the next one, good or bad, but never for longer
    than ``silent_s``: after that nobody knows. One from before the span counts for its rest.

    Args:
        beats: seconds and value, in order of time; they may begin before the span.
        start, end: seconds, ``start <= end``.
        silent_s: above 0.

    Raises:
        ValueError: the span runs backwards, or no time is vouched for.
    """
    if end < start or silent_s <= 0:
        raise ValueError(f"no such span: {start} to {end}, {silent_s} s")
    total = 0.0
    for place, (at, value) in enumerate(beats):
        if value <= GOOD:
            continue
        until = at + silent_s
        if place + 1 < len(beats):
            until = min(until, beats[place + 1][0])
        total += max(0.0, min(until, end) - max(at, start))
    return total


def share(up_s: int, expected_s: int) -> float | None:
    """Return the share of time with a picture, 0 to 1; None where none was to be expected."""
    return up_s / expected_s if expected_s else None


def median_hours(spans_s: Iterable[float]) -> float | None:
    """Return the median of spans in hours; None of none (維修時數中位數)."""
    known = list(spans_s)
    return middle(known) / 3_600 if known else None
