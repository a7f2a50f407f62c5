"""Tables are attacked: by linear programming, and by trying every table of whole numbers."""

import time
from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from shizheng.statistics.domain.errors import TableNotProtected
from shizheng.statistics.domain.suppression.network import intervals
from shizheng.statistics.domain.suppression.suppress import (
    DisclosureRule,
    is_dominated,
    suppress,
    touched,
)
from shizheng.statistics.domain.suppression.table import (
    TOTAL,
    CountTable,
    areas,
    breakdown,
    cross_table,
)

FIVE = DisclosureRule(5)


def relations(table):
    """Return each sum as (sum, parts), from the definition of a table and not from its network."""
    columns = [*table.columns, TOTAL] if table.columns else [TOTAL]
    rows = {row for row, _ in table.cells} - set(table.row_of)
    found = [
        ((row, TOTAL), [(part, TOTAL) for part in parts]) for row, parts in table.parts.items()
    ]
    for whole in rows - set(table.leaves):
        children = [row for row in rows if row != table.root and table.above(row)[0] == whole]
        found += [((whole, c), [(row, c) for row in children]) for c in columns]
    if table.columns:
        found += [((row, TOTAL), [(row, c) for c in table.columns]) for row in rows]
    return found


def attacked(table, hidden, least):
    """Return by linear programming what each hidden cell can be."""
    order = sorted(hidden)
    place = {key: at for at, key in enumerate(order)}
    left, right = [], []
    for whole, parts in relations(table):
        row, number = np.zeros(len(order)), 0
        for key, sign in [(whole, 1), *((part, -1) for part in parts)]:
            if key in place:
                row[place[key]] += sign
            else:
                number -= sign * table.cells[key]
        if row.any():
            left.append(row)
            right.append(number)
    for key in order:
        bounds = []
        for sign in (1, -1):
            goal = np.zeros(len(order))
            goal[place[key]] = sign
            found = linprog(
                goal,
                A_eq=np.array(left) if left else None,
                b_eq=right or None,
                bounds=(least, None),
                method="highs",
            )
            bounds.append(None if found.status == 3 else round(sign * found.fun, 6))
        yield key, tuple(bounds)


def width(bounds):
    low, high = bounds
    return float("inf") if high is None else high - low


def test_a_table_without_small_numbers_is_told():
    assert suppress(breakdown({"a": 5, "b": 0, "c": 90}), FIVE).hidden == frozenset()


def test_one_small_number_takes_the_next_smallest_with_it():
    found = suppress(breakdown({"roads": 40, "lights": 12, "noise": 2, "none": 0}), FIVE)
    assert found.primary == {("noise", TOTAL)}
    assert found.secondary == {("lights", TOTAL)}
    assert found.hides("lights")
    assert not found.hides("none")
    assert found.status("lights") == "D"
    assert found.status("noise") == "A"
    assert found.status("roads") == "F"


def test_small_numbers_that_their_sum_gives_away_take_a_large_one():
    """Five times one with their sum 5 told: who knows that none is 0 knows them all."""
    table = breakdown({**dict.fromkeys("abcde", 1), "f": 60})
    assert suppress(table, FIVE).secondary == {("f", TOTAL)}


def test_where_all_parts_are_small_their_sum_is_hidden():
    table = breakdown({"a": 1, "b": 1})
    assert suppress(table, FIVE).hidden == set(table.cells)


def test_a_rectangle_protects_a_cell_of_a_cross_table():
    counts = {(r, c): 20 for r in "abc" for c in "xyz"} | {("a", "x"): 1}
    found = suppress(cross_table(counts), FIVE)
    assert len(found.hidden) == 4
    rows, columns = ({key[at] for key in found.hidden} for at in (0, 1))
    assert len(rows) == len(columns) == 2


def test_a_small_district_is_not_told_by_the_villages_of_another():
    table = areas(
        {"n1": 2, "n2": 1, "s1": 9, "s2": 30, "e1": 50, "e2": 60},
        {"n1": "north", "n2": "north", "s1": "south", "s2": "south", "e1": "east", "e2": "east"},
        "city",
    )
    found = suppress(table, FIVE)
    assert {("n1", TOTAL), ("n2", TOTAL), ("north", TOTAL)} == found.primary
    assert found.secondary == {("south", TOTAL), ("s1", TOTAL)}


