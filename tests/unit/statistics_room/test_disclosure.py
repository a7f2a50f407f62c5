"""What an indicator withholds: small cells, what gives them away, and all that is made of them."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shizheng.statistics.definitions import Indicator
from shizheng.statistics.domain.formula.check import check
from shizheng.statistics.domain.periods import Period
from shizheng.statistics.domain.units import STANDARD
from shizheng.statistics.indicators.computing import Computed
from shizheng.statistics.indicators.disclosure import protected

MAY = Period.parse("2020-05")
PARENTS = {f"{d}{v}": d for d in "ABC" for v in "123"}
CASE = STANDARD.parse("case")
WORDS = {"zh-Hant": "x", "en": "x"}


def body(areas=("district", "village"), breakdowns=(), formula="all", **more) -> Indicator:
    return Indicator.model_validate(
        {
            "id": "x", "name": WORDS, "concept": WORDS, "unit": "case", "unit_name": WORDS,
            "inputs": {"all": {"measure": "services.cases_closed"}}, "formula": formula,
            "areas": areas, "breakdowns": breakdowns, "owner": "x", "source": WORDS,
            "disclosure": {"threshold": 5}, "valid_from": "2020-01-01", **more,
        }
    )  # fmt: skip


def shown(counts: dict[str, int], of: Indicator, period: Period = MAY, **others) -> set[str]:
    """Return the cells of a period that are withheld."""
    figures = {
        (at, cell): Computed(Decimal(number), number, "A", counts=(number,))
        for at, cells in {period: counts, **others.get("before", {})}.items()
        for cell, number in cells.items()
    }
    formula = check(of.formula or "", {"all": CASE}, CASE)
    found = protected(figures, of, formula, PARENTS)
    return {cell for (at, cell), figure in found.items() if at == period and figure.is_withheld}


def areas(villages: dict[str, int], lost: int = 0) -> dict[str, int]:
    counts = {f"village={code}": number for code, number in villages.items()}
    for district in "ABC":
        numbers = [n for code, n in villages.items() if PARENTS[code] == district]
        counts[f"district={district}"] = sum(numbers)
    counts[""] = sum(villages.values()) + lost
    return counts


def test_without_a_rule_everything_is_shown():
    of = body(disclosure=None)
    assert shown(areas(dict.fromkeys(PARENTS, 1)), of) == set()


def test_a_small_village_hides_another_of_its_district():
    villages = dict.fromkeys(PARENTS, 50) | {"A1": 2}
    hidden = shown(areas(villages), body())
    assert "village=A1" in hidden
    assert len([cell for cell in hidden if cell.startswith("village=A")]) >= 2
    assert not any(cell.startswith(("village=B", "village=C", "district=")) for cell in hidden)


def test_what_a_breakdown_hides_of_a_district_the_areas_hide_too():
    counts = {"": 103, "district=A": 3, "district=B": 100, "kind=x": 52, "kind=y": 51}
    counts |= {"district=A;kind=x": 2, "district=A;kind=y": 1}
    counts |= {"district=B;kind=x": 50, "district=B;kind=y": 50}
    hidden = shown(counts, body(areas=("district",), breakdowns=("kind",)))
    assert {"district=A", "district=A;kind=x", "district=A;kind=y", "district=B"} <= hidden
    assert "" not in hidden


def test_a_figure_that_reads_a_hidden_one_later_is_withheld_as_well():
    counts = {"": 103, "district=A": 3, "district=B": 100}
    large = {"": 200, "district=A": 100, "district=B": 100}
    of = body(areas=("district",), formula="rolling(all, 3)")
    assert "district=A" in shown(large, of, before={MAY - 1: counts})
    assert shown(large, of, before={MAY - 3: counts}) == set()


@settings(max_examples=60, deadline=None)
@given(
    numbers=st.lists(st.integers(0, 9), min_size=9, max_size=9),
    lost=st.integers(0, 6),
)
def test_no_hidden_number_can_be_worked_out(numbers, lost):
    villages = dict(zip(PARENTS, numbers, strict=True))
    counts = areas(villages, lost)
    hidden = shown(counts, body())
    assert {cell for cell, n in counts.items() if 0 < n < 5} <= hidden
    for district in "ABC":
        cells = [f"village={code}" for code in villages if PARENTS[code] == district]
        out = [cell for cell in cells if cell in hidden]
        if f"district={district}" in hidden or not out:
            continue
        left = counts[f"district={district}"] - sum(counts[c] for c in cells if c not in hidden)
        fits = [way for way in product(range(1, left + 1), repeat=len(out)) if sum(way) == left]
        for place in range(len(out)):
            assert len({way[place] for way in fits}) > 1, (out, left)


def test_villages_and_kinds_of_a_district_are_protected_together():
    villages = dict.fromkeys(PARENTS, 20) | {"A1": 3}
    counts = areas(villages)
    for district in "ABC":
        total = counts[f"district={district}"]
        counts |= {f"district={district};kind=x": total - 4, f"district={district};kind=y": 4}
    counts |= {"kind=x": counts[""] - 12, "kind=y": 12}
    hidden = shown(counts, body(breakdowns=("kind",)))
    small = {cell for cell, number in counts.items() if 0 < number < 5}
    assert small < hidden
    assert len([cell for cell in hidden if cell.startswith("village=A")]) >= 2


@pytest.mark.parametrize("number", [0, 5, 1000])
def test_nobody_and_enough_are_told(number):
    counts = {"": number, "district=A": number, "district=B": 0}
    assert shown(counts, body(areas=("district",))) == set()
