"""Outlines as other cities print them."""

import importlib.util
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shizheng.plan.domain.outline.errors import OutlineNotFound
from shizheng.plan.domain.outline.parser import parse
from shizheng.plan.domain.outline.printed import printed

_spec = importlib.util.spec_from_file_location("outlines", Path(__file__).with_name("outlines.py"))
O = importlib.util.module_from_spec(_spec)  # noqa: E741
_spec.loader.exec_module(O)

CASES = [
    ("FORMAL_CHAPTERS", ["民政", "財政處"], [3, 2]),
    ("ARTICLE_CHAPTERS", ["民政處", "社會處"], [2, 3]),
    ("THREE_LEVELS", ["工務局", "衛生局"], [5, 3]),
    ("WITH_PAGES", ["環境保護", "文化"], [3, 2]),
    ("WITH_CONTENTS", ["民政局", "地政局"], [2, 2]),
    ("CONTENTS_WITHOUT_LEADERS", ["民政局", "地政局"], [2, 2]),
    ("STEMS", ["教育", "交通"], [2, 2]),
    ("ENGLISH", ["Roads Department", "Library Department"], [2, 2]),
    ("ENGLISH_CHAPTERS", ["Roads", "Libraries"], [2, 2]),
    ("UNNUMBERED_DEPARTMENTS", ["民政處", "財政處", "教育處"], [2, 2, 1]),
    ("LIST_IN_PREFACE", ["民政", "經濟"], [2, 2]),
    ("SPACED_AND_WIDE", ["民政", "財政"], [3, 2]),
    ("BULLETS", ["觀光", "農業"], [2, 1]),
    ("TITLED_ITEMS", ["社會局", "勞工局"], [2, 1]),
]


def read(name):
    return parse(getattr(O, name).encode())


@pytest.mark.parametrize(("name", "titles", "counts"), CASES, ids=[case[0] for case in CASES])
def test_chapters_and_items_are_found_and_nothing_is_left_over(name, titles, counts):
    outline = read(name)
    assert [chapter.title for chapter in outline.chapters] == titles
    assert [len(chapter.items) for chapter in outline.chapters] == counts
    assert (outline.unplaced, outline.gaps) == ((), ())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp950"])
def test_every_usual_encoding_and_line_end_reads_the_same(encoding, end):
    text = O.WITH_PAGES.replace("\n", end)
    outline = parse(text.encode(encoding))
    assert printed(outline) == text
    assert [item.text for item in outline.items] == [item.text for item in read("WITH_PAGES").items]


def test_references_years_and_page_furniture_do_not_break_an_item():
    item = list(read("WITH_PAGES").items)[3]
    assert (
        item.text == "保存古蹟，含一、二級古蹟及109年登錄之建物，依(AQI)標準及（一）所列原則辦理。"
    )


def test_an_item_across_pages_leaves_the_running_head_out_of_text_and_raw():
    item = next(read("WITH_PAGES").items)
    assert item.text == "加強稽查，並辦理水質監測，以維護河川。"
    assert "東港市" not in item.raw


def test_sections_group_items_and_parts_stay_inside_their_item():
    chapter = read("THREE_LEVELS").chapters[0]
    assert [section.title for section in chapter.sections] == ["道路業務", "公園業務"]
    assert [item.code for item in chapter.items] == ["1-1", "1-2", "1-3", "1-4", "1-5"]
    assert [part.code for part in chapter.items[3].subitems] == ["1-4.1", "1-4.2"]


def test_an_appendix_is_reported_and_not_swallowed():
    outline = read("APPENDIX")
    assert [len(chapter.items) for chapter in outline.chapters] == [2, 2]
    assert [line.line for line in outline.unplaced] == [9, 10, 11, 12]


def test_departments_inside_one_part_of_a_report_are_the_chapters():
    outline = read("PARTS_OF_A_REPORT")
    assert [chapter.title for chapter in outline.chapters] == ["民政局", "農業局"]
    assert [line.text for line in outline.unplaced] == ["參、結語", "敬請指教。"]


def test_a_gap_and_a_repeat_are_reported_and_the_text_is_kept():
    outline = parse("一、民政\n(一) 甲。\n(三) 乙。\n(三) 丙。\n三、財政\n(一) 丁。\n".encode())
    assert [(gap.level, gap.expected, gap.found, gap.line) for gap in outline.gaps] == [
        ("item", 2, 3, 3),
        ("item", 4, 3, 4),
        ("chapter", 2, 3, 5),
    ]
    assert [item.code for item in outline.items] == ["1-1", "1-3", "1-4", "3-1"]


def test_punctuation_stays_chinese_in_text_and_is_plain_for_search():
    item = next(parse("一、民政\n（一）推動（示範），成效：良好。".encode()).items)
    assert item.text == "推動（示範），成效：良好。"
    assert item.search_text == "推動(示範),成效:良好。"


def test_numbers_up_to_one_hundred_and_twenty_are_read():
    from shizheng.plan.domain.outline.numbering import han_number

    cases = {
        "十": 10,
        "十一": 11,
        "二十一": 21,
        "廿三": 23,
        "卅": 30,
        "一百二十": 120,
        "一○九": 109,
    }
    assert {text: han_number(text) for text in cases} == cases
    assert han_number("貳拾參") == 23


def test_a_pdf_with_a_text_layer_is_read_across_pages():
    pages = [
        ["南海市施政計畫", "壹、民政", "一、推動里政革新，", "- 1 -"],
        ["南海市施政計畫", "充實里活動中心。", "二、輔導宗教團體。", "- 2 -"],
    ]
    outline = parse(O.pdf_of(pages))
    assert [item.text for item in outline.items] == [
        "推動里政革新，充實里活動中心。",
        "輔導宗教團體。",
    ]
    assert printed(outline) == outline.text
    assert outline.encoding == "pdf"


def test_a_running_head_of_two_lines_is_left_out():
    pages = [["壹、民政", "一、推動里政，", f"3/4/20, 8:0{n} AM", f"南海 {n}/3"] for n in (1, 2, 3)]
    pages[1][:2], pages[2][:2] = ["辦理選務，"], ["改善公墓。"]
    outline = parse(O.pdf_of(pages))
    assert [item.text for item in outline.items] == ["推動里政，辦理選務，改善公墓。"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "一、民政",
                "二、財政",
                "(一) 甲",
                "（二）乙。",
                "1. 丙",
                "- 3 -",
                "12",
                "目錄",
                "附表",
                "",
                "  ",
                "內文，",
                "完。",
                "壹、總",
                "\f",
                "a\tb\tc",
                "第一章",
                "● 點",
            ]
        ),
        max_size=25,
    ),
    st.sampled_from(["\n", "\r\n", "\n\n", "\r"]),
)
def test_nothing_is_ever_lost(lines, end):
    text = end.join(lines) + "完"
    try:
        outline = parse(text.encode())
    except OutlineNotFound:
        return
    assert printed(outline) == text
    kinds = {piece.kind for piece in outline.pieces if piece.kind == "space" and piece.text.strip()}
    assert kinds == set()
