"""The order in which stops are visited: nearest neighbour first, then bettered by 2-opt."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MOST_STARTS = 6
MOST_ROUNDS = 60


def route(points: Sequence[tuple[float, float]]) -> list[int]:
    """Return the positions of points in the order of an open way through all of them (路線).

    Deterministic: the same points give the same way. Never longer than the nearest neighbour's.

    Args:
        points: metres east and north; at most a few hundred, for the work grows with the square.

    Source: Croes (1958), "A method for solving traveling-salesman problems" (2-opt).
    """
    count = len(points)
    if count < 3:
        return list(range(count))
    spots = np.asarray(points, dtype=np.float64)
    away = np.hypot(*(spots[:, None, :] - spots[None, :, :]).transpose(2, 0, 1))
    sums = spots.sum(axis=1)
    edges = [spots[:, 0].argmin(), spots[:, 0].argmax(), spots[:, 1].argmin(),
             spots[:, 1].argmax(), sums.argmin(), sums.argmax()]  # fmt: skip
    starts = sorted({int(each) for each in edges})[:MOST_STARTS]
    ways = [_bettered(_nearest(away, start), away) for start in starts]
    return min(ways, key=lambda way: (length(way, away), way))


def length(way: Sequence[int], away: NDArray[np.float64]) -> float:
    """Return the metres of a way through positions of a matrix of distances (n, n)."""
    return float(away[list(way[:-1]), list(way[1:])].sum())


def distances(points: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """Return the metres between points as a matrix (n, n)."""
    spots = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    found: NDArray[np.float64] = np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1))
    return found


def _nearest(away: NDArray[np.float64], start: int) -> list[int]:
    """Return the way that always goes on to the nearest stop that is left."""
    left = np.ones(len(away), dtype=bool)
    way, here = [start], start
    left[start] = False
    while left.any():
        here = int(np.argmin(np.where(left, away[here], np.inf)))
        left[here] = False
        way.append(here)
    return way


def _bettered(way: list[int], away: NDArray[np.float64]) -> list[int]:
    """Turn pieces of the way round while that makes it shorter."""
    order = np.array(way)
    for _ in range(MOST_ROUNDS):
        before = order.copy()
        for first in range(len(order) - 1):
            _turn_best(order, first, away)
        if (order == before).all():
            break
    return [int(each) for each in order]


def _turn_best(order: NDArray[np.int64], first: int, away: NDArray[np.float64]) -> None:
    """Turn the piece from ``first`` on whose turning saves most, if any does."""
    last = np.arange(first + 1, len(order))
    ends = order[last]
    is_inner = last + 1 < len(order)
    after = order[np.minimum(last + 1, len(order) - 1)]
    then = np.where(is_inner, away[order[first], after] - away[ends, after], 0.0)
    if first:
        then = then + away[order[first - 1], ends] - away[order[first - 1], order[first]]
    best = int(np.argmin(then))
    if then[best] < -1e-9:
        order[first : last[best] + 1] = order[first : last[best] + 1][::-1]
