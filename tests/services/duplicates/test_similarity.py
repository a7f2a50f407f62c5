"""How alike two reports are: near, recent, in the same words."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.services.domain.similarity import Sighting, dice, likeness

MONTH = timedelta(days=30)
HERE = {"longitude": 120.3127, "latitude": 22.6483}
NEW = Sighting("road_damage", "Roads", text="三民區建國三路路中央有大坑洞", **HERE)


def alike(old: Sighting, within_m: int = 40) -> float:
    return likeness(NEW, old, within_m=within_m, within=MONTH).score


def at(metres_north: float, **other) -> Sighting:
    known = {"text": "建國三路有坑洞，機車差點跌倒", "age": timedelta(days=1)} | other
    return Sighting(
        "road_damage", "Roads", longitude=HERE["longitude"],
        latitude=HERE["latitude"] + metres_north / 110_750, **known,
    )  # fmt: skip


def test_the_nearer_the_likelier():
    assert alike(at(1)) > alike(at(20)) > alike(at(39)) > 0


@pytest.mark.parametrize(
    "old",
    [
        pytest.param(at(41), id="beyond-the-distance"),
        pytest.param(at(1, age=timedelta(days=31)), id="too-long-ago"),
        pytest.param(Sighting("noise", "Noise", **HERE), id="another-kind-of-matter"),
        pytest.param(Sighting("road_damage", "Roads", text=NEW.text), id="without-a-place"),
    ],
)
def test_nothing_alike(old):
    assert alike(old) == 0


def test_the_same_words_at_the_same_place_today_are_certain():
    assert alike(at(0, text=NEW.text, age=timedelta(0))) == 1


def test_unknown_words_count_for_nobody():
    silent = at(10, text="")
    found = likeness(NEW, silent, within_m=40, within=MONTH)
    assert found.part("text") is None
    assert found.score > alike(at(10, text="路燈不亮"))


def test_addresses_are_compared_where_there_is_no_point():
    new = Sighting("road_damage", "Roads", address="三民區建國三路 50 號前", text="坑洞")
    same = Sighting("road_damage", "Roads", address="建國三路50號", text="有坑洞")
    other = Sighting("road_damage", "Roads", address="中正四路 211 號", text="有坑洞")
    scores = [likeness(new, old, within_m=40, within=MONTH).score for old in (same, other)]
    assert scores[0] > 0.7
    assert scores[1] < 0.4


def test_every_part_says_what_it_was_measured_from():
    found = likeness(NEW, at(20), within_m=40, within=MONTH)
    assert found.part("distance").measured == pytest.approx(20, abs=0.2)
    assert found.part("age").measured == 1
    total = sum(part.weight for part in found.parts)
    assert found.score == pytest.approx(
        sum(part.score * part.weight for part in found.parts) / total, abs=1e-4
    )


@given(st.text(max_size=40), st.text(max_size=40))
def test_dice_is_symmetric_and_between_0_and_1(one, other):
    assert dice(one, other) == dice(other, one)
    assert 0 <= dice(one, other) <= 1


@given(st.text(alphabet="路面坑洞台北", min_size=1, max_size=20))
def test_a_text_is_like_itself(text):
    assert dice(text, text) == 1
