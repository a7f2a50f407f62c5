"""The figures that docs/explanation/learning.md states hold for the city's real questions."""

import re
from pathlib import Path

import pytest

from shizheng.cli.learning import agencies_of
from shizheng.services.learning.agencies import agency_index, examples_of
from shizheng.services.learning.table import read_bytes, read_rows
from shizheng.services.learning.training import learn

ROOT = Path(__file__).parents[3]
CORPUS = ROOT / "../shared/data/faq/kaohsiung_faq_dev.csv"
STATED = (ROOT / "docs/explanation/learning.md").read_text(encoding="utf-8")
TOLERANCE = 0.02

pytestmark = pytest.mark.skipif(not CORPUS.is_file(), reason="the city's questions are not here")


def stated(words):
    row = re.search(rf"^\| {words} \| ([\d.]+) ?%? \| ([\d.]+) ?%? \|", STATED, re.MULTILINE)
    return [float(cell) / 100 for cell in row.groups()]


def test_the_real_questions_are_found_as_often_as_the_documents_say():
    rows = read_rows(
        read_bytes(CORPUS), file="faq", texts=["question", "answer"], labels=["organ_code"]
    )
    examples = examples_of(rows, agency_index(agencies_of(ROOT / "packs/kaohsiung")))
    found = learn(examples)
    both = found.kept_aside, found.crossed
    for words, top in (("right at first", 1), ("right among three", 3)):
        measured = [scored.right_within(top) for scored in both]
        assert measured == pytest.approx(stated(words), abs=TOLERANCE)
