"""Reading a table to learn from: one clear refusal for each way in which it may be wrong."""

import pytest

from shizheng.services.learning.agencies import (
    AgencyWords,
    agency_index,
    examples_of,
    plain_examples,
)
from shizheng.services.learning.errors import AgencyUnknown, ColumnMissing, TableUnreadable
from shizheng.services.learning.table import Row, read_rows

GOOD = (
    "no,question,answer,office\n"
    "1,路燈不亮,派員檢修,工務局\n"
    "2,,無題,工務局\n"
    "3,狗叫,,\n"
    "4,狗叫,,農業局\n"
)


def rows(content, texts=("question", "answer"), labels=("office",)):
    given = content if isinstance(content, bytes) else content.encode()
    return read_rows(given, file="faq.csv", texts=texts, labels=labels)


def test_rows_without_a_first_text_or_a_label_are_left_out():
    assert rows(GOOD) == [
        Row(2, ("路燈不亮", "派員檢修"), ("工務局",)),
        Row(5, ("狗叫",), ("農業局",)),
    ]


def test_a_cell_over_several_lines_keeps_the_numbers_of_lines_right():
    found = rows('question,answer,office\n"一\n二",x,工務局\n三,y,農業局\n')
    assert [row.line for row in found] == [2, 4]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(GOOD.encode("utf-8-sig"), "byte-order mark", id="bom"),
        pytest.param(GOOD.encode("utf-16"), "UTF-16", id="utf-16"),
        pytest.param(GOOD.encode("big5"), "line 2 is not UTF-8", id="big5"),
        pytest.param(GOOD + "5,a\n", "line 6 has 2 cells", id="cells-missing"),
        pytest.param(GOOD + '5,"a', "unexpected end", id="open-quote"),
        pytest.param(GOOD + f"5,{'燈' * 1_100_000},x,y\n", "field larger", id="huge-cell"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(content, problem):
    with pytest.raises(TableUnreadable, match=problem):
        rows(content)


@pytest.mark.parametrize("content", ["", "question,answer\n", "Question,answer,office\n"])
def test_a_column_that_is_not_there_is_named(content):
    with pytest.raises(ColumnMissing, match=r"has no column “(question|office)”"):
        rows(content)


AGENCIES = [
    AgencyWords("works", "397110000G", ("高雄市政府工務局", "工務局")),
    AgencyWords("farming", "", ("農業局", "服務台")),
    AgencyWords("tourism", "", ("觀光局", "服務台")),
]


def test_an_agency_is_known_by_id_official_code_or_name():
    given = [Row(2, ("路燈",), ("397110000g",)), Row(3, ("農藥",), ("？", "農業局"))]
    found = examples_of(given, agency_index(AGENCIES))
    assert [example.label for example in found] == ["works", "farming"]


@pytest.mark.parametrize("name", ["服務台", "不存在局"])
def test_a_name_of_no_agency_or_of_two_is_refused_with_its_line(name):
    given = [Row(2, ("路燈",), ("工務局",)), Row(7, ("燈",), (name,))]
    with pytest.raises(AgencyUnknown, match=f"line 7.*“{name}”"):
        examples_of(given, agency_index(AGENCIES))


def test_labels_may_be_learnt_as_they_are():
    found = plain_examples([Row(2, ("路燈",), ("", "急件"))])
    assert found[0].label == "急件"
