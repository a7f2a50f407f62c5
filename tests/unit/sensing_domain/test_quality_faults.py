"""Faults put into a sample of real readings are found by the checks that the pack declares."""

import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

ROOT = Path(__file__).parents[3]
SAMPLE = Path(__file__).with_name("quality_sample.json")
faults = SimpleNamespace(**runpy.run_path(str(ROOT / "benchmarks" / "quality.py")))
FLOORS = {
    ("flood_depth", "range"): (0.98, 1.0),
    ("flood_depth", "spike"): (0.9, 0.8),
    ("flood_depth", "step"): (0.75, 0.8),
    ("flood_depth", "stuck"): (0.99, 0.99),
    ("pm2_5", "range"): (0.99, 1.0),
    ("pm2_5", "spike"): (0.99, 0.8),
    ("pm2_5", "step"): (0.99, 0.8),
    ("pm2_5", "stuck"): (0.95, 0.99),
    ("pm2_5", "neighbour"): (0.99, 0.9),
    ("pm2_5", "gap"): (0.99, 0.99),
    ("flood_depth", "drift"): (0.99, 0.95),
    ("flood_depth", "clock"): (0.99, 0.98),
}
"""Of data and check: the least precision and the least recall."""


@pytest.fixture(scope="module")
def measured():
    told = json.loads(SAMPLE.read_text(encoding="utf-8"))
    air = [
        faults.Series(
            each["name"], each["begin"] + 3_600.0 * np.array(each["hours"]),
            np.array(each["values"]), at=tuple(each["at"]),
        )
        for each in told["pm2_5"]
    ]  # fmt: skip
    depths = [_depths(each) for each in told["flood_depth"]]
    came = told["arrived"]
    times = came["begin"] + np.array(came["times"], float)
    arrived = faults.Series(
        "arrived", times, np.array(came["values"]), times + np.array(came["lags"])
    )
    found = faults.scores(depths, air, [arrived], faults.bodies(ROOT / "packs" / "kaohsiung"))
    return {(each.data, each.check): each for each in found}


def _depths(told):
    values = np.zeros(told["count"])
    for place, value in told["values"].items():
        values[int(place)] = value
    return faults.Series(told["name"], told["begin"] + 600.0 * np.arange(told["count"]), values)


def test_every_check_is_measured(measured):
    assert measured.keys() == FLOORS.keys()
    assert all(each.faults >= 20 for each in measured.values()), measured


@pytest.mark.parametrize("case", FLOORS, ids="-".join)
def test_a_check_finds_its_faults_and_flags_little_else(measured, case):
    precision, recall = FLOORS[case]
    score = measured[case]
    assert score.precision is not None
    assert score.precision >= precision, score
    assert score.recall >= recall, score
