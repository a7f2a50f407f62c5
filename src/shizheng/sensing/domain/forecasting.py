"""How high a gauge will stand in the next hour (短期水位預報): a straight line through its past.

For each horizon one linear model of the last levels and, where a rain gauge is near, of the last
rain; fitted by ridge regression on the change from the newest level, so that with nothing to learn
it falls back to persistence: the level stays as it is. How good it is, is measured on the last part
of the history, which it has not seen, beside persistence; where it is no better it is not used.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEP_S = 600
HORIZONS = (1, 2, 3, 6)
LAGS, RAIN_LAGS = 4, 6
LEAST_ROWS, HELD_BACK, RIDGE, LEAST_SKILL = 40, 0.3, 1.0, 0.05


@dataclass(frozen=True, slots=True)
class Skill:
    """How well one horizon did on what was held back.

    ``error`` and ``persistence`` are root mean square errors in the unit of the level; ``skill`` is
    1 − error² / persistence²: 0 is no better than persistence, negative is worse.
    """

    horizon: int
    rows: int
    error: float
    persistence: float

    @property
    def skill(self) -> float:
        """The share of persistence's error that is gone."""
        if self.persistence == 0:
            return 0.0
        return 1 - (self.error / self.persistence) ** 2

    @property
    def is_used(self) -> bool:
        """Whether it is better than saying that nothing changes, by more than chance gives."""
        return self.skill >= LEAST_SKILL


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model: weights by horizon, and how each did; the constant stands first."""

    weights: dict[int, tuple[float, ...]]
    skills: tuple[Skill, ...]
    fitted_count: int
    tested_count: int
    has_rain: bool


def gridded(
    times: Floats, values: Floats, start: float, steps: int, step_s: float = STEP_S
) -> Floats:
    """Return the newest value of each step, NaN where there is none: nothing is filled in.

    Args:
        times: seconds since 1970, rising; values: float64 of the same shape.
    """
    grid = np.full(steps, np.nan)
    places = np.floor((times - start) / step_s).astype(np.int64)
    inside = (places >= 0) & (places < steps) & np.isfinite(values)
    grid[places[inside]] = values[inside]
    return grid


def fitted(levels: Floats, rain: Floats | None = None) -> Model | None:
    """Return a model of a gauge; None where its history is too short to learn or to judge it.

    Args:
        levels: float64 (steps,), NaN where there is no reading; rain: the same steps.
    """
    rows, newest = _rows(levels, rain)
    usable = np.isfinite(rows).all(axis=1)
    weights: dict[int, tuple[float, ...]] = {}
    skills, counts = [], (0, 0)
    for horizon in HORIZONS:
        later = np.full(len(levels), np.nan)
        later[:-horizon] = levels[horizon:]
        chosen = np.flatnonzero(usable & np.isfinite(later))
        cut = int(len(chosen) * (1 - HELD_BACK))
        learn, test = chosen[:cut], chosen[cut:]
        learn = learn[
            learn + horizon < (test[0] if len(test) else 0)
        ]  # nothing of the test is seen
        if len(learn) < LEAST_ROWS or len(test) < LEAST_ROWS // 3:
            continue
        found = _solved(rows[learn], later[learn] - newest[learn])
        said = newest[test] + _applied(rows[test], found)
        skills.append(
            Skill(horizon, len(test), _rms(said - later[test]), _rms(newest[test] - later[test]))
        )
        weights[horizon] = tuple(found.tolist())
        counts = (max(counts[0], len(learn)), max(counts[1], len(test)))
    if not weights:
        return None
    return Model(weights, tuple(skills), *counts, rain is not None)


def _rows(levels: Floats, rain: Floats | None) -> tuple[Floats, Floats]:
    """Return what the model reads at each step, and the newest level there.

    Levels are read as differences from the newest: what counts is how it moves.
    """
    columns = [_shifted(levels, lag) - levels for lag in range(1, LAGS)]
    if rain is not None:
        columns += [_shifted(rain, lag) for lag in range(RAIN_LAGS)]
    return np.column_stack(columns), levels


def _shifted(values: Floats, lag: int) -> Floats:
    if not lag:
        return values
    out = np.full(len(values), np.nan)
    out[lag:] = values[:-lag]
    return out


def _solved(rows: Floats, wanted: Floats) -> Floats:
    design = np.column_stack([np.ones(len(rows)), rows])
    penalty = np.eye(design.shape[1]) * RIDGE
    penalty[0, 0] = 0
    return np.asarray(np.linalg.solve(design.T @ design + penalty, design.T @ wanted), np.float64)


def _applied(rows: Floats, weights: Floats | Sequence[float]) -> Floats:
    found = np.asarray(weights, np.float64)
    applied: Floats = np.asarray(found[0] + rows @ found[1:], np.float64)
    return applied


def _rms(errors: Floats) -> float:
    return float(np.sqrt(np.mean(errors**2)))


def forecast(
    model: Model, levels: Floats, rain: Floats | None = None, *, low: float | None = None
) -> dict[int, float]:
    """Return the level by horizon, in steps from the newest; empty where readings are missing.

    A horizon that was no better than persistence says that the level stays.

    Args:
        levels: float64 (steps,) up to now, the newest last; low: the level is never below.
    """
    if len(levels) < LAGS:
        return {}
    rows, newest = _rows(levels, rain if model.has_rain else None)
    last, level = rows[-1:], float(newest[-1])
    if not np.isfinite(last).all() or not np.isfinite(level):
        return {}
    used = {each.horizon for each in model.skills if each.is_used}
    found = {}
    for horizon, weights in sorted(model.weights.items()):
        change = float(_applied(last, weights)[0]) if horizon in used else 0.0
        found[horizon] = level + change if low is None else max(level + change, low)
    return found
