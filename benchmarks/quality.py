"""Claim: the checks of a pack find the faults that gauges have, and flag little else.

Faults of known kinds are put into real readings with a fixed seed, the checks of the pack are run
over them, and what is flagged is compared with where the faults are. A flag on a reading into which
nothing was put counts as a false alarm, even where the reading may well be wrong by itself: so the
precision shown is the least that it can be. What the checks flag in the untouched readings stands
in a column of its own.

Road depths: 46 posts, ten minutes; only 2 cm and more was published, and silence is filled with 0.
Air: PM2.5 of twelve stations, hourly. Clocks: when the posts' readings were measured and came.
Prints a table on standard error and JSON on standard output.

    uv run python benchmarks/quality.py DATA [PACK]
"""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from shizheng.kernel.geodesy import distance_m
from shizheng.sensing.checking.definitions import QualityBody
from shizheng.sensing.domain.quality import (
    Limits,
    Quality,
    against_neighbours,
    assess,
    drift,
    gaps,
)

SEED = 20_260_706
ROUNDS = 20
DAY_S = 86_400.0
Rng = np.random.Generator


@dataclass(frozen=True)
class Series:
    """Readings of one post: seconds since 1970, values, when they came, where it stands."""

    name: str
    times: np.ndarray
    values: np.ndarray
    received: np.ndarray | None = None
    at: tuple[float, float] = (0.0, 0.0)


@dataclass
class Score:
    """What a check found: faults put in, flags, flags on faults, readings, flags beforehand."""

    data: str
    check: str
    fault: str
    faults: int = 0
    flagged: int = 0
    right: int = 0
    readings: int = 0
    untouched: int = 0

    def add(self, truth: np.ndarray, found: np.ndarray, before: np.ndarray) -> None:
        self.faults += int(truth.sum())
        self.flagged += int(found.sum())
        self.right += int((truth & found).sum())
        self.readings += len(truth)
        self.untouched += int(before.sum())

    @property
    def precision(self) -> float | None:
        return self.right / self.flagged if self.flagged else None

    @property
    def recall(self) -> float | None:
        return self.right / self.faults if self.faults else None


def bodies(pack: Path) -> dict[str, QualityBody]:
    """Return what a pack declares, by observed property."""
    found = {}
    for path in sorted((pack / "quality").glob("*.yaml")):
        for each in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            each.pop("schema")
            body = QualityBody.model_validate(each)
            found[body.observed_property] = body
    return found


def places(rng: Rng, count: int, share: float) -> np.ndarray:
    """Return some places of a series, at least one, never two side by side."""
    some = np.sort(rng.choice(np.arange(2, count - 2), max(1, int(share * count)), replace=False))
    return some[np.concatenate(([True], np.diff(some) > 2))]