def test_a_known_total_narrows_the_choice_or_leaves_none():
    table = breakdown({"a": 1, "b": 3})
    with pytest.raises(TableNotProtected, match="number for b, _T can be computed"):
        suppress(breakdown({"a": 10, "b": 3}), FIVE, published=[("a", TOTAL), (TOTAL, TOTAL)])
    with pytest.raises(TableNotProtected, match="for a, _T"):
        suppress(table, FIVE, published=[("a", TOTAL)])
    assert not suppress(breakdown({"a": 10, "b": 3}), FIVE, published=[(TOTAL, TOTAL)]).hides(TOTAL)


def test_a_sensitive_cell_is_hidden_however_large():
    table = breakdown({"steel": 900, "paper": 30, "glass": 80})
    found = suppress(table, DisclosureRule(2, protection=25), sensitive=[("steel", TOTAL)])
    assert found.hidden == {("steel", TOTAL), ("paper", TOTAL)}
    with pytest.raises(ValueError, match="one of the table"):
        suppress(table, FIVE, sensitive=[("wood", TOTAL)])


def test_one_large_contributor_dominates():
    most = Decimal("0.8")
    assert is_dominated(map(Decimal, [90, 5, 5]), largest=1, share=most)
    assert not is_dominated(map(Decimal, [40, 30, 30]), largest=1, share=most)
    assert is_dominated(map(Decimal, [40, 50, 10]), largest=2, share=most)


def test_figures_made_of_hidden_counts_are_hidden():
    made_of = {"share of a": [("a", TOTAL), (TOTAL, TOTAL)], "total": [(TOTAL, TOTAL)]}
    assert touched(made_of, {("a", TOTAL)}) == {"share of a"}


@pytest.mark.parametrize(
    ("counts", "parents", "says"),
    [
        ({}, {}, "needs counts"),
        ({("a", TOTAL): -1}, {}, "0 or more"),
        ({("a", TOTAL): 1, ("a", "x"): 1}, {}, "sum of the columns"),
        ({("a", TOTAL): 1, ("b", TOTAL): 1}, {"a": "b"}, "sum of other rows"),
        ({("a", TOTAL): 1}, {"a": "b", "b": "c", "c": "b"}, "inside itself"),
    ],
)
def test_a_table_that_does_not_add_up_is_a_bug(counts, parents, says):
    with pytest.raises(ValueError, match=says):
        CountTable(counts, parents)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"a": {"a1": 2}}, "do not make up its 3"),
        ({"a": {"a1": 4, "a2": -1}}, "do not make up its 3"),
        ({"a": {"b": 3}}, "a name of its own"),
        ({"a": {"n": 3}, "b": {"n": 4}}, "a name of its own"),
    ],
)
def test_parts_make_up_their_row(parts, says):
    with pytest.raises(ValueError, match=says):
        CountTable({("a", "x"): 1, ("a", "y"): 2, ("b", "x"): 4}, {}, parts=parts)


def test_a_kind_told_by_district_gives_no_village_away():
    """Villages and kinds share the district's total; the choice looks at both at once."""
    counts = {("north", "x"): 7, ("north", "y"): 6, ("south", "x"): 30, ("south", "y"): 40}
    villages = {"north": {"n1": 2, "n2": 11}, "south": {"s1": 50, "s2": 20}}
    table = CountTable(counts, {}, parts=villages)
    assert suppress(table, FIVE).hidden == {("n1", TOTAL), ("n2", TOTAL)}


NUMBERS = st.one_of(st.integers(0, 6), st.integers(0, 60))
BREAKDOWNS = st.lists(NUMBERS, min_size=1, max_size=7).map(
    lambda numbers: breakdown({f"r{at}": number for at, number in enumerate(numbers)})
)


@st.composite
def cross_tables(draw, most=5):
    rows, columns = draw(st.integers(1, most)), draw(st.integers(2, most))
    return cross_table(
        {(f"r{r}", f"c{c}"): draw(NUMBERS) for r in range(rows) for c in range(columns)}
    )


@st.composite
def trees(draw):
    """Villages in districts, at times with a breakdown and with a level more."""
    districts = draw(st.integers(1, 4))
    columns = draw(st.sampled_from([[TOTAL], ["x", "y"], ["x", "y", "z"]]))
    counts, parents = {}, {}
    for d in range(districts):
        if draw(st.booleans()):
            parents[f"d{d}"] = draw(st.sampled_from(["east", "west"]))
        for v in range(draw(st.integers(1, 3))):
            parents[f"v{d}{v}"] = f"d{d}"
            counts |= {(f"v{d}{v}", column): draw(NUMBERS) for column in columns}
    return CountTable(counts, parents, "city")


