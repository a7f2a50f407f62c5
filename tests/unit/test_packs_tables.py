import pytest

from shizheng.packs.tables import read_table


def test_dotted_columns_go_inside_and_empty_cells_are_left_out():
    rows, places, problems = read_table(
        "code,name.en,name.zh-Hant,note\nD1,Hill,山,\n\nD2,Water,水,near\n", "a.csv", ("rows",)
    )
    assert rows == [
        {"code": "D1", "name": {"en": "Hill", "zh-Hant": "山"}},
        {"code": "D2", "name": {"en": "Water", "zh-Hant": "水"}, "note": "near"},
    ]
    assert [places[("rows", row)].line for row in (0, 1)] == [2, 4]
    assert not problems


def test_a_cell_may_hold_line_breaks_and_the_next_row_keeps_its_line():
    _, places, _ = read_table('code,note\n1,"a\nb"\n2,c\n', "a.csv", ())
    assert [places[(row,)].line for row in (0, 1)] == [2, 4]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param("a,a\n1,2\n", "`a` twice", id="column-twice"),
        pytest.param("a,,c\n1,2,3\n", "column 2", id="column-without-name"),
        pytest.param("name,name.en\n1,2\n", "inside it", id="column-inside-a-column"),
        pytest.param("a,b\n1\n", "1 cells", id="too-few-cells"),
        pytest.param('a\n"x\n', "cannot be read", id="open-quote"),
    ],
)
def test_what_is_wrong_with_a_table_is_told(text, says):
    _, _, problems = read_table(text, "a.csv", ("rows",))
    assert says in problems[0].message