def put_range(one: Series, limits: Limits, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    """Put in what broken probes send: -999, below the range, full scale, far above the range."""
    values, truth = one.values.copy(), np.zeros(len(one.values), bool)
    low, high = limits.low or 0.0, limits.high or 1.0
    for place in places(rng, len(values), 0.01):
        values[place] = rng.choice(
            [-999.0, low - rng.uniform(0.5, 50), high * rng.uniform(1.01, 5)]
        )
        truth[place] = True
    return values, truth


def put_spike(size: tuple[float, float]) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """Return what puts in single readings that stand out by a size from ``size``, evenly spread."""

    def put(one: Series, _limits: Limits, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
        values, truth = one.values.copy(), np.zeros(len(one.values), bool)
        for place in places(rng, len(values), 0.01):
            values[place] += rng.uniform(*size)
            truth[place] = True
        return values, truth

    return put


def put_step(size: tuple[float, float]) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """Return what moves all readings for a day, as a knocked probe does, and then back."""

    def put(one: Series, _limits: Limits, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
        values, truth = one.values.copy(), np.zeros(len(one.values), bool)
        long = int(DAY_S // np.median(np.diff(one.times)))
        for place in range(int(rng.integers(2, long)), len(values) - long - 2, 4 * long):
            values[place : place + long] += rng.uniform(*size)
            truth[[place, place + long]] = True
        return values, truth

    return put


def put_stuck(one: Series, limits: Limits, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    """Hold a value for up to three times the limit; those after the limit are the faults."""
    values, truth = one.values.copy(), np.zeros(len(one.values), bool)
    every = float(np.median(np.diff(one.times)))
    limit = int(np.ceil((limits.stuck_s or 0) / every))
    rest = limits.rest_high if limits.rest_high is not None else -np.inf
    for start in range(int(rng.integers(2, 4 * limit)), len(values) - 3 * limit - 2, 8 * limit):
        long = int(rng.integers(limit + 2, 3 * limit))
        held = values[start] if values[start] > rest else rng.uniform(3, 40)
        values[start : start + long] = held
        truth[start : start + long] = one.times[start : start + long] - one.times[start] >= (
            limits.stuck_s or 0
        )
    return values, truth


INJECTED: Sequence[tuple[Quality, str, str, Callable[..., tuple[np.ndarray, np.ndarray]]]] = (
    (Quality.RANGE, "flood_depth", "broken probe: -999, below 0, beyond the range", put_range),
    (Quality.SPIKE, "flood_depth", "spike of 10 to 150 cm", put_spike((10, 150))),
    (Quality.STEP, "flood_depth", "knocked by 30 to 150 cm, back after a day", put_step((30, 150))),
    (Quality.STUCK, "flood_depth", "held for 6 to 18 hours", put_stuck),
    (Quality.RANGE, "pm2_5", "broken probe: -999, below 0, beyond the range", put_range),
    (Quality.SPIKE, "pm2_5", "spike of 20 to 300 µg/m³", put_spike((20, 300))),
    (Quality.STEP, "pm2_5", "knocked by 100 to 600 µg/m³, back after a day", put_step((100, 600))),
    (Quality.STUCK, "pm2_5", "held for 12 to 36 hours", put_stuck),
)  # fmt: skip


def flags(one: Series, values: np.ndarray, limits: Limits, wanted: Quality) -> np.ndarray:
    return (assess(one.times, values, limits) & wanted) > 0


def injected(series: dict[str, list[Series]], declared: dict[str, QualityBody]) -> Iterator[Score]:
    """Yield range, spike, step and stuck, each alone on a fresh copy of every series."""
    for wanted, code, fault, put in INJECTED:
        rng, score = np.random.default_rng(SEED), Score(code, wanted.name.lower(), fault)
        limits = declared[code].limits()
        for one in series[code]:
            before = flags(one, one.values, limits, wanted)
            for _round in range(ROUNDS):
                values, truth = put(one, limits, rng)
                score.add(truth, flags(one, values, limits, wanted), before)
        yield score


def neighbours(series: list[Series], body: QualityBody) -> Score:
    """Move one station by 30 to 150 for 6 to 24 hours; compare it with those within the radius."""
    score = Score(body.observed_property, "neighbour", "moved by 30 to 150 µg/m³ for 6 to 24 hours")
    rng, limits = np.random.default_rng(SEED), body.limits()
    for one in series:
        near = [
            each for each in series
            if each is not one and distance_m(one.at, each.at) <= body.neighbour_metres
        ]  # fmt: skip
        others = np.full((len(near), len(one.times)), np.nan)
        for row, each in enumerate(near):
            _same, here, there = np.intersect1d(one.times, each.times, return_indices=True)
            others[row, here] = each.values[there]
        before = against_neighbours(one.values, others, limits, body.neighbours_least)
        for _round in range(ROUNDS):
            values, truth = one.values.copy(), np.zeros(len(one.values), bool)
            for start in range(int(rng.integers(2, 48)), len(values) - 30, 96):
                long = int(rng.integers(6, 25))
                values[start : start + long] += rng.uniform(30, 150)
                truth[start : start + long] = True
            found = against_neighbours(values, others, limits, body.neighbours_least)
            score.add(truth, found, before)
    return score


def missing(series: list[Series], body: QualityBody) -> Score:
    """Leave out one to five readings at a time; the reading after them is the one to be flagged.

    Gaps that the file has by itself are missing readings too, and count as such.
    """
    score = Score(body.observed_property, "gap", "1 to 5 readings lost")
    rng, limits = np.random.default_rng(SEED), body.limits()
    for one in series:
        own = gaps(one.times, limits)
        for _round in range(ROUNDS):
            kept = np.ones(len(one.times), bool)
            for place in places(rng, len(one.times) - 8, 0.02):
                kept[place : place + int(rng.integers(1, 6))] = False
            after = np.zeros(len(kept), bool)
            after[1:] = kept[1:] & (~kept[:-1] | own[1:])
            score.add(after[kept], gaps(one.times[kept], limits), own[kept])
    return score


def clocks(series: list[Series], body: QualityBody) -> Iterator[Score]:
    """Let clocks run wrong by up to 300 s a day for two weeks, one sample in 20 minutes, and jump.

    A clock is wrong where it runs more than the declared limit; the lags are those of the file.
    """
    limit = body.drift_seconds_a_day or np.inf
    lags = np.concatenate(
        [each.received - each.times for each in series if each.received is not None]
    )
    rng, drifts = np.random.default_rng(SEED), Score("flood_depth", "drift", "0 to 300 s a day")
    for _device in range(2_000):
        received = np.arange(0.0, 14 * DAY_S, 1_200)
        rate = rng.uniform(-300, 300) * rng.integers(0, 2)
        times = received - rng.choice(lags, len(received)) - rate * received / DAY_S
        found = abs(drift(times, received)) > limit
        drifts.add(np.array([abs(rate) > limit]), np.array([found]), np.array([False]))
    yield drifts
    jumps = Score("flood_depth", "clock", "set to 1980, an hour ahead, a day behind")
    limits = replace(body.limits(), low=None, high=None)
    for one in series:
        if one.received is None:
            continue
        before = (assess(one.times, one.values, limits, one.received) & Quality.CLOCK) > 0
        for jump in (-one.times[0] + 315_532_800.0, 3_600.0, -90_000.0):
            moved = (assess(one.times + jump, one.values, limits, one.received) & Quality.CLOCK) > 0
            jumps.add(np.ones(len(moved), bool), moved, before)
        jumps.add(np.zeros(len(before), bool), before, before)
    yield jumps


def scores(
    depths: list[Series], air: list[Series], arrived: list[Series], declared: dict[str, QualityBody]
) -> list[Score]:
    """Return every check on every fault.

    Args:
        depths, air: road depths and PM2.5 at regular times; arrived: depths as they came.
    """
    found = list(injected({"flood_depth": depths, "pm2_5": air}, declared))
    found.append(neighbours(air, declared["pm2_5"]))
    found.append(missing(air, declared["pm2_5"]))
    found.extend(clocks(arrived, declared["flood_depth"]))
    return found


def _moment(text: str) -> float:
    return datetime.fromisoformat(f"{text}+08:00").timestamp()


def read_depths(folder: Path) -> tuple[list[Series], list[Series]]:
    """Return the posts' depths every ten minutes with silence as 0, and as they came."""
    rows: dict[str, list[tuple[float, float, float]]] = {}
    path = folder / "flood_sensors" / "kaohsiung_flood_depth_2025-06-14_07-15.csv"
    with path.open(encoding="utf-8") as file:
        for each in csv.DictReader(file):
            told = (_moment(each["time"]), float(each["depth_cm"]), _moment(each["received"]))
            rows.setdefault(each["station_id"], []).append(told)
    begin = min(each[0][0] for each in rows.values()) // 600 * 600
    end = max(each[-1][0] for each in rows.values())
    grid = np.arange(begin, end, 600.0)
    regular, came = [], []
    for name, some in sorted(rows.items()):
        times, values, received = np.array(sorted(some)).T
        values_there = np.zeros(len(grid))
        values_there[np.minimum((times - begin) // 600, len(grid) - 1).astype(int)] = values
        regular.append(Series(name, grid, values_there))
        came.append(Series(name, times, values, received))
    return regular, came


def read_air(folder: Path) -> list[Series]:
    """Return PM2.5 of every station, its missing hours left out."""
    folder = folder / "air_quality"
    with (folder / "kaohsiung_aqi_stations.csv").open(encoding="utf-8") as file:
        spots = {e["station"]: (float(e["lon"]), float(e["lat"])) for e in csv.DictReader(file)}
    rows: dict[str, list[tuple[float, float]]] = {}
    path = folder / "kaohsiung_aqi_hourly_2026-07-03_08-05.csv"
    with path.open(encoding="utf-8") as file:
        for each in csv.DictReader(file):
            if each["pm2_5"]:
                told = (_moment(each["time"]), float(each["pm2_5"]))
                rows.setdefault(each["station"], []).append(told)
    return [
        Series(name, *np.array(sorted(dict(some).items())).T, at=spots[name])
        for name, some in sorted(rows.items())
    ]


def shown(score: Score) -> dict[str, Any]:
    return asdict(score) | {"precision": score.precision, "recall": score.recall}


def main() -> None:
    data = Path(sys.argv[1])
    pack = Path(sys.argv[2]) if len(sys.argv) > 2 else Path("packs/kaohsiung")
    depths, arrived = read_depths(data)
    found = scores(depths, read_air(data), arrived, bodies(pack))
    print(f"seed {SEED}, {ROUNDS} rounds", file=sys.stderr)
    for each in found:
        precision = "–" if each.precision is None else f"{each.precision:.3f}"
        recall = "–" if each.recall is None else f"{each.recall:.3f}"
        print(
            f"{each.data:12} {each.check:10} {each.fault:46} faults {each.faults:7,} "
            f"flagged {each.flagged:7,} precision {precision} recall {recall} "
            f"untouched {each.untouched / max(each.readings, 1):.5%}",
            file=sys.stderr,
        )
    print(json.dumps([shown(each) for each in found], ensure_ascii=False))


if __name__ == "__main__":
    main()
