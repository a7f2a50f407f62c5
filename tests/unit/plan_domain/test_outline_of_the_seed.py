"""The adopted outline of year 109, whole: it is not part of the repository."""

import csv
import json
import time
import unicodedata
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shizheng.cli.outline import app
from shizheng.plan.domain.outline.compare import compare
from shizheng.plan.domain.outline.parser import parse
from shizheng.plan.domain.outline.printed import clean, printed

SEED = Path(__file__).parents[3] / "../shared/seed"
OUTLINE = SEED / "policy-outline-109.txt"

pytestmark = pytest.mark.skipif(not OUTLINE.is_file(), reason="../shared/seed is not here")


@pytest.fixture(scope="module")
def outline():
    return parse(OUTLINE.read_bytes())


def catalogue():
    with (SEED / "catalogue.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def folded(text):
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_it_has_33_chapters_and_505_items_without_a_gap(outline):
    assert [chapter.number for chapter in outline.chapters] == list(range(1, 34))
    assert sum(1 for _ in outline.items) == 505
    assert outline.unplaced == ()
    assert outline.gaps == ()


def test_its_codes_are_those_of_the_catalogue_in_the_same_order(outline):
    assert [item.code for item in outline.items] == [row["id"] for row in catalogue()]


def test_each_item_holds_the_key_words_of_the_catalogue(outline):
    texts = {item.code: folded(item.text) for item in outline.items}
    assert [row["id"] for row in catalogue() if folded(row["zh_key"]) not in texts[row["id"]]] == []


def test_it_prints_word_for_word(outline):
    assert printed(outline) == OUTLINE.read_text(encoding="utf-8")


def test_offsets_point_at_the_raw_text(outline):
    for item in outline.items:
        assert outline.text[item.start : item.end] == item.raw
        assert item.raw.startswith(outline.text.split("\n")[item.line - 1].strip()[:10])


def test_an_item_broken_by_a_page_is_whole_again(outline):
    item = next(item for item in outline.items if item.code == "13-1")
    assert "大遼路拓寬工程」及「高雄新市鎮 1-2 號道路" in item.text
    assert (item.line, item.last_line) == (322, 324)


def test_title_preface_and_heading_have_their_place(outline):
    assert outline.title.endswith("施政綱要")
    assert outline.heading == "施政要項"
    assert outline.preface.startswith("在這個全球化的時代")
    assert "擴大捷運服務範圍" in outline.preface


def test_a_tidy_reprint_reads_the_same(outline):
    again = parse(clean(outline).encode())
    assert [item.text for item in again.items] == [item.text for item in outline.items]
    assert [chapter.title for chapter in again.chapters] == [c.title for c in outline.chapters]


def test_the_command_prints_the_agreed_figures():
    result = CliRunner().invoke(app, ["check", str(OUTLINE), "--json"])
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert list(answer)[:4] == ["chapters", "items", "unplaced", "gaps"]
    assert [answer[key] for key in list(answer)[:4]] == [33, 505, [], []]


def test_two_editions_of_505_items_are_compared_in_two_seconds(outline):
    text = outline.text.replace("推動", "積極推行").replace("，", "，並")
    other = parse(text.encode())
    began = time.process_time()
    pairs = compare(outline, other)
    assert time.process_time() - began < 2
    assert all(pair.old.code == pair.new.code for pair in pairs if pair.level == "item")
