"""Documents are made of values that nobody can turn into commands, the same everywhere."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest
from tests.services.outputs.documents import (
    ASSETS,
    AT,
    CERTIFICATE,
    CERTIFICATE_VALUES,
    LETTER,
    LETTER_VALUES,
    text_of,
)

from shizheng.services.outputs.glyphs import GlyphMissing
from shizheng.services.outputs.qr import qr_code
from shizheng.services.outputs.typeset import DocumentNotMade, typeset

SHOW = b'#set document(title: "T")\n#let values = json("values.json")\n'
ONE = SHOW + b"#values.name"


def certificate(**changes):
    return typeset(CERTIFICATE, CERTIFICATE_VALUES | changes, at=AT, assets=ASSETS)


def test_a_certificate_gives_back_its_chinese_text():
    text = text_of(certificate())
    for part in ("都市發展局\r\n土地使用分區證明書", "游錫堃、陳喆、黃犇", "12,345 平方公尺"):
        assert part in text


def test_dates_are_written_in_the_years_of_the_republic():
    text = text_of(certificate())
    assert "中華民國109年3月2日" in text.replace(" ", "")
    assert "第1頁，共1頁" in text.replace(" ", "")


def test_a_letter_keeps_the_order_of_official_documents():
    text = text_of(typeset(LETTER, LETTER_VALUES, at=AT, assets=ASSETS)).replace(" ", "")
    parts = ["工務局函", "受文者：", "發文日期：", "發文字號：", "速別：", "附件：", "主旨："]
    parts += ["說明：", "三、", "正本：", "副本：", "局長"]
    found = [text.index(part) for part in parts]
    assert found == sorted(found)


def test_an_english_certificate_speaks_english():
    text = text_of(certificate(language="en", title="Zoning certificate"))
    assert "2 March 2020" in text
    assert "Page 1 of 1" in text
    assert "發文日期" not in text


@pytest.mark.parametrize(
    ("demo", "count"), [pytest.param(True, 1, id="demo"), pytest.param(False, 0, id="real")]
)
def test_a_document_says_that_it_is_a_demonstration(demo, count):
    assert text_of(certificate(demo=demo)).count("示範文件") == count


def test_the_file_declares_archive_and_accessibility_standards():
    pdf = certificate()
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"/StructTreeRoot" in pdf


def test_the_same_input_gives_the_same_bytes():
    first = certificate()
    assert first == certificate()
    assert b"/CreationDate(D:20200302013000Z)" in first


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")',
        "*not bold* _not italic_ $x$ `code`",
        '"]; #panic("x") #[',
        "\\u{41} // comment /* */ <label> @reference",
        "= no heading",
        "https://example.org/",
        "{{ name }} %d {0}",
    ],
)
def test_a_name_is_printed_as_it_stands_whatever_it_looks_like(name):
    assert name in text_of(typeset(ONE, {"name": name}, at=AT))


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../typeset.py", "../../../../../../etc/passwd", "/../keys.py"]
)
def test_a_template_reads_no_file_of_the_machine(path):
    template = SHOW + b"#read(" + json.dumps(path).encode() + b")"
    with pytest.raises(DocumentNotMade):
        typeset(template, {}, at=AT)


def test_a_template_gets_no_package_from_outside():
    with pytest.raises(DocumentNotMade, match="not fetched"):
        typeset(b'#import "@preview/cetz:0.3.0": *', {}, at=AT)


def test_a_fault_of_a_template_is_named_with_its_line():
    with pytest.raises(DocumentNotMade, match=re.escape("main.typ:3: ")):
        typeset(SHOW + b"#values.nobody", {"name": "王小明"}, at=AT)


def test_a_template_cannot_print_a_missing_glyph_either():
    with pytest.raises(GlyphMissing, match=re.escape("main.typ:3: 𡍼 (U+2137C)")):
        typeset(SHOW + "𡍼".encode(), {}, at=AT)


@pytest.mark.parametrize("name", ["../qr.svg", "values.json", "letter.typ", "a/b.svg", "QR.svg"])
def test_an_asset_has_a_plain_name_of_its_own(name):
    with pytest.raises(ValueError, match="plain name"):
        typeset(ONE, {"name": ""}, at=AT, assets={name: b""})


def test_empty_values_leave_no_rows_behind():
    values = CERTIFICATE_VALUES | {"applicant": "", "zone": "", "plan": ""}
    text = text_of(typeset(CERTIFICATE, values, at=AT, assets=ASSETS))
    assert "申請人" not in text.replace("依申請人", "")
    assert "土地標示" in text


def test_dates_and_decimals_arrive_as_text():
    template = SHOW + b"#values.day #values.sum"
    pdf = typeset(template, {"day": date(2020, 2, 29), "sum": Decimal("1E+3")}, at=AT)
    assert "2020-02-29 1000" in text_of(pdf)


def test_a_value_that_is_no_text_is_a_fault_of_the_caller():
    with pytest.raises(TypeError, match="cannot read a object"):
        typeset(ONE, {"name": object()}, at=AT)


def test_two_hundred_kilobytes_of_text_fill_many_pages():
    sentence = "本局經審查後認為申請人所附文件齊全，依規定准予核發。"
    text = sentence * (200_000 // len(sentence.encode()))
    pdf = certificate(zone=text)
    pages = pypdfium2.PdfDocument(pdf)
    assert len(pages) > 50
    assert text_of(pdf).count("經") >= text.count("經")


def test_several_threads_make_documents_at_once():
    names = [f"申請人{chr(0x4E00 + number)}" for number in range(40)]
    with ThreadPoolExecutor(4) as threads:
        made = threads.map(lambda name: typeset(ONE, {"name": name}, at=AT), names)
        assert [text_of(pdf).strip() for pdf in made] == names


def test_the_code_is_a_drawing_that_follows_the_address():
    drawing = qr_code("https://plan.example.gov.tw/verify/7KQ2")
    assert drawing.startswith(b"<svg")
    assert drawing != qr_code("https://plan.example.gov.tw/verify/7KQ3")
