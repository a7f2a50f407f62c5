from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.kernel.expressions import errors as kernel
from shizheng.statistics.domain import errors
from shizheng.statistics.domain.formula.check import LIMITS, check
from shizheng.statistics.domain.formula.evaluate import evaluate, rounded
from shizheng.statistics.domain.formula.order import order
from shizheng.statistics.domain.formula.steps import Reason
from shizheng.statistics.domain.periods import Frequency, Period, periods_between
from shizheng.statistics.domain.units import PERCENT, STANDARD

UNITS = {
    name: STANDARD.parse(unit)
    for name, unit in {
        "received": "case",
        "closed": "case",
        "services.late": "case",
        "population": "person",
        "waiting": "hour",
        "visits": "day",
        "spent": "TWD",
        "satisfied": "percent",
    }.items()
}
JANUARY = Period.parse("2020-01")
MONTHS = periods_between(Period.parse("2019-01"), Period.parse("2020-12"))
FEBRUARY = Period.parse("2020-02")


def compiled(source, unit):
    return check(source, UNITS, STANDARD.parse(unit))


def figure(source, unit, **given):
    """Return the last figure; each input is given from January 2019 on, or only January 2020."""
    series = {
        name.replace("__", "."): dict(zip(MONTHS, map(_number, numbers), strict=False))
        if isinstance(numbers, list)
        else {JANUARY: _number(numbers)}
        for name, numbers in given.items()
    }
    figures = evaluate(compiled(source, unit), series)
    return figures[max(figures)]


def _number(value):
    return None if value is None else Decimal(value)


@pytest.mark.parametrize(
    ("source", "unit", "given", "value"),
    [
        ("received - closed", "case", {"received": 9, "closed": 4}, "5"),
        ("received - closed * 2 + 1", "case", {"received": 9, "closed": 4}, "2"),
        ("(received + closed) / 2", "case", {"received": 9, "closed": 4}, "6.5"),
        ("-received + closed", "case", {"received": 9, "closed": 4}, "-5"),
        ("share(closed, received)", "percent", {"received": 8, "closed": 3}, "37.5"),
        ("share(services.late, closed)", "percent", {"services__late": 1, "closed": 4}, "25"),
        ("100 - share(closed, received)", "percent", {"received": 8, "closed": 3}, "62.5"),
        ("closed / received", "ratio", {"received": 8, "closed": 3}, "0.375"),
        ('convert(closed / received, "per_mille")', "per_mille", {"received": 8, "closed": 3}, 375),
        ("rate(received, population, 100000)", "case/100000 person",
         {"received": 3, "population": 2765932}, "0.1084625363"),
        ("spent / population", "TWD/person", {"spent": 1000, "population": 8}, "125"),
        ('convert(waiting, "day") + visits', "day", {"waiting": 36, "visits": 2}, "3.5"),
        ("max(received - closed, 0)", "case", {"received": 3, "closed": 8}, "0"),
        ("min(received, closed, services.late)", "case",
         {"received": 3, "closed": 8, "services__late": 2}, "2"),
        ("coalesce(received, 0) + closed", "case", {"received": None, "closed": 8}, "8"),
        ("coalesce(share(closed, received), 100)", "percent", {"received": 0, "closed": 0}, 100),
        ("difference(received, \"period\")", "case", {"received": [5, 9]}, "4"),
        ("difference(satisfied, \"year\")", "percent", {"satisfied": [60] * 12 + [63]}, "3"),
        ("change(received, \"year\")", "percent", {"received": [80] * 12 + [100]}, "25"),
        ("change(received, \"period\")", "percent", {"received": [3, 1]}, "-66.6666666667"),
        ("rolling(received, 3)", "case", {"received": [1, 2, 3, 5]}, "3.3333333333"),
        ("rolling(received, 3, \"sum\")", "case", {"received": [1, 2, 3, 5]}, "10"),
        ("cumulative(received)", "case", {"received": [1] * 12 + [4, 5]}, "9"),
        ("change(rolling(received, 12, \"sum\"), \"year\")", "percent",
         {"received": [1] * 12 + [2] * 12}, "100"),
        ("received * 0.1", "case", {"received": "0.3"}, "0.03"),
        ("received / 3 * 3", "case", {"received": 1}, "1"),
    ],
)  # fmt: skip
def test_a_formula_gives_its_figure(source, unit, given, value):
    found = figure(source, unit, **given)
    assert found.value == Decimal(value)
    assert found.reason is None


