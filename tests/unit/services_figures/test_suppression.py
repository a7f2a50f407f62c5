"""Small numbers stay unknown to whoever knows every sum and every number that is told."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from shizheng.services.figures.domain.suppression import (
    LEAST,
    Withheld,
    is_small,
    withheld,
    withheld_by_month,
)

NUMBERS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 9), min_size=2, max_size=5)


def test_a_large_number_is_told():
    assert withheld({"roads": 40, "lights": 12, "noise": 0}).rows == frozenset()


def test_one_small_number_takes_the_next_smallest_with_it():
    found = withheld({"roads": 40, "lights": 12, "noise": 2})
    assert found.rows == {"lights", "noise"}
    assert not found.is_total


def test_two_small_ones_of_one_case_each_are_not_told_by_their_sum():
    assert withheld({"roads": 40, "a": 1, "b": 1}).rows == {"roads", "a", "b"}
    assert withheld({"roads": 40, "a": 2, "b": 2}).rows == {"a", "b"}


def test_a_small_sum_is_told_with_nothing():
    found = withheld({"roads": 2, "lights": 0})
    assert found.rows == {"roads", "lights"}
    assert found.is_total


def test_where_nothing_else_helps_only_the_sum_is_told():
    found = withheld({"a": 1, "b": 1, "c": 1, "d": 0})
    assert found.rows == {"a", "b", "c", "d"}
    assert not found.is_total


def test_two_small_numbers_alone_are_not_told_by_their_sum():
    assert withheld({"a": 1, "b": 2}) == Withheld(frozenset("ab"), is_total=True)


@given(NUMBERS)
def test_no_small_number_of_a_list_is_told_or_computable(numbers):
    found = withheld(numbers)
    small = {row for row, number in numbers.items() if is_small(number)}
    assert small <= found.rows
    if found.is_total or not found.rows:
        return
    total = sum(numbers[row] for row in found.rows)
    zeros_are_told = any(number == 0 for row, number in numbers.items() if row not in found.rows)
    least = 1 if zeros_are_told or all(numbers[row] for row in found.rows) else 0
    rest = len(found.rows) - 1
    highest = total - least * rest
    for row in small:
        assert highest > least, "only one number would do"
        assert highest >= min(LEAST, total), f"{row} would be known to be small"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=2, max_size=4))
def test_no_small_number_of_a_table_is_computable_from_its_sums(rows):
    numbers = {f"r{n}": dict(enumerate(row)) for n, row in enumerate(rows)}
    _none_is_computable(numbers)


def _none_is_computable(numbers):
    """Ask by linear programming what each withheld small number can be, all told ones known."""
    sums = {row: sum(cells.values()) for row, cells in numbers.items()}
    columns = {c: sum(numbers[row][c] for row in numbers) for c in next(iter(numbers.values()))}
    by_row, by_column = withheld(sums), withheld(columns)
    inside = withheld_by_month(numbers)
    assert by_row.rows <= inside.rows
    places = list(product(numbers, columns))
    equations, values = [], []

    def known(chosen, value):
        equations.append([float(place in chosen) for place in places])
        values.append(float(value))

    for row, column in places:
        if not inside.hides(row, column):
            assert not is_small(numbers[row][column])
            known({(row, column)}, numbers[row][column])
    for row in set(numbers) - by_row.rows:
        known({(row, column) for column in columns}, sums[row])
    for column in set(columns) - by_column.rows:
        known({(row, column) for row in numbers}, columns[column])
    if not by_row.is_total:
        known(set(places), sum(sums.values()))
    for index, (row, column) in enumerate(places):
        if not is_small(numbers[row][column]):
            continue
        ends = []
        for sign in (1.0, -1.0):
            aim = [0.0] * len(places)
            aim[index] = sign
            found = linprog(aim, A_eq=equations or None, b_eq=values or None, bounds=(0, None))
            ends.append(sign * found.fun if found.status == 0 else float("inf"))
        assert ends[1] - ends[0] > 0.5, (numbers, row, column, ends)
