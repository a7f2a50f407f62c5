"""What a chart asks: which columns fit which picture, and which do not."""

from decimal import Decimal

import pytest

from shizheng.kernel.errors import DomainError
from shizheng.statistics.datasets.domain.columns import Column, Reading
from shizheng.statistics.datasets.domain.drawings import (
    Aggregate,
    Group,
    Kind,
    Step,
    drawing_of,
    filled,
)

COLUMNS = [
    Column("day", Reading.ISO_DATE), Column("district", Reading.TEXT),
    Column("cases", Reading.INTEGER), Column("mm", Reading.DECIMAL, digits=5, scale=1),
    Column("at", Reading.GEOMETRY),
]  # fmt: skip


def asked(**given):
    return drawing_of({f"_{name}": [value] for name, value in given.items()}, COLUMNS)


def test_an_address_is_read():
    drawing = asked(by="day", of="mm", how="mean", **{"as": "line"}, step="month")
    assert (drawing.kind, drawing.aggregate) == (Kind.LINE, Aggregate.MEAN)
    assert (drawing.step, drawing.places) == (Step.MONTH, 2)
    assert asked(by="district", of="mm", how="sum").places == 1
    assert asked(by="district", step="year").step == Step.EACH


def test_rows_are_narrowed_by_the_form_and_by_the_words_of_the_interface():
    drawing = drawing_of(
        {"_by": ["day"], "_where": ["district"], "_is": ["三民區"], "cases__gte": ["2"]}, COLUMNS
    )
    assert {(each.column.name, each.values) for each in drawing.filters} == {
        ("district", ("三民區",)), ("cases", (2,)),
    }  # fmt: skip
    assert not drawing_of({"_by": ["day"], "_where": ["district"], "_is": [""]}, COLUMNS).filters


@pytest.mark.parametrize(
    ("given", "code"),
    [
        pytest.param({"by": "street"}, "column_unknown", id="no-such-column"),
        pytest.param({"by": 'x"; DROP TABLE y'}, "column_unknown", id="sql-is-only-a-name"),
        pytest.param({"by": "day", "how": "sum", "of": "district"}, "not_a_number", id="text"),
        pytest.param({"by": "day", "how": "median"}, "question_unreadable", id="aggregate"),
        pytest.param({"by": "district", "as": "line"}, "drawing_unfit", id="line-of-names"),
        pytest.param({"by": "at"}, "drawing_unfit", id="geometry"),
    ],
)
def test_what_does_not_fit_is_refused(given, code):
    with pytest.raises(DomainError) as refused:
        asked(**given)
    assert refused.value.code == f"statistics.dataset.{code}"


def test_months_without_rows_are_shown_and_have_no_mean():
    found = filled([Group("2019-11", 2, 2, Decimal(3)), Group("2020-02", 1, 0)], Step.MONTH)
    assert [each.key for each in found] == ["2019-11", "2019-12", "2020-01", "2020-02"]
    assert [each.number(Aggregate.COUNT) for each in found] == [2, 0, 0, 1]
    assert [each.number(Aggregate.MEAN) for each in found] == [Decimal("1.5"), None, None, None]
    years = filled([Group("2018", 1), Group("2020", 1)], Step.YEAR)
    assert [each.key for each in years] == ["2018", "2019", "2020"]


def test_two_names_of_one_area_are_one_group():
    both = Group("三民區", 2, 1, Decimal(4)).with_(Group("高雄市三民區", 3, 3, Decimal(2)))
    assert (both.rows, both.number(Aggregate.MEAN)) == (5, Decimal("1.5"))
