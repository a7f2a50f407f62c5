"""Reports as PDF: their text can be read, the data is attached, the brief is one page."""

import hashlib
import re

import numpy as np
import pypdfium2
import pytest
from django.utils import translation

from shizheng.plan.quarters.actions import quarter_close
from shizheng.plan.quarters.printing import TEMPLATES, report_pdf

from .conftest import IN_APRIL, IN_JULY, Q1, Q2, WHY, shown_in

pytestmark = pytest.mark.django_db
REPORT = (TEMPLATES / "report.typ").read_text("utf-8")
FILLS = dict(re.findall(r'(\w+): rgb\("(#\w{6})"\)', REPORT))


@pytest.fixture
def closing(people):
    shown_in(IN_APRIL, "requests_in_time", 96, 97, 98)
    quarter_close(period=Q1, by=people.controller, at=IN_APRIL, reason=WHY)
    shown_in(IN_JULY, "requests_closed", 40, 41, 42, 43, 44, 45)
    return quarter_close(period=Q2, by=people.controller, at=IN_JULY, reason=WHY)


def read(pdf: bytes) -> tuple[int, str, dict[str, bytes]]:
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    files = [document.get_attachment(n) for n in range(document.count_attachments())]
    return len(document), text, {each.get_name(): bytes(each.get_data()) for each in files}


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_the_reports_carry_their_text_and_their_data(closing, language):
    with translation.override(language):
        pages, text, files = read(report_pdf(closing))
        brief_pages, brief, brief_files = read(report_pdf(closing, is_brief=True))
        number = closing.body["departments"][0]["number"]
        _, department, some = read(report_pdf(closing, department=number))
    assert pages > 1
    assert brief_pages == 1
    assert {"1-1", "3-3"} <= set(text.split())
    assert closing.digest[:8] in text + brief
    for held in (files, brief_files, some):
        assert hashlib.sha256(held["record.json"]).hexdigest() == closing.digest
        assert held["data.csv"].startswith(b"\xef\xbb\xbfquarter,code")
    assert b",3-3," in files["data.csv"]
    assert b",3-3," not in some["data.csv"]
    assert "1-1" in department


def test_the_names_in_the_bars_are_as_dark_as_text_must_be(closing):
    page = pypdfium2.PdfDocument(report_pdf(closing))[0]
    text = page.get_textpage()
    found = text.search(closing.body["departments"][0]["name"]["zh-Hant"]).get_next()
    assert found, text.get_text_range()
    boxes = [text.get_charbox(found[0] + place) for place in range(found[1])]
    scale, height = 4, page.get_height()
    pixels = page.render(scale=scale).to_numpy()[:, :, :3]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    bottom, top = min(box[1] for box in boxes), max(box[3] for box in boxes)
    cut = pixels[
        int((height - top) * scale) : int((height - bottom) * scale),
        int(left * scale) : int(right * scale),
    ]
    strokes = np.sort(cut.reshape(-1, 3).mean(axis=1))
    dark = strokes[: max(1, len(strokes) // 10)].mean()  # the tenth that is stroke, not paper
    assert contrast(dark) >= 4.5


@pytest.mark.parametrize("colour", [pytest.param(fill, id=name) for name, fill in FILLS.items()])
def test_the_white_numbers_stand_out_from_every_colour_of_a_bar(colour):
    channels = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    assert 1.05 / (luminance(*channels) + 0.05) >= 4.5


def contrast(grey: float) -> float:
    """Return the contrast of a grey against white paper."""
    return 1.05 / (luminance(grey, grey, grey) + 0.05)


def luminance(*channels: float) -> float:
    """Return the relative luminance of WCAG 2."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in channels)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
