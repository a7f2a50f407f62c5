"""Contrast by WCAG 2.2 of every pair of tokens that meet on a page, light and dark, both packs."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TOKENS = (ROOT / "src/shizheng/web/static/web/css/tokens.css").read_text(encoding="utf-8")
PAIRED = re.compile(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)")
COLOURS = {name: {"light": light, "dark": dark} for name, light, dark in PAIRED.findall(TOKENS)}
GROUNDS = ("paper", "surface", "sunk", "brand-soft")
TEXT = [(ink, ground) for ink in ("ink", "ink-2", "brand", "due") for ground in GROUNDS]
LIGHTS = [(ink, ground) for ink in ("ok", "warn", "late", "none") for ground in GROUNDS]
QUIET = [("ink-3", "paper"), ("ink-3", "surface"), ("ink", "due-soft"), ("due", "due-soft")]
ON_FILLED = [("brand-ink", "brand"), ("surface", "late"), ("focus-ink", "focus")]
SHAPES = [("line-strong", "paper"), ("line-strong", "surface")]
PACKS = sorted((ROOT / "packs").glob("*/pack.yaml"))


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_21_to_1():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        *((ink, ground, 4.5) for ink, ground in TEXT + LIGHTS + QUIET + ON_FILLED),
        *((ink, ground, 3.0) for ink, ground in SHAPES),
    ],
)
def test_what_stands_on_a_ground_can_be_read(ink, ground, least, theme):
    assert contrast(COLOURS[ink][theme], COLOURS[ground][theme]) >= least


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_brand_of_each_pack_can_be_read(pack, theme):
    tones = yaml.safe_load(pack.read_text(encoding="utf-8"))["brand"][theme]
    grounds = [COLOURS[ground][theme] for ground in GROUNDS[:3]] + [tones["brand_soft"]]

    assert all(contrast(tones["brand"], ground) >= 4.5 for ground in grounds)
    assert contrast(tones["brand_ink"], tones["brand"]) >= 4.5
    assert contrast(COLOURS["ink"][theme], tones["brand_soft"]) >= 4.5


def test_older_browsers_are_given_the_light_colours():
    fallback = TOKENS.split("@supports not", 1)[1].split("\n}", 1)[0]
    plain = dict(re.findall(r"--([\w-]+): (#\w{6});", fallback))

    assert plain == {name: colours["light"] for name, colours in COLOURS.items()}
