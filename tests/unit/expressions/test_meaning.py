from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from shizheng.kernel.expressions import shapes
from shizheng.kernel.expressions.expression import compile_expression
from shizheng.kernel.expressions.functions import STANDARD, Function, with_functions
from shizheng.kernel.expressions.shapes import Kind

CONTEXT = {
    "applicant": shapes.record(
        {"age": shapes.INT, "name": shapes.STRING, "born": shapes.DATE, "phone": shapes.STRING}
    ),
    "income": shapes.INT,
    "rate": shapes.DOUBLE,
    "children": shapes.list_of(shapes.record({"age": shapes.INT})),
    "kind": shapes.maybe(shapes.STRING),
    "fees": shapes.map_of(shapes.INT),
    "sent": shapes.MOMENT,
    "answer": shapes.ANY,
}
GIVEN = {
    "applicant": {"age": 70, "name": "王大明", "born": date(1950, 3, 2)},
    "income": 25_000,
    "rate": 0.05,
    "children": [{"age": 3}, {"age": 9}, {"age": 17}],
    "kind": None,
    "fees": {"copy": 20, "seal": 100},
    "sent": datetime(2020, 3, 2, tzinfo=UTC),
    "answer": "yes",
}


def value(source):
    return compile_expression(source, CONTEXT).evaluate(GIVEN)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3 - 4", 3),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("0x10", 16),
        ("-9223372036854775808", -(2**63)),
        ("0.1 + 0.2 == 0.3", True),
        ("1 == 1.0", True),
        ("0.1 * 3", Decimal("0.3")),
        ("3 * 0.1 + 1", Decimal("1.3")),
        ("income * rate", Decimal("1250.00")),
        ("rate * income - 1", Decimal("1249.00")),
        ("1 / 4.0", Decimal("0.25")),
        ("7 / 2", 3),
        ("9223372036854775807 + 0.5", Decimal("9223372036854775807.5")),
        ("1 < 1.5 && 2 >= 2.0", True),
        ("applicant.age >= 65 && income < 30000", True),
        ("income > 30000 ? 'full' : income > 20000 ? 'half' : 'none'", "half"),
        ("kind == null", True),
        ("kind in ['a', 'b']", False),
        ("'copy' in fees", True),
        ("fees['copy'] + fees.seal", 120),
        ("{'a': 1, 'b': 2}['b']", 2),
        ("has(applicant.phone)", False),
        ("has(applicant.phone) && applicant.phone != ''", False),
        ("children.all(c, c.age < 18)", True),
        ("children.exists(c, c.age < 6)", True),
        ("children.exists_one(c, c.age > 6)", False),
        ("children.filter(c, c.age > 6).map(c, c.age)", [9, 17]),
        ("size(children) + size('高雄') + fees.size()", 7),
        ("max(children.map(c, c.age))", 17),
        ("min(3, 1, 2)", 1),
        ("sum(children.map(c, c.age))", 29),
        ("sum([1, 0.5])", Decimal("1.5")),
        ("applicant.name.startsWith('王') && applicant.name.endsWith('明')", True),
        ("applicant.name.contains('大')", True),
        ("'0912345678'.matches('^09[0-9]{8}$')", True),
        ("abs(-3) + round(2.5) + floor(-2.5) + ceil(2.1)", 6),
        ("round(double(income) * rate * 0.0333, 2)", Decimal("41.63")),
        ("daysBetween(date('109-03-02'), date('2020-03-12'))", 10),
        ("addDays(date('109年2月28日'), 2) == date('2020-03-01')", True),
        ("applicant.born < date('1955-01-01') && year(applicant.born) == 1950", True),
        ("int('12') + int(3.9) + int(-3.9)", 12),
        ("double('1.50') == 1.5", True),
        ("string(income) + '元' + string(1.50) + string(true)", "25000元1.5true"),
        ("string(date('109-03-02'))", "2020-03-02"),
        ("'\\u9ad8\\n\\'' + r'\\d'", "高\n'\\d"),
        ("[1, 2] + [3] == [1, 2, 3]", True),
        ("true || 1 / 0 > 0", True),
        ("1 / 0 > 0 || true", True),
        ("1 / 0 > 0 && false", False),
        ("answer == 'yes'", True),
        ("// a remark\n income > 0", True),
    ],
)
def test_an_expression_means_what_it_says(source, expected):
    found = value(source)
    assert found == expected
    assert type(found) is type(expected)


def test_an_expression_tells_what_it_reads_and_gives():
    compiled = compile_expression("applicant.age > 65 && size(children) > 1", CONTEXT)

    assert compiled.names == {"applicant.age", "children"}
    assert compiled.functions == {"size"}
    assert compiled.result == shapes.BOOL
    assert compiled.source == "applicant.age > 65 && size(children) > 1"


def test_one_expression_serves_many_cases():
    compiled = compile_expression("income * 2", CONTEXT, result=Kind.INT)
    assert [compiled.evaluate({"income": n}) for n in range(3)] == [0, 2, 4]


def test_a_room_adds_functions_without_changing_the_list_of_others():
    double_it = Function((Kind.INT,), shapes.INT, lambda n: n * 2, "twice(3)")
    functions = with_functions("Functions of a test", {"twice": double_it})

    assert compile_expression("3.twice()", {}, functions=functions).evaluate({}) == 6
    assert "twice" not in STANDARD


def test_values_from_outside_are_never_asked_for_attributes():
    class Trap(dict):
        def __getattr__(self, name):
            raise AssertionError(name)

    context = {"trap": shapes.MAP}
    compiled = compile_expression("trap.__class__", context)
    assert compiled.evaluate({"trap": Trap({"__class__": 1})}) == 1