@pytest.mark.parametrize(
    ("source", "unit", "given", "why"),
    [
        ("received + closed", "case", {"received": 1}, ("missing_input", "closed", JANUARY)),
        ("received + closed", "case", {"received": None, "closed": 0},
         ("missing_input", "received", JANUARY)),
        ("share(closed, received)", "percent", {"received": 0, "closed": 0},
         ("nothing_to_divide_by", "received", JANUARY)),
        ("closed / (received - received)", "ratio", {"received": 2, "closed": 1},
         ("nothing_to_divide_by", "received", JANUARY)),
        ("change(received, \"period\")", "percent", {"received": [0, 3]},
         ("nothing_to_divide_by", "received", MONTHS[1])),
        ("change(received, \"period\")", "percent", {"received": [-1, 3]},
         ("negative_base", "received", MONTHS[1])),
        ("rolling(received, 3)", "case", {"received": [1, None, 3]},
         ("missing_input", "received", MONTHS[1])),
        ("cumulative(received)", "case", {"received": [None, 2]},
         ("missing_input", "received", MONTHS[0])),
        ("difference(received, \"year\")", "case", {"received": 2},
         ("missing_input", "received", Period.parse("2019-01"))),
        ("received * 10000000000000 * 10000000000000", "case", {"received": 1},
         ("too_large", "", JANUARY)),
    ],
)  # fmt: skip
def test_no_figure_says_why(source, unit, given, why):
    found = figure(source, unit, **given)
    assert found.value is None
    assert (found.reason, found.name, found.period) == why


