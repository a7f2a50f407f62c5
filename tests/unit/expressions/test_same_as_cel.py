"""What our subset accepts and computes is what the CEL of cel-python computes."""

import celpy
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shizheng.kernel.expressions import shapes
from shizheng.kernel.expressions.errors import ExpressionError
from shizheng.kernel.expressions.expression import compile_expression

CONTEXT = {"n": shapes.INT, "s": shapes.STRING, "l": shapes.list_of(shapes.INT), "b": shapes.BOOL}
GIVEN = {"n": 7, "s": "abc", "l": [1, 2, 3], "b": True}
CEL = celpy.Environment()
NAMES = celpy.json_to_cel(GIVEN)


def by_cel(source):
    return CEL.program(CEL.compile(source)).evaluate(NAMES)


@st.composite
def number(draw, depth=3):
    if depth == 0:
        return draw(st.sampled_from(["n", "1", "0", "2", "-3", "9223372036854775807", "size(l)"]))
    inside = number(depth=depth - 1)
    form = draw(st.sampled_from(["({} + {})", "({} - {})", "({} * {})", "({} / {})", "({} % {})"]))
    return form.format(draw(inside), draw(inside))


@st.composite
def condition(draw, depth=2):
    if depth == 0:
        form = draw(
            st.sampled_from(["({} < {})", "({} >= {})", "({} == {})", "({} != {})", "({} in l)"])
        )
        return form.format(*(draw(number(depth=1)) for _ in range(form.count("{}"))))
    inside = condition(depth=depth - 1)
    form = draw(
        st.sampled_from(
            ["({} && {})", "({} || {})", "!{}", "({} ? {} : b)", "l.all(i{0}, {{}} || i{0} > 1)",
             "l.exists(i{0}, {{}} && i{0} > 1)", "s.startsWith('ab') && {}"]
        )
    )  # fmt: skip
    form = form.format(depth) if "i{0}" in form else form
    return form.format(*(draw(inside) for _ in range(form.count("{}"))))


@settings(max_examples=150, deadline=None)
@given(number() | condition())
def test_the_same_text_gives_the_same_value(source):
    try:
        ours = compile_expression(source, CONTEXT).evaluate(GIVEN)
    except ExpressionError:
        assume(False)
    assert by_cel(source) == ours


@pytest.mark.parametrize(
    "source", ["n / 0", "n % 0", "9223372036854775807 + n", "l[5]", "n + s", "nothing"]
)
def test_what_fails_there_fails_here(source):
    with pytest.raises(celpy.CELEvalError):
        by_cel(source)
    with pytest.raises(ExpressionError):
        compile_expression(source, CONTEXT).evaluate(GIVEN)
