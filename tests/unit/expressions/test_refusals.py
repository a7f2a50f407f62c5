from datetime import datetime
from decimal import Decimal

import pytest

from shizheng.kernel.expressions import errors, shapes
from shizheng.kernel.expressions.expression import compile_expression
from shizheng.kernel.expressions.shapes import Kind

CONTEXT = {
    "applicant": shapes.record({"age": shapes.INT, "name": shapes.STRING}),
    "income": shapes.INT,
    "answer": shapes.ANY,
    "amounts": shapes.list_of(shapes.INT),
}


@pytest.mark.parametrize(
    ("source", "refusal", "column"),
    [
        ("", errors.Unfinished, 1),
        ("income >", errors.Unfinished, 9),
        ("(income", errors.Unfinished, 8),
        ("income + * 2", errors.SyntaxRefused, 10),
        ('"高雄市" ++ 1', errors.SyntaxRefused, 8),
        ("'open", errors.SyntaxRefused, 1),
        ("'\\q'", errors.SyntaxRefused, 2),
        ("'\\ud800'", errors.SyntaxRefused, 2),
        ("income ； 1", errors.SyntaxRefused, 8),
        ("1 + if", errors.NotInSubset, 5),
        ("b'bytes'", errors.SyntaxRefused, 2),
        ("1u", errors.SyntaxRefused, 2),
        ("incom > 3", errors.UnknownName, 1),
        ("1 + applicant.aeg", errors.UnknownName, 15),
        ("applicant['aeg']", errors.UnknownName, 11),
        ("siez(amounts)", errors.UnknownFunction, 1),
        ("__import__('os')", errors.UnknownFunction, 1),
        ("amounts.map(income, 1)", errors.NameTaken, 13),
        ("amounts.map(1, 1)", errors.WrongArguments, 9),
        ("size()", errors.WrongArguments, 1),
        ("has(income)", errors.WrongArguments, 1),
        ("income % 0.05", errors.WrongKind, 8),
        ("income + 'x'", errors.WrongKind, 8),
        ("income == 'x'", errors.WrongKind, 8),
        ("!income", errors.WrongKind, 2),
        ("income && true", errors.WrongKind, 1),
        ("size(income)", errors.WrongKind, 6),
        ("1 in income", errors.WrongKind, 3),
        ("income.age", errors.WrongKind, 1),
        ("'a'.matches('(')", errors.BadArgument, 13),
        ("'a'.matches(applicant.name)", errors.NotWrittenOut, 23),
        ("9223372036854775808", errors.NumberTooLarge, 1),
        ("1.0e999", errors.NumberTooLarge, 1),
    ],
)
def test_a_mistake_is_found_before_running_and_pointed_at(source, refusal, column):
    with pytest.raises(refusal) as found:
        compile_expression(source, CONTEXT)

    assert (found.value.line, found.value.column) == (1, column)
    assert found.value.refusal().message.startswith(f"Column {column}: ")
    assert found.value.refusal().hint


@pytest.mark.parametrize(
    ("source", "refusal", "column"),
    [
        ("income / 0", errors.DividedByZero, 8),
        ("income % 0", errors.DividedByZero, 8),
        ("1.0 / 0.0", errors.DividedByZero, 5),
        ("9223372036854775807 + income", errors.NumberTooLarge, 21),
        ("1.0e308 * 10.0", errors.NumberTooLarge, 9),
        ("-answer", errors.WrongKind, 1),
        ("answer + 1", errors.WrongKind, 8),
        ("answer && false || true && answer", errors.WrongKind, 28),
        ("amounts[9]", errors.IndexMissing, 9),
        ("{'a': 1}['b']", errors.IndexMissing, 10),
        ("{'a': 1, answer: 2, answer: 3}", errors.BadArgument, 21),
        ("applicant.name", errors.ValueMissing, 11),
        ("date('109-02-30')", errors.BadArgument, 1),
        ("int('1e9')", errors.BadArgument, 1),
        ("double('x')", errors.BadArgument, 1),
        ("min(amounts.filter(a, a > 9))", errors.BadArgument, 1),
        ("addDays(date('109-03-02'), 99999999)", errors.BadArgument, 1),
    ],
)
def test_a_failure_while_running_is_pointed_at(source, refusal, column):
    given = {"income": 1, "answer": "yes", "amounts": [1, 2], "applicant": {"age": 3}}
    with pytest.raises(refusal) as found:
        compile_expression(source, CONTEXT).evaluate(given)

    assert found.value.column == column


@pytest.mark.parametrize(
    "given",
    [
        2**63,
        float("nan"),
        Decimal("Infinity"),
        Decimal("1e400"),
        datetime(2020, 1, 1),
        object(),
        {1},
    ],
    ids=["65-bit", "nan", "infinite", "huge", "naive", "object", "set"],
)
def test_a_value_that_expressions_do_not_know_is_refused(given):
    compiled = compile_expression("answer == answer", CONTEXT)
    with pytest.raises(errors.ValueUnfit):
        compiled.evaluate({"answer": given})
    with pytest.raises(errors.ValueUnfit):
        compile_expression("answer[0] == 1", CONTEXT).evaluate({"answer": [given]})


def test_a_refusal_names_the_nearest_known_name():
    with pytest.raises(errors.UnknownName, match="Did you mean “income”"):
        compile_expression("incmoe > 3", CONTEXT)


def test_the_caret_stands_under_the_mistake_also_after_wide_characters():
    with pytest.raises(errors.UnknownName) as found:
        compile_expression("income > 0 &&\n  '高雄' == nam", CONTEXT)

    assert (found.value.line, found.value.column) == (2, 11)
    assert found.value.caret() == "  '高雄' == nam\n" + " " * 12 + "^"
    assert found.value.refusal().message.startswith("Line 2, column 11: ")


def test_the_place_of_an_expression_may_demand_a_kind():
    with pytest.raises(errors.WrongResult, match="bool is needed"):
        compile_expression("income + 1", CONTEXT, result=Kind.BOOL)
    compiled = compile_expression("answer", CONTEXT, result=Kind.BOOL)
    with pytest.raises(errors.WrongResult, match="gives string"):
        compiled.evaluate({"answer": "yes"})


def test_a_refusal_speaks_the_language_of_the_reader():
    with pytest.raises(errors.BadArgument) as found:
        compile_expression("'a'.matches('(')", CONTEXT)
    said = found.value.refusal(lambda text: f"<{text}>" if "RE2" in text else text)
    assert said.hint.startswith("<")
