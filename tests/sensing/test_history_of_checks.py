"""Checks read little history where it tells what all of it would; what they find is the same."""

import random
from datetime import datetime

import pytest
from tests.sensing.conftest import AT, MINUTE, START

from shizheng.sensing.checking import flagging
from shizheng.sensing.domain.quality import Limits
from shizheng.sensing.store.tables import hot_put

pytestmark = pytest.mark.django_db
LIMITS = {
    "all": Limits(low=0, high=90, per_minute=1, stuck_s=3_600, spike=5, interval_s=600, late_s=600),
    "at rest": Limits(low=0, high=90, stuck_s=3_600, rest_high=3, spike=5, per_minute=0.5),
    "no stuck": Limits(high=90, spike=5, per_minute=1),
    "in a band": Limits(low=0, high=90, stuck_s=3_600, stuck_within=2.5, spike=5),
}
VALUES = [0.0, 2.0, 2.0, 4.0, 8.0, 8.5, 30.0, 60.0, 95.0, -4.0, None]


def history(chance: random.Random, count: int) -> list[float | None]:
    """Runs of one value, jumps to and fro, faults and holes, in no order."""
    found: list[float | None] = []
    while len(found) < count:
        one, other = chance.choice(VALUES), chance.choice(VALUES)
        many = chance.randint(1, 12)
        found += chance.choice([[one] * many, [one, other] * many, [one]])
    return found[:count]


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
def test_little_history_finds_what_all_of_it_finds(limits, monkeypatch):
    chance = random.Random(11)
    new: dict[int, list[int]] = {}
    for stream in range(1, 81):
        values = history(chance, chance.randint(1, 40))
        times = [START + place * 10 * MINUTE for place in range(len(values))]
        hot_put([(stream, time, value, 0, None) for time, value in zip(times, values, strict=True)])
        late = chance.sample(times, 1) if chance.random() < 0.3 else []
        new[stream] = sorted({*times[-chance.randint(1, 3) :], *late})
    some = flags(new, limits)
    with monkeypatch.context() as patch:
        patch.setattr(flagging, "FEW", flagging.MOST)
        assert flags(new, limits) == some
    assert len(some) > 20


def flags(new: dict[int, list[int]], limits: Limits, at: datetime = AT) -> list[tuple[int, ...]]:
    return sorted(flagging._flags(new, limits, at))


def test_a_stream_that_moves_is_asked_for_little(monkeypatch):
    asked = []
    recent = flagging._recent
    monkeypatch.setattr(
        flagging,
        "_recent",
        lambda new, limits, most: asked.append(most) or recent(new, limits, most),
    )
    for stream, step in ((1, 0.5), (2, 0.0)):
        rows = [(stream, START + n * 10 * MINUTE, 5 + n * step, 0, None) for n in range(30)]
        hot_put(rows)
        flags({stream: [rows[-1][1]]}, LIMITS["all"])
    assert asked == [flagging.FEW, flagging.FEW, flagging.MOST]
