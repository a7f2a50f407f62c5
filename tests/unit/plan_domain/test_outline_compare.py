"""Two editions side by side."""

import pytest

from shizheng.plan.domain.outline.compare import code, compare
from shizheng.plan.domain.outline.parser import parse

OLD = """一、民政
(一) 推動里政革新，充實里活動中心設備。
(二) 輔導宗教團體健全財務，辦理公益慈善事業。
(三) 改善公墓環境，推廣環保葬法；並建置殯葬服務資訊網絡，提供單一窗口。
二、財政
(一) 加強稅收稽徵，防止新欠。
(二) 活化市有土地，提高財產收益。
"""
NEW = """一、民政局
(一) 推動里政革新，更新里活動中心設備。
(二) 改善公墓環境，推廣環保葬法。
(三) 建置殯葬服務資訊網絡，提供單一窗口。
(四) 活化市有土地，提高財產收益。
二、財政
(一) 加強稅收稽徵，防止新欠。
(二) 發行綠色債券以支應低碳建設。
"""


@pytest.fixture(scope="module")
def pairs():
    return compare(parse(OLD.encode()), parse(NEW.encode()))


def kinds(pairs):
    return {
        (code(pair.old) if pair.old else "", code(pair.new) if pair.new else ""): pair.kind
        for pair in pairs
        if pair.level == "item"
    }


def test_what_changed_moved_split_came_and_went_is_told(pairs):
    assert kinds(pairs) == {
        ("1-1", "1-1"): "changed",
        ("1-2", ""): "removed",
        ("1-3", "1-2"): "split",
        ("1-3", "1-3"): "changed",
        ("2-2", "1-4"): "moved",
        ("2-1", "2-1"): "same",
        ("", "2-2"): "added",
    }


def test_segments_join_to_the_two_wordings_and_mark_single_characters(pairs):
    pair = next(pair for pair in pairs if pair.level == "item" and pair.kind == "changed")
    assert "".join(part.text for part in pair.old_segments) == pair.old.text
    assert "".join(part.text for part in pair.new_segments) == pair.new.text
    assert [part.text for part in pair.old_segments if part.kind == "removed"] == ["充實"]
    assert [part.text for part in pair.new_segments if part.kind == "added"] == ["更新"]


def test_an_edition_beside_itself_is_the_same_throughout():
    outline = parse(OLD.encode())
    assert {pair.kind for pair in compare(outline, outline)} == {"same"}


def test_the_result_does_not_depend_on_chance(pairs):
    assert compare(parse(OLD.encode()), parse(NEW.encode())) == pairs