@st.composite
def divided(draw):
    """Districts by kind, and their totals by village."""
    counts, parts = {}, {}
    for d in range(draw(st.integers(1, 4))):
        numbers = draw(st.lists(NUMBERS, min_size=2, max_size=3))
        counts |= {(f"d{d}", f"c{at}"): number for at, number in enumerate(numbers)}
        if draw(st.booleans()):
            first = draw(st.integers(0, sum(numbers)))
            second = draw(st.integers(0, sum(numbers) - first))
            rest = sum(numbers) - first - second
            parts[f"d{d}"] = {f"v{d}0": first, f"v{d}1": second, f"v{d}2": rest}
    return CountTable(counts, {}, parts=parts)


TABLES = st.one_of(BREAKDOWNS, cross_tables(), trees(), divided())
RULES = st.builds(DisclosureRule, st.integers(2, 6), st.integers(0, 8))


@settings(max_examples=30, deadline=None)
@given(TABLES, RULES)
def test_linear_programming_recovers_no_hidden_cell(table, rule):
    found = suppress(table, rule)
    small = {key for key, number in table.cells.items() if 0 < number < rule.threshold}
    assert found.primary == small
    assert all(table.cells[key] for key in found.hidden), "zeros are told"
    mine = intervals(table, found.hidden)
    for key, bounds in attacked(table, found.hidden, least=1):
        assert bounds == mine[key], "the network knows exactly what can be deduced"
        assert width(bounds) >= rule.width >= 1
    for _, bounds in attacked(table, found.hidden, least=0):
        assert width(bounds) >= rule.width


@settings(max_examples=20, deadline=None)
@given(st.one_of(
    st.lists(st.integers(0, 4), min_size=2, max_size=4).map(
        lambda numbers: breakdown({f"r{at}": number for at, number in enumerate(numbers)})),
    st.lists(st.integers(0, 4), min_size=4, max_size=4).map(
        lambda n: cross_table(dict(zip(product("ab", "xy"), n, strict=True)))),
))  # fmt: skip
def test_trying_every_table_finds_several_numbers_for_each_hidden_cell(table):
    rule = DisclosureRule(3)
    found = suppress(table, rule)
    inner = list(table.counts)
    fits = []
    for numbers in product(range(6), repeat=len(inner)):
        other = CountTable(dict(zip(inner, numbers, strict=True)), table.parents, table.root)
        is_told = (other.cells[key] == table.cells[key] for key in table.cells)
        if all(
            told or (key in found.hidden and other.cells[key] >= 1)
            for key, told in zip(table.cells, is_told, strict=True)
        ):
            fits.append(other.cells)
    for key in found.hidden:
        assert len({cells[key] for cells in fits}) > rule.width


@settings(max_examples=20, deadline=None)
@given(TABLES, st.randoms(use_true_random=False))
def test_the_intervals_are_those_of_linear_programming_for_any_choice(table, chance):
    hidden = {key for key, number in table.cells.items() if number and chance.random() < 0.5}
    mine = intervals(table, hidden)
    for key, bounds in attacked(table, hidden, least=1):
        assert mine[key] == bounds


def test_hiding_only_small_cells_would_be_caught():
    """The attack is a real one: without secondary suppression it recovers the cell."""
    table = breakdown({"roads": 40, "lights": 12, "noise": 2})
    ((_, bounds),) = attacked(table, {("noise", TOTAL)}, least=0)
    assert bounds == (2, 2)


def seeded(districts, villages, columns, seed):
    random = np.random.default_rng(seed)
    parents = {f"v{at}": f"d{at % districts}" for at in range(villages)}
    weights = random.gamma(0.6, 12.0, villages)
    counts = {
        (f"v{at}", column): int(random.poisson(weight))
        for at, weight in enumerate(weights)
        for column in columns
    }
    return CountTable(counts, parents, "city")


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(seeded(38, 891, [TOTAL], 1), id="891-villages"),
        pytest.param(seeded(1, 38, [f"m{n}" for n in range(12)], 2), id="38-districts-12-months"),
        pytest.param(seeded(38, 891, ["f", "m"], 3), id="891-villages-by-sex"),
    ],
)
def test_a_city_is_protected_in_a_second(table):
    began = time.process_time()
    found = suppress(table, FIVE)
    took = time.process_time() - began
    assert all(width(bounds) >= 3 for bounds in intervals(table, found.hidden).values())
    assert len(found.secondary) < len(found.primary)
    assert took < 1
