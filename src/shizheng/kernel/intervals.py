"""Half-open spans of days or moments: ``start <= t < end``, either end may be open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Generic, TypeVar

Point = TypeVar("Point", date, datetime)


@dataclass(frozen=True, slots=True)
class Interval(Generic[Point]):
    """A span ``start <= t < end`` (半開區間); ``None`` is an end that stays open.

    Points are all local dates, or all aware datetimes.

    Raises:
        ValueError: the span is empty (``end <= start``) or a datetime has no zone.
        TypeError: one end is a date and the other a datetime.
    """

    start: Point | None = None
    end: Point | None = None

    def __post_init__(self) -> None:
        ends = [point for point in (self.start, self.end) if point is not None]
        if any(isinstance(point, datetime) and point.utcoffset() is None for point in ends):
            raise ValueError(f"a datetime in an interval needs a time zone, got {ends}")
        if len({isinstance(point, datetime) for point in ends}) > 1:
            raise TypeError(f"an interval is of dates or of datetimes, not of both, got {ends}")
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError(f"an interval ends after it starts, got {self.start} to {self.end}")

    def __contains__(self, point: Point) -> bool:
        return (self.start is None or self.start <= point) and (
            self.end is None or point < self.end
        )

    def __str__(self) -> str:
        return f"[{self.start or '…'}, {self.end or '…'})"

    def overlaps(self, other: "Interval[Point]") -> bool:
        """Return whether some point is in both; spans that only touch do not overlap."""
        return self.intersection(other) is not None

    def touches(self, other: "Interval[Point]") -> bool:
        """Return whether the union of both is one span without a gap."""
        return not (_ends_before(self, other) or _ends_before(other, self))

    def intersection(self, other: "Interval[Point]") -> "Interval[Point] | None":
        """Return what is in both, or None."""
        start = _latest(self.start, other.start)
        end = _earliest(self.end, other.end)
        if start is not None and end is not None and end <= start:
            return None
        return Interval(start, end)

    def minus(self, other: "Interval[Point]") -> "tuple[Interval[Point], ...]":
        """Return what is left when ``other`` is cut out: no, one or two spans."""
        if not self.overlaps(other):
            return (self,)
        left: list[Interval[Point]] = []
        if other.start is not None and (self.start is None or self.start < other.start):
            left.append(Interval(self.start, other.start))
        if other.end is not None and (self.end is None or other.end < self.end):
            left.append(Interval(other.end, self.end))
        return tuple(left)


def union(intervals: Iterable[Interval[Point]]) -> tuple[Interval[Point], ...]:
    """Return the same points as the fewest spans: ordered, apart, none touching another."""
    ordered = sorted(intervals, key=_StartOrder)
    merged: list[Interval[Point]] = []
    for span in ordered:
        if merged and merged[-1].touches(span):
            last = merged.pop()
            is_open = last.end is None or span.end is None
            span = Interval(last.start, None if is_open else max(last.end, span.end))  # type: ignore[type-var]  # noqa: PLW2901
        merged.append(span)
    return tuple(merged)


def subtract(
    intervals: Iterable[Interval[Point]], removed: Iterable[Interval[Point]]
) -> tuple[Interval[Point], ...]:
    """Return the points of ``intervals`` that are in none of ``removed``, as the fewest spans."""
    left = union(intervals)
    for cut in union(removed):
        left = tuple(part for span in left for part in span.minus(cut))
    return left


def gaps(
    intervals: Iterable[Interval[Point]], within: Interval[Point]
) -> tuple[Interval[Point], ...]:
    """Return the parts of ``within`` that no interval covers."""
    return subtract((within,), intervals)


def first_overlap(
    intervals: Sequence[Interval[Point]],
) -> tuple[Interval[Point], Interval[Point]] | None:
    """Return two intervals that share a point, the earliest such pair, or None.

    Versions of a definition, tenures of a post and the like must have none.
    """
    ordered = sorted(intervals, key=_StartOrder)
    for earlier, later in pairwise(ordered):
        if earlier.overlaps(later):
            return earlier, later
    return None


def _ends_before(one: Interval[Point], other: Interval[Point]) -> bool:
    return one.end is not None and other.start is not None and one.end < other.start


def _latest(one: Point | None, other: Point | None) -> Point | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


def _earliest(one: Point | None, other: Point | None) -> Point | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


class _StartOrder:
    """Sorts by start, open starts first, then by end, open ends last."""

    __slots__ = ("span",)

    def __init__(self, span: Interval[Point]) -> None:
        self.span: Interval[date] | Interval[datetime] = span

    def __lt__(self, other: "_StartOrder") -> bool:
        mine, theirs = self.span, other.span
        if mine.start != theirs.start:
            if mine.start is None or theirs.start is None:
                return mine.start is None
            return mine.start < theirs.start
        if mine.end is None or theirs.end is None:
            return mine.end is not None
        return mine.end < theirs.end
