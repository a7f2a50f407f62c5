"""Sheets are drawn once, by a program that no file can make hang or eat the memory."""

import struct
import time
import zlib

import numpy
import pytest
from tests.services.documents import papers
from tests.services.documents.conftest import applied, drawing

from shizheng.services.documents import sheets
from shizheng.services.documents.errors import SheetMissing, SheetTooHard
from shizheng.services.domain.errors import AnswersWrong
from shizheng.services.models import Case


def pixels(path) -> numpy.ndarray:
    """Read back a PNG of ours: (rows, cols, 3)."""
    content = path.read_bytes()
    width, height = sheets.size_of(path)
    length = struct.unpack(">I", content[33:37])[0]
    lines = numpy.frombuffer(zlib.decompress(content[41 : 41 + length]), numpy.uint8)
    return lines.reshape(height, width * 3 + 1)[:, 1:].reshape(height, width, 3)


def test_a_drawing_knows_its_sheets_and_shows_them_in_proportion(case):
    document = drawing(case)
    assert document.sheet_count == 2
    picture = sheets.sheet_picture(document, 1, sheets.MIDDLE)
    width, height = sheets.size_of(picture)
    assert width == 1200
    assert height == pytest.approx(1200 * 595 / 842, abs=1)
    assert pixels(picture).min() == 0  # something is drawn


def test_a_sheet_is_drawn_once_and_the_picture_is_kept(case, monkeypatch):
    first = sheets.sheet_picture(drawing(case), 2, sheets.SMALL)
    monkeypatch.setattr(sheets, "program_run", None)
    assert sheets.sheet_picture(drawing(case), 2, sheets.SMALL) == first


def test_a_sheet_that_is_not_there_is_refused(case):
    for sheet in (0, 3):
        with pytest.raises(SheetMissing):
            sheets.sheet_picture(drawing(case), sheet, sheets.SMALL)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (papers.locked(), "services.sheets_locked"),
        (b"%PDF-1.7\nnothing that could be read\n%%EOF", "services.sheets_unreadable"),
        (papers.pdf(*["x"] * 600), "services.sheets_too_many"),
        (papers.pdf(*["x"] * 10_000), "services.sheets_too_many"),
    ],
)
def test_a_drawing_that_cannot_be_reviewed_is_refused_with_the_field(crew, content, code):
    with pytest.raises(AnswersWrong) as refused:
        applied(crew, plans=content)
    assert refused.value.faults["plans"].code == code
    assert not Case.objects.exists()


def test_a_huge_page_is_drawn_small(crew):
    case = applied(crew, plans=papers.pdf("huge", box="0 0 1000000000 1000000000"))
    picture = sheets.sheet_picture(drawing(case), 1, sheets.MIDDLE)
    assert sheets.size_of(picture) == (1200, 1200)


@pytest.mark.parametrize("box", ["0 0 14400 1", "0 0 0 0"])
def test_a_page_without_measure_harms_nobody(crew, box):
    document = drawing(applied(crew, plans=papers.pdf("thin", box=box)))
    try:
        picture = sheets.sheet_picture(document, 1, sheets.MIDDLE)
    except SheetTooHard:
        return
    assert max(sheets.size_of(picture)) <= 2_000


def test_a_page_that_draws_itself_without_end_is_stopped(crew):
    document = drawing(applied(crew, plans=papers.endless()))
    began = time.monotonic()
    with pytest.raises(SheetTooHard):
        sheets.sheet_picture(document, 1, sheets.MIDDLE)
    assert time.monotonic() - began < 30


def test_a_paper_that_is_not_reviewed_by_sheet_may_be_unreadable(crew):
    case = applied(crew, land_rights=b"%PDF-1.7\nscanned badly\n%%EOF")
    assert drawing(case, "land_rights").sheet_count is None


def test_two_versions_over_each_other_show_what_went_and_what_came(crew, case, tmp_path):
    from shizheng.services.documents.rendering import overlaid, png

    white = numpy.full((4, 6, 3), 255, numpy.uint8)
    before, after = white.copy(), white.copy()
    before[0, 0] = before[1, 1] = 0
    after[1, 1] = after[2, 2] = 0
    over = tmp_path / "over.png"
    over.write_bytes(png(overlaid(before, after)))
    found = pixels(over)
    assert found[0, 0].tolist() == [255, 0, 0]
    assert found[1, 1].tolist() == [0, 0, 0]
    assert found[2, 2].tolist() == [0, 0, 255]
    assert found[3, 3].tolist() == [255, 255, 255]