@pytest.mark.parametrize(
    ("source", "unit", "refusal", "column", "says"),
    [
        ("recieved - closed", "case", kernel.UnknownName, 1, "mean “received”"),
        ("received - servces.late", "case", kernel.UnknownName, 12, "mean “services.late”"),
        ("shar(closed, received)", "percent", kernel.UnknownFunction, 1, "mean “share”"),
        ("received + waiting", "case", errors.FormulaUnits, 10,
         r"“\+” puts|\+ puts received \(case\) and waiting \(hour\) together"),
        ("waiting + visits", "hour", errors.FormulaUnits, 9, r'convert\(…, "hour"\)'),
        ("share(closed, population)", "percent", errors.FormulaUnits, 1,
         r"share puts closed \(case\) and population \(person\)"),
        ("max(received, waiting)", "case", errors.FormulaUnits, 1, "max puts"),
        ("coalesce(received, waiting)", "case", errors.FormulaUnits, 1, "coalesce puts"),
        ("satisfied - closed / received", "percent", errors.FormulaUnits, 11, "closed / received"),
        ("closed / received", "percent", errors.FormulaUnitDeclared, 1, "gives ratio, but"),
        ("closed / received * 100", "percent", errors.FormulaUnitDeclared, 1, "gives ratio, but"),
        ("waiting / 24", "day", errors.FormulaUnitDeclared, 1, "gives hour, but"),
        ("rate(received, population, 1000)", "case/100000 person", errors.FormulaUnitDeclared, 1,
         "gives case/1000 person"),
        ("received * closed", "case", errors.FormulaUnitDeclared, 1, r"gives case\^2"),
        ('convert(waiting, "case")', "case", errors.FormulaConvert, 1, "hour, which cannot"),
        ('convert(waiting, "dya")', "day", errors.FormulaUnit, 18, "mean “day”"),
        ('convert(waiting, "/")', "day", errors.FormulaArgument, 18, "a unit in quotes"),
        ("convert(waiting, visits)", "day", errors.FormulaArgument, 18, "a unit in quotes"),
        ("rate(received, population, closed)", "case", errors.FormulaArgument, 28, "1 or more"),
        ("rate(received, population, 0)", "case", errors.FormulaArgument, 28, "1 or more"),
        ("rate(received, population, 1.5)", "case", errors.FormulaArgument, 28, "1 or more"),
        ("rolling(received, 1)", "case", errors.FormulaArgument, 19, "2 to 366"),
        ("rolling(received, true)", "case", errors.FormulaArgument, 19, "2 to 366"),
        ('rolling(received, 3, "median")', "case", errors.FormulaArgument, 22, "“mean” or “sum”"),
        ('change(received, "month")', "percent", errors.FormulaArgument, 18, "“year” or “period”"),
        ("change(received)", "percent", kernel.WrongArguments, 1, "takes 2 arguments"),
        ("rolling(received, 3, 4, 5)", "case", kernel.WrongArguments, 1, "takes 2-3 arguments"),
        ("1 + 2", "ratio", errors.FormulaConstant, 1, "uses no measure"),
        ("share(1, received)", "percent", errors.FormulaConstant, 7, "uses no measure"),
        ("received > 3", "case", errors.FormulaConstruct, 10, "cannot hold comparisons"),
        ("received % 3", "case", errors.FormulaConstruct, 10, "cannot hold comparisons"),
        ("received > 0 ? closed : 0", "case", errors.FormulaConstruct, 10, "cannot hold"),
        ("received > 0 && true", "case", errors.FormulaConstruct, 10, "cannot hold conditions"),
        ("[received]", "case", errors.FormulaConstruct, 1, "cannot hold lists"),
        ("{'a': received}", "case", errors.FormulaConstruct, 1, "cannot hold maps"),
        ("received[0]", "case", errors.FormulaConstruct, 10, "cannot hold places"),
        ("received.map(x, x)", "case", errors.FormulaConstruct, 10, "cannot hold calls on a name"),
        ("share(closed, received).value", "percent", errors.FormulaConstruct, 25, "cannot hold"),
        ("!received", "case", errors.FormulaConstruct, 1, "cannot hold the sign"),
        ("received + 'x'", "case", errors.FormulaConstruct, 12, "cannot hold text"),
        ("received + null", "case", errors.FormulaConstruct, 12, "cannot hold text"),
        ("", "case", kernel.Unfinished, 1, "ends too early"),
        ("received +", "case", kernel.Unfinished, 11, "ends too early"),
        ("received; drop table x", "case", kernel.SyntaxRefused, 9, "does not fit"),
        ("__import__('os')", "case", kernel.UnknownFunction, 1, "no function"),
        ("received + " * 100 + "received", "case", kernel.TooComplex, None, "too large"),
        ("(" * 600 + "received" + ")" * 600, "case", kernel.TooComplex, 1, "length"),
        ("-" * 40 + "received", "case", kernel.TooComplex, None, "depth of nesting"),
        ("cumulative(cumulative(received))", "case", kernel.TooComplex, 1, "figures it reads"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_formula_is_said_with_its_column(source, unit, refusal, column, says):
    with pytest.raises(refusal, match=says) as caught:
        compiled(source, unit)
    assert column is None or caught.value.column == column


def test_a_formula_knows_its_inputs_and_its_unit():
    formula = compiled("rate(received - closed, population, 1000)", "case/1000 person")
    assert formula.inputs == ("closed", "population", "received")
    assert formula.unit == STANDARD.parse("case/1000 person")


def test_a_formula_knows_how_far_back_it_looks():
    formula = compiled('change(rolling(received, 12, "sum"), "year")', "percent")
    assert formula.earliest(Period.parse("2020-12")) == {"received": Period.parse("2019-01")}
    assert formula.affected("received", JANUARY) == Period.parse("2021-12")
    total = compiled("cumulative(received) - closed", "case")
    assert total.earliest(FEBRUARY) == {"received": JANUARY, "closed": FEBRUARY}
    assert total.affected("received", FEBRUARY) == Period.parse("2020-12")
    assert total.affected("closed", FEBRUARY) == FEBRUARY


SOURCES = st.sampled_from(
    ["received", "cumulative(received)", "rolling(received, 7)"]
    + [f'{name}({inner}, "{lag}")' for name in ("difference",) for lag in ("year", "period")
       for inner in ("received", "rolling(received, 3)", "coalesce(received, 0)")]
)  # fmt: skip


@given(SOURCES, st.sampled_from(Frequency), st.integers(0, 900), st.integers(0, 2000))
def test_a_changed_input_changes_no_figure_outside_its_reach(source, frequency, at, later):
    formula = compiled(source, "case")
    changed = Period(frequency, Period.of(frequency, JANUARY.start).ordinal + at)
    last = formula.affected("received", changed)
    assert last >= changed
    beyond = last + 1 + later
    assert formula.earliest(beyond)["received"] > changed
    assert formula.earliest(last)["received"] <= changed


@given(
    st.lists(st.none() | st.decimals(0, 10**6, places=3), min_size=3, max_size=12),
    st.lists(st.none() | st.integers(-3, 3).map(Decimal), min_size=3, max_size=12),
)
def test_figures_equal_exact_fractions_and_gaps_are_never_zero(above, below):
    series = {
        "closed": dict(zip(MONTHS, above, strict=False)),
        "received": dict(zip(MONTHS, below, strict=False)),
    }
    formula = compiled("share(closed, received) / 3", "percent")
    for period, found in evaluate(formula, series).items():
        one, other = (series[name].get(period) for name in ("closed", "received"))
        if one is None or other is None:
            assert (found.value, found.reason) == (None, Reason.MISSING_INPUT)
        elif other == 0:
            assert (found.value, found.reason) == (None, Reason.NOTHING_TO_DIVIDE_BY)
        else:
            exact = Fraction(one) * 100 / Fraction(other) / 3
            assert abs(Fraction(found.value) - exact) <= Fraction(1, 2 * 10**10)


@pytest.mark.parametrize(
    ("number", "places", "result"),
    [("2.5", 0, "3"), ("-2.5", 0, "-3"), ("0.125", 2, "0.13"), ("-0.001", 1, "0.0"),
     ("0." + "4" + "9" * 58, 0, "1"), ("1E-900", 3, "0.000")],
)  # fmt: skip
def test_a_half_is_rounded_away_from_zero(number, places, result):
    assert str(rounded(Decimal(number), places)) == result


def test_a_number_that_is_none_is_a_bug_of_the_caller():
    formula = compiled("received", "case")
    for value in (1.5, Decimal("NaN"), "7"):
        with pytest.raises(TypeError, match="no finite Decimal"):
            evaluate(formula, {"received": {JANUARY: value}})
    with pytest.raises(ValueError, match="decimal places"):
        evaluate(formula, {}, places=30)


def test_only_the_periods_asked_for_are_computed():
    formula = compiled("received", "case")
    assert list(evaluate(formula, {"received": {JANUARY: Decimal(1)}}, [FEBRUARY])) == [FEBRUARY]
    assert evaluate(formula, {}) == {}


def test_indicators_come_after_what_they_use():
    uses = {"c": ["a", "b", "cases"], "b": ["a"], "a": ["cases"], "d": []}
    assert order(uses) == ["a", "d", "b", "c"]


@pytest.mark.parametrize(
    ("uses", "cycle"),
    [
        ({"a": ["a"]}, "a → a"),
        ({"b": ["a"], "a": ["c"], "c": ["b"], "d": ["a"]}, "a → c → b → a"),
    ],
)
def test_a_cycle_is_refused_with_all_its_members(uses, cycle):
    with pytest.raises(errors.IndicatorCycle, match=f"from each other: {cycle}"):
        order(uses)


@given(
    st.dictionaries(
        st.sampled_from("abcdefgh"), st.sets(st.sampled_from("abcdefghxy"), max_size=3), max_size=8
    )
)
def test_the_order_is_right_or_the_cycle_is_real(uses):
    try:
        ordered = order(uses)
    except errors.IndicatorCycle as refusal:
        path = str(refusal.parameters["cycle"]).split(" → ")
        assert path[0] == path[-1]
        assert all(b in uses[a] for a, b in pairwise(path))
        return
    assert sorted(ordered) == sorted(uses)
    for place, name in enumerate(ordered):
        assert not (uses[name] & set(uses)) - set(ordered[:place])


@given(st.text('ab+-*/(), 1."share', max_size=LIMITS.characters // 20))
def test_any_text_is_a_formula_or_refused(source):
    found = None
    try:
        check(source, {"a": PERCENT, "b": PERCENT}, PERCENT)
    except kernel.ExpressionError as refusal:
        found = refusal
    assert found is None or (found.line >= 1 and str(found))
